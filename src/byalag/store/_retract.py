"""Taking back what was said: a thing, a series or one observation, with all its history."""

import msgspec
import numpy as np

from byalag.model import Retracted, Thing
from byalag.store._chunks import NOTHING
from byalag.store._compare import Rewrite
from byalag.store._news import hear_facts
from byalag.store._observations import write_pending
from byalag.store._publish import drop_series
from byalag.store._results import SeriesDifference
from byalag.store._rewrite import write
from byalag.store._series import known
from byalag.store._session import Session


def retract(session: Session, said: Retracted, origin: str = "") -> bool:
    """Take back what was said; return whether it was there.

    Only what is the origin's own is taken back.

    Raises:
        ValueError: It names nothing, or a time without a series.
    """
    if said.series is not None:
        return _retract_series(session, said.series, said.at, origin)
    if said.thing is None or said.at is not None:
        message = "a retraction names a thing, or a series, or a series and a time"
        raise ValueError(message)
    return _retract_thing(session, said, origin)


def _retract_series(session: Session, id_: str, at: int | None, origin: str) -> bool:
    write_pending(session)
    series = known(session, id_)
    if series is None or series.origin != origin:
        return False
    dataset = series.fact.dataset
    if at is not None:
        gone = np.array([at], np.int64)
        there = bool(session.run("has_observation_at", (series.no, at)))
        if there:
            difference = SeriesDifference(series=id_, added=0, changed=0, gone=1)
            write(session, series, Rewrite(gone, NOTHING, {}, difference))
        told = Retracted(series=id_, at=at)
    else:
        there = True
        drop_series(session, series.no, id_)
        told = Retracted(series=id_)
        if not origin and session.is_open("", dataset):
            _forget(session, dataset, id_)
    if there and not origin:
        hear_facts(session, dataset, [told])
    return there


def _forget(session: Session, dataset: str, id_: str) -> None:
    """Tell that a series is withdrawn, and nothing of it that was to be told in this commit."""
    told = session.tell(dataset)
    told.facts = [fact for fact in told.facts if getattr(fact, "id", None) != id_]
    told.ranges = [one for one in told.ranges if one[0] != id_]
    told.observations.pop(id_, None)
    if id_ not in told.withdrawn:
        told.withdrawn.append(id_)


def _retract_thing(session: Session, said: Retracted, origin: str) -> bool:
    rows = session.run("thing_row", (said.thing,))
    if not rows or rows[0][1] != origin or rows[0][2]:
        return False
    no, id_ = rows[0][0], said.thing or ""
    for _, series in session.run("own_series_of", (id_,)):
        _retract_series(session, series, None, origin)
    datasets = [dataset for dataset, _ in session.run("descriptions", (no,))]
    session.run("drop_descriptions", (no,))
    session.run("drop_thing_relations", (no,))
    session.run("unplace_thing", (no,))
    session.run("unextend_thing", (no,))
    session.run("unimply_features", (id_,))
    session.run("hide_thing", (no,))
    empty = Thing(id=id_, type="", dataset="")
    session.run("empty_thing", (msgspec.json.encode(empty), no))
    session.heard.pop(id_, None)
    session.changed = True
    for dataset in datasets:
        if not origin and session.is_open("", dataset):
            told = session.tell(dataset)
            told.facts = [fact for fact in told.facts if getattr(fact, "id", None) != id_]
            told.facts.append(said)
        if not origin:
            hear_facts(session, dataset, [said])
    return True
