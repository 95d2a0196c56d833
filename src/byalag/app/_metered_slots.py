"""What every process of a hub remembers together of whoever is metered: one mapped file.

A slot holds one moment and one count (`governance.Used`). It is changed under a lock on its bytes
of the file, which the kernel gives back when a process dies, so that processes decide as one. What
is in the file outlives a process that is killed; after a restart of the machine the file begins
anew, and monthly counts go on from the register.

Applications and networks have slots apart, so that no flood of addresses takes an application's.
A network is never in the file, only a keyed hash of it, and that no longer than it must wait.
"""

import fcntl
import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from hashlib import blake2b
from mmap import mmap
from pathlib import Path
from struct import Struct as Packing
from threading import Lock
from time import monotonic, sleep
from typing import Final

import numpy as np
from msgspec import Struct

from byalag.governance import Limit, Taken, Used, take

FILE: Final = "meter"
PATIENCE: Final = 0.25  # seconds that a lock is waited for
_DISTRUST: Final = 1.0  # seconds without waiting after a lock was not given
_MAGIC: Final = b"byalag meter 1\0\0"
_HEAD, _SLOT, _SLOTS = 4096, 64, 8  # bytes before the slots, of a slot; slots of a bucket
_BUCKET: Final = _SLOT * _SLOTS
_PACKING: Final = Packing("<16sqqq")  # whose, due, count, month
_NOBODY: Final = bytes(16)
_ROW: Final = np.dtype({
    "names": ["whose", "due", "month"],
    "formats": ["V16", "<i8", "<i8"],
    "offsets": [0, 16, 32],
    "itemsize": _SLOT,
})  # fmt: skip


class Region(Struct, frozen=True):
    """A part of the file with so many buckets."""

    begins: int
    buckets: int

    @property
    def ends(self) -> int:
        """Where the part after it begins."""
        return self.begins + self.buckets * _BUCKET


APPLICATIONS: Final = Region(_HEAD, 2_048)
NETWORKS: Final = Region(APPLICATIONS.ends, 8_192)


class Slots:
    """The slots of a hub, shared by all of its processes on one machine."""

    def __init__(self, file: Path, *, boot: Callable[[], bytes] | None = None) -> None:
        """Map the file, and create it if it is not there or from before the machine started."""
        self._fd = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        self._lock = Lock()
        self._trusted = 0.0
        os.ftruncate(self._fd, NETWORKS.ends)
        self._map = mmap(self._fd, NETWORKS.ends)
        fcntl.lockf(self._fd, fcntl.LOCK_EX, 1, 0)
        try:
            self._begin(_MAGIC + (boot or _boot)())
        finally:
            fcntl.lockf(self._fd, fcntl.LOCK_UN, 1, 0)
        self._salt = self._map[128:160]

    def close(self) -> None:
        """Let go of the file."""
        self._map.close()
        os.close(self._fd)

    def network(self, network: str, product: str) -> bytes:
        """Return what a network is known as, to nobody who lacks this file."""
        return blake2b(f"{network}\0{product}".encode(), digest_size=16, key=self._salt).digest()

    def take(  # noqa: PLR0913 -- whose, by what, when, and where a new count begins
        self,
        region: Region,
        whose: bytes,
        limit: Limit,
        *,
        now: int,
        month: int,
        begun: Callable[[], int] = lambda: 0,
    ) -> Taken | None:
        """Let one request pass or not; None when it cannot be known: no lock, or no slot.

        `now` is in nanoseconds, `month` a number; `begun` tells what has been counted in the month
        of whoever has no slot yet.
        """
        bucket = region.begins + int.from_bytes(whose[:4], "little") % region.buckets * _BUCKET
        with self._lock:
            if not self._locked(bucket):
                return None
            try:
                return self._taken(bucket, whose, limit, now, month, begun)
            finally:
                fcntl.lockf(self._fd, fcntl.LOCK_UN, 1, bucket)

    def count(self, whose: bytes, month: int) -> int:
        """Return what has been counted of an application in a month, as far as is known here."""
        bucket = APPLICATIONS.begins
        bucket += int.from_bytes(whose[:4], "little") % APPLICATIONS.buckets * _BUCKET
        at = self._find(bucket, whose)
        if at is None:
            return 0
        _, _, count, counted = _PACKING.unpack_from(self._map, at)
        return count if counted == month else 0

    def forget_networks(self, now: int, month: int) -> int:
        """Wipe the slots of networks that need wait no longer; answers how many."""
        part = np.frombuffer(self._map, np.uint8, NETWORKS.ends - NETWORKS.begins, NETWORKS.begins)
        rows = part.view(_ROW)
        idle = (rows["due"] != 0) & (rows["due"] <= now) & (rows["month"] != month)
        found = [int(one) for one in np.flatnonzero(idle)]
        del part, rows
        for number in found:
            at = NETWORKS.begins + number * _SLOT
            with self._held(at - (at - NETWORKS.begins) % _BUCKET) as held:
                _, due, _, counted = _PACKING.unpack_from(self._map, at)
                if held and due <= now and counted != month:
                    self._map[at : at + _SLOT] = bytes(_SLOT)
        return len(found)

    def _taken(  # noqa: PLR0913, PLR0917 -- as in `take`
        self,
        bucket: int,
        whose: bytes,
        limit: Limit,
        now: int,
        month: int,
        begun: Callable[[], int],
    ) -> Taken | None:
        at = self._find(bucket, whose)
        known = at is not None
        if at is None:
            at = self._free(bucket, now, month)
            if at is None:
                return None
        _, due, count, counted = _PACKING.unpack_from(self._map, at)
        if not known:
            due = 0
        if limit.quota and (not known or counted != month):
            count = begun()
        taken = take(Used(due, count), limit, now)
        if taken.passes or not known:
            used = taken.used
            kept = (used.count, month) if limit.quota else (0, 0)
            _PACKING.pack_into(self._map, at, whose, used.due, *kept)
        return taken

    def _find(self, bucket: int, whose: bytes) -> int | None:
        at = self._map.find(whose, bucket, bucket + _BUCKET)
        while at >= 0 and (at - bucket) % _SLOT:
            at = self._map.find(whose, at + 1, bucket + _BUCKET)
        return at if at >= 0 else None

    def _free(self, bucket: int, now: int, month: int) -> int | None:
        """Return a slot that is nobody's, or of somebody who need wait no longer."""
        for at in range(bucket, bucket + _BUCKET, _SLOT):
            whose, due, _, counted = _PACKING.unpack_from(self._map, at)
            if whose == _NOBODY or (due <= now and counted != month):
                return at
        return None

    @contextmanager
    def _held(self, bucket: int) -> Generator[bool]:
        with self._lock:
            held = self._locked(bucket)
            try:
                yield held
            finally:
                if held:
                    fcntl.lockf(self._fd, fcntl.LOCK_UN, 1, bucket)

    def _locked(self, bucket: int) -> bool:
        """Lock a bucket; False when another process holds it for longer than anyone should."""
        pause, patient = 0.000_02, 0.0
        while True:
            try:
                fcntl.lockf(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, bucket)
            except OSError:
                now = monotonic()
                patient = patient or (now + PATIENCE if now >= self._trusted else now)
                if now >= patient:
                    self._trusted = max(self._trusted, now + _DISTRUST)
                    return False
                sleep(pause)
                pause = min(2 * pause, 0.001)
            else:
                return True

    def _begin(self, mark: bytes) -> None:
        """Begin anew if the file is not of this form, or not of this start of the machine."""
        mark = mark[:128].ljust(128, b"\0")
        if self._map[:128] == mark:
            return
        self._map[:] = bytes(len(self._map))
        self._map[128:160] = os.urandom(32)
        self._map[:128] = mark


def _boot() -> bytes:
    """Return what names this start of the machine; nothing where the system does not say."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_bytes().strip()
    except OSError:
        return b""
