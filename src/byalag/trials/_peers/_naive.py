"""What anybody would think of first: a limit that is the same for all, and breakfast by ten."""

from typing import Final

import numpy as np
from msgspec import Struct

from byalag.analysis import Stretch
from byalag.services.care import ROOMS
from byalag.trials._log import Floats
from byalag.trials._method import elapsed, minute_of_day, near

KITCHEN: Final = ROOMS.index("kitchen")


class FixedLimit(Struct, frozen=True):
    """So many hours without anything, in every home and at every hour."""

    name: str = "fixed-limit"
    hours: float = 12.0

    def learn(self, _past: Stretch, /) -> "FixedLimit":
        """Learn nothing."""
        return self

    def nearness(self, seen: Stretch, first: int, /) -> Floats:
        """Return elapsed time against the limit."""
        line = np.full(len(seen), self.hours * 60)
        return near(seen, first, elapsed(seen).astype(float), line)


class NoKitchen(Struct, frozen=True):
    """Nothing from the kitchen between `wakes` and `by`, minutes of the day."""

    name: str = "no-kitchen"
    wakes: int = 240
    by: int = 600

    def learn(self, _past: Stretch, /) -> "NoKitchen":
        """Learn nothing."""
        return self

    def nearness(self, seen: Stretch, first: int, /) -> Floats:
        """Return the share of the wait that has passed without a kitchen.

        It begins anew every day, and ends when the kitchen is seen or at midnight.
        """
        of_day = minute_of_day(seen)
        waited = of_day - self.wakes + 1
        kitchen = (seen.marks == KITCHEN) & (waited > 0)
        count = np.arange(len(seen))
        newest = np.maximum.accumulate(np.where(kitchen, count, -1))
        woke = np.maximum.accumulate(np.where(of_day == self.wakes, count, -1))
        missing = (waited > 0) & (newest < woke) & seen.observed
        ratio = np.where(missing, waited / (self.by - self.wakes + 1), 0.0)
        return ratio[first:]
