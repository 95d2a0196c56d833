"""`byalag migrate`: which schema the stores have, up to this Byalag's, and back again."""

from pathlib import Path

import click

from byalag.app import open_hub
from byalag.cli._aside import user
from byalag.cli._language import say
from byalag.cli._out import HUB, Out, shared_options
from byalag.engine import SystemClock
from byalag.model import Json
from byalag.store import Carried

_MEBIBYTE = 1 << 20


@click.group()
def migrate() -> None:
    """See which schema the stores have, bring them up, and take them back."""


@migrate.command("show")
@click.argument("hub", type=HUB)
@shared_options
def show(hub: Path, out: Out) -> None:
    """List the stores with their schema, and the copies that are kept from before upgrades."""
    from byalag.app import schemas  # noqa: PLC0415 -- only when it is asked for

    found = schemas(open_hub(hub))
    told: list[Json] = [
        {
            "store": one.path.name,
            "schema": one.schema,
            "copies": [
                {"file": str(copy.path), "schema": copy.schema, "bytes": copy.bytes}
                for copy in one.copies
            ],
        }
        for one in found
    ]
    out.result({"stores": told})
    out.table(
        [say("store"), say("schema"), say("copies from before")],
        [
            (
                one.path.name,
                str(one.schema),
                ", ".join(
                    f"{copy.schema} ({copy.bytes / _MEBIBYTE:.1f} MiB)" for copy in one.copies
                ),
            )
            for one in found
        ],
    )


@migrate.command("up")
@click.argument("hub", type=HUB)
@shared_options
def up(hub: Path, out: Out) -> None:
    """Bring every store to the schema of this Byalag, with a copy of each kept first."""
    from byalag.app import bring_up  # noqa: PLC0415 -- only when it is asked for

    found = bring_up(open_hub(hub))
    out.result({"stores": {one.path.name: one.schema for one in found}})
    for one in found:
        out.line(say("{store} has schema {schema}.", store=one.path.name, schema=one.schema))


@migrate.command("back")
@click.argument("hub", type=HUB)
@click.option(
    "--to", "schema", type=click.IntRange(1), required=True, help="The schema to go back to."
)
@shared_options
def back(hub: Path, schema: int, out: Out) -> None:
    """Put the copies of an older schema back, with what has been delivered since.

    The hub must be stopped. The newer stores are kept beside. Start the older Byalag afterwards.
    """
    from byalag.app import take_back  # noqa: PLC0415 -- only when it is asked for

    carried = take_back(open_hub(hub), schema, who=user(), now=SystemClock().now())
    out.result({"schema": schema, "stores": [_told(one) for one in carried]})
    if not carried:
        out.line(say("Every store has schema {schema} already.", schema=schema))
    for one in carried:
        _say(one, out)


@migrate.command("forget")
@click.argument("hub", type=HUB)
@shared_options
def forget(hub: Path, out: Out) -> None:
    """Delete the copies from before upgrades, and the newer stores from before going back."""
    from byalag.app import forget_copies  # noqa: PLC0415 -- only when it is asked for

    gone = forget_copies(open_hub(hub))
    out.result({"deleted": [str(folder) for folder in gone]})
    for folder in gone:
        out.line(str(folder))
    if not gone:
        out.message(say("There are no copies."))


def _told(one: Carried) -> Json:
    return {
        "store": one.path.name,
        "deliveries": one.deliveries,
        "sealed": one.sealed,
        "doings": dict(one.doings),
        "auditCarried": one.audited,
        "kept": str(one.aside),
    }


def _say(one: Carried, out: Out) -> None:
    out.line(say("{store} has schema {schema}.", store=one.path.name, schema=one.schema))
    out.message(
        say(
            "{count} deliveries since the upgrade will be read again when the hub starts.",
            count=one.deliveries,
        )
    )
    if one.sealed:
        out.message(
            say("{count} deliveries are sealed and were not carried over.", count=one.sealed)
        )
    doings = ", ".join(f"{what} ({count})" for what, count in one.doings.items())
    if doings:
        out.message(
            say(
                "Done since the upgrade: {doings}. Do again what is to hold: erasing, sharing.",
                doings=doings,
            )
        )
    out.message(
        say(
            "What was written through standards since is only in {file}, which is kept.",
            file=one.aside,
        )
    )
