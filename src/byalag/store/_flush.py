"""The end of a commit group: everything gathered is written, many rows at a time."""

from byalag.store._entry import tell_so_far
from byalag.store._links import tell_links
from byalag.store._news import write_news
from byalag.store._observations import write_pending
from byalag.store._session import Session


def flush(session: Session) -> None:
    """Write everything that has been gathered, so that only COMMIT remains."""
    if session.deliveries:
        session.write_many("insert_deliveries", [tuple(row) for row in session.deliveries.values()])
        session.write_many("insert_bodies", session.bodies)
    write_pending(session)
    for dataset in list(session.telling):
        tell_so_far(session, dataset)
    tell_links(session)
    session.write_many("insert_outbox", session.outgoing)
    write_news(session)
    if session.changed:
        session.run("count_description")
        session.learnt.clear()
    if session.changed or session.observed:
        session.run("count_change")
    session.start()
