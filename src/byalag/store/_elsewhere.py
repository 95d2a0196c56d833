"""What stands where a writer would, in a process that only reads: another one writes the file."""

from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

from byalag.store._writer import Closed, Job, Writer

T = TypeVar("T")
P = TypeVar("P")


class WritesElsewhere(Writer):
    """Refuses all that would be written; the file is open nowhere in here."""

    def __init__(self, path: Path) -> None:
        """Remember which file it is."""
        self._path = path

    def close(self) -> None:
        """Close nothing: nothing is open."""

    def _put(self, job: Job[P, T]) -> Future[T]:  # noqa: ARG002 -- nothing is done with it
        message = f"another process writes {self._path}; this one only reads it"
        raise Closed(message)
