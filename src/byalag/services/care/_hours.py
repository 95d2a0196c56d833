"""Local days and half hours as minutes since 1970: what an hour of the clock's change does to them.

A local day has 23, 24 or 25 hours. The half hour that is passed twice is the same half hour twice,
and the one that is never passed has no minutes.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from byalag.analysis import NOTHING
from byalag.services.care._signs import Marks

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE: Final = timedelta(minutes=1)
_HALF_HOURS: Final = 48
_QUARTER: Final = (
    15  # minutes; no zone's clock has changed but at a whole quarter of UTC since 1972
)


def minute_of(local: datetime) -> int:
    """Return the minute in which a zoned time falls."""
    return (local - _EPOCH) // _MINUTE


def begins(day: date, zone: ZoneInfo) -> int:
    """Return the first minute of a local day."""
    return minute_of(datetime.combine(day, time(), zone))


def ends(day: date, zone: ZoneInfo) -> int:
    """Return the minute after the last of a local day."""
    return begins(day + timedelta(days=1), zone)


def local(minute: int, zone: ZoneInfo) -> datetime:
    """Return a minute as people there say it."""
    return (_EPOCH + minute * _MINUTE).astimezone(zone)


def day_of(minute: int, zone: ZoneInfo) -> date:
    """Return the local day of a minute."""
    return local(minute, zone).date()


@lru_cache(maxsize=256)
def slots(first: int, count: int, zone: ZoneInfo) -> Marks:
    """Return the local half hour, 0 to 47, of each of `count` minutes from the first.

    The array is shared: it cannot be written to.
    """
    quarters = np.arange(first // _QUARTER, (first + max(count, 1) - 1) // _QUARTER + 1)
    each = [_slot(int(quarter) * _QUARTER, zone) for quarter in quarters]
    offset = first - int(quarters[0]) * _QUARTER
    found = np.repeat(np.array(each, np.int8), _QUARTER)[offset : offset + count]
    found.flags.writeable = False
    return found


@lru_cache(maxsize=256)
def old_slots(first: int, count: int, zone: ZoneInfo) -> Marks | None:
    """Return the half hours by the clock as it was when each minute's local day began.

    None where the clock is not changed on any of these days. In an hour that the clock shows for
    the second time there is NOTHING. The array is shared, as that of `slots`.
    """
    last = first + max(count, 1) - 1
    days = range((local(last, zone).date() - local(first, zone).date()).days + 2)
    begun = local(first, zone).date()
    if len({_ahead(begins(begun + timedelta(days=day), zone), zone) for day in days}) == 1:
        return None
    quarters = np.arange(first // _QUARTER, last // _QUARTER + 1)
    each = [_old_slot(int(quarter) * _QUARTER, zone) for quarter in quarters]
    offset = first - int(quarters[0]) * _QUARTER
    found = np.repeat(np.array(each, np.int8), _QUARTER)[offset : offset + count]
    found.flags.writeable = False
    return found


def _old_slot(minute: int, zone: ZoneInfo) -> int:
    before = _ahead(begins(local(minute, zone).date(), zone), zone)
    put_back = before - _ahead(minute, zone)
    if put_back > 0 and _ahead(minute - put_back, zone) == before:
        return NOTHING
    return (minute + before) % 1440 * _HALF_HOURS // 1440


def _ahead(minute: int, zone: ZoneInfo) -> int:
    """Return how many minutes the clock is ahead of UTC."""
    return int((local(minute, zone).utcoffset() or timedelta()) / _MINUTE)


def _slot(minute: int, zone: ZoneInfo) -> int:
    at = local(minute, zone)
    return (at.hour * 60 + at.minute) * _HALF_HOURS // 1440
