"""Listening to one broker: what it sends is on disk before it is acknowledged.

A message is never both acknowledged and lost: the broker sends again whatever we had not
acknowledged. What it sends faster than we keep waits at the broker, not in memory.
"""

import time
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4
from zoneinfo import ZoneInfo

import msgspec

from byalag.engine._arrivals import Arrivals
from byalag.engine._broker import broker_of
from byalag.engine._durable import durable
from byalag.engine._guard import Guard
from byalag.engine._listen_mqtt import listen_mqtt
from byalag.engine._listen_nats import listen_nats
from byalag.engine._message import Bookmark, Message, Session, gathered
from byalag.engine._way import Way, attempt
from byalag.model import Delivery, Json, Micros, Rejected
from byalag.sources import Listen
from byalag.store import Store

_SOON: Final = 0.3  # everything is listened to within this time from the start, seconds
_AGAIN: Final = timedelta(seconds=1)  # the wait after a broken connection; longer each time
_SETTLED: Final = 1.0  # a connection that has held so long is a good one, seconds
_NOTED: Final = 30.0  # how often it is remembered that the broker is there, seconds
_SHOWN: Final = 1000  # bytes of a message too long that are kept
_WHY_TOO_LONG: Final = (
    "the message is {size} bytes and at most {most} are taken; raise max_bytes in the source's "
    "file, and ask its sender to send it again"
)


class Listener:
    """Listens to one broker for one source."""

    def __init__(self, way: Way, reach: Listen, arrivals: Arrivals) -> None:
        """Prepare to listen; nothing is connected yet."""
        self.next_ask: Micros | None = None
        self._way = way
        self._reach = reach
        self._arrivals = arrivals
        self._mark = f"listen/{way.intake.connected.name}"
        self._noted = 0.0

    async def run(self) -> None:
        """Listen until the engine stops; connect again whenever the connection breaks."""
        stopping, wait = self._way.stopping, _SOON * self._way.draw()
        while not stopping.stopped:
            self.next_ask = self._now() + int(wait * 1_000_000)
            await stopping.sleep(wait)
            self.next_ask = None
            if not stopping.stopped:
                wait = await attempt(self._way, _AGAIN, "listen", self._once)

    async def _once(self) -> None:
        """Listen until the connection breaks or the engine stops."""
        async with AsyncExitStack() as left:
            with self._way.stopping.cut() as cut:
                session = await left.enter_async_context(await self._open())
            if cut.cancelled_caught:
                self._way.breaker.let_go()
                return
            try:
                await self._follow(session)
            finally:
                await self._note(session)

    async def _open(self) -> AbstractAsyncContextManager[Session]:
        way, reach = self._way, self._reach
        name = reach.client or await client_name(way.intake.store, way.intake.connected.name)
        broker = broker_of(reach, name)
        before = _recalled(way.intake.store.recall(self._mark))
        guard = Guard(way.resolve, way.allowed)
        vault = way.intake.vault
        if reach.version == "jetstream":
            return listen_nats(broker, reach, before=before, guard=guard, vault=vault)
        return listen_mqtt(broker, reach, before=before, guard=guard, vault=vault)

    async def _follow(self, session: Session) -> None:
        settled, began = False, time.monotonic()
        await self._tell_missed(session)
        await self._note(session)
        while not self._way.stopping.stopped:
            messages: list[Message] = []
            with self._way.stopping.cut():
                messages = await gathered(session, self._reach)
            if messages:
                await self._keep(session, messages)
                await session.thank(messages)
            await self._tell_missed(session)
            self._way.intake.health.hear(self._now())
            if not settled and (messages or time.monotonic() - began > _SETTLED):
                settled = True
                self._way.breaker.succeed()
                await self._way.intake.recover("listen")
            if time.monotonic() - self._noted > _NOTED:
                await self._note(session)
                await self._way.intake.try_again()

    async def _keep(self, session: Session, messages: Sequence[Message]) -> None:
        most = self._reach.max_bytes
        sound = [message for message in messages if message.size <= most]
        for first in range(0, len(sound), self._reach.at_most):
            some = sound[first : first + self._reach.at_most]
            delivery = msgspec.structs.replace(
                self._delivery(),
                bodies=tuple([message.body for message in some]),
                names=tuple([message.topic for message in some]),
            )
            await self._arrivals.keep(delivery, key=session.key(some))
        for message in messages:
            if message.size > most:
                why = _WHY_TOO_LONG.format(size=message.size, most=most)
                record = message.body[:_SHOWN]
                rejected = Rejected(where=message.topic, why=why, record=record)
                await self._way.intake.refuse(self._delivery(), rejected)

    def _delivery(self) -> Delivery:
        return Delivery(
            source=self._way.intake.connected.name,
            received=self._now(),
            bodies=(),
            part=self._reach.part,
            url=self._reach.url,
        )

    async def _tell_missed(self, session: Session) -> None:
        """Report what was not to be had any more, and when it may have been sent."""
        if not session.missed:
            return
        zone = ZoneInfo(self._way.intake.connected.municipality.time_zone)
        before = _recalled(self._way.intake.store.recall(self._mark))
        since = before.until if before is not None else 0
        span = f"between {_said(since, zone)} and {_said(self._now(), zone)}"
        why = "; ".join(session.missed)
        session.missed.clear()
        await self._way.intake.miss(f"{why} ({span})")

    async def _note(self, session: Session) -> None:
        """Remember how far we have come, and that the broker was there until now."""
        self._noted = time.monotonic()
        said = msgspec.structs.replace(session.bookmark, until=self._now())
        await durable(self._way.intake.store.remember(self._mark, msgspec.to_builtins(said)))
        await self._way.intake.save()

    def _now(self) -> Micros:
        return self._way.intake.tools.clock.now()


async def client_name(store: Store, source: str) -> str:
    """Return the name that brokers know a source of this store by. It stays the same.

    It is of the store and not of the computer, so that a hub that moves keeps its place.
    """
    known = store.recall("listen-as")
    if not isinstance(known, str):
        known = uuid4().hex[:12]
        await durable(store.remember("listen-as", known))
    return f"byalag-{known}-{source}"


def _recalled(value: Json) -> Bookmark | None:
    """Read what was remembered; what another version wrote otherwise counts as nothing."""
    try:
        return msgspec.convert(value, Bookmark)
    except msgspec.ValidationError:
        return None


def _said(at: Micros, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(at / 1_000_000, zone).strftime("%Y-%m-%d %H:%M:%S")
