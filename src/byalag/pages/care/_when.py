"""Times that people choose in a form: an hour of the day, or a day and an hour, by local clocks."""

import re
from datetime import datetime, timedelta, tzinfo

from byalag.model import Micros
from byalag.pages._desk import moment
from byalag.pages._site import EPOCH

_HOUR = timedelta(hours=1)
_HOURS = re.compile("[0-9]{1,3}")  # that a form offers, as it writes them


def micros(at: datetime) -> Micros:
    """Return an instant as facts have it."""
    return (at - EPOCH) // timedelta(microseconds=1)


def local_time(day: str, clock: str, zone: tzinfo) -> Micros | None:
    """Return the instant of a day and a time of day as they are written; None if they are not."""
    try:
        return micros(datetime.fromisoformat(f"{day}T{clock or '12:00'}").replace(tzinfo=zone))
    except (ValueError, OverflowError):  # no such day, or one on the edge of the calendar
        return None


def hours_ahead(hours: str, now: Micros) -> Micros | None:
    """Return so many hours from now; None if it is no number of hours that a form offers."""
    if not _HOURS.fullmatch(hours) or not 0 < int(hours) <= 24 * 14:
        return None
    return now + int(hours) * (_HOUR // timedelta(microseconds=1))


def day_of(at: Micros, zone: tzinfo) -> str:
    """Return the local day of an instant as a form has it."""
    return moment(at).astimezone(zone).date().isoformat()
