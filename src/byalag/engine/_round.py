"""The questions that follow from an answer: a detail page for each record, at a stated pace."""

import time
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

import msgspec
from anyio import Event, move_on_after, to_thread
from msgspec import Struct

from byalag.engine._ask import NOTHING
from byalag.engine._durable import durable
from byalag.engine._face import Unreachable
from byalag.engine._line import Line
from byalag.engine._way import Way, ask_once, attempt, fingerprint
from byalag.model import Micros
from byalag.sources import Ask, Follow

_MICRO = timedelta(microseconds=1)
_ENOUGH = 5  # failures in a row after which the rest of a round is not asked


class _Ended(Struct, frozen=True, kw_only=True):
    at: Micros
    settings: str


class Round:
    """Every address that follows from one question, again and again."""

    def __init__(self, way: Way, line: Line, follow: Follow) -> None:
        """Prepare to follow the answers of a line."""
        self.next_ask: Micros | None = None
        self._way = way
        self._line = line
        self._follow = follow
        self._mark = f"round/{way.intake.connected.name}/{follow.part}"
        self._asked: set[str] = set()  # or found to have been asked before

    async def run(self) -> None:
        """Follow until the engine stops; a round made before a restart is not made again.

        An address that no answer has named before is not left to wait for the next round.
        """
        if self._way.intake.newest(self._line.ask.part) is None:
            with self._way.stopping.cut():
                await self._line.answered.wait()
        wait = self._left()
        while not self._way.stopping.stopped:
            self.next_ask = self._way.intake.tools.clock.now() + int(wait * 1_000_000)
            await self._wait(wait)
            if not self._way.stopping.stopped:
                wait = await attempt(self._way, self._follow.every, self._mark, self._once)

    async def _wait(self, seconds: float) -> None:
        """Wait, but ask new addresses as soon as an answer names them."""
        ends = time.monotonic() + seconds
        while not self._way.stopping.stopped and time.monotonic() < ends:
            with self._way.stopping.cut(), move_on_after(ends - time.monotonic()):
                await self._line.answered.wait()
            if self._line.answered.is_set():
                self._line.answered = Event()
                await attempt(self._way, self._follow.every, f"{self._mark}/new", self._new)

    async def _once(self) -> None:
        """Ask every address.

        Raises:
            Unreachable: If any failed; says how many.

        """
        intake = self._way.intake
        if await self._all(await self._in_thread(self._addresses)):
            ended = _Ended(at=intake.tools.clock.now(), settings=fingerprint(intake.connected))
            await durable(intake.store.remember(self._mark, msgspec.to_builtins(ended)))

    async def _new(self) -> None:
        """Ask every address that has not been asked before, now or before a restart.

        Raises:
            Unreachable: If any failed; says how many.

        """
        await self._all(await self._in_thread(self._never_asked))

    async def _in_thread(self, found: Callable[[], list[str]]) -> list[str]:
        return await to_thread.run_sync(found, limiter=self._way.intake.tools.threads)

    async def _all(self, addresses: list[str]) -> bool:
        """Ask addresses, and go on past those that fail; return False if a stop cut it short.

        Raises:
            Unreachable: If any failed; says how many.

        """
        failed: Unreachable | None = None
        failures = in_a_row = 0
        for address in addresses:
            try:
                if not await self._ask(address):
                    return False
                in_a_row = 0
            except Unreachable as error:
                failed, failures, in_a_row = error, failures + 1, in_a_row + 1
                if error.wait is not None or in_a_row == _ENOUGH:
                    break
            await self._way.stopping.sleep(60 / self._follow.per_minute)
        if failed is not None:
            reason = f"{failures} of {len(addresses)} addresses failed, the last because {failed}"
            raise Unreachable(reason, wait=failed.wait)
        return True

    async def _ask(self, address: str) -> bool:
        self._asked.add(address)
        ask = _followed(self._line.ask, address, self._follow)
        return await ask_once(
            self._way, ask, mark=self._address_mark(address), home=self._line.ask.url
        )

    def _address_mark(self, address: str) -> str:
        return f"{self._follow.part}/{sha256(address.encode()).hexdigest()[:16]}"

    def _never_asked(self) -> list[str]:
        fresh = [address for address in self._addresses() if address not in self._asked]
        before = self._way.intake.before
        self._asked |= {one for one in fresh if before(self._address_mark(one)) != NOTHING}
        return [address for address in fresh if address not in self._asked]

    def _addresses(self) -> list[str]:
        intake = self._way.intake
        newest = intake.newest(self._line.ask.part)
        bodies = newest.bodies if newest else ()
        return self._follow.addresses(bodies, intake.connected.municipality.code)

    def _left(self) -> float:
        """Return how much of the time between two rounds is left, seconds."""
        intake = self._way.intake
        ended = msgspec.convert(intake.store.recall(self._mark), _Ended | None)
        if ended is None or ended.settings != fingerprint(intake.connected):
            return 0.0
        gone = (intake.tools.clock.now() - ended.at) * _MICRO
        left = self._follow.every - max(gone, timedelta())
        return max(left.total_seconds(), 0.0)


def _followed(ask: Ask, address: str, follow: Follow) -> Ask:
    return msgspec.structs.replace(
        ask,
        url=address,
        part=follow.part,
        every=follow.every,
        method="GET",
        body="",
        paging=None,
        records=None,
        follow=None,
        reasons={},
    )
