"""Waiters are woken many at a time, from any thread, and none is forgotten."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from byalag.engine._durable import durable

WRITERS, EACH = 4, 1_000


def finish(futures: Sequence["Future[int]"]) -> None:
    for number, future in enumerate(futures):
        future.set_result(number)


def test_every_waiter_is_woken_whichever_threads_finish_and_however_close_together() -> None:
    async def wait_for_all() -> list[list[int]]:
        futures = [[Future[int]() for _ in range(EACH)] for _ in range(WRITERS)]
        with ThreadPoolExecutor(WRITERS) as writers:
            waiting = [asyncio.gather(*map(durable, few)) for few in futures]
            await asyncio.sleep(0)
            writers.map(finish, futures)
            return await asyncio.wait_for(asyncio.gather(*waiting), 20)

    assert asyncio.run(wait_for_all()) == [list(range(EACH))] * WRITERS


def test_what_fails_fails_for_its_own_waiter_only() -> None:
    async def wait_for_both() -> int:
        well, ill = Future[int](), Future[int]()
        ill.set_exception(OSError("disk"))
        well.set_result(7)
        with pytest.raises(OSError, match="disk"):
            await durable(ill)
        return await durable(well)

    assert asyncio.run(wait_for_both()) == 7
