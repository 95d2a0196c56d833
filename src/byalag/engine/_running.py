"""One source at work: what was left from last time, then all its questions at once."""

import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Protocol

import msgspec
from anyio import create_task_group

from byalag.engine._arrivals import Arrivals
from byalag.engine._breaker import Breaker
from byalag.engine._fetch import Fetcher
from byalag.engine._guard import Resolve, networks
from byalag.engine._intake import Intake
from byalag.engine._lanes import Lanes
from byalag.engine._line import Line
from byalag.engine._listen import Listener
from byalag.engine._own import own_hosts
from byalag.engine._round import Round
from byalag.engine._status import Sign
from byalag.engine._stopping import Stopping
from byalag.engine._subscribe import Subscription
from byalag.engine._watch import Watching
from byalag.engine._way import Way, is_undated
from byalag.model import Micros
from byalag.sources import Admit, Listen, Poll, Query, Reach, Watch

_AGAIN = 300.0  # a source whose own code failed at the start is begun again after this, seconds


class Task(Protocol):
    """One way in which a source is reached. `next_ask` is when it is reached again, if known."""

    next_ask: Micros | None

    async def run(self) -> None:
        """Reach the source until the engine stops. What goes wrong is noted, and tried again."""
        ...


class Running:
    """One source of one municipality. A fault in it stays in it."""

    def __init__(self, intake: Intake, resolve: Resolve, lanes: Lanes, stopping: Stopping) -> None:
        """Prepare to run; nothing is asked yet."""
        self.intake = intake
        self.breaker = Breaker()
        self._resolve = resolve
        self._lanes = lanes
        self._stopping = stopping
        self._tasks: Sequence[Task] = ()
        self._every: timedelta | None = None
        self._uneven = False
        self.arrivals = Arrivals(intake, stopping)

    @property
    def sign(self) -> Sign:
        """Return what can be seen of the source now."""
        return Sign(
            connected=self.intake.connected,
            store=self.intake.store,
            health=self.intake.health,
            every=self._every,
            next_ask=min((task.next_ask for task in self._tasks if task.next_ask), default=None),
            uneven=self._uneven,
            left_alone=self.breaker.circuit(time.monotonic()) != "closed",
        )

    async def run(self) -> None:
        """Run until the engine stops; begin again if the source's own code fails at the start."""
        while not self._stopping.stopped:
            try:
                await self._run()
            except Exception as error:  # noqa: BLE001 -- a fault in one source must not stop the others
                await self.intake.crash("start", error)
                await self._stopping.sleep(_AGAIN)

    async def _run(self) -> None:
        connected = self.intake.connected
        await self.intake.catch_up(self._stopping)
        reach = connected.kind.reach(connected.settings)
        allowed = networks((*connected.municipality.on_premises, *connected.allowed))
        own, clock = own_hosts(reach), self.intake.tools.clock
        async with Fetcher(self._resolve, allowed, clock, own) as fetcher:
            way = Way(
                intake=self.intake,
                fetcher=fetcher,
                breaker=self.breaker,
                lanes=self._lanes,
                stopping=self._stopping,
                resolve=self._resolve,
                allowed=allowed,
            )
            self._every = _every(reach)
            self._uneven = _is_uneven(reach)
            self._tasks = list(_tasks(way, reach, self.arrivals))
            await self.intake.recover("start")
            async with create_task_group() as work:
                work.start_soon(self.arrivals.run)
                for task in self._tasks:
                    work.start_soon(task.run)
        await self._stopping.sleep(_AGAIN)


def _is_uneven(reach: Reach) -> bool:
    """Tell whether a delivery holds what happened to come together: messages, or new rows."""
    return isinstance(reach, Admit | Listen) or (isinstance(reach, Query) and bool(reach.watermark))


def _every(reach: Reach) -> timedelta | None:
    """Return how often something should be heard; None where others decide when to speak."""
    match reach:
        case Poll():
            return min((ask.every for ask in reach.asks), default=None)
        case Watch(every=every) | Query(every=every):
            return every
        case _:
            return None


def _tasks(way: Way, reach: Reach, arrivals: Arrivals) -> Iterator[Task]:
    match reach:
        case Listen():
            yield Listener(way, reach, arrivals)
        case Poll():
            yield from _asking(way, reach)
        case Watch():
            yield Watching(way, reach)
        case Query():
            from byalag.engine._query import Querying  # noqa: PLC0415 -- slow to load, seldom used

            yield Querying(way, reach)
        case _:
            return  # others come to us, through `arrivals`


def _asking(way: Way, reach: Poll) -> Iterator[Task]:
    undated = is_undated(way.intake.connected)
    for ask in reach.asks:
        line = Line(way, msgspec.structs.replace(ask, undated=ask.undated or undated))
        yield line
        if ask.follow is not None:
            yield Round(way, line, ask.follow)
    if reach.subscribe is not None:
        yield Subscription(way, reach.subscribe)
