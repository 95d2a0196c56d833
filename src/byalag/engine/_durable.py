"""Waiting, in the event loop, for what the store's writer has promised."""

import asyncio
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


async def durable(future: "Future[T]") -> T:
    """Return what the store answers once it is on disk.

    Whoever waits may be cancelled; what has been asked of the store is written all the same.
    """
    loop = asyncio.get_running_loop()
    waiter = loop.create_future()

    def wake(_: "Future[T]") -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(_finish, waiter)

    future.add_done_callback(wake)
    await waiter
    return future.result()


def _finish(waiter: "asyncio.Future[None]") -> None:
    if not waiter.done():
        waiter.set_result(None)
