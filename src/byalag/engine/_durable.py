"""Waiting, in the event loop, for what the store's writer has promised."""

import asyncio
from collections import deque
from concurrent.futures import Future
from typing import TypeVar
from weakref import WeakKeyDictionary

T = TypeVar("T")


class _Waking:
    """Wakes many waiters of one event loop at a time: a commit that many share wakes it once."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._done: deque[asyncio.Future[None]] = deque()
        self._called = False

    def wake(self, waiter: "asyncio.Future[None]") -> None:
        """Tell, from any thread, that what a waiter waits for is done."""
        self._done.append(waiter)
        if not self._called and not self._loop.is_closed():
            self._called = True
            self._loop.call_soon_threadsafe(self._all)

    def _all(self) -> None:
        self._called = False  # first, so that whoever comes from here on calls again
        while self._done:
            waiter = self._done.popleft()
            if not waiter.done():
                waiter.set_result(None)


_waking: WeakKeyDictionary[asyncio.AbstractEventLoop, _Waking] = WeakKeyDictionary()


async def durable(future: "Future[T]") -> T:
    """Return what the store answers once it is on disk.

    Whoever waits may be cancelled; what has been asked of the store is written all the same.
    """
    loop = asyncio.get_running_loop()
    waking = _waking.get(loop) or _waking.setdefault(loop, _Waking(loop))
    waiter = loop.create_future()
    future.add_done_callback(lambda _: waking.wake(waiter))
    await waiter
    return future.result()
