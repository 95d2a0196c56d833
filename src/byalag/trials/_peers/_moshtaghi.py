"""Moshtaghi, Zukerman and Russell 2015: silences by room and hour, with an exponential tail.

doi 10.1007/s11257-015-9162-6. The last fifty silences of a room that touched an hour are a mixture
of exponentials. Their longest ones are gathered until they spread as an exponential does
(coefficient of variation 1); the tail's scale is their median over ln 2. What lies further out than
the longest of so many would, nine times in ten, is an outlier. The allowance rises no faster than
time passes.
"""

import itertools
import math
from typing import Final

import numpy as np
from msgspec import Struct

from byalag.analysis import Stretch
from byalag.services.care import ROOMS
from byalag.trials._log import Floats
from byalag.trials._method import elapsed, last_row, minute_of_day, near

KEPT: Final = 50
RISK: Final = 0.1
HOURS: Final = 24


class Moshtaghi(Struct, frozen=True):
    """The model by coefficient of variation, as published."""

    name: str = "moshtaghi"

    def learn(self, past: Stretch, /) -> "RoomHours":
        """Return the allowance by room and hour."""
        events = np.flatnonzero(past.marks >= 0)
        lengths = np.diff(events)
        rooms = past.marks[events[:-1]]
        begun = minute_of_day(past)[events[:-1]]
        first = begun // 60
        spans = np.minimum((begun + lengths) // 60 - first + 1, HOURS)
        of = np.repeat(np.arange(len(lengths)), spans)
        step = np.arange(len(of)) - np.repeat(np.cumsum(spans) - spans, spans)
        cell = rooms[of] * HOURS + (first[of] + step) % HOURS
        order = np.argsort(cell, kind="stable")
        cuts = np.searchsorted(cell[order], np.arange(len(ROOMS) * HOURS + 1))
        by_cell = lengths[of][order].astype(float)
        allowed = [
            allowance(by_cell[start:stop][-KEPT:]) for start, stop in itertools.pairwise(cuts)
        ]
        return RoomHours(np.array(allowed).reshape(len(ROOMS), HOURS))


class RoomHours(Struct, frozen=True):
    """Minutes of silence allowed, shape (7, 24); infinite where too little is known."""

    allowed: Floats

    def nearness(self, seen: Stretch, first: int, /) -> Floats:
        """Return elapsed time against the allowance of the last room and the hour that it is."""
        count = np.arange(len(seen), dtype=np.float64)
        line: Floats = self.allowed[last_row(seen), minute_of_day(seen) // 60]
        reachable = np.asarray(np.minimum.accumulate(line - count) + count, np.float64)
        return near(seen, first, elapsed(seen).astype(float), reachable)


def allowance(lengths: Floats) -> float:
    """Return the longest silence that is no outlier, minutes; infinite with fewer than two."""
    if len(lengths) < 2:  # noqa: PLR2004 -- one silence has no spread
        return float("inf")
    tail = _tail(lengths)
    scale = float(np.median(tail)) / math.log(2)
    share = 1 - (1 - RISK) ** (1 / len(lengths))
    return scale * -math.log(share)


def _tail(lengths: Floats) -> Floats:
    """Return the longest silences, gathered bin by bin until their variation is that of a tail."""
    low, high = np.percentile(lengths, (25, 75))
    width = max(2 * (high - low) * len(lengths) ** (-1 / 3), 1.0)
    most = float(lengths.max())
    for step in range(1, int((most - float(lengths.min())) / width) + 2):
        tail: Floats = lengths[lengths > most - step * width]
        if tail.std() >= tail.mean():
            return tail
    return lengths
