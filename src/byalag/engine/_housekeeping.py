"""What keeps stores small: rows are folded to chunks, and what has been carried over is dropped.

How good each dataset is is measured here too, so that nobody has to wait for it.
"""

from collections.abc import Mapping

import structlog
from anyio import to_thread

from byalag.engine._clock import Clock
from byalag.engine._durable import durable
from byalag.engine._measuring import Feeds, measure
from byalag.engine._retention import Retention
from byalag.engine._stopping import Stopping
from byalag.store import Store

_EVERY = 3600.0  # seconds
_FIRST = 60.0  # not in the first minute, when everything else begins

_log = structlog.get_logger()


class Housekeeping:
    """Folds, trims and measures every store of the hub, one at a time, now and then."""

    def __init__(  # noqa: PLR0913 -- these are the parts of a household
        self,
        stores: Mapping[str, Store],
        commons: Store,
        clock: Clock,
        stopping: Stopping,
        *,
        feeds: Feeds | None = None,
        retention: Retention | None = None,
    ) -> None:
        """Prepare to keep house; the commons is folded like any other store."""
        self._retention = retention
        self._stores = stores
        self._commons = commons
        self._clock = clock
        self._stopping = stopping
        self._feeds = feeds or {}

    async def run(self) -> None:
        """Keep house until the engine stops."""
        await self._stopping.sleep(_FIRST)
        while not self._stopping.stopped:
            await self.tidy()
            await self._stopping.sleep(_EVERY)

    async def tidy(self) -> None:
        """Fold and trim every store once; one that fails holds up no other."""
        for code, store in (*self._stores.items(), ("", self._commons)):
            if self._stopping.stopped:
                return
            try:
                folded = await durable(store.fold(self._clock.now()))
                if code:
                    carried = await to_thread.run_sync(self._commons.cursor, code)
                    await durable(store.trim(carried))
                    dropped = await durable(store.queue.trim(self._clock.now()))
                    if self._retention is not None:
                        await self._retention.tidy(code)
                    await measure(code, store, self._commons, self._feeds, self._clock.now())
                    if dropped:
                        _log.warning("messages_dropped", municipality=code, count=dropped)
                elif self._retention is not None:
                    await self._retention.empty_commons()
            except Exception:  # noqa: BLE001 -- one store must not hold up another
                _log.exception("housekeeping_failed", municipality=code or "commons")
            else:
                _log.debug("store_tidied", municipality=code or "commons", folded=folded)
