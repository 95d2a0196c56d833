"""How long it is usually quiet in a home, and how unusual a silence is: calibrated silence.

A marked point process with a discrete hazard: for each row (where the last sign was, or who is
where), time since it and half hour of the day, how often a minute has a sign. Two-level
Gamma-Poisson shrinkage lends from what is common where little is known.
"""

import itertools
import math
from functools import cached_property
from typing import Final

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from byalag.analysis._limit import Tail
from byalag.analysis._silence_bins import BINS, FIRST
from byalag.analysis._silence_pack import packed, unpacked
from byalag.analysis._silence_reach import reach
from byalag.analysis._silence_table import Pace, Table, before
from byalag.analysis._stretch import SLOTS, Stretch

DAYS_OF_RATE: Final = 28
DAYS_UNTIL_CERTAIN: Final = 14
MINUTES_OF_WEEK: Final = 10_080
OUTSIDE: Final = 6  # the row of whoever was last seen leaving, as in `services.care.ROOMS`
WORTH_OUTSIDE: Final = 0.01  # how likely they are to be at home all the same
K_ROW: Final = 150.0
K_SLOT: Final = 20.0
NEAR: Final = tuple((step, 1 - abs(step) / 6) for step in range(-5, 6))  # half hours, weight
FORGETS_AFTER: Final = 28  # days
KEEPS: Final = 0.5 ** (FORGETS_AFTER / 365)  # what was a year ago counts for half
FINEST: Final = 16.0  # counts are kept in parts of 16

Cells = NDArray[np.float32]

_AROUND = sum(
    np.float32(weight) * np.roll(np.eye(SLOTS, dtype=np.float32), step, axis=1)
    for step, weight in NEAR
)


class Habit(Struct, frozen=True, kw_only=True, eq=False, dict=True):
    """What is learnt of one channel of one home: counts, and never what was seen when.

    `exposure` and `events` (rows, bins, slots) are observed minutes and those with a sign. `recent`
    (days, 2) holds how many events and observed minutes the latest days had. `tail` is how unusual
    past silences were, by what was known before each day. A `whole` home is judged as such: a
    silence there is told of where it saves most time, and a row of OUTSIDE hardly counts as home.
    """

    exposure: Cells
    events: Cells
    recent: NDArray[np.int32]
    tail: Tail
    pace: Pace
    days: int = 0
    whole: bool = True

    @classmethod
    def new(cls, rows: int, *, whole: bool = True) -> "Habit":
        """Return the habit of whom nothing is known. `whole` is a home, not one channel of it."""
        shape = (rows, BINS, SLOTS)
        return cls(
            exposure=np.zeros(shape, np.float32),
            events=np.zeros(shape, np.float32),
            recent=np.zeros((0, 2), np.int32),
            tail=Tail.new(),
            pace=Pace(),
            whole=whole,
        )

    def learned(self, stretch: Stretch, *, by: Table | None = None) -> "Habit":
        """Return the habit with one or more whole local days learnt, one after another.

        Each day is scored by what was known before it, so that the scores are honest. `by` is the
        table of the first day, where it has been made already.
        """
        habit = self
        for day in days_of(stretch):
            habit, by = habit._learned_day(day, by or habit.table()), None
        return habit

    def _learned_day(self, day: Stretch, table: Table) -> "Habit":
        at = before(self.pace, day)
        walk = table.walk(self.pace, day, at)
        number = np.count_nonzero(at.events & day.observed), np.count_nonzero(day.observed)
        keeps = KEEPS if self.days % FORGETS_AFTER == FORGETS_AFTER - 1 else 1.0
        counted = np.flatnonzero(at.counted)
        cells = (at.rows[counted] * BINS + at.bins[counted]) * SLOTS + day.slots[counted]
        return replace(
            self,
            exposure=_added(self.exposure, cells, keeps),
            events=_added(self.events, cells[at.events[counted]], keeps),
            recent=np.concatenate([self.recent, [number]])[-DAYS_OF_RATE:].astype(np.int32),
            tail=self.tail.seen(walk.finals) if self.days >= DAYS_UNTIL_CERTAIN else self.tail,
            pace=walk.pace,
            days=self.days + 1,
        )

    @property
    def rate(self) -> float:
        """How many events a week there have been of late, while it was observed."""
        events, minutes = self.recent.sum(axis=0)
        return float(events / minutes * MINUTES_OF_WEEK) if minutes else 0.0

    def table(self) -> Table:
        """Return the hazards for the coming day; made once."""
        return self._table

    @cached_property
    def _table(self) -> Table:
        of_row = _of_rows(self.events.sum(axis=2), self.exposure.sum(axis=2))
        hazard = smooth(self.events) + np.float32(K_SLOT) * of_row[..., None]
        hazard /= smooth(self.exposure) + np.float32(K_SLOT)
        steps = -np.log1p(-np.minimum(hazard, np.float32(0.999)))
        if not self.whole:
            return Table(steps=steps.astype(np.float16))
        worth = np.ones(len(steps), np.float32)
        worth[OUTSIDE:] = WORTH_OUTSIDE
        return Table(
            steps=steps.astype(np.float16), reach=reach(steps, self.exposure[:, FIRST], worth)
        )

    def limit(self, budget: float, *, pool: Tail | None = None) -> float | None:
        """Return the score to tell of, for a budget of false alarms a week, if certified yet.

        Of a home as a whole it is ln(R w / B): R silences a week, a budget B, and w how much
        heavier the tail has shown itself to be than the theory's. Of one channel it is what past
        silences certify, and none while they are too few: the least budget that n silences can
        hold is R / (n + 1). `pool` is the tail of other homes of the same kind together.
        """
        rate = self.rate
        if self.days < DAYS_UNTIL_CERTAIN or not rate:
            return None
        tail = self.tail if pool is None else pool
        if not self.whole:
            return tail.limit(budget / rate)
        return max(math.log(rate * tail.heaviness / budget), 0.0)

    def weeks(self, score: float) -> float:
        """How many weeks pass, in this home, between silences that reach a score?"""
        known = math.exp(-score) * self.tail.heaviness if self.whole else self.tail.share(score)
        return 1 / (max(self.rate, 1.0) * min(known, 1.0))

    def pack(self) -> bytes:
        """Return all of it as bytes."""
        return packed(
            counts=(self.exposure * FINEST, self.events * FINEST),
            rest=(
                self.recent.tobytes(),
                self.tail.count,
                self.tail.largest.tobytes(),
                self.pace,
                self.days,
                self.whole,
            ),
        )

    @classmethod
    def unpack(cls, packed: bytes) -> "Habit":
        """Return what was packed."""
        (exposure, events), rest = unpacked(packed, (BINS, SLOTS))
        recent, count, largest, pace, days, whole = rest
        return cls(
            exposure=exposure / np.float32(FINEST),
            events=events / np.float32(FINEST),
            recent=np.frombuffer(recent, np.int32).reshape(-1, 2),
            tail=Tail(count=count, largest=np.frombuffer(largest, np.float32)),
            pace=pace,
            days=days,
            whole=whole,
        )


def days_of(stretch: Stretch) -> list[Stretch]:
    """Return the local days of a stretch: a new one begins where the half hours begin anew."""
    cuts = np.flatnonzero(np.diff(stretch.slots.astype(np.int16)) < -1) + 1
    bounds = [0, *cuts.tolist(), len(stretch)]
    return [part(stretch, a, b) for a, b in itertools.pairwise(bounds) if b > a]


def part(stretch: Stretch, begin: int, end: int) -> Stretch:
    """Return minutes [begin, end) of a stretch, counted from its own beginning."""
    return Stretch(
        begins=stretch.begins + begin,
        marks=stretch.marks[begin:end],
        observed=stretch.observed[begin:end],
        slots=stretch.slots[begin:end],
        rows=None if stretch.rows is None else stretch.rows[begin:end],
        old_slots=None if stretch.old_slots is None else stretch.old_slots[begin:end],
    )


def _of_rows(events: Cells, minutes: Cells) -> Cells:
    """Return the hazard of each row and bin, for all hours together.

    Where little is known of a bin it lends from two sides, by their geometric mean: from what that
    bin is in all rows at home, and from what the bin before it came to in the same row.
    """
    of_bin = (events[:OUTSIDE].sum(axis=0) + 1) / (minutes[:OUTSIDE].sum(axis=0) + 20)
    halfway = K_ROW * np.sqrt(of_bin)
    happened, shares = events.T, 1 / (minutes.T + K_ROW)
    told = np.empty_like(happened)
    told[:FIRST] = of_bin[:FIRST, None]
    told[FIRST] = (happened[FIRST] + K_ROW * of_bin[FIRST]) * shares[FIRST]
    lasts, here = told[FIRST:-1], told[FIRST + 1 :]
    rest = (each[FIRST + 1 :] for each in (happened, halfway, shares))
    for last, now, seen, half, share in zip(lasts, here, *rest, strict=True):
        np.sqrt(last, out=now)
        np.multiply(now, half, out=now)
        np.add(now, seen, out=now)
        np.multiply(now, share, out=now)
    return told.T


def smooth(cells: Cells) -> Cells:
    """Return counts (..., slots) with those of the half hours around, by the weights of NEAR."""
    return cells @ _AROUND


def _added(cells: Cells, where: NDArray[np.int64], keeps: float) -> Cells:
    """Return counts with one more in each of some places of the flat array."""
    more = np.bincount(where, minlength=cells.size).astype(np.float32)
    grown = cells + more.reshape(cells.shape)
    if keeps < 1:
        grown = np.round(grown.astype(np.float64) * (keeps * FINEST)) / FINEST
    return grown.astype(np.float32, copy=False)
