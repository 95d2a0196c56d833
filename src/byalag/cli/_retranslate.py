"""`byalag retranslate`: what a changed mapping changes in what has been kept, and changing it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING

import click

from byalag.app import open_hub, translate_again
from byalag.cli._aside import time_of, user
from byalag.cli._language import say
from byalag.cli._out import HUB, Out, camel, shared_options

if TYPE_CHECKING:
    from byalag.model import Json
    from byalag.store import Difference, SeriesDifference, ThingDifference

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SHOWN = 10


class Moment(click.ParamType[int]):
    """A time or a day, UTC when no zone is given."""

    name = "time"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return whole microseconds UTC."""
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            self.fail(say("write a time such as 2026-07-01 or 2026-07-01T12:00:00Z"), param, ctx)
        zoned = at if at.tzinfo else at.replace(tzinfo=UTC)
        return (zoned - _EPOCH) // timedelta(microseconds=1)


@click.command()
@click.argument("hub", type=HUB)
@click.argument("source")
@click.option("--since", type=Moment(), help="Only deliveries that came at this time or later.")
@click.option("--until", type=Moment(), help="Only deliveries that came before this time.")
@click.option("--apply", "apply", is_flag=True, help="Write it, in one commit.")
@click.option("--municipality", help="Code of the municipality, when several have the source.")
@shared_options
def retranslate(  # noqa: PLR0913, PLR0917 -- one parameter for each option
    hub: Path,
    source: str,
    since: int | None,
    until: int | None,
    apply: bool,  # noqa: FBT001 -- click's signature
    municipality: str | None,
    out: Out,
) -> None:
    """Run kept deliveries through the mapping as it is now, and show what that changes."""
    with out.progress(say("Reading"), 1) as progress:
        found = translate_again(
            open_hub(hub),
            source,
            municipality=municipality,
            since=since,
            until=until,
            who=user() if apply else None,
            progress=lambda done, total: progress(done * 1000 // max(total, 1)),
        )
    out.result(_as_json(found, applied=apply))
    _tell(found, out)
    if apply:
        out.line(say("Written. Restart the hub if it runs and the mapping is newer than it."))
    elif not found.empty:
        out.message(say("Nothing has been written; --apply writes it."))


def _tell(found: "Difference", out: Out) -> None:
    out.line(
        say(
            "{deliveries} deliveries read: {added} observations added, {changed} changed, "
            "{gone} gone; {things} descriptions changed.",
            deliveries=found.deliveries,
            added=found.total("added"),
            changed=found.total("changed"),
            gone=found.total("gone"),
            things=len(found.things),
        )
    )
    if found.mended or found.set_aside:
        out.line(
            say(
                "{mended} no longer set aside, {count} newly set aside.",
                mended=found.mended,
                count=found.set_aside,
            )
        )
    if found.series:
        out.line()
        head = [say("series"), say("added"), say("changed"), say("gone"), say("for instance")]
        out.table(head, [_series_row(one) for one in found.series[:_SHOWN]])
        _more(len(found.series), out)
    if found.things:
        out.line()
        head = [say("thing"), say("dataset"), say("what")]
        out.table(head, [_thing_row(one) for one in found.things[:_SHOWN]])
        _more(len(found.things), out)
    for word, names in ((say("new series"), found.declared), (say("no series"), found.undeclared)):
        if names:
            out.line(f"{word}: {', '.join(names[:_SHOWN])}{' …' if len(names) > _SHOWN else ''}")


def _more(count: int, out: Out) -> None:
    if count > _SHOWN:
        out.line(say("{shown} of {count}; --json shows every one.", shown=_SHOWN, count=count))


def _series_row(one: "SeriesDifference") -> tuple[str, str, str, str, str]:
    examples = [f"{time_of(at)} {_value(was)} → {_value(now)}" for at, was, now in one.examples]
    counts = (str(one.added), str(one.changed), str(one.gone))
    return (one.series, *counts, examples[0] if examples else "-")


def _thing_row(one: "ThingDifference") -> tuple[str, str, str]:
    return one.thing, one.dataset, "; ".join(_words(one)) or "-"


def _words(one: "ThingDifference") -> Iterator[str]:
    """Say which words of a description differ."""
    if one.before is None or one.after is None:
        yield say("added") if one.before is None else say("gone")
        return
    was, now = one.before, one.after
    for name in ("type", "name", "municipality", "point"):
        if getattr(was, name) != getattr(now, name):
            yield f"{name}: {getattr(was, name)} → {getattr(now, name)}"
    for name in sorted(was.properties.keys() | now.properties.keys()):
        old, new = was.properties.get(name), now.properties.get(name)
        if old != new:
            yield f"{name}: {'-' if old is None else old} → {'-' if new is None else new}"


def _value(value: float | None) -> str:
    return "-" if value is None or isnan(value) else f"{value:.10g}"


def _as_json(found: "Difference", *, applied: bool) -> "Json":
    return {
        **camel(found),
        "observations": {
            "added": found.total("added"),
            "changed": found.total("changed"),
            "gone": found.total("gone"),
        },
        "applied": applied,
    }
