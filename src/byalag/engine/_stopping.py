"""An orderly stop: what waits or asks is cut at once, what is being taken in may finish."""

from collections.abc import Generator
from contextlib import contextmanager

from anyio import CancelScope, Event, move_on_after


class Stopping:
    """Whether the engine is to stop, and what may be cut when it does."""

    def __init__(self) -> None:
        """Begin with nobody having asked for a stop."""
        self._asked = Event()
        self._cuttable: set[CancelScope] = set()

    @property
    def stopped(self) -> bool:
        """Tell whether a stop has been asked for."""
        return self._asked.is_set()

    def stop(self) -> None:
        """Ask for a stop, and cut what may be cut."""
        self._asked.set()
        for scope in self._cuttable:
            scope.cancel()

    @contextmanager
    def cut(self) -> Generator[CancelScope]:
        """Run what is inside until a stop is asked for; `cancelled_caught` tells if it was cut."""
        with CancelScope() as scope:
            if self.stopped:
                scope.cancel()
            self._cuttable.add(scope)
            try:
                yield scope
            finally:
                self._cuttable.discard(scope)

    async def sleep(self, seconds: float) -> None:
        """Wait, but no longer than until a stop is asked for."""
        with move_on_after(seconds):
            await self._asked.wait()
