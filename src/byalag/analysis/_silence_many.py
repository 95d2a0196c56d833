"""Many running silences at once, each as far as it is known: what a minute costs in a whole town.

The same sums as `Table.walk`, bit for bit: a step is in half precision, so that sums of steps in
double precision are exact in whatever order they are made.
"""

from collections.abc import Iterator

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from byalag.analysis._silence_table import BIN, BINS, LONGEST, Pace, Table
from byalag.analysis._stretch import NOTHING, SLOTS, Bools, Marks

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


class Paces:
    """How far many silences have come, and the tables that they go by; all have as many rows."""

    def __init__(self, count: int, rows: int) -> None:
        """Begin with nothing seen, and with tables that say nothing."""
        self.row = np.full(count, NOTHING, np.int8)
        self.last = np.full(count, -1, np.int64)
        self.elapsed = np.zeros(count, np.int64)
        self.score = np.zeros(count)
        self._steps = np.zeros((count, rows, BINS, SLOTS), np.float16)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.row)

    def __iter__(self) -> Iterator[Pace]:
        """Yield how far each has come."""
        return (self.pace(one) for one in range(len(self)))

    def set(self, one: int, table: Table, pace: Pace) -> None:
        """Put one silence where it is, and give it the table of its day."""
        self._steps[one] = table.steps
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
        rows = self._steps.shape[1]
        more = Paces(count, rows)
        for name in ("row", "last", "elapsed", "score", "_steps"):
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
        clock = np.concatenate([[0], np.cumsum(said.observed)])
        elapsed = clock[:-1] - clock[begun] + np.where(fresh, self.elapsed[said.which][own], 0)
        rows = np.where(fresh, self.row[said.which][own], said.marks[since])
        if said.rows is not None:
            rows = np.where(rows == NOTHING, NOTHING, said.rows)
        counted = said.observed & (rows != NOTHING) & ~events
        bins = BIN[np.minimum(elapsed + 1, LONGEST)]
        steps = self._steps[said.which[own], rows, bins, said.slots].astype(np.float64)
        steps[~counted] = 0.0
        grown = np.concatenate([[0.0], np.cumsum(steps)])
        self._end(said, ends - 1, upto, clock, grown)

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
