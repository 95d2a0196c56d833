"""The threads in which long answers are made, so that they never stop the short ones."""

from collections.abc import Callable
from typing import TypeVar

import anyio
from anyio import to_thread

T = TypeVar("T")

THREADS = 4  # more of them only wait for one another


class Beside:
    """Runs what takes more than a millisecond where it holds nobody up."""

    def __init__(self) -> None:
        """Prepare; the threads are started when they are needed."""
        self._limiter: anyio.CapacityLimiter | None = None

    async def run(self, work: Callable[[], T]) -> T:
        """Do something in a thread, and return what it answers."""
        if self._limiter is None:  # made inside the event loop that it belongs to
            self._limiter = anyio.CapacityLimiter(THREADS)
        return await to_thread.run_sync(work, limiter=self._limiter)
