"""Destroying keys of the ledger that seal nothing, and sealing anew what must outlive one.

A key is for one source and one day. When all that it sealed has been deleted it is destroyed, and
what a backup holds of it can be opened by nobody.
"""

from collections.abc import Mapping
from functools import partial
from typing import Final

from byalag.model import Micros
from byalag.store._connection import rows
from byalag.store._sealing import RECORD, Sealing, about_ledger
from byalag.store._session import Session
from byalag.store._sqlite import Connection
from byalag.store._writer import Writer

_DAY: Final[Micros] = 86_400_000_000
_GRACE: Final[Micros] = 600_000_000  # what has been sealed and is not yet written
_PAGE: Final = 200


def shreddable(connection: Connection, sealing: Sealing, now: Micros) -> list[bytes]:
    """Return the names of keys that nothing in the store is sealed with, nor will be."""
    live: dict[str, set[int]] = {}
    found: list[bytes] = []
    for name, about, retired in sealing.keys.of_ledger():
        source, _, day = about.rpartition("/")
        if source not in live:
            live[source] = {row[0] for row in rows(connection, "days_of_source", (source,))}
        if retired is None:
            over = int(day) < (now - _GRACE) // _DAY
            used = int(day) in live[source]
        else:
            over = retired < now - _GRACE
            used = int(day) in live[source] and _is_used(connection, name, source, int(day))
        if over and not used:
            found.append(name)
    return found


def _is_used(connection: Connection, name: bytes, source: str, day: int) -> bool:
    span = (source, day * _DAY, (day + 1) * _DAY)
    return bool(
        rows(connection, "sealed_bodies", (*span, name, 1))
        or rows(connection, "sealed_records", (*span, RECORD + name, 1))
    )


def shred_days(
    writer: Writer, sealing: Sealing, days: Mapping[tuple[str, int], Micros], now: Micros
) -> int:
    """Destroy the keys of sources and days, when what else they sealed has been sealed anew.

    The key of today may be in use just now: it is retired, to be destroyed later. Returns how many
    were destroyed.
    """
    count = 0
    for (source, day), at in days.items():
        if not sealing.seals(source):
            continue
        about = about_ledger(source, at)
        sealing.keys.retire("ledger", about, now)
        retired = [name for name, each, gone in sealing.keys.of_ledger() if each == about and gone]
        for name in retired:
            writer.submit_steps(
                partial(_again, sealing=sealing, source=source, name=name), day, _PAGE
            ).result()
        if day < now // _DAY:
            count += sealing.keys.destroy(retired)
    return count


def _again(
    session: Session, day: int, *, sealing: Sealing, source: str, name: bytes
) -> tuple[int | None, None]:
    more = seal_again(session, sealing, source, day, name)
    return (day if more else None), None


def seal_again(session: Session, sealing: Sealing, source: str, day: int, name: bytes) -> bool:
    """Seal some of what a key has sealed with the key that is now in use; return if any is left."""
    at = day * _DAY
    span = (source, at, at + _DAY)
    bodies = session.run("sealed_bodies", (*span, name, _PAGE))
    for delivery, page, packed, content in bodies:
        anew = sealing.body(sealing.opened(packed, content), source, at)
        session.run("seal_body_again", (anew[1], anew[0], delivery, page))
    records = session.run("sealed_records", (*span, RECORD + name, _PAGE))
    for seq, record in records:
        plain = sealing.opened_record(record)
        session.run("seal_record_again", (sealing.record(plain, source, at), seq))
    return len(bodies) == _PAGE or len(records) == _PAGE
