"""What is used of apsw, with types that hold: its own name a type that Python 3.11 lacks."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol, TypeAlias, cast

import apsw

Row: TypeAlias = tuple[Any, ...]


class Cursor(Protocol):
    """The rows of an answer."""

    def fetchall(self) -> list[Row]:
        """Return all rows that are left."""
        ...

    def fetchone(self) -> Row | None:
        """Return the next row, or None."""
        ...

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows that are left."""
        ...


class Copying(Protocol):
    """An online backup in progress."""

    def step(self, npages: int, /) -> bool:
        """Copy so many pages, or all if negative; return whether all is copied."""
        ...


class Connection(Protocol):
    """One connection to a file."""

    @property
    def in_transaction(self) -> bool:
        """Return whether a transaction has begun and not ended."""
        ...

    @property
    def system_errno(self) -> int:
        """Return what the operating system answered when reading or writing last failed."""
        ...

    def execute(self, statements: str, bindings: Sequence[object] | None = None, /) -> Cursor:
        """Run statements."""
        ...

    def pragma(self, name: str, value: str | int | None = None) -> object:
        """Set or return a setting of SQLite's."""
        ...

    def create_scalar_function(
        self,
        name: str,
        function: Callable[..., Any],
        numargs: int,
        /,
        *,
        deterministic: bool = False,
    ) -> None:
        """Let statements call a function."""
        ...

    def set_progress_handler(self, callable: Callable[[], bool] | None, nsteps: int = 100) -> None:  # noqa: A002 -- as apsw names it
        """Call something every so many steps; a statement ends when it answers true."""
        ...

    def create_module(
        self,
        name: str,
        module: object,
        /,
        *,
        use_bestindex_object: bool,
        eponymous: bool,
        eponymous_only: bool,
    ) -> None:
        """Let statements read a table that Python answers."""
        ...

    def set_busy_timeout(self, milliseconds: int, /) -> None:
        """Wait so long for another process before giving up."""
        ...

    def backup(
        self, database_name: str, source: "Connection", source_name: str, /
    ) -> AbstractContextManager[Copying]:
        """Begin to copy another connection's file into this one."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


def connect(path: Path, *, create: bool = True) -> Connection:
    """Open a file."""
    flags = apsw.SQLITE_OPEN_READWRITE | (apsw.SQLITE_OPEN_CREATE if create else 0)
    return cast("Connection", apsw.Connection(str(path), flags=flags))
