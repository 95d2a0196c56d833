"""Notifying those who have asked to be told of changes, each by itself.

Whoever knows what is to be told (`Noticer`) is given the news; what it says goes into a queue in
the same commit as its place in the news, and is sent from there: the oldest message of each
receiver first, again after growing waits while it is not taken. A receiver that takes nothing
holds up nobody else.
"""

import random
import traceback
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final, Protocol

import structlog
from anyio import Event, create_task_group, current_time, move_on_after, to_thread
from msgspec import Struct

from byalag import ByalagError, Misconfigured
from byalag.engine._carrier import Carrier
from byalag.engine._clock import Clock, SteadyClock
from byalag.engine._durable import durable
from byalag.engine._guard import Resolve, SystemNames, networks
from byalag.engine._once import LOOPBACK, only_loopback
from byalag.engine._outlet import wait_after
from byalag.engine._outlet_face import NotTaken
from byalag.engine._secret import Vault
from byalag.engine._stopping import Stopping
from byalag.model import Json, Micros
from byalag.outlets import Sending
from byalag.store import Here, News, Outgoing, Parcel, Reading, Store, Walls

GIVE_UP: Final = timedelta(days=1)
_AT_ONCE: Final = 16  # messages under way
_STEP: Final = 50  # commits whose news are read at a time
_LOOK: Final = 30.0  # a store that another process writes to is looked at this often, seconds
_GATHER: Final = 0.05  # what is committed meanwhile is told together, seconds
_AGAIN: Final = 10.0  # after a fault of our own, seconds
_GRACE: Final = 3.0  # how long what is under way may take after a stop was asked for, seconds
_MICRO: Final = 1_000_000

_log = structlog.get_logger()


class Notices(Protocol):
    """What is to be sent, and what is to be remembered of it."""

    @property
    def messages(self) -> Sequence[Outgoing]:
        """What is to be sent, to whom."""
        ...

    @property
    def told(self) -> Mapping[str, Json]:
        """What is to be remembered, by name."""
        ...


class Noticer(Protocol):
    """Whoever knows who is to be told of what. Its methods are called beside the event loop."""

    @property
    def name(self) -> str:
        """What its queue is called. It has a "/" in it, so that it is no outlet's."""
        ...

    def receivers(self, reading: Reading, /) -> tuple[str, ...]:
        """Return those who are to be told of anything."""
        ...

    def hear(
        self,
        reading: Reading,
        recall: Callable[[Sequence[str]], Mapping[str, Json]],
        news: Sequence[News],
        now: Micros,
        *,
        whom: Collection[str],
    ) -> Notices:
        """Return what is to be told of news, and of what is due by the time, to `whom` of all."""
        ...

    def due(
        self,
        reading: Reading,
        recall: Callable[[Sequence[str]], Mapping[str, Json]],
        now: Micros,
    ) -> Micros | None:
        """Return when something is to be told whether there are news or not."""
        ...

    def compose(self, message: bytes, /) -> Sending:
        """Return what is sent."""
        ...

    def settle(self, here: Here, receiver: str, now: Micros, *, taken: bool) -> None:
        """Note that a message was taken, or was not."""
        ...


class Notified(Struct, frozen=True, kw_only=True):
    """Who knows what is to be told of a municipality's store, and where it may be sent.

    `allowed` are ranges that are reached although they are not public; when `near`, this machine is
    reached and nothing else.
    """

    noticer: Noticer
    allowed: tuple[str, ...] = ()
    near: bool = False


class Notifier:
    """Tells the receivers of one municipality."""

    def __init__(self, store: Store, notified: Notified, clock: Clock, stopping: Stopping) -> None:
        """Prepare to run; nothing is sent yet."""
        near, allowed = notified.near, notified.allowed
        self._store, self._noticer, self._clock = store, notified.noticer, clock
        self._walls = Walls(store)  # nobody who subscribes is told of people
        self._stopping = stopping
        self._steady = SteadyClock(clock)
        self._ranges = networks((*allowed, *LOOPBACK) if near else allowed)
        self._resolve: Resolve = only_loopback if near else SystemNames()
        self._news, self._done = Event(), Event()
        self._under_way: dict[int, str] = {}
        self._asked: tuple[str, ...] | None = None
        self._whom: frozenset[str] = frozenset()  # those whom news have been asked for

    def wake(self) -> None:
        """Tell that something has been committed."""
        self._news.set()

    async def run(self) -> None:
        """Hear and send until the engine stops."""
        async with create_task_group() as work:
            work.start_soon(self._again, self._keep_hearing)
            work.start_soon(self._again, self._keep_sending)

    async def _again(self, work: Callable[[], Awaitable[None]]) -> None:
        while not self._stopping.stopped:
            try:
                await work()
            except Exception:  # noqa: BLE001 -- a fault here must stop nothing else
                _log.error("notifier_crashed", trace=traceback.format_exc())
                await self._stopping.sleep(_AGAIN)

    async def _keep_hearing(self) -> None:
        while not self._stopping.stopped:
            self._news = Event()
            await self._ask()
            await self._hear()
            wait = await to_thread.run_sync(self._wait_for_time)
            with self._stopping.cut(), move_on_after(wait):
                await self._news.wait()
            await self._stopping.sleep(_GATHER)

    async def _ask(self) -> None:
        """Ask for the news of everything while there is anyone to tell."""
        reading = self._store
        receivers = await to_thread.run_sync(self._noticer.receivers, reading)
        told = (id_ for id_, one in reading.datasets().items() if not one.personal_data)
        datasets = tuple(sorted(told)) if receivers else ()
        if datasets != self._asked:
            await durable(self._store.queue.ask(self._noticer.name, datasets))
            self._asked = datasets
        self._whom = frozenset(receivers)

    async def _hear(self) -> None:
        queue, name = self._store.queue, self._noticer.name
        while True:
            news = await to_thread.run_sync(self._read)
            said = await to_thread.run_sync(self._said, news)
            if not (news or said.messages or said.told):
                return
            cursor = news[-1].seq if news else 0
            at, told = self._steady.now(), said.told
            if await durable(queue.feed(name, said.messages, at=at, told=told, cursor=cursor)):
                self._done.set()
            if len(news) < _STEP:
                return

    def _read(self) -> list[News]:
        queue = self._store.queue
        return queue.news(queue.cursor(self._noticer.name), _STEP)

    def _said(self, news: Sequence[News]) -> Notices:
        now = self._clock.now()
        return self._noticer.hear(self._walls.reading(), self._recall, news, now, whom=self._whom)

    def _recall(self, names: Sequence[str]) -> Mapping[str, Json]:
        return self._store.queue.told(self._noticer.name, names) if names else {}

    def _wait_for_time(self) -> float:
        now = self._clock.now()
        due = self._noticer.due(self._walls.reading(), self._recall, now)
        return _LOOK if due is None else min(_LOOK, max(0.0, (due - now) / _MICRO))

    async def _keep_sending(self) -> None:
        self._under_way.clear()
        receivers = await to_thread.run_sync(self._noticer.receivers, self._store)
        name, at = self._noticer.name, self._steady.now()
        await durable(self._store.queue.begin(name, receivers, at=at))
        vault = Vault(_no_secret)
        carrier = Carrier(vault, self._clock, Path(), self._resolve, self._ranges)
        async with carrier, create_task_group() as work:
            while not self._stopping.stopped:
                self._done = Event()
                parcels, wait = await to_thread.run_sync(self._next)
                for parcel in parcels:
                    self._under_way[parcel.seq] = parcel.receiver
                    work.start_soon(self._carry, carrier, parcel)
                with self._stopping.cut(), move_on_after(wait):
                    await self._done.wait()
            work.cancel_scope.deadline = current_time() + _GRACE

    def _next(self) -> tuple[list[Parcel], float]:
        """Return what may be sent now, one message a receiver, and how long to wait then."""
        busy, name, now = set(self._under_way.values()), self._noticer.name, self._steady.now()
        free = [one for one in self._noticer.receivers(self._store) if one not in busy]
        room, queue = _AT_ONCE - len(self._under_way), self._store.queue
        if room <= 0 or not free:
            return [], _LOOK
        parcels = queue.due(name, now, but=self._under_way, limit=room, first_of=free)
        left = [one for one in free if one not in {parcel.receiver for parcel in parcels}]
        due = queue.next_due(name, but=self._under_way, first_of=left) if left else None
        wait = _LOOK if due is None else min(_LOOK, max(0.0, (due - now) / _MICRO) + 0.001)
        return parcels, wait

    async def _carry(self, carrier: Carrier, parcel: Parcel) -> None:
        """Send one message once, and note what came of it."""
        failed: NotTaken | None = None
        try:
            await carrier.send(self._noticer.compose(parcel.message))
        except NotTaken as error:
            failed = error
        except Exception as error:  # noqa: BLE001 -- a fault in one message must not stop the others
            _log.error("notifier_crashed", trace=traceback.format_exc())
            failed = NotTaken(f"{type(error).__name__}: {error}")
        with suppress(ByalagError):  # what is not saved is sent again: at least once
            await self._settle(parcel, failed)
        self._under_way.pop(parcel.seq, None)
        self._done.set()

    async def _settle(self, parcel: Parcel, failed: NotTaken | None) -> None:
        queue, now = self._store.queue, self._steady.now()
        told = partial(
            self._noticer.settle,
            receiver=parcel.receiver,
            now=self._clock.now(),
            taken=failed is None,
        )
        noted = self._store.change(told)  # with what follows, in the same group of commits
        if failed is None:
            await durable(queue.sent(parcel.seq, at=now))
        elif failed.final or now - parcel.put >= GIVE_UP / timedelta(microseconds=1):
            await durable(queue.set_aside(parcel.seq, at=now, why=str(failed)))
        else:
            wait = wait_after(parcel.tries, failed.wait, random.random)
            _log.warning("notification_not_taken", to=parcel.receiver, error=str(failed))
            why = str(failed)
            await durable(queue.failed(parcel.seq, due=now + wait, wait=wait, why=why))
        await durable(noted)


def _no_secret(reference: str) -> str:
    """Refuse: nothing that a stranger writes is read as the name of a secret of ours.

    Raises:
        Misconfigured: Always.

    """
    message = f"a notification names a secret ({reference[:40]}); secrets are not sent in these"
    raise Misconfigured(message)
