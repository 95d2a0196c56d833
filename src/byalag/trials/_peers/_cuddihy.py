"""Cuddihy and others 2007: an alert line for each half hour, from the last sixty days.

doi 10.1145/1248054.1248081. At each half hour of a day, how long it has been quiet is noted. A
half hour's level is the 97th percentile of its notes. The line is the highest level of it and two
half hours on each side, plus 30 % of its own level, plus 40 % of the levels around it weighed
1, 2, 3, 2, 1.
"""

from typing import Final

import numpy as np
from msgspec import Struct

from byalag.analysis import SLOTS, Stretch
from byalag.trials._log import OUTSIDE, Floats, Marks
from byalag.trials._method import elapsed, last_row, near

DAYS: Final = 60
LEVEL: Final = 0.97
UNIFORM: Final = 0.30
VARIABLE: Final = 0.40
WEIGHTS: Final = (1, 2, 3, 2, 1)
FEW: Final = 5  # notes around a half hour; with fewer, the line for being out is not its own


class Cuddihy(Struct, frozen=True):
    """The alert line as published; with `away`, a line of its own while the person is out.

    The second line is ours: the paper has no such state.
    """

    name: str = "cuddihy"
    away: bool = False

    def learn(self, past: Stretch, /) -> "AlertLine":
        """Return the line of the half hours noted in the last sixty days."""
        at = np.flatnonzero((past.begins + np.arange(len(past))) % 30 == 0)[-DAYS * SLOTS :]
        quiet, slots = elapsed(past)[at].astype(float), past.slots[at]
        outside = last_row(past)[at] == OUTSIDE
        if not self.away:
            home = alert_line(quiet, slots)
            return AlertLine(home, home)
        home = alert_line(quiet[~outside], slots[~outside])
        out = alert_line(quiet[outside], slots[outside])
        around = _around(np.bincount(slots[outside], minlength=SLOTS).astype(float)).sum(0)
        return AlertLine(home, np.where(around >= FEW, out, np.maximum(out, home)))


class AlertLine(Struct, frozen=True):
    """Minutes of silence allowed in each half hour, at home and out."""

    home: Floats
    out: Floats

    def nearness(self, seen: Stretch, first: int, /) -> Floats:
        """Return elapsed time against the line of the half hour that it is."""
        outside = last_row(seen) == OUTSIDE
        line = np.where(outside, self.out[seen.slots], self.home[seen.slots])
        return near(seen, first, elapsed(seen).astype(float), line)


def alert_line(quiet: Floats, slots: Marks) -> Floats:
    """Return the line, minutes of shape (48,), of notes (minutes of silence, half hour)."""
    level = np.array([_level(quiet[slots == slot]) for slot in range(SLOTS)])
    weights = np.array(WEIGHTS)[:, None]
    spread = (weights * _around(level)).sum(0) / weights.sum()
    line: Floats = _around(level).max(0) + UNIFORM * level + VARIABLE * spread
    return line


def _level(notes: Floats) -> float:
    return float(np.sort(notes)[int(len(notes) * LEVEL)]) if len(notes) else 0.0


def _around(of: Floats) -> Floats:
    """Return a half hour's two neighbours on each side, shape (5, 48)."""
    return np.array([np.roll(of, step) for step in (2, 1, 0, -1, -2)])
