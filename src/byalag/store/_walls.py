"""Walls inside a store: a reading to which some datasets are not there, and one that is watched.

Data about people lies in the municipality's own store beside what is not. Whoever asks without a
purpose for it reads through a wall: the connection has views of the tables, by the tables' own
names, in which the walled datasets have no rows. So every statement meets the wall, whoever wrote
it. Whoever asks with a purpose is watched: the views tell which things and series were read, so
that it can be written down who saw what about whom.
"""

import re
from collections.abc import Callable, Collection, Generator, Iterable, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

import msgspec
from msgspec import Struct, field

from byalag.store._connection import Readers, refuse_other_schema
from byalag.store._reading import Reading
from byalag.store._sqlite import Connection, Cursor

_ID: Final = re.compile(r"^[a-z][a-z0-9-]*$")
_BEGIN: Final = re.compile(r"\s*(SELECT|WITH RECURSIVE|WITH)\b", re.IGNORECASE)
_OBSERVED: Final = re.compile(r"\bobserved\(")
_OF_SERIES: Final = {"observation": "value", "chunk": "points", "latest": "value"}
_SHOWN: Final = {"thing": "document", **_OF_SERIES}  # the column that holds what is shown


class Seen(Struct):
    """The things and series, by their numbers, that were read while a request was answered."""

    things: set[int] = field(default_factory=set[int])
    series: set[int] = field(default_factory=set[int])


_seen: ContextVar[Seen | None] = ContextVar("seen", default=None)


@contextmanager
def watching() -> Generator[Seen, None, None]:
    """Remember what is read through watched readings in this context, threads included."""
    seen = Seen()
    token = _seen.set(seen)
    try:
        yield seen
    finally:
        _seen.reset(token)


class Walled(Reading):
    """A store as it is read by whoever may not see some of its datasets.

    A thing that a walled dataset describes is not there at all, whoever else describes it. With
    `watched`, datasets of which it is remembered (`watching`) what was read.
    """

    def __init__(
        self, path: Path, walled: Collection[str], *, watched: Collection[str] = ()
    ) -> None:
        """Read from this file, which must be there.

        Raises:
            Unfit: It is not a store, or not of this version's schema.
            ValueError: what is walled is no dataset's id.
        """
        self.path = path
        self._readers = _Behind(path, frozenset(walled), frozenset(watched))
        with self._readers.borrow() as connection:
            refuse_other_schema(connection, path)
        self.begin()

    def named(self, seen: Seen) -> list[str]:
        """Return the ids of the things that were seen, or whose series were, in order."""
        numbers = [msgspec.json.encode(sorted(one)).decode() for one in (seen.things, seen.series)]
        return [str(id_) for (id_,) in self._ask("things_seen", tuple(numbers))]


class _Behind(Readers):
    """Lends connections on which the tables are views."""

    def __init__(self, path: Path, walled: frozenset[str], watched: frozenset[str]) -> None:
        super().__init__(path)
        for id_ in (*walled, *watched):
            if not _ID.match(id_):
                message = f"{id_!r} is no id of a dataset"
                raise ValueError(message)
        self._walled, self._watched = walled, watched

    def prepare(self, connection: Connection) -> None:
        """Put the views over the tables; nothing is written to the file."""
        if self._watched:
            connection.create_scalar_function("seen_thing", _notice(_see_thing), 2)
            connection.create_scalar_function("seen_series", _notice(_see_series), 2)
        for view in _views(connection, self._walled, self._watched):
            connection.execute(view)


def _views(
    connection: Connection, walled: frozenset[str], watched: frozenset[str]
) -> Iterable[str]:
    for table, condition in _conditions(walled).items():
        columns = [str(row[1]) for row in connection.execute(f"PRAGMA main.table_info({table})")]
        shown = [_column(table, column, watched) for column in columns]
        if table == "chunk":
            shown.insert(0, "t.rowid AS rowid")
        where = f" WHERE {condition}" if walled else ""
        yield f"CREATE TEMP VIEW {table} AS SELECT {', '.join(shown)} FROM main.{table} t{where}"  # noqa: S608 -- names of our own, and ids that have been checked


class Behind:
    """A connection that writes, as what is read through it meets the wall.

    Views would be in the way of whoever writes, so each statement that reads brings along what the
    tables are to it, as common table expressions by the tables' names.
    """

    def __init__(self, connection: Connection, walled: frozenset[str]) -> None:
        """Read through a connection, on which nothing is changed."""
        self._connection, self._own = connection, f"observed_{id(self)}("
        self._tables = {
            table: (re.compile(rf"\b{table}\b"), _common(connection, table, condition))
            for table, condition in _conditions(walled).items()
        }
        self._rewritten = lru_cache(maxsize=1_000)(self._rewrite)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 -- whatever a connection has
        """Return what the connection itself has."""
        return getattr(self._connection, name)

    def execute(self, statements: str, bindings: Sequence[object] | None = None, /) -> Cursor:
        """Run a statement that reads."""
        return self._connection.execute(self._rewritten(statements), bindings)

    def create_module(self, name: str, module: object, /, **how: bool) -> None:
        """Let what is read here read a table that Python answers, by a name of its own."""
        own = self._own.rstrip("(") if name == "observed" else name
        self._connection.create_module(own, module, **how)

    def _rewrite(self, statement: str) -> str:
        begin = _BEGIN.match(statement)
        if begin is None:
            return statement
        told = [text for word, text in self._tables.values() if word.search(statement)]
        after = _OBSERVED.sub(self._own, statement[begin.end() :])
        if not told:
            return f"{begin[0]}{after}"
        if begin[1].upper() == "SELECT":
            return f"WITH {', '.join(told)} {begin[0]}{after}"
        return f"{begin[0]} {', '.join(told)}, {after}"


def _common(connection: Connection, table: str, condition: str) -> str:
    columns = [f"t.{row[1]}" for row in connection.execute(f"PRAGMA main.table_info({table})")]
    if table == "chunk":
        columns.insert(0, "t.rowid AS rowid")
    rows = f"SELECT {', '.join(columns)} FROM main.{table} t WHERE {condition}"  # noqa: S608 -- names of our own, and ids that have been checked
    return f"{table} AS NOT MATERIALIZED ({rows})"


def _conditions(walled: frozenset[str]) -> dict[str, str]:
    """Return for each table which rows are on this side of the wall."""
    of = _listed(walled)
    described = f"SELECT 1 FROM main.description d WHERE d.dataset IN {of}"  # noqa: S608 -- as above
    named = f"SELECT 1 FROM main.thing w JOIN main.description d ON d.thing = w.no WHERE d.dataset IN {of}"  # noqa: S608, E501 -- as above; one statement
    measured = f"SELECT 1 FROM main.series s WHERE s.dataset IN {of}"  # noqa: S608 -- as above
    implied = f"SELECT 1 FROM main.series_relation r JOIN main.series s ON s.no = r.no WHERE s.dataset NOT IN {of}"  # noqa: S608, E501 -- as above; what nobody describes is there for a series that may be seen
    return {
        "dataset": f"t.id NOT IN {of}",
        "thing": f"NOT EXISTS ({described} AND d.thing = t.no) "
        f"AND (t.dataset <> '' OR EXISTS ({implied} AND r.object = t.id))",
        "description": f"NOT EXISTS ({described} AND d.thing = t.thing)",
        "thing_relation": f"NOT EXISTS ({described} AND d.thing = t.no) "
        f"AND NOT EXISTS ({named} AND w.id = t.object)",
        "series": f"t.dataset NOT IN {of} AND NOT EXISTS ({named} AND w.id = t.thing)",
        "series_relation": f"NOT EXISTS ({measured} AND s.no = t.no)",
        "observation": f"NOT EXISTS ({measured} AND s.no = t.series)",
        "chunk": f"NOT EXISTS ({measured} AND s.no = t.series)",
        "latest": f"NOT EXISTS ({measured} AND s.no = t.series)",
        "link": f"NOT EXISTS ({measured} AND s.id = t.series) "
        f"AND NOT EXISTS ({named} AND w.id = t.thing)",
        "file": f"t.dataset NOT IN {of}",
    }


def _column(table: str, column: str, watched: frozenset[str]) -> str:
    """Return a column of a view; the one that holds what is shown tells that it was read."""
    if not watched or _SHOWN.get(table) != column:
        return f"t.{column}"
    of = _listed(watched)
    if table == "thing":
        about = f"SELECT 1 FROM main.description d WHERE d.thing = t.no AND d.dataset IN {of}"  # noqa: S608 -- as above
        number, function = "t.no", "seen_thing"
    else:
        about = f"SELECT 1 FROM main.series s WHERE s.no = t.series AND s.dataset IN {of}"  # noqa: S608 -- as above
        number, function = "t.series", "seen_series"
    return (
        f"CASE WHEN EXISTS ({about}) THEN {function}({number}, t.{column}) ELSE t.{column} END "
        f"AS {column}"
    )


def _listed(datasets: frozenset[str]) -> str:
    return "(" + ", ".join(f"'{id_}'" for id_ in sorted(datasets)) + ")"


def _notice(see: Callable[[Seen, int], None]) -> Callable[[int, Any], Any]:
    def noticed(number: int, value: Any) -> Any:  # noqa: ANN401 -- a value of any column
        seen = _seen.get()
        if seen is not None:
            see(seen, number)
        return value

    return noticed


def _see_thing(seen: Seen, number: int) -> None:
    seen.things.add(number)


def _see_series(seen: Seen, number: int) -> None:
    seen.series.add(number)


class Walls:
    """The walls of one store, made once for each set of datasets that is behind them."""

    def __init__(self, store: Reading) -> None:
        """Build walls in a store; without data about people there are none."""
        self._store = store
        self._made: dict[tuple[frozenset[str], frozenset[str]], Walled] = {}
        self._lock = Lock()

    @property
    def purposes(self) -> tuple[str, ...]:
        """What the store's data about people may be asked for, by name, in order."""
        every = (one.purposes for one in self._store.datasets().values() if one.personal_data)
        return tuple(sorted({name for purposes in every for name in purposes}))

    def hidden(self, purpose: str = "") -> frozenset[str]:
        """Return the datasets about people that may not be asked for with this purpose."""
        return frozenset(
            id_
            for id_, one in self._store.datasets().items()
            if one.personal_data and purpose not in one.purposes
        )

    def reading(self, purpose: str = "") -> Reading:
        """Return the store as whoever has this purpose sees it; watched where it is about people.

        Reads of what is about people are remembered (`watching`).
        """
        about = frozenset(id_ for id_, one in self._store.datasets().items() if one.personal_data)
        if not about:
            return self._store
        walled = self.hidden(purpose)
        key = walled, about - walled
        with self._lock:
            if key not in self._made:
                self._made[key] = Walled(self._store.path, walled, watched=about - walled)
            return self._made[key]
