"""One outlet at work: its queue is fed and emptied, and a fault in it stays in it.

A message that is not taken is tried again after growing waits, for three days; a receiver that
takes nothing is left alone, longer each time, and is sent everything that waits when it is back.
"""

import random
import time
import traceback
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final

import msgspec
import structlog
from anyio import Event, create_task_group, current_time, move_on_after, to_thread

from byalag import ByalagError
from byalag.engine._breaker import Breaker
from byalag.engine._carrier import Carrier
from byalag.engine._clock import Clock, SteadyClock
from byalag.engine._delivery import deliver
from byalag.engine._durable import durable
from byalag.engine._face import SourceStatus
from byalag.engine._feed import Feed
from byalag.engine._guard import Resolve, networks
from byalag.engine._metrics import Metrics
from byalag.engine._outlet_face import ConnectedOutlet, Directory, NotTaken, Withdrawn
from byalag.engine._secret import Vault
from byalag.engine._stopping import Stopping
from byalag.model import Micros
from byalag.outlets import Message, Unsendable, serves_unit
from byalag.store import Parcel, Store

WAITS: Final = (5, 15, 60, 180, 600, 1800, 3600, 7200)  # seconds; the last for ever
GIVE_UP: Final = timedelta(days=3)
LEFT_ALONE: Final = 60.0  # the first time that a receiver is, seconds; longer each time
_AT_ONCE = 4  # messages under way
_LOOK = 30.0  # a queue that another process puts in is looked at this often, seconds
_GATHER = 0.05  # what is committed meanwhile is fed together, seconds
_AGAIN = 10.0  # after a fault of our own, seconds
_GRACE = 3.0  # how long what is under way may take after a stop was asked for, seconds
_MICRO = 1_000_000

_log = structlog.get_logger()


class Outlet:
    """One outlet of one municipality."""

    def __init__(
        self,
        connected: ConnectedOutlet,
        store: Store,
        vault: Vault,
        clock: Clock,
        tools: "OutletTools",
    ) -> None:
        """Prepare to run; nothing is sent yet."""
        self.connected = connected
        self.store = store
        self.breaker = Breaker(first=LEFT_ALONE)
        self.feed = Feed(connected, store, clock, tools.steady)
        self.faults: dict[str, str] = {}
        self.serves = serves_unit(connected.settings)
        self._vault = vault
        self._clock = clock
        self._tools = tools
        self._under_way: set[int] = set()
        self._failed_last: int | None = None  # the message that the last failure was of
        self._not_before = 0.0  # the receiver asked us to wait until then, by the steady clock
        self._news, self._done = Event(), Event()
        name = {"municipality": connected.municipality.code, "outlet": connected.name}
        self._log = _log.bind(**name)

    @property
    def labels(self) -> tuple[str, str]:
        """Return what tells this outlet's counters apart."""
        return self.connected.municipality.code, self.connected.name

    def wake(self) -> None:
        """Tell that something has been committed."""
        self._news.set()

    async def put(self, messages: Sequence[Message]) -> int:
        """Put messages in the queue; on disk when this returns."""
        new = await self.feed.put(messages)
        self._done.set()
        return new

    async def put_to(self, addressed: Sequence[tuple[Message, str]]) -> int:
        """Put messages in the queue, each for one receiver; on disk when this returns."""
        new = await self.feed.put_to(addressed)
        self._done.set()
        return new

    def look(self) -> None:
        """Look at what waits now: who the receivers are is known."""
        self._done.set()

    async def hear(self, statuses: Iterable[SourceStatus]) -> None:
        """Take in how the sources are doing."""
        if self.connected.settings.on.states and await self.feed.hear(statuses):
            self._done.set()

    async def run(self) -> None:
        """Feed and send until the engine stops."""
        async with create_task_group() as work:
            work.start_soon(self._again, "feed", self._keep_feeding)
            work.start_soon(self._again, "send", self._keep_sending)

    async def _again(self, what: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do something until the engine stops; begin again if our own code fails."""
        while not self._tools.stopping.stopped:
            try:
                await work()
            except Exception as error:  # noqa: BLE001 -- a fault in one outlet must not stop the others
                self.faults[what] = self._vault.mask(f"{type(error).__name__}: {error}")
                trace = self._vault.mask("".join(traceback.format_exception(error)))
                self._log.error("outlet_crashed", what=what, trace=trace)
                await self._tools.stopping.sleep(_AGAIN)

    async def _keep_feeding(self) -> None:
        stopping = self._tools.stopping
        while not stopping.stopped:
            self._news = Event()
            if await self.feed.catch_up():
                self._done.set()
            self.faults.pop("feed", None)
            with stopping.cut(), move_on_after(_LOOK):
                await self._news.wait()
            await stopping.sleep(_GATHER)

    async def _keep_sending(self) -> None:
        connected = self.connected
        receivers = None if self.serves else connected.kind.receivers(connected.settings)
        at = self._tools.steady.now()
        await durable(self.store.queue.begin(connected.name, receivers, at=at))
        self._under_way.clear()
        allowed = networks((*connected.municipality.on_premises, *connected.allowed))
        carrier = Carrier(self._vault, self._clock, connected.home, self._tools.resolve, allowed)
        async with carrier, create_task_group() as work:
            while not self._tools.stopping.stopped:
                self._done = Event()
                for parcel in await to_thread.run_sync(self._next):
                    if not self.breaker.admit(time.monotonic()):
                        break
                    self._under_way.add(parcel.seq)
                    work.start_soon(self._carry, carrier, parcel)
                wait = await to_thread.run_sync(self._wait)
                with self._tools.stopping.cut(), move_on_after(wait):
                    await self._done.wait()
            work.cancel_scope.deadline = current_time() + _GRACE
        self.faults.pop("send", None)

    def _next(self) -> list[Parcel]:
        """Return what may be sent now."""
        room = _AT_ONCE - len(self._under_way)
        paused = time.monotonic() < self._not_before or self._is_lost
        if room <= 0 or paused or self.breaker.circuit(time.monotonic()) == "open":
            return []
        queue, name, now = self.store.queue, self.connected.name, self._tools.steady.now()
        return queue.due(name, now, but=self._under_way, limit=room, first_of=self._in_order)

    @property
    def _is_lost(self) -> bool:
        """Tell whether it is not known yet whom the receivers are."""
        return self.serves and self._tools.directory is None

    @property
    def _in_order(self) -> tuple[str, ...] | None:
        """Return the receivers of an outlet that sends in order, where one message waits."""
        settings = self.connected.settings
        if self.serves or not settings.ordered:
            return None
        return self.connected.kind.receivers(settings)

    def _wait(self) -> float:
        """Return how long nothing needs to be done unless something happens, seconds."""
        now = time.monotonic()
        if len(self._under_way) >= _AT_ONCE or self._is_lost:
            return _LOOK
        if self.breaker.circuit(now) == "open" or now < self._not_before:
            return min(_LOOK, max(self.breaker.wait(now), self._not_before - now))
        if self.breaker.failures and self.breaker.circuit(now) == "half-open" and self._under_way:
            return _LOOK
        queue, name = self.store.queue, self.connected.name
        due = queue.next_due(name, but=self._under_way, first_of=self._in_order)
        if due is None:
            return _LOOK
        return min(_LOOK, max(0.0, (due - self._tools.steady.now()) / _MICRO) + 0.001)

    async def _carry(self, carrier: Carrier, parcel: Parcel) -> None:
        """Send one message once, and note what came of it."""
        directory = self._tools.directory
        try:
            began = time.monotonic()
            await deliver(self.connected, directory, carrier, parcel)
        except Withdrawn as error:
            await self._dropped(parcel, str(error))
        except NotTaken as error:
            await self._not_taken(parcel, error)
        except (Unsendable, msgspec.MsgspecError) as error:
            await self._set_aside(parcel, str(error))
        except Exception as error:  # noqa: BLE001 -- a fault in one message must not stop the others
            trace = self._vault.mask("".join(traceback.format_exception(error)))
            said = self._vault.mask(f"{type(error).__name__}: {error}")
            if self.serves:  # what is said of a fault may hold an address
                trace = said = type(error).__name__
            self._log.error("outlet_crashed", what="send", message=parcel.id, trace=trace)
            await self._not_taken(parcel, NotTaken(said))
        else:
            self._tools.metrics.outlets.seconds.labels(*self.labels).observe(
                time.monotonic() - began
            )
            await self._taken(parcel)
        finally:
            self._done.set()

    async def _taken(self, parcel: Parcel) -> None:
        was_left_alone = self.breaker.circuit(time.monotonic()) != "closed"
        self.breaker.succeed()
        self._failed_last = None
        self._tools.metrics.outlets.sent.labels(*self.labels, "sent").inc()
        queue, now = self.store.queue, self._tools.steady.now
        await self._settled(parcel, lambda: durable(queue.sent(parcel.seq, at=now())))
        if was_left_alone:
            self._log.info("outlet_recovered")
            with suppress(ByalagError):  # else each is sent at its own time
                await durable(queue.hurry(self.connected.name, at=now()))

    async def _not_taken(self, parcel: Parcel, error: NotTaken) -> None:
        now = self._tools.steady.now()
        if error.final:
            self.breaker.succeed()  # it answers: it is the message that it does not want
            await self._set_aside(parcel, str(error))
            return
        self._count(parcel, error)
        if now - parcel.put >= GIVE_UP / timedelta(microseconds=1):
            await self._set_aside(parcel, f"not taken for 3 days; the last time: {error}")
            return
        wait = wait_after(parcel.tries, error.wait, self._tools.draw)
        queue, why = self.store.queue, str(error)
        self._log.warning("message_not_taken", message=parcel.id, error=why, wait=wait / _MICRO)
        self._tools.metrics.outlets.sent.labels(*self.labels, "failed").inc()
        await self._settled(
            parcel,
            lambda: durable(queue.failed(parcel.seq, due=now + wait, wait=wait, why=why)),
        )

    def _count(self, parcel: Parcel, error: NotTaken) -> None:
        """Count a failure of the receiver; one message that alone fails does not count twice."""
        if parcel.seq == self._failed_last and self.breaker.circuit(time.monotonic()) == "closed":
            self.breaker.let_go()
        else:
            self.breaker.fail(time.monotonic())
        self._failed_last = parcel.seq
        if error.wait is not None:
            until = time.monotonic() + error.wait.total_seconds()
            self._not_before = max(self._not_before, until)

    async def _dropped(self, parcel: Parcel, why: str) -> None:
        """Forget a message that nobody is to have any more."""
        self.breaker.let_go()
        self._tools.metrics.outlets.sent.labels(*self.labels, "dropped").inc()
        queue, now = self.store.queue, self._tools.steady.now
        await self._settled(parcel, lambda: durable(queue.drop(parcel.seq, at=now(), why=why)))

    async def _set_aside(self, parcel: Parcel, why: str) -> None:
        self.breaker.let_go()
        self._log.warning("message_set_aside", message=parcel.id, error=why)
        self._tools.metrics.outlets.sent.labels(*self.labels, "aside").inc()
        queue, now = self.store.queue, self._tools.steady.now
        await self._settled(parcel, lambda: durable(queue.set_aside(parcel.seq, at=now(), why=why)))

    async def _settled(self, parcel: Parcel, write: Callable[[], Awaitable[None]]) -> None:
        """Note what came of a message; until that is on disk the message is not sent again."""
        while True:
            try:
                await write()
            except ByalagError as error:
                self._log.error("outcome_not_saved", message=parcel.id, error=str(error))
                await self._tools.stopping.sleep(_AGAIN)
                if self._tools.stopping.stopped:
                    return
            else:
                self._under_way.discard(parcel.seq)
                if self.serves and self._tools.directory is not None:
                    self._tools.directory.settled(self.labels[0])
                return


def wait_after(tries: int, asked: timedelta | None, draw: Callable[[], float]) -> Micros:
    """Return the wait after a message has failed once more, a fifth more or less.

    `asked` is what the receiver itself wants us to wait, at least. `draw` gives a number in [0, 1).
    """
    seconds = WAITS[min(tries, len(WAITS) - 1)] * (0.8 + 0.4 * draw())
    if asked is not None:
        seconds = max(seconds, asked.total_seconds() * (1 + 0.1 * draw()))
    return int(seconds * _MICRO)


class OutletTools:
    """What every outlet shares: a clock that never jumps, look-ups, counters, the stop."""

    def __init__(
        self, clock: Clock, resolve: Resolve, metrics: Metrics, stopping: Stopping
    ) -> None:
        """Begin with the time that the clock shows now."""
        self.steady = SteadyClock(clock)
        self.resolve = resolve
        self.metrics = metrics
        self.stopping = stopping
        self.draw = random.random
        self.directory: Directory | None = None
