"""Opening the file: the right SQLite, the right schema, one way to write and many to read."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

import apsw
from msgspec import Struct

from byalag import ByalagError
from byalag.store._chain import link
from byalag.store._migrate_copy import NoRoom, Unsound, copy_before
from byalag.store._reason import grouped
from byalag.store._sides import box, side
from byalag.store._sql import (
    MIGRATIONS,
    REGISTER_MIGRATIONS,
    REGISTER_SCHEMA,
    SCHEMA,
    SQL,
    VERSION,
)
from byalag.store._sqlite import Connection, Row, connect

NEEDED = (3, 51, 3)
_APPLICATION = 0x4279616C  # "Byal": tells a store from any other SQLite file
_BUSY_MILLISECONDS = 30_000


class Kind(Struct, frozen=True):
    """What a file is: its mark, its schema, what leads from each schema to the next, and to where.

    `version` is the number of the schema that this Byalag reads and writes. What is `copied` is
    kept as it was before it is brought up; keys are not, as one that is erased must not come back.
    """

    application: int
    schema: str
    migrations: dict[int, str]
    version: int
    copied: bool = True


REGISTER = Kind(  # marked "Byre"
    0x42797265, REGISTER_SCHEMA, REGISTER_MIGRATIONS, 1 + len(REGISTER_MIGRATIONS)
)


class Outdated(ByalagError):
    """The SQLite library is too old to be trusted with a store."""

    exit_code = 5


class Unfit(ByalagError):
    """The file is not a store that this version of Byalag can open."""

    exit_code = 5


def refuse_old_sqlite(version: str) -> None:
    """Refuse a SQLite that can corrupt a file in write-ahead mode.

    Versions 3.7.0 to 3.51.2 can reset the log while another connection writes (sqlite.org/wal.html,
    "WAL-reset bug").

    Raises:
        Outdated: The version is below 3.51.3.
    """
    if tuple(int(part) for part in version.split(".")[:3]) < NEEDED:
        needed = ".".join(map(str, NEEDED))
        message = (
            f"SQLite {version} can corrupt a store (the WAL-reset bug); {needed} or newer is "
            "needed. Install apsw's own wheel, which brings a current SQLite: pip install -U apsw"
        )
        raise Outdated(message)


def rows(connection: Connection, name: str, values: tuple[Any, ...] = ()) -> list[Row]:
    """Return what a named statement answers."""
    return connection.execute(SQL[name], values).fetchall()


def store_kind() -> Kind:
    """Return what a municipality's store is."""
    return Kind(_APPLICATION, SCHEMA, MIGRATIONS, VERSION)


def store_version() -> int:
    """Return the schema of a municipality's store that this Byalag reads and writes."""
    return VERSION


def open_to_write(path: Path, kind: Kind | None = None) -> Connection:
    """Open the file for its one writer, and create or migrate it; a store, if nothing is said.

    Raises:
        Outdated: The SQLite library is too old.
        Unfit: The file is something else, or from a newer version.
    """
    refuse_old_sqlite(apsw.sqlite_lib_version())
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = connect(path)
    connection.set_busy_timeout(_BUSY_MILLISECONDS)
    try:
        _prepare(connection, path, kind or store_kind())
    except apsw.NotADBError as error:
        connection.close()
        message = f"{path} is not a Byalag store; give another path or move the file away"
        raise Unfit(message) from error
    except (Unfit, NoRoom, Unsound):
        connection.close()
        raise
    return connection


def _prepare(connection: Connection, path: Path, kind: Kind) -> None:
    connection.pragma("journal_mode", "wal")
    connection.pragma("synchronous", "full")
    connection.pragma("secure_delete", 1)  # what is deleted is overwritten, not only let go of
    connection.pragma("cache_size", -16_000)
    connection.pragma("journal_size_limit", 64 * 1024 * 1024)
    connection.pragma("wal_autocheckpoint", 4_000)
    if _is_older(connection, kind):
        copy_before(connection, path, kind.version)
    connection.execute("BEGIN IMMEDIATE")
    try:
        _migrate(connection, path, kind)
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _is_older(connection: Connection, kind: Kind) -> bool:
    """Say whether a file is to be brought up, and holds what has to be kept before that."""
    found = connection.execute("PRAGMA user_version").fetchall()[0][0]
    ours = connection.pragma("application_id") == kind.application
    return bool(ours and 0 < found < kind.version and kind.copied)


def refuse_other_schema(connection: Connection, path: Path) -> None:
    """Refuse to read a file that is not a store of the present schema; nothing is changed.

    Raises:
        Unfit: It is something else, or has not been brought up yet, or is newer.
    """
    if connection.pragma("application_id") != _APPLICATION:
        message = f"{path} is not a Byalag store; give another path or move the file away"
        raise Unfit(message)
    found = connection.pragma("user_version")
    if found != VERSION:
        message = (
            f"{path} has schema {found} and this Byalag reads {VERSION}; "
            "start the hub with this version, which brings an older store up"
        )
        raise Unfit(message)


def _migrate(connection: Connection, path: Path, kind: Kind) -> None:
    found = connection.execute("PRAGMA user_version").fetchall()[0][0]
    empty = connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone() is None
    if empty:
        connection.execute(kind.schema)
        connection.pragma("application_id", kind.application)
        found = 1
    if connection.pragma("application_id") != kind.application:
        message = f"{path} is not a Byalag store; give another path or move the file away"
        raise Unfit(message)
    if found > kind.version:
        message = (
            f"{path} was written by a newer Byalag (schema {found}, this one knows "
            f"{kind.version}); upgrade Byalag, or restore the copy from before the upgrade"
        )
        raise Unfit(message)
    if empty or found < kind.version:
        add_step_functions(connection)
        for step in range(found, kind.version):
            connection.execute(kind.migrations[step])
        connection.pragma("user_version", kind.version)


def add_step_functions(connection: Connection) -> None:
    """Let a connection's statements call what the steps of the schema call."""
    connection.create_scalar_function("grouped", grouped, 1)
    connection.create_scalar_function("side", side, 3)
    connection.create_scalar_function("box", box, 1)
    connection.create_scalar_function("audit_link", link, 7)


class Readers:
    """Connections to read with, lent to whoever reads; never more than read at the same time."""

    def __init__(self, path: Path) -> None:
        """Lend connections to one file."""
        self._path = path
        self._idle: list[Connection] = []
        self._lock = Lock()
        self._closed = False
        self._watching: Connection | None = None

    def version(self) -> int:
        """Return a number that is another after each commit; it means nothing to another process.

        One connection is kept for it: SQLite counts what others have committed since it looked.
        """
        with self._lock:
            if self._watching is None:
                self._watching = self._open()
            return int(self._watching.execute("PRAGMA data_version").fetchall()[0][0])

    def ask(self, name: str, values: tuple[Any, ...] = ()) -> list[Row]:
        """Return what one named statement answers, with nothing around it."""
        connection = self._take()
        try:
            return rows(connection, name, values)
        finally:
            self._give_back(connection)

    @contextmanager
    def borrow(self) -> Generator[Connection]:
        """Lend a connection for one read."""
        connection = self._take()
        try:
            yield connection
        finally:
            self._give_back(connection)

    @contextmanager
    def snapshot(self) -> Generator[Connection]:
        """Lend a connection that sees one moment, however many statements are asked."""
        with self.borrow() as connection:
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.execute("COMMIT")

    def prepare(self, connection: Connection) -> None:
        """Make a new connection ready to be read with; there is nothing to do."""

    def close(self) -> None:
        """Close every connection, those in use when they come back."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
            if self._watching is not None:
                idle.append(self._watching)
                self._watching = None
        for connection in idle:
            connection.close()

    def _take(self) -> Connection:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return self._open()

    def _open(self) -> Connection:
        connection = connect(self._path, create=False)
        connection.set_busy_timeout(_BUSY_MILLISECONDS)
        self.prepare(connection)
        connection.pragma("query_only", 1)
        connection.pragma("cache_size", -8_000)
        return connection

    def _give_back(self, connection: Connection) -> None:
        with self._lock:
            if not self._closed:
                self._idle.append(connection)
                return
        connection.close()
