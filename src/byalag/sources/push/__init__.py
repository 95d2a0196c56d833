"""Series whose observations others push to us, over HTTP with a key of the municipality."""

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta, Struct

from byalag import Misconfigured
from byalag.mapping import (
    Context,
    Heard,
    QualitySpec,
    check_unit,
    rule_of_spec,
    told_of,
)
from byalag.model import Delivery, Duration, Json, Series, SeriesId, span
from byalag.sources import Common, Kind, Receive, Translate
from byalag.terms import possible

MICROSECOND = 1_000_000


class Pushed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One series that may be pushed. Its thing, property and sensor are read from its id."""

    id: SeriesId
    unit: str = "1"
    kind: Literal["measured", "sample", "forecast", "derived"] = "measured"
    cadence: Duration | None = None
    range: tuple[float, float] | None = None  # outside: kept, and flagged FAIL
    dataset: str | None = None  # default: the source's
    quality: QualitySpec | None = None  # the tests that values are put to


class Settings(Common, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file with `kind = "push"` may say: which series are taken, and nothing else."""

    series: Annotated[tuple[Pushed, ...], Meta(min_length=1)]


def reach(settings: Settings) -> Receive:
    """Say which series are taken."""
    return Receive(
        series=tuple(
            _series(pushed, number, settings.dataset)
            for number, pushed in enumerate(settings.series)
        ),
        ranges={pushed.id: pushed.range for pushed in settings.series if pushed.range is not None},
    )


def prepare(settings: Settings) -> Translate:
    """Check the series. What is pushed is already in our words, so nothing is translated."""
    ids = [series.id for series in settings.series]
    twice = sorted({known for known in ids if ids.count(known) > 1})
    if twice:
        message = f"`series`: {', '.join(twice)} is declared more than once"
        raise Misconfigured(message)
    for number, pushed in enumerate(settings.series):
        check_unit(pushed.unit, f"series[{number}].unit")
        if pushed.range is not None and not pushed.range[0] <= pushed.range[1]:
            message = f"series[{number}].range: write [lowest, highest]"
            raise Misconfigured(message)

    def translate(_delivery: Delivery, _context: Context) -> Iterator[Heard]:
        return iter(())

    return translate


def _range(pushed: Pushed) -> tuple[float, float] | None:
    """Return what the values can be: as the settings say, else as is physically possible."""
    if pushed.range is not None:
        return pushed.range
    return possible(pushed.id.partition("/")[2].partition("@")[0], pushed.unit)


def _series(pushed: Pushed, number: int, dataset: str) -> Series:
    thing, _, rest = pushed.id.partition("/")
    name, _, sensor = rest.partition("@")
    cadence = span(pushed.cadence).total_seconds() * MICROSECOND if pushed.cadence else None
    details: dict[str, Json] = {}
    if pushed.quality is not None:
        where = f"series[{number}].quality"
        details = told_of(
            rule_of_spec(pushed.quality, where, cadence=pushed.cadence, within=_range(pushed))
        )
    return Series(
        id=pushed.id,
        thing=thing,
        property=name,
        dataset=pushed.dataset or dataset,
        unit=pushed.unit,
        sensor=sensor,
        kind=pushed.kind,
        cadence=None if cadence is None else int(cadence),
        details=details,
    )


kind = Kind(
    name="push",
    title={"sv": "Mätvärden som skickas hit", "en": "Observations pushed to us"},
    settings=Settings,
    reach=reach,
    prepare=prepare,
)
