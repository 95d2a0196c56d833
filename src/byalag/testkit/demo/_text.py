"""How the demo's operators write times and numbers."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from byalag.model import Micros

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SWEDEN = ZoneInfo("Europe/Stockholm")


def moment(at: Micros) -> datetime:
    """Return a time with its zone."""
    return _EPOCH + timedelta(microseconds=at)


def utc(at: Micros) -> str:
    """Write a time as HaV does: whole seconds, UTC."""
    return f"{moment(at):%Y-%m-%dT%H:%M:%SZ}"


def local(at: Micros) -> str:
    """Write a time as a spreadsheet does: Swedish local time, no zone."""
    return f"{moment(at).astimezone(_SWEDEN):%Y-%m-%d %H:%M}"


def comma(number: float) -> str:
    """Write a number with a decimal comma."""
    return f"{number:.1f}".replace(".", ",")
