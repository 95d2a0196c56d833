"""`byalag source`: try a source once, and list the kinds that there are."""

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import msgspec

from byalag.app import open_hub, try_once
from byalag.cli._language import language, say
from byalag.cli._out import HUB, Out, shared_options
from byalag.engine import Tried
from byalag.model import Json, Observation, Rejected, Thing
from byalag.sources import kinds

FOUND_WRONG = 3
UNREACHABLE = 5
SHOWN = 10


@click.group()
def source() -> None:
    """Try a source, and list the kinds of sources."""


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
    bodies = dict(_body(given) for given in files) or None
    tried = try_once(open_hub(hub), name, municipality=municipality, bodies=bodies)
    limit = None if everything else SHOWN
    out.result(_json(tried, limit))
    _show(tried, limit, out)
    if tried.error:
        return FOUND_WRONG if bodies or tried.answers else UNREACHABLE
    return FOUND_WRONG if tried.set_aside else 0


def _body(given: str) -> tuple[str, bytes]:
    part, equals, name = given.partition("=")
    file = Path(name) if equals and not Path(given).is_file() else Path(given)
    if not file.is_file():
        raise click.BadParameter(say("there is no file {file}", file=file), param_hint="--file")
    body = file.read_bytes()
    plain = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
    return (part if file != Path(given) else "main"), plain


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
        out.line(say("{count} passed over: {why}", count=count, why=why))
    things = [fact for fact in tried.facts if isinstance(fact, Thing)][:limit]
    if things:
        out.line()
        out.table((say("thing"), say("name"), say("position")), [_row(thing) for thing in things])
    observed = [fact for fact in tried.facts if isinstance(fact, Observation)][:limit]
    if observed:
        out.line()
        out.table(
            (say("series"), say("value"), say("time")),
            [(one.series, f"{one.value:g}", _time(one.at)) for one in observed],
        )
    if tried.set_aside:
        out.line()
        out.table(
            (say("set aside"), say("why")),
            [(one.where, one.why) for one in tried.set_aside[:limit]],
        )
    if tried.error:
        out.message(f"{say('error')}: {tried.error}")


def _row(thing: Thing) -> tuple[str, str, str]:
    where = f"{thing.point.latitude:.5f}, {thing.point.longitude:.5f}" if thing.point else "-"
    return thing.id, thing.name or "-", where


def _time(at: int) -> str:
    return f"{datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at):%Y-%m-%dT%H:%M:%SZ}"
