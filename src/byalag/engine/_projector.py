"""Carries what is open from one municipality's store to the commons, at least once.

Each municipality has its own projector: one that fails holds up no other. The commons remembers
how far it has come, in the same commit as what it took in, so a crash repeats and never skips.
"""

from collections.abc import Callable, Mapping, Sequence

import structlog
from anyio import Event, move_on_after, to_thread

from byalag.engine._durable import durable
from byalag.engine._metrics import Metrics
from byalag.engine._spans import span
from byalag.engine._stopping import Stopping
from byalag.model import Dataset
from byalag.store import Change, Store

_STEP = 200  # commits carried over at a time
_LOOK = 30.0  # a store that another process writes to is looked at this often, seconds
_GATHER = 0.05  # what is committed meanwhile is carried over together, seconds
_AGAIN = 10.0  # after a failure, seconds

Tell = Callable[[Sequence[Change]], None]
_log = structlog.get_logger()


class Projector:
    """The way from one municipality's store to the commons."""

    def __init__(  # noqa: PLR0913 -- the last is by name, with a default
        self,
        origin: str,
        store: Store,
        commons: Store,
        metrics: Metrics,
        stopping: Stopping,
        *,
        tell: Tell = lambda _: None,
    ) -> None:
        """Prepare to carry over what `origin` has open; `tell` is told when it is there."""
        self._tell = tell
        self._origin = origin
        self._store = store
        self._commons = commons
        self._metrics = metrics
        self._stopping = stopping
        self._published: Mapping[str, Dataset] | None = None
        self._woken = Event()
        self.error = ""

    def wake(self) -> None:
        """Tell that there is something new to carry over."""
        self._woken.set()

    async def run(self) -> None:
        """Carry over until the engine stops."""
        while not self._stopping.stopped:
            self._woken = Event()
            try:
                await self.catch_up()
                self.error = ""
            except Exception as error:  # noqa: BLE001 -- one municipality must not hold up another
                self.error = f"{type(error).__name__}: {error}"
                _log.exception("projection_failed", municipality=self._origin)
                await self._stopping.sleep(_AGAIN)
                continue
            with self._stopping.cut(), move_on_after(_LOOK):
                await self._woken.wait()
            await self._stopping.sleep(_GATHER)

    async def catch_up(self) -> int:
        """Carry over what has not been; return how many changes that was.

        What is committed meanwhile is left for the next round, to be carried together.
        """
        await self._publish()
        if await to_thread.run_sync(self._is_empty):
            await to_thread.run_sync(self._replay)
        carried = 0
        while changes := await to_thread.run_sync(self._next):
            await self._publish()
            with span("project", municipality=self._origin, changes=len(changes)):
                await durable(self._commons.absorb(self._origin, changes))
            self._tell(changes)
            carried += len(changes)
            self._metrics.projected.labels(self._origin).inc(len(changes))
            if len(changes) < _STEP or self._stopping.stopped:
                break
        return carried

    def _next(self) -> list[Change]:
        return self._store.changes(self._commons.cursor(self._origin), _STEP)

    async def _publish(self) -> None:
        """Declare what is open now; what is no longer open is withdrawn from the commons."""
        datasets = {id_: one for id_, one in self._store.datasets().items() if one.open}
        if datasets != self._published:
            await durable(self._commons.publish(datasets, origin=self._origin))
            self._published = datasets

    def _is_empty(self) -> bool:
        """Tell whether the commons has never had anything from here, or has been emptied."""
        begun = self._commons.recall(self._mark) is not None
        return not begun and self._commons.cursor(self._origin) == 0

    @property
    def _mark(self) -> str:
        return f"replayed/{self._origin}"

    def _replay(self) -> None:
        """Give an empty commons everything that is open; the outbox may have been trimmed."""
        for dataset in self._published or ():
            for change in self._store.replay(dataset):
                self._commons.absorb(self._origin, [change]).result()
        self._commons.remember(self._mark, value=True).result()
