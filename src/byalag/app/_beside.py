"""The threads in which long answers are made, so that they never stop the short ones."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

from byalag.engine import durable

T = TypeVar("T")

THREADS = min(4, max(2, os.cpu_count() or 1))  # more of them only wait for one another


class Beside:
    """Runs what takes more than a millisecond where it holds nobody up."""

    def __init__(self) -> None:
        """Prepare; the threads are started when they are needed."""
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="beside")

    async def run(self, work: Callable[[], T]) -> T:
        """Do something in a thread, and return what it answers."""
        return await durable(self._threads.submit(copy_context().run, work))
