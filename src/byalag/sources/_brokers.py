"""What settings say of a message broker: where it is, what we listen to, how we are let in."""

from datetime import timedelta
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct
from msgspec.structs import replace

from byalag.model import Duration, span
from byalag.sources import Listen
from byalag.sources._named_secret import Secret

_LEVEL = r"([^+#/\x00]*|\+)"
_TOKEN = r"([^\s.*>]+|\*)"  # noqa: S105 -- a word of a NATS subject, no password
_MEBIBYTE = 1024 * 1024

MqttUrl: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"^mqtts?://[^\s/@]+/?$",
        description="mqtts://host or mqtt://host, with :port where it is not 8883 or 1883.",
    ),
]
NatsUrl: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"^(nats|tls)://[^\s/@]+/?$",
        description="tls://host or nats://host, with :port where it is not 4222.",
    ),
]
TopicFilter: TypeAlias = Annotated[
    str,
    Meta(
        pattern=rf"^(#|{_LEVEL}(/{_LEVEL})*(/#)?)$",
        min_length=1,
        max_length=1000,
        description='A topic, where "+" is any one level and "#" at the end is all below.',
    ),
]
Subject: TypeAlias = Annotated[
    str,
    Meta(
        pattern=rf"^(>|{_TOKEN}(\.{_TOKEN})*(\.>)?)$",
        max_length=1000,
        description='A subject, where "*" is any one word and ">" at the end is all below.',
    ),
]
StreamName: TypeAlias = Annotated[str, Meta(pattern=r"^[^\s.*>/\\]+$", max_length=255)]
Gather: TypeAlias = Annotated[str, Meta(pattern=r"^[1-9]\d{0,4}(ms|s)$")]
AtMost: TypeAlias = Annotated[int, Meta(ge=1, le=10_000, description="Messages.")]
MessageSize: TypeAlias = Annotated[int, Meta(ge=1, le=64 * _MEBIBYTE, description="Bytes.")]


class Mqtt(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An MQTT broker that we listen to, as a file says under `[mqtt]`.

    `password` and `ca` (the certificate of who signed the broker's, where that is not a public
    one) are by reference. `client` names us to the broker; left out, we make a name that stays.
    `session` is how long the broker is asked to keep what we have not heard. Messages that come
    within `gather` of one another are one delivery, of `at_most` messages.
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
    max_bytes: MessageSize = _MEBIBYTE


class Nats(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stream of a NATS server that we listen to.

    `token` is shown instead of `user` and `password`; all of them and `ca` are by reference.
    `client` names our durable consumer; left out, we make a name that stays.
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
    max_bytes: MessageSize = _MEBIBYTE


def listen(broker: Mqtt | Nats, *, part: str = "main") -> Listen:
    """Say which broker is listened to, and for what."""
    said = Listen(
        url=broker.url,
        topics=broker.topics if isinstance(broker, Mqtt) else broker.subjects,
        client=broker.client,
        user=broker.user,
        password=broker.password,
        ca=broker.ca,
        part=part,
        gather=_gather(broker.gather),
        at_most=broker.at_most,
        max_bytes=broker.max_bytes,
    )
    match broker:
        case Mqtt():
            return replace(said, version=broker.version, session=span(broker.session))
        case Nats():
            return replace(said, version="jetstream", stream=broker.stream, token=broker.token)


def _gather(text: str) -> timedelta:
    """Read a short length of time: "50ms", "2s"."""
    number = int(text.removesuffix("s").removesuffix("m"))
    return timedelta(milliseconds=number) if text.endswith("ms") else timedelta(seconds=number)
