"""Deleting what should no longer be, rule by rule, a little at a time so that others are let in.

What has been deleted by a rule is summed up in the same commits, so that a crash leaves no gap in
the evidence: the rule goes on next time, and its line of the audit tells of it all.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from byalag.store._aside import note
from byalag.store._connection import rows
from byalag.store._results import Note
from byalag.store._retention_stuff import (
    ROWS_A_STEP,
    Progress,
    deliveries,
    files,
    journal,
    messages,
    observations,
    set_aside,
)
from byalag.store._retention_tally import Expired, Expiry, Stuff
from byalag.store._session import Session
from byalag.store._sqlite import Connection, connect

WEIGHT: Final = ROWS_A_STEP
_DELETE: Final[dict[Stuff, Callable[[Session, Expiry, int, Expired], Progress]]] = {
    "observations": observations,
    "deliveries": deliveries,
    "set-aside": set_aside,
    "messages": messages,
    "files": files,
    "journal": journal,
}
_COUNT: Final[dict[Stuff, tuple[str, ...]]] = {
    "observations": ("count_before", "chunked_before"),
    "deliveries": ("count_deliveries_before",),
    "set-aside": ("count_aside_before",),
    "messages": ("count_messages_before",),
    "journal": ("count_journal_before",),
}


class Place(NamedTuple):
    """How far deleting has come: which rule, where in it, and what the rules before it deleted."""

    rule: int = 0
    after: int = 0
    done: tuple[Expired, ...] = ()


def step(
    session: Session, place: Place, due: Sequence[Expiry], line: Note
) -> tuple[Place | None, tuple[Expired, ...]]:
    """Delete some of what is due; return where to go on (None: all is done), and what is done."""
    if place.rule >= len(due):
        return None, place.done
    rule = due[place.rule]
    name = f"expired/{rule.stuff}/{rule.about}"
    found = session.run("recall", (name,))
    so_far = Expired(stuff=rule.stuff, about=rule.about)
    if found:
        so_far = msgspec.json.decode(found[0][0], type=Expired)
    after, now = _DELETE[rule.stuff](session, rule, place.after, so_far)
    if after is not None:
        if now != so_far:
            session.write("remember", (name, msgspec.json.encode(now)))
        return Place(place.rule, after, place.done), place.done
    if now.count:
        details = {**line.details, **now.details, "before": rule.before, "why": rule.why}
        said = msgspec.structs.replace(line, about=rule.about or line.about, details=details)
        note(session, said)
        session.write("forget", (name,))
    return Place(place.rule + 1, 0, (*place.done, *([now] if now.count else []))), place.done


def count(connection: Connection, due: Expiry) -> Expired:
    """Return how much a rule would delete; nothing is deleted. A chunk that is cut counts whole."""
    total = Expired(stuff=due.stuff, about=due.about)
    if due.stuff == "files":
        found = [
            (len(page), page[0][3], page[-1][3])
            for page in [rows(connection, "files_before", (due.about, due.before, -1))]
            if page
        ]
    else:
        values = (due.before,) if due.stuff == "messages" else (due.about, due.before)
        found = [rows(connection, name, values)[0] for name in _COUNT[due.stuff]]
    for counted, first, last in found:
        if counted:
            total = total.more(counted, first, last, b"")
    return msgspec.structs.replace(total, digest="")


def scrub(path: Path) -> bool:
    """Leave nothing of what was deleted in the store's log; return whether that could be done.

    What is deleted in the file itself is overwritten as it is deleted. The log is written into the
    file and made empty, unless somebody reads an older moment just then.
    """
    connection = connect(path, create=False)
    try:
        connection.set_busy_timeout(5_000)
        found = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        connection.close()
    return bool(found[0][0] == 0)
