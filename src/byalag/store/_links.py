"""Telling of links: when both ends are open, whichever of them came last."""

import msgspec

from byalag.model import Link
from byalag.store._entry import encode
from byalag.store._series import known
from byalag.store._session import Session, Telling


def tell_links(session: Session) -> None:
    """Tell of every link to or from what has arrived in this commit, after all else is told."""
    told: dict[str, Telling] = {}
    ends = msgspec.json.encode(list(session.arrivals)).decode()
    for thing, name, series in session.run("links_of", (ends,)) if session.arrivals else ():
        decided = Link(thing=thing, property=name, series=series)
        dataset = open_ends(session, decided)
        if dataset is not None:
            told.setdefault(dataset, Telling()).facts.append(decided)
    session.outgoing += [(dataset, encode(telling)) for dataset, telling in told.items()]


def tell_undone(session: Session, decided: Link) -> None:
    """Tell that a link no longer holds, where it may have been told of."""
    dataset = open_ends(session, decided)
    if dataset is not None:
        session.tell(dataset).facts.append(decided)


def open_ends(session: Session, decided: Link) -> str | None:
    """Return the series' dataset when both ends of a link are open, else None: it names both."""
    series = known(session, decided.series)
    if series is None or not session.is_open(series.origin, series.fact.dataset):
        return None
    for no, origin, *_ in session.run("thing_row", (decided.thing,)):
        for dataset, _ in session.run("descriptions", (no,)):
            if session.is_open(origin, dataset):
                return series.fact.dataset
    return None
