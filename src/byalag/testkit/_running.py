"""Running an engine inside a test, and waiting for what it does."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Protocol

import anyio


class Runs(Protocol):
    """Anything that runs until it is told to stop."""

    async def run(self, stop: anyio.Event) -> None:
        """Run until `stop` is set."""
        ...


@asynccontextmanager
async def running(engine: Runs) -> AsyncGenerator[anyio.Event]:
    """Run an engine for as long as the block lasts; give what stops it sooner."""
    stop = anyio.Event()
    async with anyio.create_task_group() as work:
        work.start_soon(engine.run, stop)
        try:
            yield stop
        finally:
            stop.set()


async def soon(condition: Callable[[], object], *, within: float = 10.0) -> None:
    """Wait until something holds.

    Raises:
        TimeoutError: If it does not hold within that many seconds.

    """
    with anyio.fail_after(within):
        while not condition():  # noqa: ASYNC110 -- threads and files that are waited for set no event
            await anyio.sleep(0.01)
