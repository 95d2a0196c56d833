"""Whole copies of a file beside those who write in it, and putting one back in its place.

A copy is of one moment: its position says up to which delivery, and its hash is over every row. A
file that is put back is written as one transaction, so a hub that has it open reads either all that
was there before or all that is there now.
"""

from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import apsw
import msgspec
from msgspec import Struct

from byalag import ByalagError
from byalag.store import _check
from byalag.store._connection import add_step_functions
from byalag.store._sqlite import Connection, connect

_PAGE: Final = 2000
_BUSY: Final = 30_000  # milliseconds
_COUNTED: Final = {"ledger": "delivery", "outbox": "outbox", "audit": "audit"}


class Damaged(ByalagError):
    """A backup is not what it was when it was made.

    Use another one; nothing has been changed.
    """

    exit_code = 5


class Position(Struct, frozen=True, kw_only=True):
    """How far a file has come: the last delivery, the last line told to the commons, the last line
    of the audit; None where it has no such table.
    """  # noqa: D205 -- one sentence that needs two lines

    ledger: int | None = None
    outbox: int | None = None
    audit: int | None = None


class Copied(Struct, frozen=True, kw_only=True):
    """One file's copy: where it stood, SHA-256 over its rows and its bytes, rows and size."""

    position: Position
    rows: int
    row_hash: str
    sha256: str
    bytes: int


def copy_file(path: Path, to: Path) -> Copied:
    """Copy a store or a register as it is at one moment, while others read and write."""
    connection = connect(path, create=False)
    connection.set_busy_timeout(_BUSY)
    try:
        _check.backup(connection, to)
    finally:
        connection.close()
    return copied(to)


def copied(path: Path) -> Copied:
    """Return what a file that nobody writes in holds.

    Raises:
        Damaged: It cannot be read.
    """
    connection = connect(path, create=False)
    try:
        where = position(connection)
        count, row_hash = hash_rows(connection)
    except apsw.Error as error:
        message = f"{path} cannot be read ({error}); use another backup"
        raise Damaged(message) from error
    finally:
        connection.close()
    return Copied(
        position=where,
        rows=count,
        row_hash=row_hash,
        sha256=hash_bytes(path),
        bytes=path.stat().st_size,
    )


def hash_bytes(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hex."""
    digest = sha256()
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            digest.update(part)
    return digest.hexdigest()


def digests_in(path: Path) -> list[str]:
    """Return the digests of all files that a store has published, in order."""
    connection = connect(path, create=False)
    try:
        return [row[0] for row in connection.execute("SELECT DISTINCT digest FROM file ORDER BY 1")]
    finally:
        connection.close()


def log_everyone_out(register: Path) -> None:
    """Forget the log-ins of a register that has been put back: some were ended since it was copied.

    What was revoked since is good again, and is revoked anew by whoever knows of it.
    """
    connection = connect(register, create=False)
    try:
        for table in {"session", "login"} & set(_tables(connection)):
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 -- the names are above
    finally:
        connection.close()


def position(connection: Connection) -> Position:
    """Return how far a file has come."""
    there = set(_tables(connection))
    found: dict[str, int | None] = {}
    for name, table in _COUNTED.items():
        if table in there:
            row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,))
            found[name] = int((row.fetchone() or (0,))[0])
    return Position(**found)


def hash_rows(connection: Connection) -> tuple[int, str]:
    """Return how many rows a file has, and SHA-256 over all of them, table by table."""
    digest, count, encode = sha256(), 0, msgspec.msgpack.Encoder().encode
    for table in _tables(connection):
        digest.update(table.encode())
        page: list[Any] = []
        for row in connection.execute(f'SELECT * FROM "{table}" NOT INDEXED'):  # noqa: S608 -- a name from the file's own schema
            page.append(row)
            if len(page) == _PAGE:
                digest.update(encode(page))
                count, page = count + len(page), []
        digest.update(encode(page))
        count += len(page)
    return count, digest.hexdigest()


def put_back(copy: Path, live: Path) -> None:
    """Put a copy in a file's place as one transaction; others may have the file open.

    The lines of the audit that came after the copy stay, and the counter that caches go by goes on.

    Raises:
        Damaged: The copy's audit is not the beginning of the file's own.
    """
    live.parent.mkdir(parents=True, exist_ok=True)
    there = live.is_file()
    source, target = connect(copy, create=False), connect(live)
    target.set_busy_timeout(_BUSY)
    try:
        if there:
            _carry_on(source, target, live)
        with target.backup("main", source, "main") as copying:
            copying.step(-1)
    finally:
        source.close()
        target.close()


def _carry_on(copy: Connection, live: Connection, path: Path) -> None:
    """Write in the copy what is not to be gone back on.

    That is the audit, how often all changed, what has been erased, and before when nothing is kept.
    """
    add_step_functions(copy)
    copy.execute("BEGIN IMMEDIATE")
    last = copy.execute("SELECT coalesce(max(seq), 0) FROM audit").fetchall()[0][0]
    if _link(copy, last) != _link(live, last):
        copy.execute("ROLLBACK")
        message = (
            f"the audit of the copy is not the beginning of {path}'s: it is another store's, or "
            "one of them has been altered. Nothing was restored; look with byalag verify"
        )
        raise Damaged(message)
    for table in ("audit", "audit_chain"):
        for row in live.execute(f"SELECT * FROM {table} WHERE seq > ? ORDER BY seq", (last,)):  # noqa: S608 -- the names are above
            marks = ", ".join("?" * len(row))
            copy.execute(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", row)  # noqa: S608 -- the names are above
    for name, value in live.execute("SELECT name, value FROM counter").fetchall():
        copy.execute(
            "INSERT INTO counter VALUES (?1, ?2 + 1) "
            "ON CONFLICT (name) DO UPDATE SET value = max(value, ?2) + 1",
            (name, value),
        )
    for row in live.execute("SELECT value FROM salt").fetchall():
        copy.execute("INSERT INTO salt SELECT ?1 WHERE NOT EXISTS (SELECT 1 FROM salt)", row)
    for row in live.execute("SELECT mark, at FROM erased").fetchall():
        copy.execute("INSERT OR IGNORE INTO erased VALUES (?, ?)", row)
    for row in live.execute("SELECT dataset, before FROM floor").fetchall():
        copy.execute(
            "INSERT INTO floor VALUES (?1, ?2) "
            "ON CONFLICT (dataset) DO UPDATE SET before = max(before, ?2)",
            row,
        )
    copy.execute("COMMIT")


def _link(connection: Connection, seq: int) -> object:
    found = connection.execute("SELECT hash FROM audit_chain WHERE seq = ?", (seq,)).fetchone()
    return found[0] if found else None


def _tables(connection: Connection) -> list[str]:
    found = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' "
        "AND name NOT LIKE 'sqlite_%' ORDER BY name"
    )
    return [name for (name,) in found]
