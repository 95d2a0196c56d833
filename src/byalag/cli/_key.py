"""`byalag key`: which machines may do what in a municipality."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import click

from byalag import Misconfigured
from byalag.app import Hub, open_hub
from byalag.cli._language import say
from byalag.cli._out import HUB, Out, shared_options
from byalag.governance import Scope
from byalag.model import Json, span

SCOPES = get_args(Scope)


@click.group()
def key() -> None:
    """Make, list, rotate and revoke keys for machines that push, deliver, publish or watch."""


@key.command("new")
@click.argument("hub", type=HUB)
@click.option("--municipality", required=True, help="Code of the municipality.")
@click.option("--note", default="", help="Who has the key and what for.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(SCOPES),
    default=("observations:write",),
    show_default=True,
    help="What the key may do.",
)
@click.option("--expires", help="How long the key is good, for instance 365d.")
@shared_options
def new(  # noqa: PLR0913, PLR0917 -- one parameter for each option
    hub: Path,
    municipality: str,
    note: str,
    scopes: tuple[str, ...],
    expires: str | None,
    out: Out,
) -> None:
    """Make a key. It is shown once; only its SHA-256 is kept, in keys.toml."""
    from byalag.app import add_key  # noqa: PLC0415 -- only when a key is made
    from byalag.governance import issue  # noqa: PLC0415 -- only when a key is made

    tenant = open_hub(hub).tenant(municipality)
    issued = issue(
        tenant.municipality.code,
        scopes,  # type: ignore[arg-type]  # click has checked them against SCOPES
        random=os.urandom(40),
        expires=_until(expires),
        note=note,
    )
    file = tenant.folder / "keys.toml"
    add_key(file, issued.key)
    out.result({"key": issued.text, "prefix": issued.key.prefix, "file": str(file)})
    out.line(issued.text)
    out.message(
        say(
            "Keep it safe: it is not shown again. A hub that runs takes it up by itself. {file}",
            file=file,
        )
    )


@key.command("list")
@click.argument("hub", type=HUB)
@click.option("--municipality", help="Code of the municipality; all of them when left out.")
@shared_options
def list_keys(hub: Path, municipality: str | None, out: Out) -> None:
    """List the keys: prefix, what they may do, until when. Never the keys themselves."""
    from byalag.app import list_keys  # noqa: PLC0415 -- only when keys are listed

    rows: list[dict[str, Json]] = [
        {
            "municipality": one.key.municipality,
            "prefix": one.key.prefix,
            "scopes": list(one.key.scopes),
            "expires": one.key.expires.isoformat() if one.key.expires else None,
            "revoked": one.key.revoked,
            "note": one.key.note,
            "application": one.key.application,
            "lastUsed": one.last_used.isoformat(timespec="minutes") if one.last_used else None,
            "filed": one.filed,
        }
        for one in list_keys(open_hub(hub), municipality)
    ]
    out.result({"keys": rows})
    names = ("municipality", "prefix", "scopes", "expires", "revoked", "last used", "note")
    out.table(
        [say(name) for name in names],
        [
            (
                row["municipality"] or "-",
                row["prefix"],
                " ".join(row["scopes"]),
                row["expires"] or "-",
                say("yes") if row["revoked"] else "-",
                row["lastUsed"] or "-",
                row["note"] or row["application"],
            )
            for row in rows
        ],
    )


@key.command("revoke")
@click.argument("hub", type=HUB)
@click.argument("prefix")
@click.option("--municipality", help="Code of the municipality; all of them when left out.")
@shared_options
def revoke(hub: Path, prefix: str, municipality: str | None, out: Out) -> None:
    """Revoke a key by its prefix. A hub that runs refuses it within a second."""
    from byalag.app import revoke_anywhere  # noqa: PLC0415 -- only when a key is revoked

    found = open_hub(hub)
    if not revoke_anywhere(found, prefix, municipality, at=_micros(datetime.now(UTC))):
        raise _none_such(found, prefix, municipality)
    out.result({"prefix": prefix, "revoked": True})
    out.line(say("The key {prefix} is revoked.", prefix=prefix))


@key.command("rotate")
@click.argument("hub", type=HUB)
@click.argument("prefix")
@click.option("--municipality", help="Code of the municipality; all of them when left out.")
@click.option(
    "--overlap",
    default="7d",
    show_default=True,
    help="How long the secret it has now is good, too.",
)
@shared_options
def rotate(hub: Path, prefix: str, municipality: str | None, overlap: str, out: Out) -> None:
    """Give a key a new secret. The prefix stays, and both secrets are good for a while."""
    from byalag.app import rotate_anywhere  # noqa: PLC0415 -- only when a key is rotated

    found, now = open_hub(hub), datetime.now(UTC).replace(microsecond=0)
    until = now + _length(overlap, "--overlap")
    issued = rotate_anywhere(
        found, prefix, municipality, random=os.urandom(32), until=until, at=_micros(now)
    )
    if issued is None:
        raise _none_such(found, prefix, municipality)
    out.result({"key": issued.text, "prefix": prefix, "until": until.isoformat()})
    out.line(issued.text)
    out.message(
        say(
            "Keep it safe: it is not shown again. The former secret is good until {until}.",
            until=until.isoformat(),
        )
    )


def _none_such(hub: Hub, prefix: str, municipality: str | None) -> Misconfigured:
    from byalag.app import list_keys  # noqa: PLC0415 -- only when there is no such key

    there = [one.key.prefix for one in list_keys(hub, municipality) if not one.key.revoked]
    known = ", ".join(there) or say("none")
    return Misconfigured(say("No key {prefix!r}; there is {known}.", prefix=prefix, known=known))


def _until(expires: str | None) -> datetime | None:
    if expires is None:
        return None
    return datetime.now(UTC).replace(microsecond=0) + _length(expires, "--expires")


def _length(given: str, option: str) -> timedelta:
    try:
        return span(given)
    except (KeyError, ValueError) as error:
        message = say("write a length of time such as 30d")
        raise click.BadParameter(message, param_hint=option) from error


def _micros(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
