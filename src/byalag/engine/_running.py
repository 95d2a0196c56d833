"""One source at work: what was left from last time, then all its questions at once."""

import time
from collections.abc import Iterator

import msgspec
from anyio import create_task_group

from byalag.engine._breaker import Breaker
from byalag.engine._fetch import Fetcher
from byalag.engine._guard import Resolve, networks
from byalag.engine._intake import Intake
from byalag.engine._lanes import Lanes
from byalag.engine._line import Line
from byalag.engine._round import Round
from byalag.engine._status import Sign
from byalag.engine._stopping import Stopping
from byalag.engine._way import Way
from byalag.sources import Poll

_RECEIVED = b'"$received"'  # in a mapping: the values have no time but that of their delivery
_AGAIN = 300.0  # a source whose own code failed at the start is begun again after this, seconds


class Running:
    """One polled source of one municipality. A fault in it stays in it."""

    def __init__(self, intake: Intake, resolve: Resolve, lanes: Lanes, stopping: Stopping) -> None:
        """Prepare to run; nothing is asked yet."""
        self.intake = intake
        self.breaker = Breaker()
        self._resolve = resolve
        self._lanes = lanes
        self._stopping = stopping
        self._tasks: list[Line | Round] = []

    @property
    def sign(self) -> Sign:
        """Return what can be seen of the source now."""
        return Sign(
            connected=self.intake.connected,
            store=self.intake.store,
            health=self.intake.health,
            every=min((line.ask.every for line in self._lines()), default=None),
            next_ask=min((task.next_ask for task in self._tasks if task.next_ask), default=None),
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
        await self.intake.catch_up()
        reach = connected.kind.reach(connected.settings)
        allowed = networks((*connected.municipality.on_premises, *connected.allowed))
        async with Fetcher(self._resolve, allowed, self.intake.tools.clock) as fetcher:
            way = Way(
                intake=self.intake,
                fetcher=fetcher,
                breaker=self.breaker,
                lanes=self._lanes,
                stopping=self._stopping,
            )
            self._tasks = _tasks(way, reach) if isinstance(reach, Poll) else []
            await self.intake.recover("start")
            async with create_task_group() as work:
                for task in self._tasks:
                    work.start_soon(task.run)
        await self._stopping.sleep(_AGAIN)

    def _lines(self) -> Iterator[Line]:
        return (task for task in self._tasks if isinstance(task, Line))


def _tasks(way: Way, reach: Poll) -> list[Line | Round]:
    tasks: list[Line | Round] = []
    undated = _RECEIVED in msgspec.json.encode(way.intake.connected.settings)
    for ask in reach.asks:
        line = Line(way, msgspec.structs.replace(ask, undated=ask.undated or undated))
        tasks.append(line)
        if ask.follow is not None:
            tasks.append(Round(way, line, ask.follow))
    return tasks
