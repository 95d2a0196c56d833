"""Which files have been published, in which versions. The bytes lie elsewhere, by their digest."""

from concurrent.futures import Future

from msgspec.structs import astuple

from byalag.model import Micros
from byalag.store._connection import Readers
from byalag.store._file import FileVersion, as_file
from byalag.store._session import Session
from byalag.store._writer import Writer

MOST = 2**62  # rows, where no limit is asked for


class Shelf:
    """The published files of one municipality, or in the commons those of all."""

    def __init__(self, writer: Writer, readers: Readers) -> None:
        """Keep them in this store."""
        self._writer = writer
        self._readers = readers

    def publish(  # noqa: PLR0913 -- these are the parts of one version
        self, dataset: str, name: str, *, digest: str, size: int, media_type: str, at: Micros
    ) -> "Future[tuple[FileVersion, bool]]":
        """Publish a file as the next version; answers it, and whether it is a new one.

        The bytes must be on disk already. The same bytes and type as the newest version are that
        version: nothing is written.
        """

        def work(session: Session) -> tuple[FileVersion, bool]:
            found = session.run("newest_own_file", (dataset, name))
            before = as_file((dataset, name, *found[0])) if found else None
            if before and (before.digest, before.media_type) == (digest, media_type):
                return before, False
            number = before.version + 1 if before else 1
            file = as_file((dataset, name, number, digest, size, media_type, at))
            put(session, file)
            if session.is_open("", dataset):
                session.tell(dataset).files.append(file)
            return file, True

        return self._writer.submit(work)

    def versions(self, dataset: str, *, limit: int = MOST, offset: int = 0) -> list[FileVersion]:
        """Return the versions of a dataset's files, by name and the newest first."""
        found = self._readers.ask("files", (dataset, limit, offset))
        return [as_file(row, origin) for *row, origin in found]

    def count(self, dataset: str) -> int:
        """Return how many versions a dataset's files have together."""
        return int(self._readers.ask("count_files", (dataset,))[0][0])

    def digests(self) -> set[str]:
        """Return the digest of every version that there is."""
        return {digest for (digest,) in self._readers.ask("digests_of_files")}

    def version(self, dataset: str, name: str, number: int | None = None) -> FileVersion | None:
        """Return one version of a file, the newest if no number is given."""
        found = self._readers.ask("one_file", (dataset, name, number))
        return as_file(found[0][:-1], found[0][-1]) if found else None


def put(session: Session, file: FileVersion, origin: str = "") -> bool:
    """Write a version down; return whether it was not there before."""
    dataset, name, *rest, _ = astuple(file)
    written = bool(session.run("insert_file", (origin, dataset, name, *rest)))
    session.changed |= written
    return written


def files_of(session: Session, dataset: str) -> list[FileVersion]:
    """Return every version of a store's own files in a dataset, oldest first."""
    return [as_file(row) for row in session.run("own_files", (dataset,))]
