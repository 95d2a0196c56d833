"""SensorThings' MQTT extension in a hub: what is open is published, and observations are taken.

Only what has come to the commons is published. Observations are taken for one municipality, the one
that the settings name, and none where they name nobody.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import anyio
import structlog
from anyio import Event, create_task_group, to_thread

from byalag import ByalagError, Misconfigured
from byalag.app._settings import SensorThingsSettings
from byalag.app._window import Windows
from byalag.engine import Broker, Line
from byalag.model import Fact, Micros, Observation
from byalag.standards import Spoken, sensorthings
from byalag.store import Change, Reading

_WAITING: Final = 1_000  # changes that wait for a broker that is away; the oldest go first
_OF_ONE: Final = 1_000  # observations in bulk of which the newest are told
_CREATED: Final = 201

_log = structlog.get_logger()


class Broadcast:
    """A hub's SensorThings on its broker."""

    def __init__(
        self,
        settings: SensorThingsSettings,
        windows: Windows,
        *,
        hub: str,
        secret: Callable[[str], str],
    ) -> None:
        """Prepare; nothing is sent yet. `hub` is its address.

        Raises:
            Misconfigured: The municipality that is to take observations cannot.
        """
        if settings.takes and settings.takes not in windows.written:
            message = (
                f"[sensorthings] takes observations for {settings.takes}, which has no dataset to "
                "write in: put written = true in one of its datasets' files."
            )
            raise Misconfigured(message)
        self._settings = settings
        self._windows = windows
        self._hub = hub
        broker = Broker(
            url=settings.broker,
            version=settings.version,
            user=settings.user,
            password=settings.password,
            ca=settings.ca,
        )
        self._line = Line(broker, secret, f"byalag-sensorthings-{settings.takes or 'hub'}")
        self._changes: deque[Change] = deque(maxlen=_WAITING)
        self._woken = Event()

    def tell(self, changes: Sequence[Change]) -> None:
        """Take note of what has come to the commons."""
        if self._settings.publish:
            lost = len(self._changes) + len(changes) - _WAITING
            if lost > 0:
                _log.warning("sensorthings_not_published", changes=lost)
            self._changes.extend(changes)
            self._woken.set()

    async def run(self, stop: Event) -> None:
        """Publish and take until the stop."""
        async with create_task_group() as work:
            if self._settings.publish:
                work.start_soon(self._line.publish, self._next, stop)
            if self._settings.takes:
                work.start_soon(self._line.take, sensorthings.TAKEN, self._take, stop)
            await stop.wait()
            work.cancel_scope.deadline = anyio.current_time() + 1.0

    async def _next(self) -> list[tuple[str, bytes]]:
        """Wait for something new, and return the messages that tell of it."""
        while not self._changes:
            self._woken = Event()
            await self._woken.wait()
        change = self._changes.popleft()
        return await to_thread.run_sync(self._messages, change)

    def _messages(self, change: Change) -> list[tuple[str, bytes]]:
        now: Micros = self._windows.now()
        root = f"{self._hub}{sensorthings.STANDARD.root}"
        try:
            told = sensorthings.announce(
                self._reading(), _facts(change), root=root, hub=self._hub, now=now
            )
            return list(told)
        except Exception as error:  # noqa: BLE001 -- a fault in one message must not stop the hub
            _log.exception("sensorthings_not_published", changes=1, exc_info=error)
            return []

    def _reading(self) -> Reading:
        """Return the store that readers see: the commons, or where the hub is open, the one."""
        return self._windows.store(self._windows.near)

    async def _take(self, topic: str, payload: bytes) -> None:
        """Take an observation; what cannot be one is told in the log, and is not sent again."""
        path = sensorthings.posted(topic, payload)
        if path is None:
            return
        window = self._windows.open(self._settings.takes, writes=True)
        spoken = Spoken(
            method="POST",
            path=path,
            query="",
            headers={"content-type": "application/json"},
            body=payload,
            root=f"{self._hub}{sensorthings.STANDARD.root}",
            hub=self._hub,
        )
        try:
            reply = await sensorthings.STANDARD.answer(spoken, window)
        except ByalagError:  # it is sent again when the line has been made again
            raise
        except Exception as error:  # noqa: BLE001 -- a fault in one message must not stop the hub
            _log.exception("sensorthings_message_crashed", topic=topic, exc_info=error)
            return
        if reply.status != _CREATED:
            why = reply.body[:500].decode("utf-8", "replace")
            _log.warning("sensorthings_message_refused", topic=topic, why=why)


def _facts(change: Change) -> Iterator[Fact]:
    yield from change.facts
    for columns in change.columns:
        rows = zip(columns.which, columns.times, columns.values, columns.flags, strict=True)
        newest = list(rows)[-_OF_ONE:]
        for which, at, value, flag in newest:
            yield Observation(str(columns.series[which]), int(at), float(value), int(flag))
