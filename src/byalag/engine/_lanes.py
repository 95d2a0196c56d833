"""How many questions may be under way at once: a few a host, and not too many in all."""

from collections import defaultdict
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx2
from anyio import Semaphore

_IN_ALL = 256
_A_HOST = 4


class Lanes:
    """Whoever waits for a busy host holds no place that others need."""

    def __init__(self, in_all: int = _IN_ALL, a_host: int = _A_HOST) -> None:
        """Set the limits."""
        self._all = Semaphore(in_all)
        self._hosts = defaultdict[str, Semaphore](lambda: Semaphore(a_host))

    @asynccontextmanager
    async def place(self, url: str) -> AsyncGenerator[None]:
        """Hold one place for a question to an address."""
        async with self._hosts[_host(url)], self._all:
            yield


def _host(url: str) -> str:
    try:
        return httpx2.URL(url.partition("{")[0]).netloc.decode("ascii")
    except httpx2.InvalidURL:
        return ""
