"""How good a dataset was day by day, drawn as a line with gaps where nothing could be judged."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from byalag.model import Micros
from byalag.pages._desk import moment
from byalag.store import Share

_DAY = 86_400_000_000
DAYS = 31
WIDE, HIGH, EDGE = 310, 60, 4


class Day(Struct, frozen=True):
    """One day: the share of what was as it should be, so many of so many."""

    day: date
    share: float
    part: int
    whole: int


class Trend(Struct, frozen=True):
    """A month of one metric: the days that were judged, newest first, and the line as SVG paths."""

    days: Sequence[Day]
    paths: Sequence[str]
    lowest: float


def trend(shares: Sequence[Share], now: Micros) -> Trend | None:
    """Return a month of one metric; None where no day could be judged."""
    if not shares:
        return None
    last = now - now % _DAY
    points = {one.day: one.part / one.whole for one in shares}
    runs: list[list[str]] = [[]]
    for number in range(DAYS):
        share = points.get(last - (DAYS - 1 - number) * _DAY)
        if share is None:
            runs.append([])
            continue
        x = EDGE + number * (WIDE - 2 * EDGE) / (DAYS - 1)
        y = EDGE + (1 - share) * (HIGH - 2 * EDGE)
        runs[-1].append(f"{x:.1f} {y:.1f}")
    paths = [f"M{'L'.join(run if len(run) > 1 else run * 2)}" for run in runs if run]
    days = [
        Day(moment(one.day).date(), one.part / one.whole, one.part, one.whole)
        for one in reversed(shares)
    ]
    return Trend(days, paths, min(points.values()))
