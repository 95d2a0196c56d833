"""Many running silences at once, each as far as it is known: what a minute costs in a whole town.

The same sums as `Table.walk`, bit for bit: what a minute adds is such that sums in double precision
are exact in whatever order they are made.
"""

from collections.abc import Iterator

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from byalag.analysis._silence_bins import BIN, BINS, LONGEST
from byalag.analysis._silence_reach import LEVELS, begun_in, score_at
from byalag.analysis._silence_table import Pace, Table
from byalag.analysis._stretch import NOTHING, SLOTS, Bools, Marks, growing

Ints = NDArray[np.int64]


class Portions(Struct, frozen=True, kw_only=True, eq=False):
    """The next minutes of some of many silences, one after another in flat arrays of shape (n,).

    `which` (m,) are the silences, each at most once, and `lengths` (m,) how many minutes each has,
    at least one. `firsts` (m,) is the first minute of each. The rest is as in a `Stretch`.
    """

    which: Ints
    firsts: Ints
    lengths: Ints
    marks: Marks
    observed: Bools
    slots: Marks
    rows: Marks | None = None
    old_slots: Marks | None = None


class Paces:
    """How far many silences have come, and the tables that they go by; all have as many rows.

    `whole` are homes, which go by the lengths at which silences reach scores; others go by steps.
    """

    def __init__(self, count: int, rows: int, *, whole: bool) -> None:
        """Begin with nothing seen, and with tables that say nothing."""
        self._whole, self._rows = whole, rows
        self.row = np.full(count, NOTHING, np.int8)
        self.last = np.full(count, -1, np.int64)
        self.elapsed = np.zeros(count, np.int64)
        self.score = np.zeros(count)
        self._steps = np.zeros((0 if whole else count, rows, BINS, SLOTS), np.float16)
        self._minutes = np.zeros((count if whole else 0, rows, SLOTS, LEVELS), np.uint16)
        self._scores = np.zeros((count if whole else 0, LEVELS), np.float32)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.row)

    def __iter__(self) -> Iterator[Pace]:
        """Yield how far each has come."""
        return (self.pace(one) for one in range(len(self)))

    def set(self, one: int, table: Table, pace: Pace) -> None:
        """Put one silence where it is, and give it the table of its day."""
        if table.reach is None:
            self._steps[one] = table.steps
        else:
            self._minutes[one], self._scores[one] = table.reach.minutes, table.reach.scores
        self.row[one], self.elapsed[one], self.score[one] = pace.row, pace.elapsed, pace.score
        self.last[one] = -1 if pace.last is None else pace.last

    def pace(self, one: int) -> Pace:
        """Return how far one has come."""
        last = int(self.last[one])
        return Pace(
            row=int(self.row[one]),
            last=None if last < 0 else last,
            elapsed=int(self.elapsed[one]),
            score=float(self.score[one]),
        )

    def grow(self, count: int) -> None:
        """Make room for so many more."""
        more = Paces(count, self._rows, whole=self._whole)
        for name in ("row", "last", "elapsed", "score", "_steps", "_minutes", "_scores"):
            setattr(self, name, np.concatenate([getattr(self, name), getattr(more, name)]))

    def walk(self, said: Portions) -> None:
        """Go on with each silence through its next minutes."""
        n = len(said.marks)
        if not n:
            return
        ends = np.cumsum(said.lengths)
        starts = ends - said.lengths
        own = np.repeat(np.arange(len(said.which)), said.lengths)
        index, events = np.arange(n), said.marks != NOTHING
        upto = np.maximum.accumulate(np.where(events, index, -1))
        since = np.concatenate([[-1], upto[:-1]])
        fresh = since < starts[own]  # no event yet in this portion
        begun = np.where(fresh, starts[own], since + 1)
        grows = growing(said.observed, said.old_slots)
        clock = np.concatenate([[0], np.cumsum(grows)])
        elapsed = clock[:-1] - clock[begun] + np.where(fresh, self.elapsed[said.which][own], 0)
        rows = np.where(fresh, self.row[said.which][own], said.marks[since])
        if said.rows is not None:
            rows = np.where(rows == NOTHING, NOTHING, said.rows)
        silent = np.flatnonzero(grows & (rows != NOTHING) & ~events)
        minutes = said.firsts[own[silent]] + silent - starts[own[silent]]
        which, added = said.which[own[silent]], np.zeros(n)
        added[silent] = self._added(
            which, rows[silent], elapsed[silent], said.slots[silent], minutes
        )
        if said.old_slots is not None:
            old = said.old_slots[silent]
            two = np.flatnonzero(old != said.slots[silent])
            at = silent[two]
            other = self._added(which[two], rows[at], elapsed[at], old[two], minutes[two])
            added[at] = np.minimum(added[at], other)
        grown = np.concatenate([[0.0], np.cumsum(added)])
        self._end(said, ends - 1, upto, clock, grown)

    def _added(
        self, which: Ints, rows: NDArray[np.int8], elapsed: Ints, half_hours: Marks, minutes: Ints
    ) -> NDArray[np.float64]:
        """Return what each silent minute adds to the score of its silence."""
        if not self._whole:
            bins = BIN[np.minimum(elapsed + 1, LONGEST)]
            return self._steps[which, rows, bins, half_hours].astype(np.float64)
        begun = begun_in(half_hours.astype(np.int64), minutes, elapsed)
        lengths, scores = self._minutes[which, rows, begun], self._scores[which]
        return score_at(lengths, scores, elapsed + 1) - score_at(lengths, scores, elapsed)

    def _end(
        self, said: Portions, tails: Ints, upto: Ints, clock: Ints, grown: NDArray[np.float64]
    ) -> None:
        which, starts = said.which, tails + 1 - said.lengths
        last = upto[tails]
        ran = last < starts  # no event at all in the portion
        begun = np.where(ran, starts, last + 1)
        passed = clock[tails + 1] - clock[begun]
        added = grown[tails + 1] - grown[begun]
        self.elapsed[which] = np.where(ran, self.elapsed[which] + passed, passed)
        self.score[which] = np.where(ran, self.score[which] + added, added)
        self.last[which] = np.where(ran, self.last[which], said.firsts + last - starts)
        self.row[which] = np.where(ran, self.row[which], said.marks[np.maximum(last, 0)])
