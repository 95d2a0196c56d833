"""A signed HTTP request for each message: JSON in the form of CloudEvents 1.0."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct, field

from byalag import Misconfigured
from byalag.outlets import Common, Filled, HttpSending, Kind, Message, Signing
from byalag.outlets._fill import check_named, iso

_BODY = "application/cloudevents+json; charset=utf-8"


class Signature(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the receiver can tell that a request is ours. `secrets` are by reference."""

    style: Literal["standard-webhooks", "hmac"] = "standard-webhooks"
    secrets: tuple[str, ...]
    header: Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]+$")] = "x-signature"
    hash: Literal["sha256", "sha384", "sha512", "sha1"] = "sha256"
    encoding: Literal["hex", "base64"] = "hex"
    prefix: str = ""


class Settings(Common, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file with `kind = "webhook"` may say."""

    url: Annotated[str, Meta(pattern=r"^https?://")]
    sign: Signature | None = None
    headers: dict[str, str] = field(default_factory=dict[str, str])


def receivers(settings: Settings) -> tuple[str, ...]:
    """Say whom a message goes to: the one address."""
    del settings
    return ("",)


def compose(settings: Settings, message: Message, receiver: str) -> HttpSending:
    """Write the request."""
    del receiver
    body = msgspec.json.encode(_event(message)).decode()
    return HttpSending(
        url=Filled(template=settings.url, escape="url"),
        headers={"content-type": _BODY, **settings.headers},
        body=Filled(template="{body}", values={"body": body}),
        id=message.id,
        signing=_signing(settings.sign) if settings.sign else None,
    )


def _signing(said: Signature) -> Signing:
    return Signing(
        style=said.style,
        secrets=said.secrets,
        header=said.header,
        hash=said.hash,
        encoding=said.encoding,
        prefix=said.prefix,
    )


def _event(message: Message) -> dict[str, object]:
    return {
        "specversion": "1.0",
        "id": message.id,
        "source": f"/{message.municipality}/{message.dataset or message.matter}",
        "type": f"byalag.{message.matter}",
        "time": iso(message.at),
        "datacontenttype": "application/json",
        "data": {
            "subject": message.subject,
            "text": message.text,
            "facts": message.facts,
            **({"more": message.data} if message.data else {}),
        },
    }


def check(settings: Settings) -> None:
    """Refuse a signature that could not be made.

    Raises:
        Misconfigured: If there is no secret, or one is not by reference.

    """
    if settings.sign is None:
        return
    if not settings.sign.secrets:
        message = 'sign.secrets: must name a secret, such as ["env:LARM_SECRET"]'
        raise Misconfigured(message)
    for number, secret in enumerate(settings.sign.secrets):
        check_named(f"sign.secrets[{number}]", secret)
    if settings.sign.style == "hmac" and len(settings.sign.secrets) > 1:
        message = "sign.secrets: an HMAC is made with one secret; standard-webhooks can have two"
        raise Misconfigured(message)


kind = Kind(
    name="webhook",
    title={"sv": "Webhook (signerad)", "en": "Webhook (signed)"},
    settings=Settings,
    receivers=receivers,
    compose=compose,
    check=check,
)
