"""Times as SensorThings writes them: ISO 8601, in UTC. Pure."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from byalag.model import Micros

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)
_SECOND = 1_000_000
_TWO = [f"{number:02}" for number in range(60)]
_DURATION = re.compile(
    r"(-?)P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9})(?:\.(\d{1,9}))?S)?)?"
)
EARLIEST, LATEST = -62_135_596_800_000_000, 253_402_300_799_999_999  # years 1 to 9999


@lru_cache(maxsize=20_000)
def moment_text(at: Micros) -> str:
    """Return a moment as text, with a fraction only where there is one."""
    whole, part = divmod(at, _SECOND)
    minute, second = divmod(whole, 60)
    begun = f"{_minute_text(minute)}{_TWO[second]}"
    return f"{begun}Z" if not part else f"{begun}.{f'{part:06}'.rstrip('0')}Z"


@lru_cache(maxsize=20_000)  # many are observed within the same minutes
def _minute_text(minute: int) -> str:
    """Return how a minute is written, up to its seconds."""
    return (_EPOCH + timedelta(minutes=minute)).isoformat()[:17]


def read_moment(text: str) -> Micros:
    """Read a moment with its offset.

    Raises:
        ValueError: It is no moment, or has no offset.
    """
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        message = f"{text!r} says no offset: end it with Z or +01:00"
        raise ValueError(message)
    try:
        return (at - _EPOCH) // _MICRO
    except OverflowError as error:
        message = f"{text!r} is outside the years 1 to 9999"
        raise ValueError(message) from error


def duration_text(duration: Micros) -> str:
    """Return a length of time as text, in seconds."""
    sign = "-" if duration < 0 else ""
    whole, part = divmod(abs(duration), _SECOND)
    days, seconds = divmod(whole, 86_400)
    fraction = f".{f'{part:06}'.rstrip('0')}" if part else ""
    return f"{sign}P{days}DT{seconds}{fraction}S"


def read_duration(text: str) -> Micros:
    """Read a length of time: days, hours, minutes, seconds.

    Raises:
        ValueError: It is none, or speaks of months or years, which differ in length.
    """
    match = _DURATION.fullmatch(text)
    if match is None or text.endswith(("P", "T")):
        message = f"{text[:60]!r} is no duration of days, hours, minutes and seconds, as in P1DT12H"
        raise ValueError(message)
    sign, days, hours, minutes, seconds, fraction = match.groups(default="0")
    whole = int(days) * 86_400 + int(hours) * 3_600 + int(minutes) * 60 + int(seconds)
    length = whole * _SECOND + int(fraction.ljust(6, "0")[:6])
    return -length if sign == "-" else length
