"""`byalag aside`: what could not be said, why, and saying it when the mapping has been mended."""

import os
import pwd
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from byalag import Misconfigured
from byalag.app import look, mend, note_shown, open_hub
from byalag.cli._language import say
from byalag.cli._out import HUB, Out, camel, shared_options
from byalag.cli._reasons import reason

if TYPE_CHECKING:
    from byalag.engine import Replay, Shown
    from byalag.model import Json
    from byalag.store import Group, MappingVersion, SetAside

FOUND_WRONG = 3
LONGEST = 100
MUNICIPALITY = click.option(
    "--municipality", help="Code of the municipality, when there are several."
)


@click.group()
def aside() -> None:
    """List, show, replay and dismiss what was set aside."""


@aside.command("list")
@click.argument("hub", type=HUB)
@click.option("--source", help="Name of a source; all of them when left out.")
@click.option("--group", type=int, help="Number of a group: list what is in it.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="At most.")
@MUNICIPALITY
@shared_options
def list_aside(  # noqa: PLR0913, PLR0917 -- one parameter for each option
    hub: Path, source: str | None, group: int | None, limit: int, municipality: str | None, out: Out
) -> None:
    """List what is set aside, by source and reason; the hub may be running."""
    with look(open_hub(hub), municipality) as found:
        groups = found.groups(source)
        if group is not None:
            one = _group(groups, group)
            _rows(found.rows(one.source, one.group, limit), out)
            return
    out.result({"groups": [_as_json(one) for one in groups[:limit]], "count": len(groups)})
    if not groups:
        out.line(say("Nothing is set aside."))
        return
    head = [say("group"), say("count"), say("source"), say("last"), say("why")]
    out.table(
        head,
        [
            (str(g.no), str(g.count), g.source, time_of(g.last), _short(reason(g.example.why)))
            for g in groups[:limit]
        ],
    )
    out.message(say("Mend the source's file, then: byalag aside replay {hub} --group N", hub=hub))


@aside.command("show")
@click.argument("hub", type=HUB)
@click.argument("row", type=int)
@MUNICIPALITY
@shared_options
def show(hub: Path, row: int, municipality: str | None, out: Out) -> None:
    """Show one record: why it was set aside, its bytes, and the mapping that failed on it."""
    opened = open_hub(hub)
    with look(opened, municipality) as found:
        shown = found.show(row)
    if shown is None:
        raise Misconfigured(say("Nothing set aside has the number {row}.", row=row))
    note_shown(opened, municipality, shown.row, who=user())
    out.result(_shown(shown))
    one = shown.row
    state = _word(one.state)
    out.line(f"{one.seq}  {one.source}  {time_of(one.at)}  {state}  {say('tries')}: {one.tries}")
    out.line(f"{reason(one.where)}: {reason(one.why)}")
    out.line()
    out.line(_text(shown.before) + _text(one.record) + _text(shown.after))
    if shown.mapping is not None:
        out.line()
        out.line(say("Read by {version}:", version=shown.mapping.digest[:12]))
        out.line(shown.mapping.said)
    if shown.changed:
        out.line(say("The mapping has been changed since; it can be replayed."))


@aside.command("replay")
@click.argument("hub", type=HUB)
@click.argument("rows", nargs=-1, type=int, metavar="[ROW]...")
@click.option("--group", type=int, help="Number of a group, as `byalag aside list` shows it.")
@click.option("--source", help="Everything of one source.")
@click.option("--all", "everything", is_flag=True, help="Everything of every source.")
@click.option("--force", is_flag=True, help="Also what the mapping has not been changed for.")
@MUNICIPALITY
@shared_options
def replay(  # noqa: PLR0913, PLR0917 -- one parameter for each option
    hub: Path,
    rows: tuple[int, ...],
    group: int | None,
    source: str | None,
    everything: bool,  # noqa: FBT001 -- click's signature
    force: bool,  # noqa: FBT001 -- click's signature
    municipality: str | None,
    out: Out,
) -> int:
    """Say what can be said now, by the mapping as it is; the hub may be running."""
    _one_choice(rows, group, source, everything=everything)
    with mend(open_hub(hub), municipality) as mending:
        chosen = None if group is None else _group(mending.groups(), group)
        done = mending.replay(
            who=user(),
            rows=rows,
            source=source if chosen is None else chosen.source,
            group=None if chosen is None else chosen.group,
            force=force,
        )
    out.result(camel(done))
    _tell(done, out)
    return FOUND_WRONG if done.still or done.added or done.passed else 0


@aside.command("dismiss")
@click.argument("hub", type=HUB)
@click.argument("rows", nargs=-1, type=int, metavar="[ROW]...")
@click.option("--group", type=int, help="Number of a group, as `byalag aside list` shows it.")
@click.option("--why", default="", help="Why, for the audit.")
@MUNICIPALITY
@shared_options
def dismiss(  # noqa: PLR0913, PLR0917 -- one parameter for each option
    hub: Path,
    rows: tuple[int, ...],
    group: int | None,
    why: str,
    municipality: str | None,
    out: Out,
) -> None:
    """Let go of what need not be mended; it stays in the store and in the audit."""
    _one_choice(rows, group)
    with mend(open_hub(hub), municipality) as mending:
        if group is None:
            count = mending.dismiss(who=user(), rows=rows, why=why)
        else:
            one = _group(mending.groups(), group)
            count = mending.dismiss(who=user(), source=one.source, group=one.group, why=why)
    out.result({"dismissed": count})
    out.line(say("{count} dismissed.", count=count))


@aside.command("audit")
@click.argument("hub", type=HUB)
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="At most.")
@MUNICIPALITY
@shared_options
def audit(hub: Path, limit: int, municipality: str | None, out: Out) -> None:
    """List who replayed, dismissed and translated again, when and what."""
    with look(open_hub(hub), municipality) as found:
        lines = found.audit(limit)
    out.result({"audit": [camel(line) for line in lines]})
    out.table(
        [say("time"), say("who"), say("what"), say("source"), say("details")],
        [
            (time_of(o.at), o.who, _word(o.what), o.about, msgspec.json.encode(o.details).decode())
            for o in lines
        ],
    )


def time_of(at: int) -> str:
    """Return a time as people read it."""
    return f"{datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at):%Y-%m-%dT%H:%M:%SZ}"


def user() -> str:
    """Return who is at the terminal: the operating system's word, not the environment's."""
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"uid {number}"


def _one_choice(
    rows: Sequence[int], group: int | None, source: str | None = None, *, everything: bool = False
) -> None:
    given = [bool(rows), group is not None, source is not None, everything]
    if sum(given) != 1:
        raise click.UsageError(say("say what: numbers of records, or one of the options for many"))


def _group(groups: Sequence["Group"], number: int) -> "Group":
    for one in groups:
        if one.no == number:
            return one
    known = ", ".join(str(one.no) for one in groups) or say("none")
    message = say("No open group {number}; there is {known}.", number=number, known=known)
    raise Misconfigured(message)


def _rows(rows: Sequence["SetAside"], out: Out) -> None:
    out.result({"rows": [_row(one) for one in rows]})
    out.table(
        [say("record"), say("time"), say("where"), say("why"), say("tries")],
        [
            (str(o.seq), time_of(o.at), reason(o.where), _short(reason(o.why)), str(o.tries))
            for o in rows
        ],
    )


def _tell(done: "Replay", out: Out) -> None:
    out.line(
        say(
            "{deliveries} deliveries replayed: {mended} mended, {still} still set aside, "
            "{added} new.",
            deliveries=done.deliveries,
            mended=done.mended,
            still=done.still,
            added=done.added,
        )
    )
    for why, count in sorted(done.again.items(), key=lambda item: -item[1])[:10]:
        out.line(f"{count:>8}  {reason(why)}")
    for why, count in done.passed.items():
        out.line(say("{count} not replayed: {why}.", count=count, why=reason(why)))
    if done.forcible and not done.deliveries:
        out.message(say("--force replays them all the same."))


def _as_json(group: "Group") -> "Json":
    return {**camel(group), "example": _row(group.example)}


def _row(row: "SetAside") -> "Json":
    return {**camel(row), "record": _text(row.record)}


def _shown(shown: "Shown") -> "Json":
    mapping, now = shown.mapping, shown.now
    return {
        **camel(shown),
        "row": _row(shown.row),
        "before": _text(shown.before),
        "after": _text(shown.after),
        "mapping": None if mapping is None else _version(mapping),
        "now": None if now is None else _version(now),
        "changed": shown.changed,
    }


def _version(version: "MappingVersion") -> "Json":
    return {**camel(version), "settings": msgspec.json.decode(version.settings)}


def _word(english: str) -> str:
    """Return a word that the store uses, as people say it."""
    known = {
        "open": say("open"),
        "mended": say("mended"),
        "dismissed": say("dismissed"),
        "replay": say("replay"),
        "dismiss": say("dismiss"),
        "retranslate": say("retranslate"),
    }
    return known.get(english, english)


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
