"""The bytes of published files, in a folder beside the store, each under its own SHA-256.

Bytes are written beside their place, put on disk, and only then moved to it. So whatever is in its
place is whole, and a crash leaves at most a piece that nobody looks at.
"""

import os
from collections.abc import Container
from errno import ENOSPC
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from msgspec import Struct

from byalag.model import Micros
from byalag.store._writer import Full, Unwritable

_DAY: Micros = 86_400_000_000  # an unfinished piece is somebody's work for no longer than this
_PIECES = "incoming"


class Blob(Struct, frozen=True, kw_only=True):
    """What has been put in its place: SHA-256 in hex, and size in bytes."""

    digest: str
    size: int


class Blobs:
    """A folder of bytes by their digest."""

    def __init__(self, folder: Path) -> None:
        """Use a folder; it is made when something is put in it."""
        self._folder = folder

    def place(self, digest: str) -> Path:
        """Return where bytes are, or would be."""
        return self._folder / digest[:2] / digest[2:]

    def incoming(self) -> "Incoming":
        """Begin to take in bytes.

        Raises:
            Unwritable: The folder cannot be written to.
        """
        return Incoming(self, self._folder / _PIECES)

    def sweep(self, now: Micros) -> int:
        """Take away the pieces that a crash has left more than a day ago; return how many."""
        pieces = (self._folder / _PIECES).glob("*")
        old = [one for one in pieces if now - one.stat().st_mtime_ns // 1_000 > _DAY]
        for one in old:
            one.unlink(missing_ok=True)
        return len(old)

    def keep_only(self, digests: Container[str], now: Micros) -> int:
        """Take away bytes that no file has any more; return how many files on disk that were.

        What was put here in the last day stays: it may be about to be published.
        """
        gone = 0
        for place in self._folder.glob("[0-9a-f][0-9a-f]/*"):
            old = now - place.stat().st_mtime_ns // 1_000 > _DAY
            if old and f"{place.parent.name}{place.name}" not in digests:
                place.unlink(missing_ok=True)
                gone += 1
        return gone


class Incoming:
    """Bytes on their way in. `keep` puts them in their place, `drop` forgets them."""

    def __init__(self, blobs: Blobs, folder: Path) -> None:
        """Open a piece of its own in a folder."""
        self.size = 0
        self._blobs = blobs
        self._sum = sha256()
        self._path = folder / token_hex(16)
        try:
            _made(folder)
            self._file = self._path.open("xb", buffering=0)
        except OSError as error:
            raise _explained(error, folder) from error

    def write(self, part: bytes) -> None:
        """Write the next bytes.

        Raises:
            Full: There is no room left.
            Unwritable: The disk says no.
        """
        try:
            left = memoryview(part)
            while left:
                left = left[self._file.write(left) :]
        except OSError as error:
            raise _explained(error, self._path) from error
        self._sum.update(part)
        self.size += len(part)

    @property
    def digest(self) -> str:
        """Return the SHA-256 of what has been written, in hex."""
        return self._sum.hexdigest()

    def keep(self) -> Blob:
        """Put the bytes in their place; when this returns no crash takes them away.

        Raises:
            Unwritable: The disk says no.
        """
        place = self._blobs.place(self.digest)
        try:
            os.fsync(self._file.fileno())
            self._file.close()
            _made(place.parent)
            self._path.replace(place)
            _sync(place.parent)
        except OSError as error:
            raise _explained(error, place) from error
        return Blob(digest=self.digest, size=self.size)

    def drop(self) -> None:
        """Forget the bytes, unless they have been put in their place."""
        self._file.close()
        self._path.unlink(missing_ok=True)


def _made(folder: Path) -> None:
    """Make a folder, and put on disk that it is there."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for one in missing:
        _sync(one.parent)


def _sync(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _explained(error: OSError, place: Path) -> Unwritable:
    if error.errno == ENOSPC:
        message = f"there is no room left for {place}. Nothing of this was kept. Free some space"
        return Full(message)
    message = f"{place} could not be written ({error.strerror}). Check the disk and its permissions"
    return Unwritable(message)
