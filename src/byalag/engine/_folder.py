"""Watches a folder of this machine. Links are never followed: what is read lies in the folder."""

import os
import stat
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final, TypeVar

from anyio import CapacityLimiter, to_thread

from byalag.engine._face import Unreachable
from byalag.engine._place import (
    TAKEN,
    Changed,
    Entry,
    Unreadable,
    is_finished,
    other_name,
    too_large,
)
from byalag.model import Micros
from byalag.sources import Folder

T = TypeVar("T")
_DIRECTORY: Final = os.O_RDONLY | os.O_DIRECTORY
_HERE: Final = _DIRECTORY | os.O_NOFOLLOW
_TRIES: Final = 100


class LocalPlace:
    """A folder of the machine that the hub runs on. Its own threads wait for slow disks."""

    def __init__(self, folder: Folder) -> None:
        """Prepare; the folder is opened anew each time it is used."""
        self._path = folder.path
        self._threads = CapacityLimiter(2)

    async def entries(self) -> list[Entry]:
        """Return every file that has a finished name."""
        return await self._run(self._entries)

    async def read(self, entry: Entry, max_bytes: int) -> bytes:
        """Return a file's content."""
        return await self._run(lambda: self._read(entry, max_bytes))

    async def move(self, entry: Entry, received: Micros) -> str:
        """Move a taken file to the folder of such."""
        return await self._run(lambda: self._move(entry, received))

    async def write(self, name: str, content: bytes) -> None:
        """Write a note beside the taken files."""
        await self._run(lambda: self._write(name, content))

    async def _run(self, work: Callable[[], T]) -> T:
        return await to_thread.run_sync(work, limiter=self._threads, abandon_on_cancel=True)

    def _entries(self) -> list[Entry]:
        with self._opened() as folder, os.scandir(folder) as found:
            listed = [_entry(one) for one in found if is_finished(one.name)]
        return [entry for entry in listed if entry is not None]

    def _read(self, entry: Entry, max_bytes: int) -> bytes:
        with self._opened() as folder, _wrong("read", "give the hub's user the right to read it"):
            file = os.open(entry.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
            with os.fdopen(file, "rb") as opened:
                _check(entry, os.fstat(file))
                content = opened.read(max_bytes + 1)
                _check(entry, os.fstat(file))
        if len(content) > max_bytes:
            raise too_large(entry, max_bytes)
        if len(content) != entry.size:
            raise Changed(entry.name)
        return content

    def _move(self, entry: Entry, received: Micros) -> str:
        way_out = "give the hub's user the right to write in the folder, or say after = 'mark'"
        with self._opened() as folder, _wrong("moved", way_out), _taken(folder) as taken:
            _check(entry, os.stat(entry.name, dir_fd=folder, follow_symlinks=False))
            name = _reserve(taken, entry.name, received)
            os.replace(entry.name, name, src_dir_fd=folder, dst_dir_fd=taken)
            moved = os.stat(name, dir_fd=taken, follow_symlinks=False)
            if _mark(moved) != entry.mark:  # another came under the name at the last moment
                os.rename(name, entry.name, src_dir_fd=taken, dst_dir_fd=folder)
                raise Changed(entry.name)
        return name

    def _write(self, name: str, content: bytes) -> None:
        way_out = "give the hub's user the right to write in the folder"
        with self._opened() as folder, _wrong("written", way_out), _taken(folder) as taken:
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
            file = os.open(name, flags, mode=0o644, dir_fd=taken)
            with os.fdopen(file, "wb") as opened:
                opened.write(content)

    @contextmanager
    def _opened(self) -> Generator[int]:
        try:
            folder = os.open(self._path, _DIRECTORY)
        except OSError as error:
            reason = (
                f"the folder {self._path} cannot be opened ({error.strerror}); create it, or "
                "check `path` and the rights of the hub's user"
            )
            raise Unreachable(reason) from error
        try:
            yield folder
        finally:
            os.close(folder)


def _entry(found: "os.DirEntry[str]") -> Entry | None:
    try:
        if not found.is_file(follow_symlinks=False):
            return None
        told = found.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    try:
        found.name.encode()
    except UnicodeEncodeError:
        shown = found.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        fault = "its name is not UTF-8; rename it"
        return Entry(name=shown, size=told.st_size, mark=_mark(told), fault=fault)
    return Entry(name=found.name, size=told.st_size, mark=_mark(told), at=told.st_mtime)


def _mark(told: os.stat_result) -> str:
    return f"{told.st_size}/{told.st_mtime_ns}/{told.st_ino}"


def _check(entry: Entry, told: os.stat_result) -> None:
    if not stat.S_ISREG(told.st_mode) or _mark(told) != entry.mark:
        raise Changed(entry.name)


def _reserve(taken: int, name: str, received: Micros) -> str:
    """Make an empty file that the taken one replaces, so that no other is overwritten."""
    for number in range(_TRIES):
        other = other_name(name, received, number)
        try:
            os.close(os.open(other, os.O_WRONLY | os.O_CREAT | os.O_EXCL, dir_fd=taken))
        except FileExistsError:
            continue
        return other
    message = f"there are {_TRIES} files like it in {TAKEN}; tidy that folder"
    raise Unreadable(message)


@contextmanager
def _taken(folder: int) -> Generator[int]:
    try:
        taken = os.open(TAKEN, _HERE, dir_fd=folder)
    except FileNotFoundError:
        os.mkdir(TAKEN, dir_fd=folder)
        taken = os.open(TAKEN, _HERE, dir_fd=folder)
    try:
        yield taken
    finally:
        os.close(taken)


@contextmanager
def _wrong(done: str, way_out: str) -> Generator[None]:
    """Say of one file what went wrong with it, and what to do."""
    try:
        yield
    except FileNotFoundError as error:
        raise Changed(str(error)) from error
    except OSError as error:
        message = f"it cannot be {done} ({error.strerror}); {way_out}"
        raise Unreadable(message) from error
