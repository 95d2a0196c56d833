"""Books in which something is said of subjects, line after line; what is kept, and who they are.

A subject is a pseudonym. What is said, what is worked out from it and who the subject is lie apart:
the third is read by nobody who has not asked for it by itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from typing import Final

import msgspec
from msgspec import Struct

from byalag.model import Json, Micros
from byalag.store import _aside
from byalag.store._connection import Readers
from byalag.store._results import Note
from byalag.store._session import Session
from byalag.store._sqlite import Row
from byalag.store._writer import Writer

_PAGE: Final = 5_000  # lines read at a time


class Line(Struct, frozen=True, kw_only=True):
    """One line of a book: what was said of a subject, when and by whom. `seq` is its number."""

    subject: str
    at: Micros
    kind: str
    who: str
    document: Json
    seq: int = 0


class Journal:
    """One book of one store."""

    def __init__(self, book: str, writer: Writer, readers: Readers) -> None:
        """Open a book by its name; it need not have been written in."""
        self._book, self._writer, self._readers = book, writer, readers

    def add(self, lines: Sequence[Line], notes: Sequence[Note] = ()) -> Future[list[int]]:
        """Write lines in one commit with their notes of the audit; answers their numbers."""

        def write(session: Session) -> list[int]:
            seqs = [self._add(session, line) for line in lines]
            for one in notes:
                _aside.note(session, one)
            return seqs

        return self._writer.submit(write, weight=1 + len(lines))

    def lines(self, subject: str | None = None, *, after: int = 0) -> Iterator[Line]:
        """Yield lines in the order in which they were said."""
        while True:
            rows = self._page(subject, after)
            for seq, of, at, kind, who, document in rows:
                yield Line(
                    subject=of,
                    at=at,
                    kind=kind,
                    who=who,
                    document=msgspec.json.decode(document),
                    seq=seq,
                )
            if len(rows) < _PAGE:
                return
            after = rows[-1][0]

    def version(self) -> int:
        """Return a number that is another after each commit to the store, by whomever."""
        return self._readers.version()

    def keep(self, name: str, kept: Mapping[str, bytes], *, at: Micros) -> Future[None]:
        """Keep what was worked out of subjects under a name, in one commit."""
        said = dict(kept)

        def write(session: Session) -> None:
            for subject, document in said.items():
                session.write("put_keepsake", (self._book, subject, name, at, document))

        return self._writer.submit(write, weight=1 + len(said))

    def kept(self, name: str) -> dict[str, tuple[Micros, bytes]]:
        """Return what is kept under a name, by subject, with when it was kept."""
        rows = self._readers.ask("keepsakes", (self._book, name))
        return {subject: (at, document) for subject, at, document in rows}

    def identify(self, subject: str, document: Json, *, at: Micros, note: Note) -> Future[None]:
        """Write down who a subject is, in one commit with its note of the audit."""
        packed = msgspec.json.encode(document)

        def write(session: Session) -> None:
            session.write("put_identity", (self._book, subject, at, packed))
            _aside.note(session, note)

        return self._writer.submit(write)

    def identity(self, subject: str) -> Json | None:
        """Return who a subject is, or None. Whoever calls this writes down that it was asked."""
        rows = self._readers.ask("identity", (self._book, subject))
        return msgspec.json.decode(rows[0][1]) if rows else None

    def _add(self, session: Session, line: Line) -> int:
        document = msgspec.json.encode(line.document)
        given = (self._book, line.subject, line.at, line.kind, line.who, document)
        return int(session.run("add_line", given)[0][0])

    def _page(self, subject: str | None, after: int) -> list[Row]:
        if subject is None:
            return self._readers.ask("lines", (self._book, after, _PAGE))
        return self._readers.ask("lines_of", (self._book, subject, after, _PAGE))
