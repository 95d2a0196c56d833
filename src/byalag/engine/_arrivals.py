"""What others bring: on disk before they are thanked, translated soon after, in the order it came.

A sender never waits for a translation. What comes faster than it can be translated waits in the
ledger, not in memory.
"""

from collections import deque

from anyio import Event
from msgspec.structs import replace

from byalag.engine._durable import durable
from byalag.engine._intake import Intake
from byalag.engine._stopping import Stopping
from byalag.model import Delivery
from byalag.store import Kept

_HELD = 32 * 1024 * 1024  # bytes that wait in memory; the rest is read from the ledger again


class Arrivals:
    """The deliveries of one source that is listened to, watched, read or delivered to."""

    def __init__(self, intake: Intake, stopping: Stopping) -> None:
        """Begin with nothing waiting."""
        self._intake = intake
        self._stopping = stopping
        self._waiting: deque[Delivery] = deque()
        self._held = 0
        self._behind = False
        self._come = Event()

    async def keep(self, delivery: Delivery, *, key: str | None = None) -> Kept:
        """Keep a delivery; it is on disk when this returns.

        A key that the source has used before answers the first one's number and keeps nothing.

        Raises:
            ByalagError: If the store could not be written to.

        """
        kept = await durable(self._intake.store.keep(delivery, key=key))
        if kept.fresh:
            self._add(delivery, kept.seq)
        return kept

    def _add(self, delivery: Delivery, seq: int) -> None:
        size = sum(map(len, delivery.bodies))
        if self._behind or self._held + size > _HELD:
            self._behind = True
        else:
            self._held += size
            self._waiting.append(replace(delivery, seq=seq))
        self._come.set()

    async def run(self) -> None:
        """Translate what comes until the engine stops."""
        while not self._stopping.stopped:
            await self._empty()
            self._come = Event()
            if self._waiting or self._behind:
                continue
            with self._stopping.cut():
                await self._come.wait()

    async def _empty(self) -> None:
        while self._waiting and not self._stopping.stopped:
            delivery = self._waiting.popleft()
            self._held -= sum(map(len, delivery.bodies))
            await self._intake.tell(delivery)
        if self._behind and not self._stopping.stopped:
            self._behind = False  # first: what comes from here on may be told twice, never missed
            await self._intake.catch_up(self._stopping)
