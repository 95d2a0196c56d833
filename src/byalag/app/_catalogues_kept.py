"""Making the hub's catalogue before anybody asks: soon after the start, and before it is old."""

from collections.abc import Callable
from time import perf_counter
from typing import Final

import anyio
import structlog
from anyio import to_thread
from anyio.abc import TaskStatus

from byalag.app._catalogues import Catalogues
from byalag.app._stores import Stores

_LOOKS: Final = 2.0  # seconds between looks at whether what is open has changed
_IDLE: Final = 20  # times as long as the making took that nothing is made after it
_WAITS: Final = 5.0  # seconds, at most, that the first making waits for the commons
_SHORT: Final = 0.02  # seconds between looks at whether the commons has come

_log = structlog.get_logger()


async def keep(
    made: Catalogues,
    stop: anyio.Event,
    come: Callable[[], bool] = lambda: True,
    *,
    task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED,
) -> None:
    """Keep the hub's catalogue made in every form until told to stop; started when it is once.

    `come` says whether the commons has taken in what there is: until then a catalogue would be
    empty. At most a twentieth of a processor is used for it, however large the hub is. What fails
    is told in the log and tried again; whoever asks is then answered as before, by making it.
    """
    with anyio.move_on_after(_WAITS):
        while not stop.is_set() and not await to_thread.run_sync(come):
            with anyio.move_on_after(_SHORT):
                await stop.wait()
    took = await _renewed(made)
    task_status.started()
    while not stop.is_set():
        with anyio.move_on_after(max(_LOOKS, _IDLE * took)):
            await stop.wait()
            return
        took = await _renewed(made)


def come(stores: Stores) -> bool:
    """Tell whether the commons has taken in all that the municipalities have said."""
    return all(
        stores.commons.cursor(code) >= store.pulse().outbox for code, store in stores.own.items()
    )


async def _renewed(made: Catalogues) -> float:
    """Make what is to be made, and return how many seconds it took."""
    began = perf_counter()
    try:
        await to_thread.run_sync(made.renew, None)
    except Exception:  # noqa: BLE001 -- a catalogue that fails must not end the keeping
        _log.exception("catalogue_not_made")
    return perf_counter() - began
