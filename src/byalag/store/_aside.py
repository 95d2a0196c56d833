"""Writing what could not be translated: the row, its reason, and the version that failed on it."""

from collections.abc import Sequence

import msgspec

from byalag.model import Micros, Rejected
from byalag.store._chain import GENESIS, link
from byalag.store._reason import grouped
from byalag.store._results import MappingVersion, Note, SetAside
from byalag.store._session import Session


def put_aside(  # noqa: PLR0913, PLR0917 -- these are the parts of one row
    session: Session,
    source: str,
    rejected: Rejected,
    at: Micros,
    delivery: int | None = None,
    mapping: int | None = None,
) -> None:
    """Set one record aside."""
    why, record = plainly(session, source, rejected.why), rejected.record
    if session.sealing is not None and session.sealing.seals(source):
        record = session.sealing.record(record, source, at)
    told = (source, delivery, at, rejected.where, why, record)
    session.run("insert_set_aside", (*told, reason(session, source, why), mapping))


def plainly(session: Session, source: str, why: str) -> str:
    """Return why something was set aside; without what it quotes, where that may tell of people."""
    sealed = session.sealing is not None and session.sealing.seals(source)
    return grouped(why) if sealed else why


def reason(session: Session, source: str, why: str) -> int:
    """Return the number of the group that a reason belongs to."""
    words = grouped(why)
    key = ("reason", source, words)
    if key not in session.numbers:
        found = session.run("reason_number", (source, words))
        number = found or session.run("insert_reason", (source, words))
        session.numbers[key] = number[0][0]
    return session.numbers[key]


def version(session: Session, said: MappingVersion, now: Micros) -> int:
    """Return the number of a mapping's version; one that is new is kept, first used now."""
    key = ("mapping", said.source, said.digest)
    if key not in session.numbers:
        found = session.run("mapping_number", (said.source, said.digest))
        told = (said.source, said.digest, said.settings, said.zone, said.byalag, now)
        number = found or session.run("insert_mapping", told)
        session.numbers[key] = number[0][0]
    return session.numbers[key]


def matched(
    rows: Sequence[SetAside], rejected: Sequence[Rejected]
) -> tuple[list[int], dict[int, str], list[Rejected]]:
    """Compare what was set aside of a delivery with what is, now that it has been read again.

    Returns the open rows that are mended, those that are not with today's reason, and what is set
    aside only now. A record is known by its place in the delivery.
    """
    left = list(rejected)
    mended: list[int] = []
    still: dict[int, str] = {}
    for row in rows:
        same = [one for one in left if one.where == row.where]
        now = next((one for one in same if one.why == row.why), same[0] if same else None)
        if now is not None:
            left.remove(now)
        if row.state != "open":
            continue
        if now is None:
            mended.append(row.seq)
        else:
            still[row.seq] = now.why
    return mended, still, left


def note(session: Session, line: Note) -> int:
    """Add a line to the audit, and its link to the chain; return its number."""
    details = msgspec.json.encode(line.details).decode()
    told = (line.at, line.who, line.what, line.about, details)
    end = session.run("audit_end")
    seq = int(session.run("insert_audit", told)[0][0])
    session.run("insert_audit_hash", (seq, link(end[0][1] if end else GENESIS, seq, *told)))
    return seq
