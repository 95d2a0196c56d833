"""What the writer holds while it writes: its connection, what it remembers, what is yet to write.

Rows are gathered over a whole commit group and written many at a time. That is faster, and it
matters more than it seems: SQLite gives up the interpreter at every step, and another busy thread
may keep it for milliseconds. One statement of 1,024 rows waits once; 1,024 statements, each time.
"""

from collections.abc import Hashable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec import Struct, field

from byalag.model import Fact, Series
from byalag.store._connection import rows
from byalag.store._file import FileVersion
from byalag.store._sql import many_values
from byalag.store._sqlite import Connection, Row

if TYPE_CHECKING:
    from byalag.store._sealing import Sealing
    from byalag.store._tombstones import Tombstones

Told: TypeAlias = tuple[int, float | None, int, str | None]
"""Time, value (None: missing), flag, extra."""

_AT_ONCE = (1024, 128, 16, 8, 4, 2, 1)
_LONGEST = 6_144  # bound values in one statement; apsw keeps no statement of more than 16 kB


class Known(Struct):
    """A series that the writer has met. `newest` and `cold` are times; None until asked for."""

    no: int
    origin: str
    fact: Series
    newest: int | None  # of its latest observation
    cold: int | None  # of the last observation in its chunks


class There(Struct, frozen=True):
    """A thing as it is in the file: its row, and what each dataset says of it, in order."""

    no: int
    origin: str
    gone: bool
    document: bytes
    said: dict[str, bytes]


class Pending(Struct):
    """What has been gathered of one series: by time, number, time, value, flag, extra."""

    series: Known
    rows: dict[int, tuple[int, int, float | None, int, str | None]]


class Telling(Struct):
    """What is to be told of one dataset by this commit."""

    facts: list[Fact] = field(default_factory=list[Fact])
    observations: dict[str, list[Told]] = field(default_factory=dict[str, list[Told]])
    ranges: list[tuple[str, int, int]] = field(default_factory=list[tuple[str, int, int]])
    withdrawn: list[str] = field(default_factory=list[str])
    closed: bool = False
    undescribed: list[str] = field(default_factory=list[str])
    files: list[FileVersion] = field(default_factory=list[FileVersion])
    forgotten: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    dropped: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])


class Session:
    """One writer's working memory. `forget` after every rollback."""

    def __init__(self, connection: Connection, sealing: "Sealing | None" = None) -> None:
        """Write through this connection; what may tell of people is sealed first."""
        self.connection = connection
        self.sealing = sealing
        self._version: object = None
        self.behind: dict[frozenset[str], Any] = {}  # ways to read that meet a wall
        self.forget()

    def forget(self) -> None:
        """Drop everything that is remembered of the file, and everything that is not yet in it."""
        self.series: dict[str, Known] = {}
        self.heard: dict[str, bytes] = {}
        self.openness: dict[tuple[str, str], bool] = {}
        self.personal: dict[str, bool] = {}
        self.asked: frozenset[str] | None = None  # datasets that outlets tell of
        self.erased: Tombstones | None = None  # what has been erased
        self.floors: dict[str, int] | None = None  # before which time nothing is kept, by dataset
        self.numbers: dict[tuple[str, str, str], int] = {}
        self.learnt: dict[Hashable, Any] = {}  # from things and series, until any is described
        self.start()

    def start(self) -> None:
        """Begin a commit group with nothing gathered."""
        self.deliveries: dict[int, list[Any]] = {}
        self.bodies: list[Row] = []
        self.keys: dict[tuple[str, str], int] = {}
        self.last_delivery: int | None = None
        self.pending: dict[str, Pending] = {}
        self.telling: dict[str, Telling] = {}
        self.ahead: dict[str, There | None] = {}  # what has been looked up before it is changed
        self.gathers = False  # while many things are said together
        self.words: list[Row] = []  # gathered: thing, dataset, nothing, document
        self.shown: list[Row] = []  # gathered: as `update_things` takes them
        self.arrivals: set[str] = set()
        self.outgoing: list[Row] = []
        self.news: dict[str, Telling] = {}
        self.fresh: list[Row] = []
        self.changed = False  # what things and series are said to be
        self.observed = False
        self.unsaid = False  # whether something was left out that had been erased

    def refresh(self) -> None:
        """Forget what is remembered if another process has written to the file since."""
        version = self.connection.pragma("data_version")
        if version != self._version:
            self._version = version
            self.forget()

    def run(self, name: str, values: tuple[Any, ...] = ()) -> list[Row]:
        """Run a named statement and return its rows."""
        return rows(self.connection, name, values)

    def write(self, name: str, values: tuple[Any, ...] = ()) -> None:
        """Run a named statement that answers nothing."""
        self.run(name, values)

    def many(self, name: str, written: Sequence[Row]) -> Iterator[list[Row]]:
        """Run a named statement with `VALUES ...` over all rows, as many at a time as fit."""
        done, width = 0, len(written[0]) if written else 0
        for size in _AT_ONCE:
            if size * width > _LONGEST:
                continue
            while len(written) - done >= size:
                part = tuple(chain.from_iterable(written[done : done + size]))
                statement = many_values(name, width, size)
                yield self.connection.execute(statement, part).fetchall()
                done += size

    def write_many(self, name: str, written: Sequence[Row]) -> None:
        """Run a named statement with `VALUES ...` over all rows."""
        for _ in self.many(name, written):
            pass

    def write_columns(self, name: str, columns: Sequence[list[Any]]) -> None:
        """Run a named statement with `VALUES ...` over rows that are given as columns."""
        width, count = len(columns), len(columns[0])
        flat: list[Any] = [None] * (width * count)
        for place, column in enumerate(columns):
            flat[place::width] = column
        done = 0
        for size in _AT_ONCE:
            while count - done >= size:
                part = flat[done * width : (done + size) * width]
                self.connection.execute(many_values(name, width, size), part)
                done += size

    def is_open(self, origin: str, dataset: str) -> bool:
        """Return whether a dataset has been declared open. Closed unless somebody said so."""
        key = (origin, dataset)
        if key not in self.openness:
            found = self.run("is_open", (dataset, origin))
            self.openness[key] = bool(found and found[0][0])
        return self.openness[key]

    def is_personal(self, dataset: str) -> bool:
        """Return whether a dataset of this store has been declared to hold personal data."""
        if dataset not in self.personal:
            found = self.run("is_personal", (dataset,))
            self.personal[dataset] = bool(found and found[0][0])
        return self.personal[dataset]

    def floor(self, dataset: str) -> int | None:
        """Return before which time nothing is kept of a dataset; None if all is."""
        if self.floors is None:
            self.floors = dict(self.run("floors"))
        return self.floors.get(dataset) if self.floors else None

    def tell(self, dataset: str) -> Telling:
        """Return what is to be told of a dataset by this commit, to be added to."""
        told = self.telling.get(dataset)
        if told is None:
            told = self.telling[dataset] = Telling()
        return told
