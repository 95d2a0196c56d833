"""Going back to the schema before an upgrade, with what has been delivered since.

The copy from before the upgrade takes the store's place. What has been delivered since is carried
over from the newer ledger, to be read again by the older Byalag, and so are the lines of the audit.
The newer store is kept beside: what was written through a standard is in no ledger and only there.
"""

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import apsw
from msgspec import Struct

from byalag import ByalagError
from byalag.store._migrate_copy import BEFORE, put
from byalag.store._sqlite import Connection, connect

AFTER: Final = "after-"
_DELIVERY: Final = "seq, source, part, received, media_type, url, key, digest, bytes"
_HELD: Final = 2  # a body that is packed so or higher is sealed, which schema 3 cannot open
_SEALS: Final = 4  # the first schema that knows bodies that are sealed


class NoWayBack(ByalagError):
    """There is no copy of that schema to go back to."""

    exit_code = 2


class Kept(Struct, frozen=True, kw_only=True):
    """A copy that is kept from before an upgrade: whose, of which schema, and how large."""

    path: Path
    schema: int
    bytes: int


class Carried(Struct, frozen=True, kw_only=True):
    """What became of what was said since the upgrade.

    `deliveries` are carried over, to be read again; `sealed` are not, as the older schema cannot
    open them. `doings` are the lines of the audit by what was done; `audited` tells whether they
    could be carried over. `aside` is where the newer store is kept.
    """

    path: Path
    schema: int
    deliveries: int
    sealed: int
    doings: Mapping[str, int]
    audited: bool
    aside: Path


def schema_of(path: Path) -> int:
    """Return the schema of a store's file; nothing is changed."""
    connection = connect(path, create=False)
    try:
        return int(connection.execute("PRAGMA user_version").fetchall()[0][0])
    finally:
        connection.close()


def kept_before(path: Path) -> list[Kept]:
    """Return the copies that are kept of a store from before upgrades, the newest schema first."""
    found = [
        Kept(path=copy, schema=schema_of(copy), bytes=copy.stat().st_size)
        for copy in path.parent.glob(f"{BEFORE}*/{path.name}")
    ]
    return sorted(found, key=lambda one: one.schema, reverse=True)


def go_back(path: Path, schema: int) -> Carried:
    """Put the copy of an older schema in a store's place, with what has been delivered since.

    The store must not be open anywhere. However this is cut short, the store is the newer or the
    older one, whole.

    Raises:
        NoWayBack: There is no such copy.
    """
    copy = next((one.path for one in kept_before(path) if one.schema == schema), None)
    if copy is None:
        known = ", ".join(str(one.schema) for one in kept_before(path)) or "none"
        message = f"There is no copy of {path} of schema {schema}; there are copies of: {known}."
        raise NoWayBack(message)
    _settle(path)
    work = path.with_name(f"{path.name}.unfinished")
    shutil.copyfile(copy, work)
    now = schema_of(path)
    carried = _carry(work, path, schema)
    aside = _put_aside(path, now)
    put(work, path)
    return Carried(
        path=path,
        schema=schema,
        deliveries=carried[0],
        sealed=carried[1],
        doings=carried[2],
        audited=carried[3],
        aside=aside,
    )


def _settle(path: Path) -> None:
    """Write what is in the log into the file, so that the file is all there is."""
    connection = connect(path, create=False)
    try:
        connection.pragma("journal_mode", "delete")
    finally:
        connection.close()


def _put_aside(path: Path, schema: int) -> Path:
    """Keep the newer store under another name too; its own name is taken over later, at once."""
    aside = path.parent / f"{AFTER}{schema}" / path.name
    aside.parent.mkdir(exist_ok=True)
    number = 1
    while aside.exists():
        number += 1
        aside = aside.with_name(f"{path.stem}-{number}{path.suffix}")
    os.link(path, aside)
    return aside


def _carry(work: Path, newer: Path, schema: int) -> tuple[int, int, dict[str, int], bool]:
    connection = connect(work, create=False)
    try:
        connection.execute("ATTACH ? AS newer", (str(newer),))
        connection.execute("BEGIN IMMEDIATE")
        deliveries, sealed = _carry_ledger(connection, schema)
        doings, audited = _carry_audit(connection)
        connection.execute("COMMIT")
        connection.execute("DETACH newer")
        connection.pragma("journal_mode", "delete")
    finally:
        connection.close()
    return deliveries, sealed, doings, audited


def _carry_ledger(connection: Connection, schema: int) -> tuple[int, int]:
    """Carry deliveries over as they came; none of them has been read there."""
    if not _has(connection, "delivery"):
        return 0, 0
    last = _one(connection, "SELECT coalesce(max(seq), 0) FROM main.delivery")
    held = "1" if schema >= _SEALS else f"packed < {_HELD}"
    whole = (
        "seq > ?1 AND NOT EXISTS "  # noqa: S608 -- no word of it is anybody's
        f"(SELECT 1 FROM newer.body b WHERE b.delivery = seq AND NOT ({held}))"
    )
    connection.execute(
        f"INSERT INTO main.delivery ({_DELIVERY}) "  # noqa: S608 -- no word of it is anybody's
        f"SELECT {_DELIVERY} FROM newer.delivery WHERE {whole}",
        (last,),
    )
    columns = ", ".join(_common(connection, "body"))
    connection.execute(
        f"INSERT INTO main.body ({columns}) SELECT {columns} FROM newer.body "  # noqa: S608 -- our own columns
        "WHERE delivery > ? AND delivery IN (SELECT seq FROM main.delivery)",
        (last,),
    )
    came = _one(connection, "SELECT count(*) FROM main.delivery WHERE seq > ?", last)
    every = _one(connection, "SELECT count(*) FROM newer.delivery WHERE seq > ?", last)
    return came, every - came


def _carry_audit(connection: Connection) -> tuple[dict[str, int], bool]:
    """Carry the audit's lines over, and the chain they are in where both have one."""
    audited = _has(connection, "audit")
    last = _one(connection, "SELECT coalesce(max(seq), 0) FROM main.audit") if audited else 0
    told = connection.execute(
        "SELECT what, count(*) FROM newer.audit WHERE seq > ? GROUP BY what ORDER BY what", (last,)
    )
    doings = {str(what): int(count) for what, count in told}
    for table in ("audit", "audit_chain"):
        if _has(connection, table):
            columns = ", ".join(_common(connection, table))
            connection.execute(
                f"INSERT INTO main.{table} ({columns}) "  # noqa: S608 -- our own columns
                f"SELECT {columns} FROM newer.{table} WHERE seq > ? ORDER BY seq",
                (last,),
            )
    return doings, audited


def _common(connection: Connection, table: str) -> Iterable[str]:
    """Return the columns that a table has in both schemas."""
    both = [
        {str(row[1]): None for row in connection.execute(f"PRAGMA {schema}.table_info({table})")}
        for schema in ("main", "newer")
    ]
    return [name for name in both[0] if name in both[1]]


def _has(connection: Connection, table: str) -> bool:
    found = connection.execute("SELECT 1 FROM main.sqlite_schema WHERE name = ?", (table,))
    return found.fetchone() is not None


def _one(connection: Connection, sql: str, *values: object) -> int:
    return int(connection.execute(sql, values).fetchall()[0][0])


def is_store(path: Path) -> bool:
    """Say whether a file is SQLite's, and of Byalag's own kind."""
    try:
        connection = connect(path, create=False)
    except apsw.CantOpenError:
        return False
    try:
        return int(str(connection.pragma("application_id"))) >> 16 == 0x4279  # noqa: PLR2004 -- the two letters "By"
    except apsw.NotADBError:
        return False
    finally:
        connection.close()
