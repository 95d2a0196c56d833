"""Numbers that wander: made up from a name and the time alone, so that then and now agree."""

from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.int64]
Values = NDArray[np.float64]


def wander(name: str, times: Times, *, minutes: float) -> Values:
    """Return values in [-1, 1] that turn about once in so many minutes (smoothed value noise)."""
    cells = times / (minutes * 60e6)
    left = np.floor(cells)
    share = cells - left
    smooth = share * share * (3 - 2 * share)
    first, second = _roll(name, left), _roll(name, left + 1)
    return first + (second - first) * smooth


def _roll(name: str, cells: Values) -> Values:
    """Return a number in [-1, 1] for each cell (splitmix64, Steele, Lea and Flood 2014)."""
    bits = cells.astype(np.int64).astype(np.uint64) + np.uint64(crc32(name.encode()) << 20)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    bits ^= bits >> np.uint64(31)
    return bits.astype(np.float64) / 2.0**63 - 1
