"""The observations of one series as they are said, in memory: seventeen bytes each."""

from array import array
from bisect import bisect_left

import numpy as np

from byalag.model import History, Micros
from byalag.store._chunks import NOTHING, between, over
from byalag.store._chunks import in_order as ordered

_FEW = 4096
_SHARE = 4  # what has come since is laid over the rest when it is a fourth of it


class Run:
    """A run that grows; of several observations at one time, the one said last counts."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._whole = NOTHING
        self._times, self._values, self._flags = array("q"), array("d"), array("B")
        self._in_order = True

    def add(self, at: Micros, value: float, flag: int) -> None:
        """Take in one observation."""
        if self._times and at <= self._times[-1]:
            self._in_order = False
        self._times.append(at)
        self._values.append(value)
        self._flags.append(flag)
        if len(self._times) > max(_FEW, len(self._whole.times) // _SHARE):
            self._lay()

    def history(self) -> History:
        """Return all of it, oldest first."""
        self._lay()
        return self._whole

    def between(self, start: Micros, end: Micros) -> History:
        """Return what there is in [start, end)."""
        if not self._in_order:
            self._lay()
        low, high = bisect_left(self._times, start), bisect_left(self._times, end)
        cold = between(self._whole, start, end)
        return over(cold, self._tail(low, high)) if low < high else cold

    def _tail(self, low: int, high: int) -> History:
        return History(
            np.array(self._times[low:high], np.int64),
            np.array(self._values[low:high], np.float64),
            np.array(self._flags[low:high], np.uint8),
        )

    def _lay(self) -> None:
        if not self._times:
            return
        self._whole = over(self._whole, ordered(self._tail(0, len(self._times))))
        self._times, self._values, self._flags = array("q"), array("d"), array("B")
        self._in_order = True
