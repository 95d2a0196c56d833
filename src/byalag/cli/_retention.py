"""`byalag retention`: how long what is kept, what is due, and deleting it now."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from byalag.app import expire, expiring, open_hub
from byalag.cli._aside import time_of, user
from byalag.cli._language import say
from byalag.cli._out import HUB, Out, shared_options

if TYPE_CHECKING:
    from byalag.app import Ruled
    from byalag.model import Json
    from byalag.store import Expired


@click.group()
def retention() -> None:
    """Show how long what is kept, and delete what is due."""


@retention.command("show")
@click.argument("hub", type=HUB)
@click.option("--municipality", help="Code of the municipality; all of them when left out.")
@shared_options
def show(hub: Path, municipality: str | None, out: Out) -> None:
    """Show each rule: what is kept for how long, how much is due, and what is held."""
    _show(expiring(open_hub(hub), municipality), out)


@retention.command("run")
@click.argument("hub", type=HUB)
@click.option("--municipality", help="Code of the municipality; all of them when left out.")
@click.option("--dry-run", is_flag=True, help="Say what would be deleted; delete nothing.")
@shared_options
def run(hub: Path, municipality: str | None, dry_run: bool, out: Out) -> None:  # noqa: FBT001 -- click's signature
    """Delete what is due now. A running hub does so itself, once a day."""
    found = open_hub(hub)
    if dry_run:
        _show(expiring(found, municipality), out)
        return
    done = expire(found, municipality, user())
    out.result({"deleted": [_deleted(code, one) for code, one in done]})
    head = [say(name) for name in ("municipality", "what", "of", "count", "from", "to", "SHA-256")]
    rows = [
        (
            code,
            say(one.stuff),
            one.about or "-",
            str(one.count),
            time_of(one.first or 0),
            time_of(one.last or 0),
            one.digest[:12],
        )
        for code, one in done
    ]
    if rows:
        out.table(head, rows)
    else:
        out.line(say("Nothing was due."))


def _show(found: "list[Ruled]", out: Out) -> None:
    out.result({"rules": [_ruled(one) for one in found]})
    head = [say(name) for name in ("municipality", "what", "of", "kept", "due", "held")]
    out.table(
        head,
        [
            (
                one.municipality,
                say(one.rule.stuff),
                one.rule.about or "-",
                one.rule.kept,
                str(one.expired.count),
                one.rule.held or "-",
            )
            for one in found
        ],
    )


def _ruled(one: "Ruled") -> "Json":
    return {
        "municipality": one.municipality,
        "what": one.rule.stuff,
        "of": one.rule.about,
        "kept": one.rule.kept,
        "before": time_of(one.rule.before),
        "due": one.expired.count,
        "held": one.rule.held,
    }


def _deleted(code: str, one: "Expired") -> "Json":
    return {"municipality": code, "of": one.about, "what": one.stuff, **one.details}
