"""What a watched place can do: list its files, give one whole, move it aside, take a note."""

from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Final, Protocol

from msgspec import Struct

from byalag import ByalagError
from byalag.model import Micros

TAKEN: Final = "taken"  # the folder that taken files are moved to
RECEIPT: Final = ".receipt.json"
_UNFINISHED: Final = (".part", ".tmp", ".filepart")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Unreadable(ByalagError):
    """One file cannot be taken; the message says why and what to do. The others go on."""


class Changed(ByalagError):
    """A file is not as it was when it was listed: it is not complete, and is left for later."""


class Entry(Struct, frozen=True, kw_only=True):
    """One file of a place. `mark` changes when the content does; `at` orders files by age.

    `fault` says why it can never be taken, if so.
    """

    name: str
    size: int
    mark: str
    at: float = 0.0
    fault: str = ""


class Place(Protocol):
    """A place that is being watched. What is wrong with the place itself is `Unreachable`."""

    async def entries(self) -> list[Entry]:
        """Return every file that has a finished name."""
        ...

    async def read(self, entry: Entry, max_bytes: int) -> bytes:
        """Return a file's content.

        Raises:
            Changed: It is not the file that was listed.
            Unreadable: It cannot be read.

        """
        ...

    async def move(self, entry: Entry, received: Micros) -> str:
        """Move a taken file to the folder of such; return its name there. Overwrites nothing.

        Raises:
            Changed: It is not the file that was listed.
            Unreadable: It cannot be moved.

        """
        ...

    async def write(self, name: str, content: bytes) -> None:
        """Write a note beside the taken files.

        Raises:
            Unreadable: It cannot be written.

        """
        ...


def is_finished(name: str) -> bool:
    """Tell whether a name is one that senders give to files they have finished."""
    last = name.rpartition("/")[2]
    return bool(last) and not last.startswith(".") and not last.lower().endswith(_UNFINISHED)


def other_name(name: str, received: Micros, number: int) -> str:
    """Return a name for a taken file: its own, then with the time it came, then with a number."""
    if number == 0:
        return name
    path = PurePosixPath(name)
    time = f"{_EPOCH + timedelta(microseconds=received):%Y%m%dT%H%M%S.%fZ}"
    again = f".{number}" if number > 1 else ""
    return str(path.with_name(f"{path.stem}.{time}{again}{path.suffix}"))


def too_large(entry: Entry, max_bytes: int) -> Unreadable:
    """Return what is said of a file that is larger than the settings allow."""
    return Unreadable(f"it is {entry.size} bytes and `max_bytes` is {max_bytes}; raise `max_bytes`")
