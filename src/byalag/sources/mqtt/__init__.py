"""Messages from an MQTT broker, in any format, said in our words by a mapping."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from byalag.model import Duration
from byalag.sources import Kind, Listen
from byalag.sources._brokers import (
    AtMost,
    Gather,
    MessageSize,
    Mqtt,
    MqttUrl,
    TopicFilter,
    listen,
)
from byalag.sources._formed import Formed, translator
from byalag.sources._named_secret import Secret


class Settings(Formed, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file with `kind = "mqtt"` may say: of the broker as `Mqtt`, of messages as `Formed`.

    A mapping sees the topic of a message as `$name`, and its levels as `$parts`.
    """

    url: MqttUrl
    topics: Annotated[tuple[TopicFilter, ...], Meta(min_length=1)]
    version: Literal["3.1.1", "5"] = "5"
    user: str = ""
    password: Secret = ""
    ca: Secret = ""
    client: Annotated[str, Meta(max_length=200)] = ""
    session: Duration = "7d"
    gather: Gather = "50ms"
    at_most: AtMost = 1000
    max_bytes: MessageSize = 1024 * 1024


def reach(settings: Settings) -> Listen:
    """Say which broker is listened to, and for what."""
    return listen(msgspec.convert(settings, Mqtt, from_attributes=True))


kind = Kind(
    name="mqtt",
    title={"sv": "Meddelanden över MQTT", "en": "Messages over MQTT"},
    settings=Settings,
    reach=reach,
    prepare=translator,
)
