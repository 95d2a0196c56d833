"""Declaring which datasets there are, and what follows when one opens or closes."""

from collections.abc import Mapping

import msgspec

from byalag.model import Dataset
from byalag.store._implied import fade, pointed_to, unclaim
from byalag.store._series import as_series, whole
from byalag.store._session import Session, Telling
from byalag.store._shelf import files_of
from byalag.store._things import decode, show

_PAGE = 500


def publish(session: Session, datasets: Mapping[str, Dataset], origin: str) -> None:
    """Declare all datasets of an origin."""
    before = {row[1]: (bool(row[2]), row[3]) for row in session.run("datasets") if row[0] == origin}
    for id_ in before.keys() - datasets.keys():
        session.run("drop_dataset", (origin, id_))
    for id_, dataset in datasets.items():
        said = (dataset.open, msgspec.json.encode(dataset))
        if before.get(id_) != said:
            session.run("put_dataset", (origin, id_, *said))
            session.changed = True
    session.changed |= bool(before.keys() - datasets.keys())
    session.openness.clear()
    session.personal.clear()
    if not origin:
        was_open = {id_ for id_, (open_, _) in before.items() if open_}
        now_open = {id_ for id_, dataset in datasets.items() if dataset.open}
        for id_ in sorted(was_open - now_open):
            _close(session, id_)
        for id_ in sorted(now_open - was_open):
            _open(session, id_)
    for other, id_ in session.run("origins_and_datasets"):
        if not session.is_open(other, id_):
            withdraw(session, other, id_)


def _open(session: Session, dataset: str) -> None:
    """Tell all of a dataset: its facts now, its observations as ranges to be read later."""
    told = session.tell(dataset)
    after, page = 0, session.run("things_of_dataset", (dataset, 0, _PAGE))
    while page:
        told.facts += [decode(document) for _, _, document in page]
        session.arrivals |= {id_ for _, id_, _ in page}
        after = page[-1][0]
        page = session.run("things_of_dataset", (dataset, after, _PAGE))
    for no, *described in session.run("series_of_dataset", (dataset,)):
        series = as_series(tuple(described))
        told.facts.append(series)
        session.arrivals.add(series.id)
        told.ranges += whole(session, no, series.id)
    told.files += files_of(session, dataset)


def _close(session: Session, dataset: str) -> None:
    """Take a dataset out of the outbox, and tell that it is no longer open."""
    session.run("drop_from_outbox", (dataset,))
    session.outgoing = [row for row in session.outgoing if row[0] != dataset]
    session.telling[dataset] = Telling(closed=True)


def withdraw(session: Session, origin: str, dataset: str) -> int:
    """Take away what an origin has given of a dataset; return how many things, series and files."""
    taken = 0
    for no, id_ in session.run("described_by", (origin, dataset)):
        undescribe(session, no, id_, dataset)
        taken += 1
    for no, id_ in session.run("series_from", (origin, dataset)):
        drop_series(session, no, id_)
        taken += 1
    taken += len(session.run("drop_files", (origin, dataset)))
    session.changed |= taken > 0
    return taken


def undescribe(session: Session, no: int, id_: str, dataset: str) -> None:
    """Take away what a dataset says of a thing, and the thing if nobody says anything of it."""
    session.run("drop_description", (no, dataset))
    session.heard.pop(id_, None)
    left = {name: decode(document) for name, document in session.run("descriptions", (no,))}
    if left:
        show(session, no, left)
    elif not unclaim(session, no, id_):
        session.run("unplace_thing", (no,))
        session.run("unextend_thing", (no,))
        session.run("unimply_features", (id_,))
        session.run("drop_thing_relations", (no,))
        session.run("drop_thing", (no,))
        session.run("drop_links", (id_,))


def drop_series(session: Session, no: int, id_: str) -> None:
    """Take away a series and everything observed of it."""
    implied = pointed_to(session, no)
    for name in (
        "drop_observations",
        "drop_chunks",
        "drop_latest",
        "drop_series_relations",
        "drop_series",
    ):
        session.run(name, (no,))
    fade(session, implied)
    session.run("drop_links", (id_,))
    session.series.pop(id_, None)
    session.changed = True
    session.pending.pop(id_, None)
