"""`byalag source`: try a source once, and list the kinds that there are."""

from datetime import UTC, datetime, timedelta
from math import isnan
from pathlib import Path

import click
import msgspec
from msgspec.structs import replace

from byalag.app import open_hub, try_once
from byalag.cli._draft import draft_
from byalag.cli._language import language, say
from byalag.cli._out import HUB, Out, shared_options
from byalag.cli._parts import check_parts, read, recorded
from byalag.cli._reasons import reason
from byalag.engine import Tried
from byalag.model import Json, Observation, Rejected, Thing
from byalag.sources import kinds

FOUND_WRONG = 3
UNREACHABLE = 5
SHOWN = 10
LONGEST = 40  # characters of a property's value


@click.group()
def source() -> None:
    """Try a source, and list the kinds of sources."""


source.add_command(draft_)


@source.command("kinds")
@shared_options
def list_kinds(out: Out) -> None:
    """List the kinds of sources that a file may name."""
    found = [kinds()[name] for name in sorted(kinds())]
    out.result({"kinds": [{"name": kind.name, "title": kind.title} for kind in found]})
    out.table(
        (say("kind"), say("what it is")),
        [(kind.name, kind.title.get(language(), kind.title["en"])) for kind in found],
    )


@source.command("try")
@click.argument("hub", type=HUB)
@click.argument("name", metavar="SOURCE")
@click.option(
    "--file",
    "files",
    multiple=True,
    help="Use a recorded answer, not the network: FILE, or part=FILE.",
)
@click.option("--municipality", help="Code of the municipality, when several have the source.")
@click.option("--all", "everything", is_flag=True, help="Show every fact, not only the first.")
@shared_options
def try_(  # noqa: PLR0913, PLR0917 -- one parameter for each option
    hub: Path,
    name: str,
    files: tuple[str, ...],
    municipality: str | None,
    everything: bool,  # noqa: FBT001 -- click gives a flag by name
    out: Out,
) -> int:
    """Ask a source once and show what it gives and what would be set aside. Writes nothing."""
    found = open_hub(hub)
    answers = dict(recorded(given, hint="--file") for given in files)
    check_parts(found, name, municipality, answers, hint="SOURCE" if not files else "--file")
    bodies = {part: read(file, hint="--file") for part, file in answers.items()} or None
    tried = try_once(found, name, municipality=municipality, bodies=bodies)
    limit = None if everything else SHOWN
    out.result(_json(tried, limit))
    _show(tried, limit, out)
    if tried.error:
        return FOUND_WRONG if bodies or tried.answers else UNREACHABLE
    return FOUND_WRONG if tried.set_aside else 0


def _json(tried: Tried, limit: int | None) -> Json:
    return {
        "source": tried.source,
        "answers": tried.answers,
        "records": tried.records,
        "things": tried.things,
        "series": tried.series,
        "observations": tried.observations,
        "skipped": tried.skipped,
        "setAside": len(tried.set_aside),
        "reasons": [_reason(rejected) for rejected in tried.set_aside[:limit]],
        "facts": msgspec.to_builtins(tried.facts[:limit]),
        "error": tried.error,
    }


def _reason(rejected: Rejected) -> Json:
    return {
        "where": rejected.where,
        "why": rejected.why,
        "record": rejected.record.decode("utf-8", "replace")[:500],
    }


def _show(tried: Tried, limit: int | None, out: Out) -> None:
    for part, size in tried.answers.items():
        out.line(say("answer {part}: {size} bytes", part=part, size=size))
    out.line(
        say(
            "{records} records: {things} things, {series} series, {observations} observations, "
            "{aside} set aside.",
            records=tried.records,
            things=tried.things,
            series=tried.series,
            observations=tried.observations,
            aside=len(tried.set_aside),
        )
    )
    for why, count in tried.skipped.items():
        out.line(say("{count} passed over: {why}", count=count, why=reason(why)))
    _table(
        out,
        (say("thing"), say("name"), say("position"), say("properties")),
        [_row(thing) for thing in _whole(tried)],
        limit,
    )
    _table(
        out,
        (say("series"), say("value"), say("time")),
        [_observed(one) for one in tried.facts if isinstance(one, Observation)],
        limit,
    )
    _table(
        out,
        (say("set aside"), say("why")),
        [(reason(one.where), reason(one.why)) for one in tried.set_aside],
        limit,
    )
    if tried.error:
        out.message(f"{say('error')}: {reason(tried.error)}")


def _table(out: Out, head: tuple[str, ...], rows: list[tuple[str, ...]], limit: int | None) -> None:
    if not rows:
        return
    out.line()
    out.table(head, rows[:limit])
    if limit is not None and len(rows) > limit:
        out.line(say("{shown} of {count}; --all shows every one.", shown=limit, count=len(rows)))


def _whole(tried: Tried) -> list[Thing]:
    """Return each thing once, as all the answers together describe it."""
    whole: dict[str, Thing] = {}
    for fact in tried.facts:
        if not isinstance(fact, Thing):
            continue
        known = whole.get(fact.id, fact)
        whole[fact.id] = replace(
            fact,
            name=fact.name or known.name,
            point=fact.point or known.point,
            properties={**known.properties, **fact.properties},
        )
    return list(whole.values())


def _row(thing: Thing) -> tuple[str, str, str, str]:
    where = f"{thing.point.latitude:.5f}, {thing.point.longitude:.5f}" if thing.point else "-"
    said = (
        f"{name}={_short(value)}" for name, value in thing.properties.items() if value is not None
    )
    return thing.id, thing.name or "-", where, " ".join(said) or "-"


def _short(value: Json) -> str:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _observed(one: Observation) -> tuple[str, str, str]:
    value = "-" if isnan(one.value) else f"{one.value:.10g}"
    return one.series, value, _time(one.at)


def _time(at: int) -> str:
    return f"{datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at):%Y-%m-%dT%H:%M:%SZ}"
