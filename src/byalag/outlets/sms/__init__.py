"""A text message for each message and number, by any gateway that is asked over HTTP."""

from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct, field
from msgspec.structs import replace

from byalag import Misconfigured
from byalag.outlets import (
    Filled,
    HttpSending,
    Kind,
    Message,
    Serving,
    Success,
    Unsendable,
    in_language,
    serves_unit,
)
from byalag.outlets._fill import check_names, names, one_line

Number: TypeAlias = Annotated[
    str, Meta(pattern=r"^\+[1-9]\d{6,14}$", description="A number as E.164 writes it: +46701234567")
]
_WITH_LINK = 320  # a link is never cut off, whatever the hub is called
_PLACES = ("to", "text", "from", "id")


class Receiver(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is told, and in which language."""

    number: Number
    language: str = "sv"


class Settings(Serving, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file with `kind = "sms"` may say.

    `url` and `body` are templates with {to}, {text}, {from} and {id}, escaped as the body's form
    needs; secrets in them as {secret:env:NAME}. With `receivers = "care"` the outlet serves a unit
    of care, whose contacts are pseudonyms here; `to` are then only those whom a test goes to.
    """

    url: Annotated[str, Meta(pattern=r"^https?://")]
    method: Literal["POST", "PUT", "GET"] = "POST"
    form: Literal["json", "form", "none"] = "json"
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    success: Success | None = None
    sender: Annotated[str, Meta(pattern=r"^[A-Za-z0-9 +._-]{0,16}$")] = field(
        default="", name="from"
    )
    longest: Annotated[int, Meta(ge=20, le=1530)] = 160
    to: tuple[Receiver, ...] = ()


def receivers(settings: Settings) -> tuple[str, ...]:
    """Say whom a message goes to."""
    return tuple(dict.fromkeys(one.number for one in settings.to))


def compose(settings: Settings, message: Message, receiver: str) -> HttpSending:
    """Write the request to the gateway.

    Raises:
        Unsendable: If the receiver is not in the settings.

    """
    found = next((one for one in settings.to if one.number == receiver), None)
    if found is None:
        reason = f"{receiver} is not in the outlet's file"
        raise Unsendable(reason)
    values = {
        "to": found.number,
        "text": _short(message, found.language, settings.longest),
        "from": settings.sender,
        "id": message.id,
    }
    types = {"json": "application/json", "form": "application/x-www-form-urlencoded"}
    typed = {"content-type": types[settings.form]} if settings.form in types else {}
    return HttpSending(
        url=Filled(template=settings.url, values=values, escape="url"),
        method=settings.method,
        headers={**typed, **settings.headers},
        body=Filled(template=settings.body, values=values, escape=settings.form),
        id=f"{message.id}.{found.number.removeprefix('+')}",
        success=settings.success,
    )


def _short(message: Message, language: str, longest: int) -> str:
    """Return the text on one line if it fits, else the subject, cut where it is too long."""
    line = one_line(in_language(message.text, language))
    if len(line) > longest:
        line = one_line(in_language(message.subject, language))
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def towards(settings: Settings, address: str, language: str) -> Settings:
    """Return the settings for one number.

    Raises:
        Unsendable: It is no number.

    """
    try:
        only = msgspec.convert({"number": address, "language": language}, Receiver)
    except msgspec.ValidationError as error:
        reason = "the contact's number is none"
        raise Unsendable(reason) from error
    return replace(settings, to=(only,), longest=max(settings.longest, _WITH_LINK))


def check(settings: Settings) -> None:
    """Refuse settings that could not send a text message.

    Raises:
        Misconfigured: If nobody is told, or a template says nothing of whom or what.

    """
    if not settings.to and not serves_unit(settings):
        message = 'to: name a receiver: [[to]] and number = "+46701234567"'
        raise Misconfigured(message)
    for setting in ("url", "body"):
        check_names(setting, getattr(settings, setting), _PLACES)
    said = {*names(settings.url), *names(settings.body)}
    for needed in ("to", "text"):
        if needed not in said:
            message = f"body: must say {{{needed}}}, or the gateway cannot know it"
            raise Misconfigured(message)


kind = Kind(
    name="sms",
    title={"sv": "SMS (genom en nätport)", "en": "SMS (by an HTTP gateway)"},
    settings=Settings,
    receivers=receivers,
    compose=compose,
    check=check,
    towards=towards,
)
