"""How the hub itself is: can it answer and keep what comes, and what is on its way to trouble?"""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, Literal, TypeAlias

from msgspec import Struct
from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from byalag.app._hub import Hub
from byalag.app._stores import COMMONS, REGISTER, Stores, store_file
from byalag.app._workers import Crew
from byalag.app._workers_measures import Together
from byalag.model import Micros
from byalag.store import Pulse, register_pulse

MEBIBYTE: Final = 1 << 20
NO_ROOM: Final = 64 * MEBIBYTE  # with less than this left, what is delivered will be refused
LITTLE: Final = 1024 * MEBIBYTE  # with less than this left, somebody should make room
BEHIND: Final = (
    60_000_000  # microseconds that the commons may stand still with something to take in
)
_LAG = "How many changes a municipality has that the commons has not taken in."

State: TypeAlias = Literal["ok", "attention", "failing"]


class Check(Struct, frozen=True, kw_only=True):
    """One thing that was looked at. What is not ok says why, and what to do."""

    name: str
    state: State
    said: str = ""
    to_do: str = ""


class Condition:
    """How a hub is that runs here. `crew` are its workers, once they have been started."""

    def __init__(
        self, hub: Hub, stores: Stores, now: Callable[[], Micros], together: Together
    ) -> None:
        """Look at nothing yet."""
        self._hub, self._stores, self._now = hub, stores, now
        self._together = together
        self._stood: dict[str, tuple[int, Micros]] = {}  # where each cursor was, and since when
        self.crew: Crew | None = None

    def checks(self) -> list[Check]:
        """Look at the stores, the disk, the commons, the workers and what opens what is sealed."""
        return [self._files(), self._room(), self._projection(), self._workers(), self._key()]

    def collect(self) -> Iterator[Metric]:
        """Yield what is measured: in all processes, and of the hub itself."""
        yield from self._together.collect()
        yield from self._sizes()
        yield from self._progress()
        yield from self._processes()

    def _files(self) -> Check:
        """Say whether the stores can be read and written to."""
        folder = self._hub.store
        try:
            self._stores.commons.changed()
            for store in self._stores.own.values():
                store.changed()
        except Exception as error:  # noqa: BLE001 -- whatever is wrong is the answer
            return Check(
                name="stores",
                state="failing",
                said=f"A store cannot be read: {type(error).__name__}.",
                to_do="Run byalag doctor.",
            )
        read_only = os.statvfs(folder).f_flag & os.ST_RDONLY
        if read_only or not all(os.access(path, os.W_OK) for path in (folder, *self._paths())):
            return Check(
                name="stores",
                state="failing",
                said="The stores cannot be written to.",
                to_do="Look at the disk, and at whose the files are.",
            )
        return Check(name="stores", state="ok")

    def _room(self) -> Check:
        free = free_bytes(self._hub.store)
        said = f"{free // MEBIBYTE} MiB are left."
        to_do = "Make room, or move the store to another disk (store in hub.toml)."
        if free < NO_ROOM:
            return Check(name="disk", state="failing", said=said, to_do=to_do)
        if free < LITTLE:
            return Check(name="disk", state="attention", said=said, to_do=to_do)
        return Check(name="disk", state="ok")

    def _projection(self) -> Check:
        """Say whether the commons takes in what is open."""
        behind = [code for code in self._stores.own if self._stands_still(code)]
        if not behind:
            return Check(name="projection", state="ok")
        return Check(
            name="projection",
            state="attention",
            said=f"The commons has taken in nothing for a while from {', '.join(sorted(behind))}.",
            to_do="Look in the log for projecting, and restart the hub.",
        )

    def _stands_still(self, code: str) -> bool:
        cursor, outbox = self._lag(code)
        now = self._now()
        was, since = self._stood.get(code, (cursor, now))
        if cursor != was or outbox <= cursor:
            since = now
        self._stood[code] = cursor, since
        return now - since > BEHIND

    def _lag(self, code: str, pulse: Pulse | None = None) -> tuple[int, int]:
        """Return how far the commons has come with a municipality, and how far there is to go."""
        outbox = (pulse or self._stores.own[code].pulse()).outbox
        return self._stores.commons.cursor(code), outbox

    def _workers(self) -> Check:
        status = self.crew.status() if self.crew else []
        silent = [one.worker for one in status if not one.answers]
        if not silent:
            return Check(name="workers", state="ok")
        return Check(
            name="workers",
            state="attention",
            said=f"Worker {', '.join(silent)} of {len(status)} does not answer.",
            to_do="It is started again by itself; look in the log for worker_died.",
        )

    def _key(self) -> Check:
        """Say whether the master key can be read now, as it must be when the hub starts again."""
        if self._hub.settings.sealing is None:
            return Check(name="key", state="ok")
        try:
            self._hub.secret(self._hub.settings.sealing.master)
        except Exception as error:  # noqa: BLE001 -- whatever is wrong is the answer
            return Check(
                name="key",
                state="attention",
                said=f"The master key cannot be read: {type(error).__name__}.",
                to_do="Put it back before the hub is restarted (docs/en/operating.md).",
            )
        return Check(name="key", state="ok")

    def _paths(self) -> Iterable[Path]:
        yield self._hub.store / COMMONS
        yield self._hub.store / REGISTER
        yield from (store_file(self._hub, code) for code in self._stores.own)

    def _sizes(self) -> Iterator[Metric]:
        size = GaugeMetricFamily(
            "byalag_store_bytes", "Bytes of a store's file and of its log.", labels=["store"]
        )
        for path in self._paths():
            size.add_metric([path.stem], _bytes(path))
        yield size
        free = free_bytes(self._hub.store)
        yield GaugeMetricFamily(
            "byalag_disk_free_bytes", "Bytes left on the disk of the stores.", value=free
        )

    def _progress(self) -> Iterator[Metric]:
        ledger = _gauge("byalag_ledger_position", "Number of the newest delivery.", "municipality")
        waiting = _gauge("byalag_untranslated", "Deliveries not said yet.", "municipality")
        behind = _gauge("byalag_projection_behind", _LAG, "municipality")
        audit = _gauge("byalag_audit_lines", "Number of the newest line of an audit.", "store")
        for code, store in self._stores.own.items():
            pulse = store.pulse()
            cursor, outbox = self._lag(code, pulse)
            ledger.add_metric([code], pulse.ledger)
            waiting.add_metric([code], pulse.untranslated)
            behind.add_metric([code], max(outbox - cursor, 0))
            audit.add_metric([code], pulse.audit)
        told = register_pulse(self._stores.register, self._now())
        audit.add_metric(["hub"], told.audit)
        yield from (ledger, waiting, behind, audit)
        yield GaugeMetricFamily(
            "byalag_sessions", "Sessions of people that are good now.", value=told.sessions
        )

    def _processes(self) -> Iterator[Metric]:
        up = _gauge("byalag_worker_up", "1 for a worker that answers.", "worker")
        starts = CounterMetricFamily(
            "byalag_worker_starts", "Times that a worker has been started.", labels=["worker"]
        )
        for one in self.crew.status() if self.crew else ():
            up.add_metric([one.worker], one.answers)
            starts.add_metric([one.worker], one.started)
        yield from (up, starts)


def free_bytes(folder: Path) -> int:
    """Return how many bytes whoever runs this may still write to a folder's disk."""
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize


def _bytes(path: Path) -> int:
    """Return the bytes of a store's file and of its log."""
    files = path, path.with_name(f"{path.name}-wal")
    return sum(file.stat().st_size for file in files if file.exists())


def _gauge(name: str, said: str, label: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, said, labels=[label])
