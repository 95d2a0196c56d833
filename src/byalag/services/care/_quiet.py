"""When nothing is sent to somebody, by the clock on their wall: nights when it changes included."""

from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from byalag.model import Micros
from byalag.services.care._home import Contact

NIGHT: Final = ("22:00", "07:00")  # what can wait waits until the morning
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO: Final = timedelta(microseconds=1)


def quiet_until(contact: Contact, now: Micros, zone: str, *, calm: bool = False) -> Micros | None:
    """Return until when nothing is sent to a contact; None if it may be sent now.

    Staff may be told at any time. What is `calm` also waits while it is night.
    """
    if contact.kind == "staff":
        return None
    hours = [contact.quiet] if contact.quiet else []
    hours += [NIGHT] if calm else []
    ends = [end for each in hours if (end := _end(each, now, ZoneInfo(zone))) is not None]
    return max(ends, default=None)


def _end(hours: tuple[str, str], now: Micros, zone: ZoneInfo) -> Micros | None:
    """Return when hours end that it is within now; hours that begin when they end are none."""
    begin, end = (time.fromisoformat(each) for each in hours)
    local = (_EPOCH + timedelta(microseconds=now)).astimezone(zone)
    clock = local.time()
    within = begin <= clock < end if begin <= end else clock >= begin or clock < end
    if not within:
        return None
    day = local.date() + timedelta(days=1 if begin > end and clock >= begin else 0)
    for fold in (0, 1):  # the hour that comes twice ends twice
        found = datetime.combine(day, end, zone).replace(fold=fold).astimezone(UTC)
        if (found - _EPOCH) // _MICRO > now:
            return (found - _EPOCH) // _MICRO
    return now + 60_000_000
