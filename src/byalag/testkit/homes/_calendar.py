"""The days that are lived: local midnights, weekends, summers and the hours of the clock."""

from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from byalag.model import Micros
from byalag.testkit.homes._habits import Bools, Reals

DAY: Final = 86_400  # seconds on a wall clock
SECOND: Final = 1_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR: Final = timedelta(hours=1)
_SATURDAY, _WEEK = 5, 7
_MIDSUMMER: Final = 172  # the day of the year


class Calendar(Struct, frozen=True, kw_only=True, eq=False):
    """Local days from a date in a time zone.

    `hours` is when each local hour begins, microseconds UTC; NOWHEN for an hour that the clock
    leaps over. The hour that comes twice is the first of the two.
    """

    begins: date
    days: int
    zone: str
    hours: NDArray[np.int64]

    @property
    def weekend(self) -> Bools:
        """Which days are Saturdays and Sundays, shape (days,)."""
        weekday = (np.arange(self.days) + self.begins.weekday()) % _WEEK
        return weekday >= _SATURDAY

    @property
    def summer(self) -> Reals:
        """How much summer each day is, from 0 to 1, shape (days,)."""
        of_year = np.arange(self.days) + self.begins.timetuple().tm_yday
        return np.clip(np.cos((of_year - _MIDSUMMER) / 365.25 * 2 * np.pi), 0, 1)

    def utc(self, wall: NDArray[np.int64], *, per_second: int = 1) -> NDArray[np.int64]:
        """Return what the time is in microseconds UTC at a time on the wall clock, in seconds.

        `per_second` is how many there are of the unit in a second. NOWHEN where the clock leaps
        over it. All must be inside the calendar.
        """
        unit, hour = SECOND // per_second, wall // (3600 * per_second)
        leapt = self.hours == NOWHEN
        starts = self.hours - np.arange(len(self.hours)) * (3600 * SECOND)
        starts[leapt] = 0
        at: NDArray[np.int64] = starts[hour] + wall * unit
        if leapt.any():
            at[leapt[hour]] = NOWHEN
        return at

    @property
    def first(self) -> Micros:
        """The first midnight."""
        return int(self.hours[0])

    @property
    def end(self) -> Micros:
        """The midnight after the last day."""
        return micros(_local(self.begins, self.days * 24, ZoneInfo(self.zone)))


NOWHEN: Final = np.iinfo(np.int64).min


def calendar(begins: date, days: int, zone: str) -> Calendar:
    """Lay out so many local days from a date."""
    where = ZoneInfo(zone)
    hours = np.empty(days * 24, np.int64)
    for hour in range(days * 24):
        local = _local(begins, hour, where)
        there = local.astimezone(UTC).astimezone(where).replace(tzinfo=None)
        hours[hour] = micros(local) if there == local.replace(tzinfo=None) else NOWHEN
    return Calendar(begins=begins, days=days, zone=zone, hours=hours)


def _local(begins: date, hour: int, zone: ZoneInfo) -> datetime:
    midnight = datetime(begins.year, begins.month, begins.day)  # noqa: DTZ001 -- a wall clock first
    return (midnight + hour * _HOUR).replace(tzinfo=zone)


def micros(at: datetime) -> Micros:
    """Return a zoned time as microseconds UTC."""
    return (at.astimezone(UTC) - _EPOCH) // timedelta(microseconds=1)
