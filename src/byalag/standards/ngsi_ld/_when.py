"""How a time is written: RFC 3339 in UTC, with as many digits as it needs (GS CIM 009, 4.6.3)."""

from datetime import UTC, datetime, timedelta

from byalag.model import Micros

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def when(at: Micros) -> str:
    """Return a time as it is written: no fraction where it is zero."""
    moment = _EPOCH + timedelta(microseconds=at)
    fine = "milliseconds" if at % 1000 == 0 else "microseconds"
    return (
        f"{moment.replace(tzinfo=None).isoformat(timespec=fine if at % 1_000_000 else 'seconds')}Z"
    )
