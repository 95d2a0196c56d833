"""Wilhelm and Wahl 2024: an inactivity score that an uncertain event only lowers in part.

doi 10.3390/s24206583. The score rises by one a minute. An event lowers it by the share that its
sensor can be trusted: its certainty, less if the same sensor spoke within its time of release
(six hours times its uncertainty). The line at a time of day is 110 % of the highest score within
an hour of it on the days of the same kind (working days; week-ends) of the last thirty, or of the
upper quartile plus one and a half times the quartiles' distance where that is lower.
"""

from datetime import date, timedelta
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.lib.stride_tricks import sliding_window_view

from byalag.analysis import Stretch
from byalag.trials._log import DAY, OUTSIDE, Bools, Floats, Ints
from byalag.trials._method import elapsed, last_row, minute_of_day, near

DAYS: Final = 30
AROUND: Final = 60  # minutes before and after
RELEASE: Final = 360.0  # minutes
FACTOR: Final = 1.1
FEW: Final = 3  # days of a kind; with fewer there is no line
SATURDAY: Final = 5


class WilhelmWahl(Struct, frozen=True):
    """The score and line as published; with `away`, lines of their own while the person is out.

    No public set says how far an event can be trusted; all are taken as certain unless told.
    """

    name: str = "wilhelm-wahl"
    away: bool = False
    certainty: float = 1.0

    def learn(self, past: Stretch, /) -> "ScoreLine":
        """Return the lines by minute of the day, for working days and week-ends."""
        score = inactivity(past, self.certainty)
        days = min(DAYS, len(past) // DAY)
        kept = slice(len(past) - days * DAY, None)
        weekend = _weekend(past.begins + len(past) - days * DAY, days)
        outside = last_row(past)[kept] == OUTSIDE
        every = _lines(score[kept], weekend)
        if not self.away:
            return ScoreLine(every, every, self.certainty)
        home, out = (
            _lines(np.where(here, score[kept], -1.0), weekend) for here in (~outside, outside)
        )
        return ScoreLine(
            np.where(home > 0, home, every), np.where(out > 0, out, every), self.certainty
        )


class ScoreLine(Struct, frozen=True):
    """Highest score allowed, shape (2, 1440): on working days, on week-ends."""

    home: Floats
    out: Floats
    certainty: float

    def nearness(self, seen: Stretch, first: int, /) -> Floats:
        """Return the score against the line of the minute of the day."""
        kind = _weekend(seen.begins, -(-(len(seen) + seen.begins % DAY) // DAY)).astype(int)
        kind = np.repeat(kind, DAY)[seen.begins % DAY :][: len(seen)]
        of_day = minute_of_day(seen)
        outside = last_row(seen) == OUTSIDE
        line = np.where(outside, self.out[kind, of_day], self.home[kind, of_day])
        return near(seen, first, inactivity(seen, self.certainty), line)


def inactivity(seen: Stretch, certainty: float = 1.0) -> Floats:
    """Return the score at every minute; with full certainty it is the elapsed time."""
    quiet = elapsed(seen).astype(float)
    if certainty >= 1:
        return quiet
    clock = np.cumsum(seen.observed)
    score, before = 0.0, 0.0
    carried = np.zeros(len(seen))
    spoke: dict[int, float] = {}
    for at in np.flatnonzero(seen.marks >= 0):
        row, now = int(seen.marks[at]), float(clock[at])
        since = now - spoke.get(row, -np.inf)
        trust = certainty * min(1.0, since / (RELEASE * (1 - certainty)))
        score = (1 - trust) * (score + now - before)
        spoke[row], before = now, now
        carried[at] = score
    last = np.maximum.accumulate(np.where(seen.marks >= 0, np.arange(len(seen)), 0))
    return quiet + carried[last]


def _weekend(begins: int, days: int) -> Bools:
    first = date(1970, 1, 1) + timedelta(days=begins // DAY)
    return np.array([(first.weekday() + day) % 7 >= SATURDAY for day in range(days)], np.bool_)


def _lines(score: Floats, weekend: Bools) -> Floats:
    """Return the line by kind of day and minute; 0 where no score is known, which is below 0."""
    padded = np.concatenate([np.full(AROUND, -1.0), score, np.full(AROUND, -1.0)])
    highest = sliding_window_view(padded, 2 * AROUND + 1).max(1).reshape(-1, DAY)
    return np.array([_line(highest[weekend == kind]) for kind in (False, True)])


def _line(highest: Floats) -> Floats:
    """Return the line of days, shape (days, minutes); a day whose highest is below 0 is no day."""
    known = (highest >= 0).sum(0)
    if not known.any():
        return np.zeros(DAY)
    rising = np.asarray(np.sort(np.where(highest < 0, np.inf, highest), axis=0), np.float64)
    low, high, most = (_quantile(rising, known, share) for share in (0.25, 0.75, 1.0))
    line: Floats = FACTOR * np.minimum(most, high + 1.5 * (high - low))
    line[known < FEW] = 0.0
    return line


def _quantile(rising: Floats, known: Ints, share: float) -> Floats:
    """Return a quantile of the first `known` of each column, between neighbours in proportion."""
    at: Floats = np.maximum(known - 1, 0) * share
    below = np.floor(at).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(known - 1, 0))
    column: Ints = np.arange(len(known), dtype=np.int64)
    low = np.where(known == 0, 0.0, rising[below, column])
    high = np.where(known == 0, 0.0, rising[above, column])
    return np.asarray(low + (at - below) * (high - low), np.float64)
