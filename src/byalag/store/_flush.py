"""The end of a commit group: everything gathered is written, many rows at a time."""

from byalag.store._entry import encode
from byalag.store._links import tell_links
from byalag.store._observations import write_pending
from byalag.store._session import Session, Telling

_RANGES_AN_ENTRY = 8


def flush(session: Session) -> None:
    """Write everything that has been gathered, so that only COMMIT remains."""
    if session.deliveries:
        session.write_many("insert_deliveries", [tuple(row) for row in session.deliveries.values()])
        session.write_many("insert_bodies", session.bodies)
    write_pending(session)
    for dataset, told in session.telling.items():
        _tell(session, dataset, told)
    tell_links(session)
    session.write_many("insert_outbox", session.outgoing)
    if session.changed:
        session.run("count_change")
    session.start()


def _tell(session: Session, dataset: str, told: Telling) -> None:
    """Write facts first, then ranges, a few to an entry: each becomes a block when it is read."""
    ranges, told.ranges = told.ranges, []
    if told != Telling():
        session.outgoing.append((dataset, encode(told)))
    for first in range(0, len(ranges), _RANGES_AN_ENTRY):
        some = Telling(ranges=ranges[first : first + _RANGES_AN_ENTRY])
        session.outgoing.append((dataset, encode(some)))
