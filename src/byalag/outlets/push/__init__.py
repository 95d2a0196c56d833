"""A push message for each message and browser, by the browser's own push service (RFC 8030).

What it says is read by nobody but the browser (RFC 8291), and it says no more than the others do.
"""

from hashlib import sha256
from typing import Annotated, Final, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from byalag import Misconfigured
from byalag.outlets import (
    Kind,
    Message,
    PushSending,
    Serving,
    Unsendable,
    in_language,
    serves_unit,
)
from byalag.outlets._fill import check_named, one_line

_TITLE: Final = 120  # characters
_BODY: Final = 500  # characters; the whole must fit in 3,993 bytes (RFC 8291 section 4)
_Key: TypeAlias = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{16,100}={0,2}$")]


class Receiver(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A browser that takes push messages: what `PushSubscription.toJSON()` says, and a language."""

    endpoint: Annotated[str, Meta(pattern=r"^https://[^\s]+$", max_length=2000)]
    p256dh: _Key
    auth: _Key
    language: str = "sv"


class Settings(Serving, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file with `kind = "push"` may say.

    `key` is the private key that the messages are signed by, as PEM, and `subject` where the push
    service can turn: a mailto: or https: address. `hosts` are push services of the house's own.
    With `receivers = "care"` the outlet serves a unit of care.
    """

    key: str
    subject: Annotated[str, Meta(pattern=r"^(mailto:|https://)[^\s]+$")]
    ttl: Annotated[int, Meta(ge=0, le=2_419_200)] = 3600  # seconds
    urgency: Literal["very-low", "low", "normal", "high"] = "high"
    hosts: tuple[str, ...] = ()
    ca: str = ""
    to: tuple[Receiver, ...] = ()


def receivers(settings: Settings) -> tuple[str, ...]:
    """Say which browsers a message goes to."""
    return tuple(dict.fromkeys(one.endpoint for one in settings.to))


def compose(settings: Settings, message: Message, receiver: str) -> PushSending:
    """Write what the browser shows.

    Raises:
        Unsendable: If the receiver is not in the settings.

    """
    found = next((one for one in settings.to if one.endpoint == receiver), None)
    if found is None:
        reason = f"{receiver} is not in the outlet's file"
        raise Unsendable(reason)
    link = message.data.get("link")
    shown = {
        "title": one_line(in_language(message.subject, found.language))[:_TITLE],
        "body": one_line(in_language(message.text, found.language))[:_BODY],
        "url": link if isinstance(link, str) else "",
        "tag": _topic(message),
        "lang": found.language,
    }
    return PushSending(
        endpoint=found.endpoint,
        p256dh=found.p256dh,
        auth=found.auth,
        payload=msgspec.json.encode(shown),
        key=settings.key,
        subject=settings.subject,
        id=message.id,
        ttl=settings.ttl,
        urgency=settings.urgency,
        topic=_topic(message),
        hosts=settings.hosts,
        ca=settings.ca,
    )


def _topic(message: Message) -> str:
    """Return what makes the same message sent again take its own place (RFC 8030 section 5.4)."""
    return sha256(message.id.encode()).hexdigest()[:32]


def towards(settings: Settings, address: str, language: str) -> Settings:
    """Return the settings for one browser, given as its subscription in JSON.

    Raises:
        Unsendable: It is no subscription.

    """
    try:
        only = msgspec.json.decode(address, type=Receiver)
    except msgspec.MsgspecError as error:
        reason = "the contact's browser cannot be told"
        raise Unsendable(reason) from error
    return replace(settings, to=(replace(only, language=language),))


def check(settings: Settings) -> None:
    """Refuse settings that could not send a push message.

    Raises:
        Misconfigured: If nobody is told, or the key is written out.

    """
    check_named("key", settings.key)
    check_named("ca", settings.ca)
    if not settings.key:
        message = 'key: name the private key: "env:NAME", "file:PATH" or "credential:NAME"'
        raise Misconfigured(message)
    if not settings.to and not serves_unit(settings):
        message = "to: name a browser: [[to]] with endpoint, p256dh and auth"
        raise Misconfigured(message)


kind = Kind(
    name="push",
    title={"sv": "Pushmeddelande i webbläsaren", "en": "Push message in the browser"},
    settings=Settings,
    receivers=receivers,
    compose=compose,
    check=check,
    towards=towards,
)
