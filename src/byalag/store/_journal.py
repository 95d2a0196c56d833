"""Books in which something is said of subjects, line after line; what is kept, and who they are.

A subject is a pseudonym. What is said, what is worked out from it and who the subject is lie apart:
the third is read by nobody who has not asked for it by itself. All three are sealed with the
subject's own key, where the store seals: who destroys the key has erased the subject everywhere.
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
from byalag.store._seal import Sealed
from byalag.store._sealing import RECORD, Sealing
from byalag.store._session import Session
from byalag.store._sqlite import Row
from byalag.store._writer import Writer

_PAGE: Final = 5_000  # lines read at a time
_WHO: Final = "identity"  # what an identity is bound to when sealed, as a keepsake to its name
_SAID: Final = "line"


class Line(Struct, frozen=True, kw_only=True):
    """One line of a book: what was said of a subject, when and by whom. `seq` is its number.

    `matter` is what of the subject it is about, where that can be over; `ends` says that it is.
    What has been over for long enough is deleted.
    """

    subject: str
    at: Micros
    kind: str
    who: str
    document: Json
    matter: str = ""
    ends: bool = False
    seq: int = 0


class Journal:
    """One book of one store."""

    def __init__(
        self, book: str, writer: Writer, readers: Readers, sealing: Sealing | None = None
    ) -> None:
        """Open a book by its name; it need not have been written in."""
        self._book, self._writer, self._readers = book, writer, readers
        self._sealing = sealing

    def add(
        self, lines: Sequence[Line], notes: Sequence[Note] = (), *, forget: Sequence[str] = ()
    ) -> Future[list[int]]:
        """Write lines in one commit with their notes of the audit; answers their numbers.

        Who the subjects in `forget` are is forgotten in the same commit.
        """

        def write(session: Session) -> list[int]:
            seqs = [self._add(session, line) for line in lines]
            for one in notes:
                _aside.note(session, one)
            for subject in forget:
                session.write("drop_identity", (self._book, subject))
            return seqs

        return self._writer.submit(write, weight=1 + len(lines))

    def lines(self, subject: str | None = None, *, after: int = 0) -> Iterator[Line]:
        """Yield lines in the order in which they were said; none that has been erased.

        Raises:
            Sealed: They are sealed, and the store was opened without what opens them.
        """
        while True:
            rows, met = self._page(subject, after), dict[bytes, bytes]()
            for row in rows:
                line = self._line(row, met)
                if line is not None:
                    yield line
            if len(rows) < _PAGE:
                return
            after = rows[-1][0]

    def version(self) -> int:
        """Return a number that is another after each commit to the store, by whomever."""
        return self._readers.version()

    def erased(self) -> int:
        """Return how many things and subjects have been erased from the store."""
        return int(self._readers.ask("count_erased")[0][0])

    def keep(self, name: str, kept: Mapping[str, bytes], *, at: Micros) -> Future[None]:
        """Keep what was worked out of subjects under a name, in one commit."""
        said = dict(kept)

        def write(session: Session) -> None:
            for subject, document in said.items():
                sealed = self._sealed(document, subject, name)
                session.write("put_keepsake", (self._book, subject, name, at, sealed))

        return self._writer.submit(write, weight=1 + len(said))

    def kept(self, name: str) -> dict[str, tuple[Micros, bytes]]:
        """Return what is kept under a name, by subject, with when it was kept."""
        found: dict[str, tuple[Micros, bytes]] = {}
        for subject, at, document in self._readers.ask("keepsakes", (self._book, name)):
            opened = self._opened(document, subject, name)
            if opened is not None:
                found[subject] = at, opened
        return found

    def kept_of(self, subject: str) -> dict[str, tuple[Micros, bytes]]:
        """Return all that is kept of one subject, by name, with when it was kept."""
        found: dict[str, tuple[Micros, bytes]] = {}
        for name, at, document in self._readers.ask("keepsakes_of", (self._book, subject)):
            opened = self._opened(document, subject, name)
            if opened is not None:
                found[name] = at, opened
        return found

    def let_go(self, subject: str) -> Future[None]:
        """Let go of all that is kept of a subject; what was said of it stays."""
        given = (self._book, subject)
        return self._writer.submit(lambda session: session.write("drop_keepsake", given))

    def identify(self, subject: str, document: Json, *, at: Micros, note: Note) -> Future[None]:
        """Write down who a subject is, in one commit with its note of the audit."""
        packed = msgspec.json.encode(document)

        def write(session: Session) -> None:
            sealed = self._sealed(packed, subject, _WHO)
            session.write("put_identity", (self._book, subject, at, sealed))
            _aside.note(session, note)

        return self._writer.submit(write)

    def identity(self, subject: str) -> Json | None:
        """Return who a subject is, or None. Whoever calls this writes down that it was asked."""
        rows = self._readers.ask("identity", (self._book, subject))
        opened = self._opened(rows[0][1], subject, _WHO) if rows else None
        return None if opened is None else msgspec.json.decode(opened)

    def has(self, subject: str) -> bool:
        """Return whether anything is said or kept of a subject, or who it is; opened or not."""
        return bool(self._readers.ask("has_subject", (self._book, subject))[0][0])

    def unsealed(self) -> int:
        """Return of how many subjects something lies in clear."""
        given = (self._book, len(RECORD), RECORD)
        return int(self._readers.ask("unsealed_subjects", given)[0][0])

    def _add(self, session: Session, line: Line) -> int:
        document = self._sealed(msgspec.json.encode(line.document), line.subject, _SAID)
        given = (line.subject, line.at, line.kind, line.who, line.matter, line.ends, document)
        return int(session.run("add_line", (self._book, *given))[0][0])

    def _page(self, subject: str | None, after: int) -> list[Row]:
        if subject is None:
            return self._readers.ask("lines", (self._book, after, _PAGE))
        return self._readers.ask("lines_of", (self._book, subject, after, _PAGE))

    def _line(self, row: Row, met: dict[bytes, bytes]) -> Line | None:
        seq, of, at, kind, who, matter, ends, document = row
        opened = self._opened(document, of, _SAID, met)
        if opened is None:
            return None
        return Line(
            subject=of,
            at=at,
            kind=kind,
            who=who,
            document=msgspec.json.decode(opened),
            matter=matter,
            ends=bool(ends),
            seq=seq,
        )

    def _sealed(self, document: bytes, subject: str, what: str) -> bytes:
        if self._sealing is None:
            return document
        return self._sealing.said(document, subject, self._about(subject, what))

    def _opened(
        self, document: bytes, subject: str, what: str, met: dict[bytes, bytes] | None = None
    ) -> bytes | None:
        """Return what was written, or None where its key has been destroyed."""
        if not Sealing.is_said(document):
            return document
        if self._sealing is None:
            raise Sealed
        try:
            about = self._about(subject, what)
            return self._sealing.opened_said(document, about, {} if met is None else met)
        except Sealed:
            return None

    def _about(self, subject: str, what: str) -> bytes:
        """Return what a sealed document is bound to: nobody can put it in another's place."""
        return f"{self._book}\0{subject}\0{what}".encode()
