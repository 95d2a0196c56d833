"""The hazards of a coming day, and how far into a silence a home has come by them."""

from typing import Final

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from byalag.analysis._stretch import NOTHING, SLOTS, Bools, Stretch

EDGES: Final = (1, 2, 3, 5, 8, 13, 20, 30, 45, 60, 90, 120, 180, 240, 320, 420, 540, 2000)
BINS: Final = len(EDGES) + 1
LONGEST: Final = EDGES[-1]
BIN: Final = np.searchsorted(EDGES, np.arange(LONGEST + 1), side="right").astype(np.int8)
HALF_HOUR: Final = 30  # minutes

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
    ended: NDArray[np.int64]
    pace: Pace


class Before(Struct, frozen=True, kw_only=True, eq=False):
    """How things stood before each minute of a stretch, every array of the shape (n,)."""

    rows: NDArray[np.int64]  # NOTHING before the first event
    bins: NDArray[np.int64]
    counted: Bools  # observed, in a silence that has a beginning
    events: Bools
    since: NDArray[np.int64]  # index of the event that the silence began with; -1: before it all


def before(pace: Pace, stretch: Stretch) -> Before:
    """Return how things stood before each minute; elapsed time stands still unless observed."""
    n = len(stretch)
    events = stretch.marks != NOTHING
    index = np.arange(n)
    upto = np.maximum.accumulate(np.where(events, index, -1))
    since = np.concatenate([[-1], upto[:-1]]).astype(np.int64)[:n]
    clock = np.concatenate([[0], np.cumsum(stretch.observed)])
    elapsed = clock[:-1] - clock[since + 1] + np.where(since < 0, pace.elapsed, 0)
    lasts = np.where(since < 0, pace.row, stretch.marks[since]).astype(np.int64)
    rows = lasts if stretch.rows is None else np.where(lasts < 0, NOTHING, stretch.rows)
    return Before(
        rows=rows,
        bins=BIN[np.minimum(elapsed + 1, LONGEST)].astype(np.int64),
        counted=stretch.observed & (rows >= 0),
        events=events,
        since=since,
    )


class Table(Struct, frozen=True, kw_only=True, eq=False):
    """How much each silent minute adds to the score: steps (rows, bins, slots).

    A step is -ln(1 - hazard) in half precision, so that sums in double precision are exact and
    the same in whatever portions a stretch is walked.
    """

    steps: Steps

    def walk(self, pace: Pace, stretch: Stretch) -> Walk:
        """Return the score after each minute of a stretch that follows where `pace` stands."""
        at = before(pace, stretch)
        steps = self.steps[at.rows, at.bins, stretch.slots].astype(np.float64)
        steps[at.events | ~at.counted] = 0.0
        grown = np.concatenate([[0.0], np.cumsum(steps)])
        ahead = np.where(at.since < 0, pace.score, 0.0) - grown[at.since + 1]
        scores = np.where(at.events, 0.0, grown[1:] + ahead)
        whole = at.events & at.counted
        ended = np.flatnonzero(whole)
        return Walk(
            scores=scores,
            finals=(grown[:-1] + ahead)[ended],
            ended=stretch.begins + ended,
            pace=_end(pace, stretch, at, scores),
        )

    def step(  # noqa: PLR0913 -- a minute is these five things
        self,
        pace: Pace,
        *,
        minute: int,
        mark: int,
        observed: bool,
        slot: int,
        row: int | None = None,
    ) -> Pace:
        """Return how far the silence has come one minute later, as `walk` would say.

        `mark` is the row of the last event in the minute or NOTHING; `row` the presence before it.
        """
        if mark != NOTHING:
            return Pace(row=mark, last=minute)
        if not observed:
            return pace
        within = pace.row if row is None or pace.row == NOTHING else row
        step = 0.0
        if within != NOTHING:
            step = float(self.steps[within, BIN[min(pace.elapsed + 1, LONGEST)], slot])
        return replace(pace, elapsed=pace.elapsed + 1, score=pace.score + step)

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
    seen = np.flatnonzero(at.events)
    if not len(seen):
        elapsed = pace.elapsed + int(np.count_nonzero(stretch.observed))
        return replace(pace, elapsed=elapsed, score=float(scores[-1]))
    last = int(seen[-1])
    return Pace(
        row=int(stretch.marks[last]),
        last=stretch.begins + last,
        elapsed=int(np.count_nonzero(stretch.observed[last + 1 :])),
        score=float(scores[-1]),
    )
