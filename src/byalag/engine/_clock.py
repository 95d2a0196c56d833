"""What the time is. The only place in the platform that asks the computer."""

import time
from typing import Protocol

from byalag.model import Micros


class Clock(Protocol):
    """Whoever can say what the time is."""

    def now(self) -> Micros:
        """Return the time, whole microseconds UTC."""
        ...


class SystemClock:
    """The computer's own clock."""

    def now(self) -> Micros:
        """Return the computer's time, whole microseconds UTC."""
        return time.time_ns() // 1000


class SteadyClock:
    """A clock that begins at what another shows and never jumps, whatever is done to that one."""

    def __init__(self, clock: Clock) -> None:
        """Begin at the time that a clock shows now."""
        self._began = clock.now() - time.monotonic_ns() // 1000

    def now(self) -> Micros:
        """Return the time, whole microseconds UTC."""
        return self._began + time.monotonic_ns() // 1000
