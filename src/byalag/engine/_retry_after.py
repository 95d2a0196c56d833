"""What a server asks for when it says "not now"."""

from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime

from byalag.model import Micros

_LONGEST = timedelta(days=1)  # a server that asks for more is asked again tomorrow
_MICRO = timedelta(microseconds=1)


def retry_after(header: str, now: Micros) -> timedelta | None:
    """Read a Retry-After header: seconds or a date (RFC 9110 section 10.2.3); None if neither."""
    text = header.strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=min(int(text), 10**6)), _LONGEST)
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    wait = timedelta(seconds=date.timestamp()) - now * _MICRO
    return min(max(wait, timedelta()), _LONGEST)
