"""One week of one series as a picture and as a table: what a reader gets without any script.

A chart is drawn in percent of its field, so that its text keeps its size on a narrow screen. Where
values are missing the line is broken, never bridged.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import groupby, pairwise
from math import ceil, floor, log10
from statistics import fmean, median

from msgspec import Struct

from byalag.pages._format import Local
from byalag.services.baths import Period, PropertyHistory, Value

_STEPS = (1, 2, 5, 10)
_LEVELS = 4  # about so many horizontal lines
_SILENCE = 3.5  # a pause so many times longer than usual is a gap
_ROOM = 92.0  # percent; further to the right a name would leave the field
_FINE = 360  # more points than this do not show in a chart of this size


class Mark(Struct, frozen=True):
    """Where a line of the grid lies, in percent of the field, and what stands beside it."""

    percent: float
    text: str


class Dot(Struct, frozen=True):
    """A value that stands alone, in percent of the field."""

    x: float
    y: float


class Day(Struct, frozen=True):
    """One local day of the table: what was lowest, highest and usual, and of how many values."""

    day: date
    lowest: float | None
    mean: float | None
    highest: float | None
    count: int


class Chart(Struct, frozen=True, kw_only=True):
    """A week, drawn. `lines` and `areas` are paths in a field of 1000 by 1000."""

    lines: Sequence[str]
    areas: Sequence[str]
    dots: Sequence[Dot]
    levels: Sequence[Mark]
    days: Sequence[Mark]
    table: Sequence[Day]
    low: float
    high: float
    last: float
    count: int
    broken: bool
    decimals: int
    suffix: str
    finding: str
    write: Callable[[float], str]


class Scale(Struct, frozen=True):
    """From time and value to a place in the field: 0 to 1, downwards."""

    period: Period
    bottom: float
    top: float

    def x(self, at: datetime) -> float:
        """Return how far into the period an instant is."""
        return (at - self.period.start) / (self.period.end - self.period.start)

    def y(self, value: float) -> float:
        """Return how far down a value lies."""
        return (self.top - value) / (self.top - self.bottom)


class Style(Struct, frozen=True, kw_only=True):
    """How one property is drawn: with how many decimals, with what after it, from zero or not."""

    decimals: int
    suffix: str
    from_zero: bool
    finding: Callable[[str, str, str], str]

    def write(self, local: Local, value: float) -> str:
        """Write one value with its unit."""
        return local.number(value, self.decimals) + self.suffix


def draw(history: PropertyHistory, local: Local, style: Style) -> Chart | None:
    """Draw a history; None if it has no value that could be used."""
    usable = [value.value for value in history.values if value.value is not None]
    if not usable:
        return None
    low, high = min(usable), max(usable)
    steps = list(_levels(0 if style.from_zero else low, high, style.decimals))
    scale = Scale(history.period, steps[0], steps[-1])
    runs = list(_runs(history.values))
    write = partial(style.write, local)
    return Chart(
        lines=[_path(run, scale) for run in runs if len(run) > 1],
        areas=[_area(run, scale) for run in runs if len(run) > 1],
        dots=[_dot(run[0], scale) for run in runs if len(run) == 1],
        levels=[
            Mark(round(100 * scale.y(step), 2), local.number(step, _decimals(steps)))
            for step in steps
        ],
        days=list(_days(scale, local)),
        table=list(_table(history.values, local)),
        low=low,
        high=high,
        last=usable[-1],
        count=len(usable),
        broken=len(runs) > 1,
        decimals=style.decimals,
        suffix=style.suffix,
        finding=style.finding(write(low), write(high), write(usable[-1])),
        write=write,
    )


def _levels(low: float, high: float, decimals: int) -> Iterator[float]:
    """Yield round values from just below the lowest to just above the highest."""
    spread = max(high - low, 10.0**-decimals * _LEVELS)
    power = 10.0 ** floor(log10(spread / _LEVELS))
    step = next(step * power for step in _STEPS if step * power * _LEVELS >= spread)
    step = max(step, 10.0**-decimals)
    first = floor(low / step)
    last = max(ceil(high / step), first + 1)
    yield from (round(number * step, 6) for number in range(first, last + 1))


def _decimals(steps: Sequence[float]) -> int:
    return 0 if all(step == int(step) for step in steps) else 1


def _runs(values: Sequence[Value]) -> Iterator[list[Value]]:
    """Yield the stretches without a gap. Suspect values are drawn, failed ones are gaps."""
    times = [value.time for value in values]
    pauses = [(later - earlier).total_seconds() for earlier, later in pairwise(times)]
    longest = median(pauses) * _SILENCE if pauses else 0.0
    run: list[Value] = []
    for value in values:
        silent = run and (value.time - run[-1].time).total_seconds() > longest
        if run and (silent or value.value is None):
            yield _thin(run)
            run = []
        if value.value is not None:
            run.append(value)
    if run:
        yield _thin(run)


def _thin(run: list[Value]) -> list[Value]:
    """Keep what shows: of many values, the lowest and highest of each small stretch."""
    if len(run) <= _FINE:
        return run
    width = ceil(2 * len(run) / _FINE)
    kept: list[Value] = [run[0]]
    for start in range(1, len(run) - 1, width):
        stretch = sorted(run[start : min(start + width, len(run) - 1)], key=_value)
        kept += sorted({stretch[0], stretch[-1]}, key=lambda value: value.time)
    return [*kept, run[-1]]


def _value(value: Value) -> float:
    return value.value or 0.0


def _points(run: Sequence[Value], scale: Scale) -> list[tuple[int, int]]:
    return [
        (round(1000 * scale.x(value.time)), round(1000 * scale.y(_value(value)))) for value in run
    ]


def _path(run: Sequence[Value], scale: Scale) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in _points(run, scale))


def _area(run: Sequence[Value], scale: Scale) -> str:
    first, last = (round(1000 * scale.x(run[end].time)) for end in (0, -1))
    return f"{_path(run, scale)}L{last} 1000L{first} 1000Z"


def _dot(value: Value, scale: Scale) -> Dot:
    return Dot(round(100 * scale.x(value.time), 2), round(100 * scale.y(_value(value)), 2))


def _days(scale: Scale, local: Local) -> Iterator[Mark]:
    """Yield the local midnights of the period; a day of 23 or 25 hours is as long as it was."""
    day = local.local_day(scale.period.start) + timedelta(days=1)
    while (midnight := datetime.combine(day, time(), local.zone)) < scale.period.end:
        percent = round(100 * scale.x(midnight), 2)
        name = local.weekday(day, "EEE d").replace(".", "")
        yield Mark(percent, name if percent < _ROOM else "")
        day += timedelta(days=1)


def _table(values: Sequence[Value], local: Local) -> Iterator[Day]:
    for day, group in groupby(values, key=lambda value: local.local_day(value.time)):
        usable = [value.value for value in group if value.value is not None]
        if usable:
            yield Day(day, min(usable), fmean(usable), max(usable), len(usable))
        else:
            yield Day(day, None, None, None, 0)
