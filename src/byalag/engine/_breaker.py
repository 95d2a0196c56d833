"""When to leave a source alone: a circuit breaker, and the wait between two tries. Pure.

Times here are seconds of a clock that never jumps, not the time of day.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Literal, TypeAlias

Circuit: TypeAlias = Literal["closed", "open", "half-open"]

_THRESHOLD = 5  # failures in a row that open the circuit
_FIRST = 60.0  # the first time it is left alone, seconds
_LONGEST = 1800.0  # and the longest
_SOONEST = 10.0  # the wait after the first failure, seconds


class Breaker:
    """Counts failures of one source; after five in a row it lets one try through at a time."""

    def __init__(self, *, threshold: int = _THRESHOLD, first: float = _FIRST) -> None:
        """Begin closed: everything goes through."""
        self._threshold = threshold
        self._first = first
        self._failures = 0
        self._until = 0.0
        self._trying = False

    @property
    def failures(self) -> int:
        """Return how many tries have failed in a row."""
        return self._failures

    def circuit(self, now: float) -> Circuit:
        """Return how the circuit stands."""
        if self._failures < self._threshold:
            return "closed"
        return "half-open" if now >= self._until else "open"

    def admit(self, now: float) -> bool:
        """Tell whether a try may begin now; while half-open only one may."""
        match self.circuit(now):
            case "closed":
                return True
            case "open":
                return False
            case "half-open":
                admitted = not self._trying
                self._trying = True
                return admitted

    def wait(self, now: float) -> float:
        """Return how long to wait before asking `admit` again, seconds."""
        left = self._until - now if self._failures >= self._threshold else 0.0
        return max(left, 1.0)

    def succeed(self) -> None:
        """Close the circuit: the source answers."""
        self._failures = 0
        self._trying = False

    def fail(self, now: float) -> None:
        """Count a failure; from the threshold on the source is left alone, longer each time."""
        self._failures += 1
        self._trying = False
        over = self._failures - self._threshold
        if over >= 0:
            self._until = now + min(self._first * 2.0 ** min(over, 16), _LONGEST)

    def let_go(self) -> None:
        """Forget a try that was neither: it was cut short by an orderly stop."""
        self._trying = False


def pause(
    every: timedelta, failures: int, asked: timedelta | None, draw: Callable[[], float]
) -> float:
    """Return the wait until a source is asked next, seconds, with jitter.

    While all is well that is `every`, 5 % more or less. After a failure it begins at ten seconds
    (or `every`, if shorter) and doubles up to a quarter of an hour (or `every`, if longer), half
    of it at random. `asked` is what the source itself wants us to wait, at least. `draw` gives a
    number in [0, 1).
    """
    regular = every.total_seconds()
    if failures == 0:
        return regular * (0.95 + 0.1 * draw())
    growing = min(_SOONEST, regular) * 2.0 ** min(failures - 1, 30)
    wait = min(growing, max(regular, _LONGEST / 2)) * (0.5 + 0.5 * draw())
    return wait if asked is None else max(wait, asked.total_seconds() * (1 + 0.1 * draw()))
