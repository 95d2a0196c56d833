"""The store as its one writer sees it: what has been said is there at once, for who says more."""

from collections.abc import Callable, Generator, Hashable, Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

import msgspec

from byalag.model import Fact, Json, Micros, Series
from byalag.store._connection import Readers, rows
from byalag.store._facts import say
from byalag.store._observations import write_pending
from byalag.store._reading import Reading
from byalag.store._series import known
from byalag.store._session import Session
from byalag.store._sqlite import Connection, Row
from byalag.store._walls import Behind
from byalag.store._within import require_outside, require_seen

T = TypeVar("T")
_MOST_LEARNT: Final = 100_000


class _One(Readers):
    """Lends the writer's own connection, with everything written that has been gathered."""

    def __init__(self, session: Session, walled: frozenset[str]) -> None:
        self._session, self._connection = session, session.connection
        if walled:
            if walled not in session.behind:
                session.behind[walled] = Behind(session.connection, walled)
            self._connection = session.behind[walled]

    def ask(self, name: str, values: tuple[Any, ...] = ()) -> list[Row]:
        """Return what one named statement answers."""
        with self.borrow() as connection:
            return rows(connection, name, values)

    @contextmanager
    def borrow(self) -> Generator[Connection]:
        """Lend the connection."""
        if self._session.pending:
            write_pending(self._session)
        yield self._connection

    @contextmanager
    def snapshot(self) -> Generator[Connection]:
        """Lend the connection, which is in a transaction already."""
        with self.borrow() as connection:
            yield connection

    def close(self) -> None:
        """Leave the connection to the writer."""


class Declared(NamedTuple):
    """What the writer remembers of a series. `newest` is the time of its newest observation."""

    no: int
    series: Series
    newest: Micros | None


class Here(Reading):
    """A store while nobody else writes to it: what can be asked, and what can be said."""

    def __init__(self, session: Session, path: Path, walled: frozenset[str] = frozenset()) -> None:
        """See the store through its writer. Only the writer makes one.

        Of what the datasets in `walled` describe nothing can be said, nor is it there to be read.
        """
        self.path = path
        self._walled = walled
        self._session = session
        self._readers = _One(session, walled)
        self.begin()

    def say(self, facts: Sequence[Fact], *, whole: bool = False) -> None:
        """Say facts; they can be read at once here, and by others when the change is on disk.

        `whole` says that the things are described in whole: what is left out of one is no more.

        Raises:
            ValueError: An observation is of a series that nobody has declared.
            NotAllowed: A fact is about what is behind a wall.
        """
        if self._walled:
            require_outside(self._session, facts, self._walled)
        say(self._session, facts, whole=whole)

    def refuse_hidden(self, things: Iterable[str]) -> None:
        """Refuse to make what would pass for things that are behind the wall.

        Raises:
            NotAllowed: One of them is there.
        """
        for thing in things if self._walled else ():
            require_seen(self._session, thing, self._walled)

    def declared(self, series: str) -> Declared | None:
        """Return what the writer remembers of a series, without reading; None: there is none."""
        found = known(self._session, series)
        if found is None:
            return None
        said = self._session.pending.get(series)
        times = [] if found.newest is None else [found.newest]
        return Declared(
            found.no, found.fact, max((*times, *(said.rows if said else ())), default=None)
        )

    def learn(self, name: Hashable, find: Callable[[], T | None]) -> T | None:
        """Return what is found out of things and series, once for as long as none is described.

        Only what is found is kept: None is looked for each time.
        """
        learnt, name = self._session.learnt, (self._walled, name)
        if self._session.changed:
            return find()
        found: T | None = learnt.get(name)
        if found is None:
            found = find()
            if found is not None and len(learnt) < _MOST_LEARNT:
                learnt[name] = found
        return found

    def remember(self, name: str, value: Json) -> None:
        """Keep a value under a name, in place of what was there."""
        self._session.write("remember", (name, msgspec.json.encode(value)))

    def forget(self, name: str) -> None:
        """Keep nothing under a name any more."""
        self._session.write("forget", (name,))

    def next_number(self) -> int:
        """Return the number that the next new thing will be given, whoever sees the others."""
        return int(self._session.run("next_thing_number")[0][0])
