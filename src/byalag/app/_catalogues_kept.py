"""Making the hub's catalogue before anybody asks: soon after the start, and before it is old."""

from time import perf_counter
from typing import Final

import anyio
import structlog
from anyio import to_thread
from anyio.abc import TaskStatus

from byalag.app._catalogues import Catalogues
from byalag.standards.dcat import FORMATS

_LOOKS: Final = 2.0  # seconds between looks at whether what is open has changed
_IDLE: Final = 20  # times as long as the making took that nothing is made after it

_log = structlog.get_logger()


async def keep(
    made: Catalogues,
    stop: anyio.Event,
    *,
    task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED,
) -> None:
    """Keep the hub's catalogue made in every form until told to stop; started when it is once.

    At most a twentieth of a processor is used for it, however large the hub is. What fails is told
    in the log and tried again; whoever asks is then answered as before, by making it.
    """
    took = await _renewed(made)
    task_status.started()
    while not stop.is_set():
        with anyio.move_on_after(max(_LOOKS, _IDLE * took)):
            await stop.wait()
            return
        took = await _renewed(made)


async def _renewed(made: Catalogues) -> float:
    """Make what is to be made, and return how many seconds it took."""
    began = perf_counter()
    try:
        await to_thread.run_sync(renew, made)
    except Exception:  # noqa: BLE001 -- a catalogue that fails must not end the keeping
        _log.exception("catalogue_not_made")
    return perf_counter() - began


def renew(made: Catalogues) -> int:
    """Make those forms of the hub's catalogue that are soon old or no longer true; say how many."""
    return sum(made.renew(None, media_type) for media_type in FORMATS)
