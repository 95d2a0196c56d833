"""The date of a forecast that gives hours only."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from byalag.model import Micros

DAY = 24
EPOCH = datetime.fromtimestamp(0, ZoneInfo("UTC"))


def dated(hours: Sequence[int], received: Micros, zone: str) -> list[str]:
    """Return when each hour is, read as hours of the local day on which the answer came.

    ISO 8601 with zone. HaV gives no date. An hour that has passed when the answer comes is still
    today's, as a forecast is published for the day. An hour that is not later than the one before
    it is tomorrow's. 24 is midnight at the end of the day. In the hour that occurs twice in autumn,
    the first is meant.

    Raises:
        ValueError: An hour is not 0 to 24.
    """
    place = ZoneInfo(zone)
    today = (EPOCH + timedelta(microseconds=received)).astimezone(place).date()
    moments: list[str] = []
    days, before = 0, -1
    for hour in hours:
        if not 0 <= hour <= DAY:
            message = f"measHour {hour} is not an hour of a day"
            raise ValueError(message)
        days += hour <= before
        before = hour
        day = today + timedelta(days=days + hour // DAY)
        local = datetime.combine(day, time(hour % DAY), tzinfo=place)
        moments.append(local.isoformat())
    return moments
