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
