"""Threads that run codecs, as a JavaScript context may only be used by the thread that made it.

Each codec belongs to one lane. A codec that hangs inside the engine's own C code (a regular
expression that never ends) cannot be stopped from within: its lane is left behind and another one
takes over what waits.
"""

import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, Final, Generic, TypeVar

from byalag import ByalagError
from byalag.codecs._room import Room

T = TypeVar("T")
Rooms = OrderedDict[str, Room]
_MOST_ROOMS: Final = 64  # contexts that a lane keeps; about 0.3 MB each
_LANES: Final = min(4, os.cpu_count() or 1)


class Hung(ByalagError):
    """A codec did not come back, and could not be stopped.

    Its thread is left behind. The message that it was given is set aside.
    """


class _Job(Generic[T]):
    """Something to do in a lane, and its answer."""

    def __init__(self, do: Callable[[Rooms], T]) -> None:
        self.do = do
        self.begun = threading.Event()
        self.answer: Future[T] = Future()

    def run(self, rooms: Rooms) -> None:
        self.begun.set()
        try:
            self.answer.set_result(self.do(rooms))
        except BaseException as error:  # noqa: BLE001 -- raised again in the thread that asked
            self.answer.set_exception(error)


class _Thread:
    """One thread and what waits for it."""

    def __init__(self) -> None:
        self.jobs: SimpleQueue[_Job[Any]] = SimpleQueue()
        self.left = False
        threading.Thread(target=self._work, name="codec lane", daemon=True).start()

    def _work(self) -> None:
        rooms: Rooms = OrderedDict()
        while not self.left:
            self.jobs.get().run(rooms)
            while len(rooms) > _MOST_ROOMS:
                rooms.popitem(last=False)


class Lane:
    """A place where jobs are done one after the other, always in the same thread while it lives."""

    def __init__(self) -> None:
        """Begin without a thread; the first job starts one."""
        self._lock = threading.Lock()
        self._thread: _Thread | None = None

    def do(self, work: Callable[[Rooms], T], *, hang: float) -> T:
        """Do a job in the lane and return its answer; `hang` is seconds from when it begins.

        Raises:
            Hung: If it did not come back.

        """
        job = _Job(work)
        with self._lock:
            thread = self._thread = self._thread or _Thread()
            thread.jobs.put(job)
        job.begun.wait()
        try:
            return job.answer.result(hang)
        except TimeoutError:
            if job.answer.done():
                raise
            self._leave(thread)
            message = f"the codec did not come back within {hang:g} s and could not be stopped"
            raise Hung(message) from None

    def _leave(self, thread: _Thread) -> None:
        """Give what waits to a new thread; the old one ends if its job ever does."""
        with self._lock:
            if self._thread is not thread:
                return
            thread.left = True
            fresh = self._thread = _Thread()
            while not thread.jobs.empty():
                fresh.jobs.put(thread.jobs.get())


_lanes: Final = tuple(Lane() for _ in range(_LANES))


def lane_of(key: str) -> Lane:
    """Return the lane that a codec belongs to."""
    return _lanes[int(key[:8], 16) % len(_lanes)]
