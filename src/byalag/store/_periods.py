"""UTC days and months of a time in microseconds. Pure.

Chunks end at UTC bounds, everywhere and for everyone: they are how observations are kept, not what
people see. Local days are computed at the edge, in the municipality's own time zone.
"""

from typing import Final

import numpy as np

DAY: Final = 86_400_000_000
DAYS, MONTHS = 0, 1
EARLIEST, LATEST = -(2**63) + 40 * DAY, 2**63 - 1 - 40 * DAY
"""No time outside of these is kept: the year of each is beyond 290,000."""


def day_of(at: int) -> int:
    """Return the beginning of the UTC day that a time is in."""
    return at - at % DAY


def month_of(at: int) -> int:
    """Return the beginning of the UTC month that a time is in."""
    return _micros(np.datetime64(within(at), "us").astype("M8[M]"))


def month_after(start: int) -> int:
    """Return the beginning of the UTC month after the one that a time is in."""
    return _micros(np.datetime64(within(start), "us").astype("M8[M]") + np.timedelta64(1, "M"))


def end_of(level: int, start: int) -> int:
    """Return where a chunk's period ends."""
    return month_after(start) if level == MONTHS else start + DAY


def within(at: int) -> int:
    """Return the nearest time that can be kept."""
    return min(max(at, EARLIEST), LATEST)


def _micros(month: "np.datetime64[int]") -> int:
    return int(month.astype("M8[us]").astype(np.int64))
