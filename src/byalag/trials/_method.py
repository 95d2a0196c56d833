"""What every way of judging silence is to a trial: it learns from the past, then says how near."""

from typing import Final, Protocol

import numpy as np
from msgspec.structs import replace

from byalag.analysis import Stretch
from byalag.trials._log import Floats, Ints, Marks

LEAD: Final = 2880  # minutes that a judge is shown before those it judges


class Judge(Protocol):
    """What one day's learning came to."""

    def nearness(self, seen: Stretch, first: int, /) -> Floats:
        """Return how near a notice each minute of `seen` is, from minute number `first` on.

        Above 1 is a notice. Exactly 0 ends a silence: something was seen. The shape is
        (len(seen) - first,).
        """
        ...


class Method(Protocol):
    """A way of judging, ours or another's. It is shown nothing but what came before the day."""

    @property
    def name(self) -> str:
        """Return what the method is called in reports."""
        ...

    def learn(self, past: Stretch, /) -> Judge:
        """Return a judge for the day that begins where `past` ends."""
        ...


def part(whole: Stretch, start: int, stop: int) -> Stretch:
    """Return minutes [start, stop) of a stretch."""
    return replace(
        whole,
        begins=whole.begins + start,
        marks=whole.marks[start:stop],
        observed=whole.observed[start:stop],
        slots=whole.slots[start:stop],
        rows=None if whole.rows is None else whole.rows[start:stop],
        old_slots=None if whole.old_slots is None else whole.old_slots[start:stop],
    )


def elapsed(seen: Stretch) -> Ints:
    """Return how many observed minutes have passed since the last event; 0 where there is one.

    Before the first event they are counted from the beginning. Minutes that nobody could have been
    seen in are not counted.
    """
    clock = np.cumsum(seen.observed, dtype=np.int64)
    event = seen.marks >= 0
    return clock - np.maximum.accumulate(np.where(event, clock, 0))


def last_row(seen: Stretch) -> Marks:
    """Return the row of the last event, at every minute; -1 before the first."""
    at = np.maximum.accumulate(np.where(seen.marks >= 0, np.arange(len(seen)), 0))
    return seen.marks[at]


def minute_of_day(seen: Stretch) -> Ints:
    """Return the local minute of the day of every minute."""
    return seen.slots.astype(np.int64) * 30 + (seen.begins + np.arange(len(seen))) % 30


def near(seen: Stretch, first: int, score: Floats, line: Floats) -> Floats:
    """Return score against line from `first` on: 0 at an event, and where nothing was observed."""
    ratio = score / np.maximum(line, 1.0)
    ratio[(seen.marks >= 0)] = 0.0
    return ratio[first:]
