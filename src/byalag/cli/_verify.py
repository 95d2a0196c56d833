"""`byalag verify` and `byalag audit`: is the audit as it was written, and who did what?"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from byalag.app import HUB_AUDIT, Found, damage, look_at_audit, open_hub, verify_audits
from byalag.cli._aside import time_of
from byalag.cli._language import say
from byalag.cli._out import HUB, Out, shared_options
from byalag.model import Json
from byalag.store import Note, Wanted

FOUND_WRONG = 3
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_DAY = click.DateTime(("%Y-%m-%d",))


@click.command()
@click.argument("hub", type=HUB)
@click.option(
    "--anchors",
    "copies",
    type=_FILE,
    multiple=True,
    help="A copy of anchors.jsonl that has been kept elsewhere.",
)
@click.option("--stores", is_flag=True, help="Look through every store as well; it takes a while.")
@shared_options
def verify(hub: Path, copies: tuple[Path, ...], out: Out, *, stores: bool) -> int:
    """Verify that no line of the audit has been altered; name the first that has."""
    opened = open_hub(hub)
    found = list(verify_audits(opened, copies))
    wrong = list(damage(opened)) if stores else []
    out.result(
        {
            "ok": not wrong and all(one.altered is None for one in found),
            "audits": [_told(one) for one in found],
            "stores": [{"file": file, "why": why} for file, why in wrong],
        }
    )
    for one in found:
        out.line(_in_words(one))
    for file, why in wrong:
        out.line(f"✗ {file}: {why}")
    altered = [one for one in found if one.altered is not None]
    if altered or wrong:
        out.message(
            say("Leave the files as they are, and compare with a backup: byalag backup verify.")
        )
    return FOUND_WRONG if altered or wrong else 0


@click.group()
def audit() -> None:
    """See who did what about whom."""


@audit.command("list")
@click.argument("hub", type=HUB)
@click.option("--municipality", help="Code of the municipality; without it the hub's own audit.")
@click.option("--about", default="", help="About what: a thing's id, a dataset, a source.")
@click.option("--who", default="", help="By whom, as the audit names them.")
@click.option("--what", default="", help="What was done: read, grant, replay ...")
@click.option("--since", type=_DAY, help="From this day, UTC.")
@click.option("--until", type=_DAY, help="Before this day, UTC.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="At most.")
@shared_options
def list_(  # noqa: PLR0913, PLR0917 -- one parameter for each option
    hub: Path,
    municipality: str | None,
    about: str,
    who: str,
    what: str,
    since: datetime | None,
    until: datetime | None,
    limit: int,
    out: Out,
) -> None:
    """List lines of the audit, newest first."""
    wanted = Wanted(about=about, who=who, what=what, since=_micros(since), until=_micros(until))
    with look_at_audit(open_hub(hub), municipality or HUB_AUDIT) as found:
        lines = found.notes(wanted, limit=limit)
    out.result({"audit": [_line(line) for line in lines]})
    out.table(
        ["nr", say("time"), say("who"), say("what"), say("about"), say("details")],
        [
            (
                str(one.seq),
                time_of(one.at),
                one.who,
                one.what,
                one.about,
                msgspec.json.encode(one.details).decode(),
            )
            for one in lines
        ],
    )


def _line(note: Note) -> Json:
    return {
        "seq": note.seq,
        "at": time_of(note.at),
        "who": note.who,
        "what": note.what,
        "about": note.about,
        "details": note.details,
    }


def _micros(day: datetime | None) -> int | None:
    return None if day is None else int(day.replace(tzinfo=UTC).timestamp()) * 1_000_000


def _told(found: Found) -> dict[str, Any]:
    altered = found.altered
    return {
        "audit": found.of,
        "lines": found.lines,
        "anchors": found.anchors,
        "ok": altered is None,
        "firstAltered": altered.seq if altered else None,
        "why": altered.why if altered else None,
    }


def _in_words(found: Found) -> str:
    name = say("the hub") if found.of == HUB_AUDIT else found.of
    if found.altered is None:
        return "✓ " + say(
            "{name}: {lines} lines are as they were written, held against {anchors} anchors.",
            name=name,
            lines=found.lines,
            anchors=found.anchors,
        )
    return "✗ " + say(
        "{name}: line {seq} is altered: {why}.",
        name=name,
        seq=found.altered.seq,
        why=found.altered.why,
    )
