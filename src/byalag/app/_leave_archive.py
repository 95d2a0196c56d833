"""One zip file, written as it goes: nothing is held in memory, and each file's SHA-256 is kept."""

import io
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

import msgspec

CHECKSUMS = "checksums.txt"


class Entry(io.RawIOBase):
    """One file on its way into the archive."""

    def __init__(self, inner: IO[bytes]) -> None:
        """Write through to the archive."""
        super().__init__()
        self._inner, self._at, self.sum = inner, 0, sha256()

    def writable(self) -> bool:
        """Say that this is written to."""
        return True

    def tell(self) -> int:
        """Return how much has been written, which is how far it has come."""
        return self._at

    def write(self, data: Any) -> int:  # noqa: ANN401 -- whatever has bytes
        """Write bytes."""
        part = bytes(data)
        self._inner.write(part)
        self.sum.update(part)
        self._at += len(part)
        return len(part)


class Archive:
    """A zip file of open formats; whole when it is closed."""

    def __init__(self, path: Path) -> None:
        """Begin to write."""
        self._zip = ZipFile(path, "w", ZIP_DEFLATED, compresslevel=5)
        self.sums: dict[str, str] = {}

    @contextmanager
    def file(self, name: str) -> Generator[Entry, None, None]:
        """Write one file; only one is written at a time."""
        with self._zip.open(name, "w", force_zip64=True) as inner:
            entry = Entry(inner)
            yield entry
        self.sums[name] = entry.sum.hexdigest()

    def text(self, name: str, text: str | bytes) -> None:
        """Write a short file."""
        with self.file(name) as entry:
            entry.write(text.encode() if isinstance(text, str) else text)

    def lines(self, name: str, rows: Iterable[Any]) -> int:
        """Write JSON Lines, and return how many."""
        count = 0
        with self.file(name) as entry:
            for row in rows:
                entry.write(msgspec.json.encode(row) + b"\n")
                count += 1
        return count

    def close(self) -> None:
        """Write the checksums, and finish."""
        told = "".join(f"{digest}  {name}\n" for name, digest in sorted(self.sums.items()))
        self._zip.writestr(CHECKSUMS, told)
        self._zip.close()
