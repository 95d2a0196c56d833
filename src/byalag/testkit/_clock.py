"""A clock that stands still until it is told otherwise."""

from datetime import UTC, datetime, timedelta

from byalag.model import Micros

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)


class StoppedClock:
    """A clock for tests: it moves only when `advance` or `set` says so."""

    def __init__(self, at: datetime = NOON) -> None:
        """Stop the clock at a zoned time."""
        self._now = (at - _EPOCH) // _MICRO

    def now(self) -> Micros:
        """Return the time at which the clock stands, microseconds UTC."""
        return self._now

    def advance(self, by: timedelta) -> Micros:
        """Move the clock, backwards too, and return its new time."""
        self._now += by // _MICRO
        return self._now

    def set(self, at: datetime) -> None:
        """Move the clock to a zoned time."""
        self._now = (at - _EPOCH) // _MICRO
