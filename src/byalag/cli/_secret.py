"""`byalag secret`: the master key and the municipalities' keys. None of them is ever shown."""

import base64
import os
from datetime import UTC, datetime
from pathlib import Path

import click

from byalag import Misconfigured
from byalag.app import keys_of, open_hub
from byalag.cli._aside import time_of
from byalag.cli._language import say
from byalag.cli._out import HUB, Out, shared_options
from byalag.store import Keys

_BYTES = 32


@click.group()
def secret() -> None:
    """Make a master key, rotate the municipalities' keys, and count them."""


@secret.command("new")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@shared_options
def new(file: Path, out: Out) -> None:
    """Write a new master key to a file that only its owner can read."""
    number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "wb") as opened:
        opened.write(base64.urlsafe_b64encode(os.urandom(_BYTES)) + b"\n")
    out.result({"file": str(file)})
    out.line(
        say(
            "{file} holds a new master key. Keep a copy of it apart from the backups: without it "
            "nothing that is sealed can be read again.",
            file=file,
        )
    )


@secret.command("rotate")
@click.argument("hub", type=HUB)
@click.option("--municipality", help="Code of the municipality; all of them when left out.")
@shared_options
def rotate(hub: Path, municipality: str | None, out: Out) -> None:
    """Wrap every key by a new one, and that by the present master key. A hub may be running."""
    now = int(datetime.now(UTC).timestamp() * 1_000_000)
    done: dict[str, int] = {}
    for code, keys in _keys(hub, municipality):
        done[code] = keys.rotate(now)
        keys.close()
    out.result({"wrapped": done})
    for code, count in done.items():
        out.line(say("{code}: {count} keys are wrapped by a new one.", code=code, count=count))
    out.message(say("Take the former master keys out of hub.toml, if there are any."))


@secret.command("list")
@click.argument("hub", type=HUB)
@click.option("--municipality", help="Code of the municipality; all of them when left out.")
@shared_options
def list_keys(hub: Path, municipality: str | None, out: Out) -> None:
    """Count the keys by what they are for; the keys themselves are never shown."""
    rows: list[tuple[str, str, str, str, str]] = []
    for code, keys in _keys(hub, municipality):
        rows += [
            (code, use, str(count), time_of(first), time_of(last))
            for use, count, first, last in keys.counts()
        ]
        keys.close()
    names = ("municipality", "use", "count", "first", "last")
    out.result({"keys": [dict(zip(names, row, strict=True)) for row in rows]})
    out.table([say(name) for name in names], rows)


def _keys(hub: Path, municipality: str | None) -> list[tuple[str, Keys]]:
    found = open_hub(hub)
    tenants = (found.tenant(municipality),) if municipality else found.tenants
    codes = [tenant.municipality.code for tenant in tenants]
    opened = [(code, keys) for code in codes if (keys := keys_of(found, code)) is not None]
    if not opened:
        message = say("hub.toml seals nothing: write [sealing] with master in it.")
        raise Misconfigured(message)
    return opened
