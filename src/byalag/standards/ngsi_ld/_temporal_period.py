"""Periods of ISO 8601, and which of them a time is in. In UTC, as everything in NGSI-LD is."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from byalag.model import Micros

MOST: Final = 100_000  # periods of one answer
_WRITTEN: Final = re.compile(
    r"P(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})W)?(?:(\d{1,6})D)?"
    r"(?:T(?:(\d{1,8})H)?(?:(\d{1,8})M)?(?:(\d{1,10})(?:\.(\d{1,6}))?S)?)?"
)
_SECOND: Final = 1_000_000
_DAY: Final = 86_400 * _SECOND
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO: Final = timedelta(microseconds=1)
_YEARS: Final = 9_000
_END: Final = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


class Period(Struct, frozen=True):
    """A length of time: calendar months, and microseconds beside them. Neither: all of it."""

    months: int = 0
    micros: Micros = 0

    @property
    def is_all(self) -> bool:
        """Tell whether one such period holds everything (PT0S)."""
        return not self.months and not self.micros

    def after(self, start: Micros, count: int) -> Micros:
        """Return the time that is so many periods after a start."""
        return _months_after(start, self.months * count) + self.micros * count


def read_period(text: str) -> Period | None:
    """Read a duration of ISO 8601, such as P1M, P1DT12H or PT0.5S; None if it is not one."""
    found = _WRITTEN.fullmatch(text)
    if found is None or text.endswith(("P", "T")):
        return None
    years, months, weeks, days, hours, minutes, seconds = (
        int(group or 0) for group in found.groups()[:7]
    )
    micros = int((found.group(8) or "").ljust(6, "0"))
    micros += _DAY * (7 * weeks + days) + _SECOND * (3600 * hours + 60 * minutes + seconds)
    total = 12 * years + months
    return None if total > 12 * _YEARS or micros > _YEARS * 365 * _DAY else Period(total, micros)


def places(period: Period, start: Micros, times: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return which period, counted from `start`, each time is in.

    Times are sorted, and none is before the start.
    """
    if period.is_all or not len(times):
        return np.zeros(len(times), np.int64)
    if not period.months:
        counted: NDArray[np.int64] = (times - start) // period.micros
        return counted
    last, edges = int(times[-1]), [start]
    while edges[-1] <= last and len(edges) <= MOST:
        edges.append(period.after(start, len(edges)))
    return np.searchsorted(np.array(edges, np.int64), times, side="right").astype(np.int64) - 1


def _months_after(at: Micros, months: int) -> Micros:
    """Return the same time of the same day, or of the month's last, so many months later."""
    if not months:
        return at
    moment = _EPOCH + timedelta(microseconds=at)
    years, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    if years > _END.year:
        return (_END - _EPOCH) // _MICRO
    day = min(moment.day, _days(years, month + 1))
    return (moment.replace(year=years, month=month + 1, day=day) - _EPOCH) // _MICRO


def _days(year: int, month: int) -> int:
    first = datetime(year, month, 1, tzinfo=UTC)
    if (year, month) == (_END.year, _END.month):
        return _END.day
    after = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    return (after - first).days
