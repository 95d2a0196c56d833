"""`byalag quality`: what a rule would flag among the values that are kept."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec
import numpy as np

from byalag.analysis import NAMES
from byalag.app import open_hub
from byalag.cli._aside import time_of
from byalag.cli._language import say
from byalag.cli._out import HUB, Out, shared_options
from byalag.mapping import QualitySpec
from byalag.model import Flag

if TYPE_CHECKING:
    from byalag.app import TriedRule

_FLAGS = (Flag.GOOD, Flag.SUSPECT, Flag.FAIL, Flag.NOT_EVALUATED, Flag.MISSING)
_COLUMNS = ("good", "suspect", "fail", "not evaluated", "missing")


@click.group()
def quality() -> None:
    """Try rules for how far values may be trusted."""


@quality.command("try")
@click.argument("hub", type=HUB)
@click.argument("series")
@click.option("--range", help="The lowest and the highest possible, as -2,40.")
@click.option("--suspect", help="The lowest and the highest usual, as 0,28.")
@click.option("--spike", help="How far from the middle of its neighbours, as 2 or 2,5.")
@click.option("--rate", help="How much in how long, as 3/h or 3/h,6/h.")
@click.option("--flat", help="How long it may stand still, as 12h or 12h,2d.")
@click.option("--tolerance", help="How little it varies when it stands still, as 0.05.")
@click.option("--gap", help="How many times its cadence may pass between two values, as 3.")
@click.option(
    "--days", type=click.IntRange(1, 3660), default=7, show_default=True, help="How far back."
)
@click.option(
    "--limit", type=click.IntRange(0, 10_000), default=5, show_default=True, help="Values shown."
)
@click.option("--municipality", help="Code of the municipality, when there are several.")
@shared_options
def try_(  # noqa: PLR0913, PLR0917 -- these are the options
    hub: Path,
    series: str,
    days: int,
    limit: int,
    municipality: str | None,
    out: Out,
    **limits: str | None,
) -> None:
    """Show what would be flagged among the values of a series. Nothing is written.

    A limit that is left out is the one that the series has.
    """
    from byalag.app import try_rule  # noqa: PLC0415 -- only when it is asked for

    until = datetime.now(UTC)
    found = try_rule(
        open_hub(hub), municipality, series, _spec(limits), until - timedelta(days=days), until
    )
    _show(found, limit, out)


def _spec(limits: Mapping[str, str | None]) -> QualitySpec:
    """Read limits as a file would have them: a list where there is a comma."""
    given: dict[str, Any] = {}
    for name, text in limits.items():
        if text is not None:
            parts = [_number(part.strip()) for part in text.split(",")]
            given[name] = parts if len(parts) > 1 else parts[0]
            try:
                msgspec.convert({name: given[name]}, QualitySpec)
            except msgspec.ValidationError as error:
                reason = say("{text} cannot be read as a limit", text=text)
                raise click.BadParameter(reason, param_hint=f"--{name}") from error
    return msgspec.convert(given, QualitySpec)


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _show(tried: "TriedRule", limit: int, out: Out) -> None:
    columns = dict(zip((*NAMES, "rolled"), (*tried.found.columns, tried.found.rolled), strict=True))
    counts = {
        name: [int(np.count_nonzero(column == flag)) for flag in _FLAGS]
        for name, column in columns.items()
    }
    examples = [_example(tried, place) for place in _flagged(tried)[:limit]]
    own = tried.own.version if tried.own else None
    out.result(
        {
            "series": tried.series.id,
            "rule": tried.rule.version,
            "own": own,
            "values": len(tried.run.times),
            "tests": {
                name: dict(zip(("good", "suspect", "fail", "notEvaluated", "missing"), each,
                               strict=True))
                for name, each in counts.items()
            },
            "flagged": list(examples),
        }
    )  # fmt: skip
    out.table(
        [say(name) for name in ("test", *_COLUMNS)],
        [(say(name), *map(str, each)) for name, each in counts.items()],
    )
    for one in examples:
        which = ", ".join(say(str(name)) for name in one["tests"])
        out.line(
            f"{one['time']}  {one['value']}  {say(_COLUMNS[_FLAGS.index(one['flag'])])}: {which}"
        )
    if not examples:
        out.line(say("Nothing would be flagged."))


def _flagged(tried: "TriedRule") -> list[int]:
    rolled = tried.found.rolled
    places: list[int] = np.flatnonzero((rolled == Flag.SUSPECT) | (rolled == Flag.FAIL)).tolist()
    return places


def _example(tried: "TriedRule", place: int) -> "dict[str, Any]":
    """Return a value, with the flags of the tests that struck."""
    found = zip(NAMES, tried.found.columns, strict=True)
    struck = {name: int(column[place]) for name, column in found}
    return {
        "time": time_of(int(tried.run.times[place])),
        "value": float(tried.run.values[place]),
        "flag": int(tried.found.rolled[place]),
        "tests": {name: flag for name, flag in struck.items() if flag in {Flag.SUSPECT, Flag.FAIL}},
    }
