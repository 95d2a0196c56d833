"""How long it is usually quiet in a home, and how unusual a silence is: calibrated silence.

A marked point process with a discrete hazard: for each row (where the last sign was, or who is
where), time since it and half hour of the day, how often a minute has a sign. Two-level
Gamma-Poisson shrinkage lends from what is common where little is known.
"""

import itertools
import math
from typing import Final

import numpy as np
from msgspec import Struct, msgpack
from msgspec.structs import replace
from numpy.typing import NDArray

from byalag.analysis._limit import Tail
from byalag.analysis._silence_table import BINS, Pace, Table, before
from byalag.analysis._stretch import SLOTS, Stretch

DAYS_OF_RATE: Final = 28
DAYS_UNTIL_CERTAIN: Final = 14
MINUTES_OF_WEEK: Final = 10_080
K_ROW: Final = 100.0
K_SLOT: Final = 15.0

Cells = NDArray[np.float32]


class Habit(Struct, frozen=True, kw_only=True, eq=False):
    """What is learnt of one channel of one home: counts, and never what was seen when.

    `exposure` and `events` (rows, bins, slots) are observed minutes and those with a sign. `recent`
    (days, 2) holds how many events and observed minutes the latest days had.
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

    def learned(self, stretch: Stretch) -> "Habit":
        """Return the habit with one or more whole local days learnt, one after another.

        Each day is scored by what was known before it, so that the scores are honest.
        """
        habit = self
        for day in days_of(stretch):
            habit = habit._learned_day(day)
        return habit

    def _learned_day(self, day: Stretch) -> "Habit":
        walk = self.table().walk(self.pace, day)
        at = before(self.pace, day)
        cells = (at.rows * BINS + at.bins) * SLOTS + day.slots
        size = self.exposure.size
        shape = self.exposure.shape
        exposed = np.bincount(cells[at.counted], minlength=size).reshape(shape)
        happened = np.bincount(cells[at.counted & at.events], minlength=size).reshape(shape)
        number = np.count_nonzero(at.events & day.observed), np.count_nonzero(day.observed)
        return replace(
            self,
            exposure=self.exposure + exposed.astype(np.float32),
            events=self.events + happened.astype(np.float32),
            recent=np.concatenate([self.recent, [number]])[-DAYS_OF_RATE:].astype(np.int32),
            tail=self.tail.seen(walk.finals),
            pace=walk.pace,
            days=self.days + 1,
        )

    @property
    def rate(self) -> float:
        """How many events a week there have been of late, while it was observed."""
        events, minutes = self.recent.sum(axis=0)
        return float(events / minutes * MINUTES_OF_WEEK) if minutes else 0.0

    def table(self) -> Table:
        """Return the hazards for the coming day."""
        events, minutes = self.events.astype(np.float64), self.exposure.astype(np.float64)
        of_bin = (events.sum(axis=(0, 2)) + 1) / (minutes.sum(axis=(0, 2)) + 20)
        of_row = (events.sum(axis=2) + K_ROW * of_bin) / (minutes.sum(axis=2) + K_ROW)
        hazard = (_smooth(events) + K_SLOT * of_row[..., None]) / (_smooth(minutes) + K_SLOT)
        return Table(steps=-np.log1p(-np.minimum(hazard, 0.999)).astype(np.float16))

    def limit(self, budget: float, *, pool: Tail | None = None) -> float | None:
        """Return the score to tell of, for a budget of false alarms a week; None: not yet known."""
        rate = self.rate
        if self.days < DAYS_UNTIL_CERTAIN or not rate:
            return None
        seen = (pool or self.tail).limit(budget / rate)
        if not self.whole:
            return seen
        theory = max(math.log(rate / budget), 0.0)
        return theory if seen is None else max(theory, seen)

    def weeks(self, score: float) -> float:
        """How many weeks pass, in this home, between silences that reach a score?"""
        share = math.exp(-score) if self.whole else self.tail.share(score)
        return 1 / (max(self.rate, 1.0) * share)

    def pack(self) -> bytes:
        """Return all of it as bytes."""
        return msgpack.encode(
            {
                "rows": self.exposure.shape[0],
                "exposure": self.exposure.tobytes(),
                "events": self.events.tobytes(),
                "recent": self.recent.tobytes(),
                "count": self.tail.count,
                "largest": self.tail.largest.tobytes(),
                "pace": self.pace,
                "days": self.days,
                "whole": self.whole,
            }
        )

    @classmethod
    def unpack(cls, packed: bytes) -> "Habit":
        """Return what was packed."""
        told = msgpack.decode(packed)
        shape = (told["rows"], BINS, SLOTS)
        return cls(
            exposure=np.frombuffer(told["exposure"], np.float32).reshape(shape),
            events=np.frombuffer(told["events"], np.float32).reshape(shape),
            recent=np.frombuffer(told["recent"], np.int32).reshape(-1, 2),
            tail=Tail(count=told["count"], largest=np.frombuffer(told["largest"], np.float32)),
            pace=Pace(**told["pace"]),
            days=told["days"],
            whole=told["whole"],
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
    )


def _smooth(cells: NDArray[np.float64]) -> NDArray[np.float64]:
    near = np.roll(cells, 1, axis=2) + np.roll(cells, -1, axis=2)
    far = np.roll(cells, 2, axis=2) + np.roll(cells, -2, axis=2)
    return (3 * cells + 2 * near + far) * (2 / 9)
