"""The hub's register: one SQLite file with what belongs to the hub and to no municipality's data.

People who have logged in and what they may do, applications and their keys, what has been used,
proposals: each is a part of its own, with its tables in `_sql/register/`. Several processes may
have it open; each write is on disk when its future is done.
"""

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from byalag.store import _aside
from byalag.store._connection import REGISTER, Readers
from byalag.store._reading_audit import Audit
from byalag.store._results import Note
from byalag.store._session import Session
from byalag.store._sqlite import Row
from byalag.store._writer import Writer

T = TypeVar("T")


class Register:
    """What a hub knows of its own people, machines and doings."""

    def __init__(self, path: Path) -> None:
        """Open the register, and create it if it is not there.

        Raises:
            Outdated: The SQLite library is older than 3.51.3 and could corrupt the file.
            Unfit: The file is not a register, or was written by a newer version.
        """
        self.path = path
        self.writer = Writer(path, REGISTER)
        self.readers = Readers(path)
        self._last: list[Callable[[], object]] = []

    def __enter__(self) -> Self:
        """Return the register, to be closed at the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the register."""
        self.close()

    def close(self) -> None:
        """Write what has been asked for, and close the file."""
        for work in self._last:
            work()
        self.writer.close()
        self.readers.close()

    def before_close(self, work: Callable[[], object]) -> None:
        """Do this before the register is closed: it may still ask for something to be written."""
        self._last.append(work)

    def version(self) -> int:
        """Return a number that is another after each commit, whichever process made it."""
        return self.readers.version()

    def ask(self, name: str, values: tuple[Any, ...] = ()) -> list[Row]:
        """Return what a named statement answers."""
        return self.readers.ask(name, values)

    def change(self, work: Callable[[Session], T]) -> Future[T]:
        """Read and write as one, while nobody else writes (`Session.run`); answers what it answers.

        `work` may be called twice. What it raises undoes all that it wrote.
        """
        return self.writer.submit(work)

    def note(self, line: Note) -> Future[int]:
        """Add a line to the hub's own audit; answers its number. Nothing can change it."""
        return self.writer.submit(lambda session: _aside.note(session, line))

    @property
    def audit(self) -> Audit:
        """The hub's own audit."""
        return Audit(self.ask)
