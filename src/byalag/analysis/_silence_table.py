"""The hazards of a coming day, and how far into a silence a home has come by them."""

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from byalag.analysis._silence_bins import BIN, BINS, EDGES, HALF_HOUR, LONGEST
from byalag.analysis._silence_reach import Ints, Reach, begun_in, score_at
from byalag.analysis._stretch import NOTHING, SLOTS, Bools, Stretch, growing

__all__ = ["BIN", "BINS", "EDGES", "LONGEST", "Before", "Pace", "Table", "Walk", "before"]

Steps = NDArray[np.float16]


class Pace(Struct, frozen=True, kw_only=True):
    """How far the running silence has come.

    `row` is that of the last event (NOTHING before the first one), `last` the minute it was in,
    `elapsed` the observed minutes since, and `score` how unusual that is by now.
    """

    row: int = NOTHING
    last: int | None = None
    elapsed: int = 0
    score: float = 0.0


class Walk(Struct, frozen=True, kw_only=True, eq=False):
    """What came of a stretch, minute by minute.

    `scores` (n,) is the score after each minute, `finals` (m,) the score of each whole silence
    just before the event that ended it, `ended` (m,) the minutes of those events, `pace` the end.
    """

    scores: NDArray[np.float64]
    finals: NDArray[np.float64]
    ended: Ints
    pace: Pace


class Before(Struct, frozen=True, kw_only=True, eq=False):
    """How things stood before each minute of a stretch, every array of the shape (n,)."""

    rows: Ints  # NOTHING before the first event
    elapsed: Ints
    bins: Ints
    counted: Bools  # a silence that has a beginning grows
    events: Bools
    since: Ints  # index of the event that the silence began with; -1: before it all


def before(pace: Pace, stretch: Stretch) -> Before:
    """Return how things stood before each minute; elapsed time stands still unless observed."""
    n = len(stretch)
    events = stretch.marks != NOTHING
    upto = np.maximum.accumulate(np.where(events, np.arange(n), -1))
    since = np.concatenate([[-1], upto])[:n].astype(np.int64)
    grows = growing(stretch.observed, stretch.old_slots)
    clock = np.concatenate([[0], np.cumsum(grows)])
    elapsed = clock[:-1] - clock[since + 1] + np.where(since < 0, pace.elapsed, 0)
    lasts = np.where(since < 0, pace.row, stretch.marks[since] if n else 0).astype(np.int64)
    rows = lasts if stretch.rows is None else np.where(lasts < 0, NOTHING, stretch.rows)
    return Before(
        rows=rows.astype(np.int64, copy=False),
        elapsed=elapsed,
        bins=BIN[np.minimum(elapsed + 1, LONGEST)],
        counted=grows & (rows >= 0),
        events=events,
        since=since,
    )


class Table(Struct, frozen=True, kw_only=True, eq=False):
    """How unusual each silent minute is, on the coming day.

    `steps` (rows, bins, slots) is -ln(1 - hazard). It is in half precision, so that sums in double
    precision are exact and the same in whatever portions a stretch is walked. Where there is
    `reach`, of a home as a whole, the score is by that; else it is the sum of the steps.
    """

    steps: Steps
    reach: Reach | None = None

    def walk(self, pace: Pace, stretch: Stretch, at: Before | None = None) -> Walk:
        """Return the score after each minute of a stretch that follows where `pace` stands.

        `at` is what `before` says of the two, where that is known already.
        """
        at = at or before(pace, stretch)
        added = np.zeros(len(stretch))
        silent = np.flatnonzero(at.counted & ~at.events)
        added[silent] = self._added(at, silent, stretch)
        grown = np.concatenate([[0.0], np.cumsum(added)])
        ahead = np.where(at.since < 0, pace.score, 0.0) - grown[at.since + 1]
        scores = np.where(at.events, 0.0, grown[1:] + ahead)
        ended = np.flatnonzero(at.events & at.counted)
        return Walk(
            scores=scores,
            finals=(grown[:-1] + ahead)[ended],
            ended=stretch.begins + ended,
            pace=_end(pace, stretch, at, scores),
        )

    def _added(self, at: Before, silent: Ints, stretch: Stretch) -> NDArray[np.float64]:
        """Return what silent minutes add; where the clock was changed, by the kinder of the two."""
        slots = stretch.slots[silent].astype(np.int64)
        added = self._by(at.rows[silent], at.elapsed[silent], slots, stretch.begins + silent)
        if stretch.old_slots is None:
            return added
        old = stretch.old_slots[silent].astype(np.int64)
        two = np.flatnonzero(old != slots)
        both = silent[two]
        other = self._by(at.rows[both], at.elapsed[both], old[two], stretch.begins + both)
        added[two] = np.minimum(added[two], other)
        return added

    def _by(self, rows: Ints, elapsed: Ints, slots: Ints, minutes: Ints) -> NDArray[np.float64]:
        if self.reach is None:
            bins = BIN[np.minimum(elapsed + 1, LONGEST)]
            return self.steps[rows, bins, slots].astype(np.float64)
        begun = begun_in(slots, minutes, elapsed)
        lengths, scores = self.reach.minutes[rows, begun], self.reach.scores
        longer = score_at(lengths, scores, elapsed + 1)
        shorter = np.append(0.0, longer)[: len(longer)]  # where the minute before is in it too
        same = (np.diff(rows) == 0) & (np.diff(begun) == 0) & (np.diff(elapsed) == 1)
        first = np.flatnonzero(np.append([True], ~same)[: len(rows)])
        shorter[first] = score_at(lengths[first], scores, elapsed[first])
        added: NDArray[np.float64] = longer - shorter
        return added

    def usual(self, row: int, slot: int) -> tuple[float, float]:
        """Between which two lengths, in minutes, are half of the silences that begin so?"""
        minutes = np.arange(1, LONGEST)
        slots = (slot + (minutes + HALF_HOUR // 2) // HALF_HOUR) % SLOTS
        grown = np.cumsum(self.steps[row, BIN[minutes], slots], dtype=np.float64)
        low, high = np.searchsorted(grown, -np.log([0.75, 0.25]))
        return float(low + 1), float(high + 1)


def _end(pace: Pace, stretch: Stretch, at: Before, scores: NDArray[np.float64]) -> Pace:
    if not len(stretch):
        return pace
    seen, grows = np.flatnonzero(at.events), growing(stretch.observed, stretch.old_slots)
    if not len(seen):
        elapsed = pace.elapsed + int(np.count_nonzero(grows))
        return replace(pace, elapsed=elapsed, score=float(scores[-1]))
    last = int(seen[-1])
    return Pace(
        row=int(stretch.marks[last]),
        last=stretch.begins + last,
        elapsed=int(np.count_nonzero(grows[last + 1 :])),
        score=float(scores[-1]),
    )
