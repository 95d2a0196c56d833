"""Messages of a NATS JetStream stream, in any format, said in our words by a mapping."""

from typing import Annotated

import msgspec
from msgspec import Meta

from byalag.sources import Kind, Listen
from byalag.sources._brokers import (
    AtMost,
    Gather,
    MessageSize,
    Nats,
    NatsUrl,
    StreamName,
    Subject,
    listen,
)
from byalag.sources._formed import Formed, translator
from byalag.sources._named_secret import Secret


class Settings(Formed, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file with `kind = "nats"` may say: of the stream as `Nats`, of messages as `Formed`.

    A mapping sees the subject of a message as `$name`, and its words as `$parts`.
    """

    url: NatsUrl
    stream: StreamName
    subjects: tuple[Subject, ...] = ()
    user: str = ""
    password: Secret = ""
    token: Secret = ""
    ca: Secret = ""
    client: Annotated[str, Meta(pattern=r"^[^\s.*>/\\]*$", max_length=200)] = ""
    gather: Gather = "50ms"
    at_most: AtMost = 1000
    max_bytes: MessageSize = 1024 * 1024


def reach(settings: Settings) -> Listen:
    """Say which stream is listened to, and for what."""
    return listen(msgspec.convert(settings, Nats, from_attributes=True))


kind = Kind(
    name="nats",
    title={"sv": "Meddelanden ur NATS JetStream", "en": "Messages from NATS JetStream"},
    settings=Settings,
    reach=reach,
    prepare=translator,
)
