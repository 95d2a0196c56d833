"""Each message published to a broker with QoS 1, on a topic of the settings' choice."""

import re
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from byalag import Misconfigured
from byalag.outlets import Common, Kind, Message, MqttSending, Unsendable
from byalag.outlets._fill import MESSAGE, check_named, check_names, fill, from_message, iso, names

_NOT_IN_TOPICS = re.compile(r"[+#\x00-\x1f\x7f]")
_OF_ONE = {"thing", "property", "series"}
_LONGEST = 65_535  # bytes of a topic (MQTT 5, section 1.5.4)


class Settings(Common, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file with `kind = "mqtt"` may say."""

    url: Annotated[str, Meta(pattern=r"^mqtts?://[^/\s]+/?$")]
    topic: Annotated[str, Meta(min_length=1)] = "byalag/{municipality}/{dataset}"
    payload: Literal["facts", "message"] = "facts"
    retain: bool = False
    version: Literal["3.1.1", "5"] = "5"
    user: str = ""
    password: str = ""
    ca: str = ""


def receivers(settings: Settings) -> tuple[str, ...]:
    """Say whom a message goes to: the one broker."""
    del settings
    return ("",)


def compose(settings: Settings, message: Message, receiver: str) -> MqttSending:
    """Write the topic and the payload.

    Raises:
        Unsendable: If the topic would be empty in a level, or too long.

    """
    del receiver
    values = {name: _level(text) for name, text in from_message(message).items()}
    topic = fill(settings.topic, values)
    if not all(topic.split("/")) or len(topic.encode()) > _LONGEST:
        reason = f"the topic would be {topic[:200]!r}, which is no topic; change `topic`"
        raise Unsendable(reason)
    return MqttSending(
        url=settings.url,
        topic=topic,
        payload=_payload(settings, message),
        retain=settings.retain,
        version=settings.version,
        user=settings.user,
        password=settings.password,
        ca=settings.ca,
    )


def _level(text: str) -> str:
    """Return a value as it can stand between two slashes: no wildcard, no level of its own."""
    return _NOT_IN_TOPICS.sub("_", text).replace("/", ".")


def _payload(settings: Settings, message: Message) -> bytes:
    whole = settings.payload == "message" or not message.facts
    if not whole and len(message.facts) == 1:
        return msgspec.json.encode({"id": message.id, **message.facts[0]})
    said = {"id": message.id, "at": iso(message.at), "matter": message.matter}
    if not whole:
        return msgspec.json.encode({**said, "facts": message.facts})
    words = {"subject": message.subject, "text": message.text, "facts": message.facts}
    return msgspec.json.encode({**said, **words, "data": message.data})


def check(settings: Settings) -> None:
    """Refuse settings that could not publish.

    Raises:
        Misconfigured: If the topic is a filter, or names what several facts do not share.

    """
    check_names("topic", settings.topic, MESSAGE)
    if _NOT_IN_TOPICS.search(settings.topic) or settings.topic.startswith("$"):
        message = "topic: is published to, so it has no + or # and does not begin with $"
        raise Misconfigured(message)
    of_one = sorted(_OF_ONE & set(names(settings.topic)))
    if of_one and settings.on.at_once > 1:
        message = f"topic: {{{of_one[0]}}} is of one observation; take on.at_once away"
        raise Misconfigured(message)
    check_named("password", settings.password)
    check_named("ca", settings.ca)


kind = Kind(
    name="mqtt",
    title={"sv": "MQTT (publicera)", "en": "MQTT (publish)"},
    settings=Settings,
    receivers=receivers,
    compose=compose,
    check=check,
)
