"""Asking a store: connections of its own for reading, which never wait for the writer."""

from pathlib import Path
from typing import Any

from byalag.store._connection import Readers, refuse_other_schema
from byalag.store._sealing import Sealing
from byalag.store._sqlite import Row


class Asking:
    """What every reader of a store has."""

    sealing: Sealing | None = None  # what opens what is sealed in the file

    def __init__(self, path: Path) -> None:
        """Read from this file, which must be there. Others may write to it meanwhile.

        Raises:
            Unfit: It is not a store, or not of this version's schema.
        """
        self.path = path
        self._readers = Readers(path)
        with self._readers.borrow() as connection:
            refuse_other_schema(connection, path)

    def close(self) -> None:
        """Close the file, and that of its keys."""
        self._readers.close()
        if self.sealing is not None:
            self.sealing.close()

    def _ask(self, name: str, values: tuple[Any, ...] = ()) -> list[Row]:
        return self._readers.ask(name, values)
