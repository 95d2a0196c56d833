"""`byalag key`: which machines may do what in a municipality."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import click

from byalag import Misconfigured
from byalag.app import open_hub
from byalag.cli._language import say
from byalag.cli._out import HUB, Out, shared_options
from byalag.governance import Scope
from byalag.model import Json, span

SCOPES = get_args(Scope)


@click.group()
def key() -> None:
    """Make, list and revoke keys for machines that push, deliver, publish or watch."""


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
            "Keep it safe: it is not shown again. Restart the hub for it to count. {file}",
            file=file,
        )
    )


@key.command("list")
@click.argument("hub", type=HUB)
@click.option("--municipality", help="Code of the municipality; all of them when left out.")
@shared_options
def list_keys(hub: Path, municipality: str | None, out: Out) -> None:
    """List the keys: prefix, what they may do, until when. Never the keys themselves."""
    found = open_hub(hub)
    tenants = (found.tenant(municipality),) if municipality else found.tenants
    rows: list[dict[str, Json]] = [
        {
            "municipality": tenant.municipality.code,
            "prefix": one.prefix,
            "scopes": list(one.scopes),
            "expires": one.expires.isoformat() if one.expires else None,
            "revoked": one.revoked,
            "note": one.note,
        }
        for tenant in tenants
        for one in tenant.keys
    ]
    out.result({"keys": rows})
    out.table(
        [say(name) for name in ("municipality", "prefix", "scopes", "expires", "revoked", "note")],
        [
            (
                row["municipality"],
                row["prefix"],
                " ".join(row["scopes"]),
                row["expires"] or "-",
                say("yes") if row["revoked"] else "-",
                row["note"],
            )
            for row in rows
        ],
    )


@key.command("revoke")
@click.argument("hub", type=HUB)
@click.argument("prefix")
@click.option("--municipality", required=True, help="Code of the municipality.")
@shared_options
def revoke(hub: Path, prefix: str, municipality: str, out: Out) -> None:
    """Revoke a key by its prefix. It stops counting when the hub is restarted."""
    from byalag.app import revoke_key  # noqa: PLC0415 -- only when a key is revoked

    tenant = open_hub(hub).tenant(municipality)
    file = tenant.folder / "keys.toml"
    if not revoke_key(file, hub, prefix):
        known = ", ".join(one.prefix for one in tenant.keys) or say("none")
        message = say("No key {prefix!r}; there is {known}.", prefix=prefix, known=known)
        raise Misconfigured(message)
    out.result({"prefix": prefix, "revoked": True, "file": str(file)})
    out.line(say("The key {prefix} is revoked. Restart the hub.", prefix=prefix))


def _until(expires: str | None) -> datetime | None:
    if expires is None:
        return None
    try:
        length: timedelta = span(expires)
    except (KeyError, ValueError) as error:
        message = say("write a length of time such as 30d")
        raise click.BadParameter(message, param_hint="--expires") from error
    return datetime.now(UTC).replace(microsecond=0) + length
