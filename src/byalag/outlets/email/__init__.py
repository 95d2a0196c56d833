"""A letter for each message and receiver, in the receiver's language, plain text."""

from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct, field
from msgspec.structs import replace

from byalag import Misconfigured
from byalag.outlets import (
    Kind,
    MailSending,
    Message,
    Serving,
    Unsendable,
    in_language,
    serves_unit,
)
from byalag.outlets._fill import check_named, one_line

Email: TypeAlias = Annotated[
    str, Meta(pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")
]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SUBJECT = 200  # characters; what is longer is in the text


class Receiver(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is told, and in which language."""

    address: Email
    language: str = "sv"


class Settings(Serving, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file with `kind = "email"` may say.

    With `receivers = "care"` the outlet serves a unit of care, whose contacts are pseudonyms here;
    `to` are then only those whom a test goes to.
    """

    host: Annotated[str, Meta(pattern=r"^[A-Za-z0-9.:-]+$")]
    port: Annotated[int, Meta(ge=1, le=65535)] = 587
    tls: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str = ""
    ca: str = ""
    sender: Email = field(name="from")
    name: str = "Byalag"
    reply_to: Email | None = None
    unsubscribe: Annotated[str, Meta(pattern=r"^(https?://|mailto:)[^\s<>,]+$")] | None = None
    to: tuple[Receiver, ...] = ()


def receivers(settings: Settings) -> tuple[str, ...]:
    """Say whom a message goes to."""
    return tuple(dict.fromkeys(one.address for one in settings.to))


def compose(settings: Settings, message: Message, receiver: str) -> MailSending:
    """Write the letter.

    Raises:
        Unsendable: If the receiver is not in the settings.

    """
    found = next((one for one in settings.to if one.address == receiver), None)
    if found is None:
        reason = f"{receiver} is not in the outlet's file"
        raise Unsendable(reason)
    return MailSending(
        host=settings.host,
        port=settings.port,
        tls=settings.tls,
        sender=settings.sender,
        receiver=receiver,
        letter=_letter(settings, message, found).as_bytes(),
        user=settings.user,
        password=settings.password,
        ca=settings.ca,
    )


def _letter(settings: Settings, message: Message, to: Receiver) -> EmailMessage:
    letter = EmailMessage(policy=SMTP)
    letter["From"] = Address(one_line(settings.name), addr_spec=settings.sender)
    letter["To"] = Address(addr_spec=to.address)
    letter["Subject"] = one_line(in_language(message.subject, to.language))[:_SUBJECT]
    letter["Date"] = format_datetime(_EPOCH + timedelta(microseconds=message.at))
    letter["Message-ID"] = _identity(settings, message, to)
    letter["Auto-Submitted"] = "auto-generated"
    letter["X-Auto-Response-Suppress"] = "All"
    if settings.reply_to:
        letter["Reply-To"] = Address(addr_spec=settings.reply_to)
    if settings.unsubscribe:
        letter["List-Unsubscribe"] = f"<{settings.unsubscribe}>"
    text = in_language(message.text, to.language).replace("\r\n", "\n").replace("\r", "\n")
    letter.set_content(text.replace("\x00", "") + "\n", cte="quoted-printable")
    letter["Content-Language"] = to.language if to.language in message.text else "sv"
    return letter


def _identity(settings: Settings, message: Message, to: Receiver) -> str:
    """Return what tells the letter apart: the same each time it is sent to the same receiver."""
    whose = sha256(to.address.lower().encode()).hexdigest()[:12]
    return f"<{message.id}.{whose}@{settings.sender.rpartition('@')[2]}>"


def towards(settings: Settings, address: str, language: str) -> Settings:
    """Return the settings for one address.

    Raises:
        Unsendable: It is no address.

    """
    try:
        only = msgspec.convert({"address": address, "language": language}, Receiver)
    except msgspec.ValidationError as error:
        reason = "the contact's address is none"
        raise Unsendable(reason) from error
    return replace(settings, to=(only,))


def check(settings: Settings) -> None:
    """Refuse settings that could not send a letter.

    Raises:
        Misconfigured: If nobody is told, the password is written out, or a name is missing.

    """
    if not settings.to and not serves_unit(settings):
        message = 'to: name a receiver: [[to]] and address = "namn@exempel.se"'
        raise Misconfigured(message)
    check_named("password", settings.password)
    check_named("ca", settings.ca)
    if bool(settings.user) != bool(settings.password):
        message = "user: is given together with password, or neither of them"
        raise Misconfigured(message)
    if settings.user and settings.tls == "none":
        message = 'tls: a password is never sent in the clear; use "starttls" or "tls"'
        raise Misconfigured(message)


kind = Kind(
    name="email",
    title={"sv": "E-post (SMTP)", "en": "E-mail (SMTP)"},
    settings=Settings,
    receivers=receivers,
    compose=compose,
    check=check,
    towards=towards,
)
