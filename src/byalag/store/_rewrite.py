"""Rewriting the observations of one series, hot rows and cold chunks, and telling the commons."""

import json
import math

import msgspec
import numpy as np
from numpy.typing import NDArray

from byalag.model import History
from byalag.store._chunks import opened, put
from byalag.store._compare import Rewrite
from byalag.store._load import bulk, lay_over
from byalag.store._observations import write_pending
from byalag.store._periods import month_after
from byalag.store._series import whole
from byalag.store._session import Known, Session
from byalag.store._sqlite import Row

_MANY = 2_000  # plain observations from which whole months are written
_AT_ONCE = 5_000


def write(session: Session, series: Known, change: Rewrite) -> None:
    """Take away and put what a change says; the latest value and the commons follow."""
    write_pending(session)
    if len(change.gone):
        _take_away(session, series.no, change.gone)
    if len(change.put.times):
        _put(session, series, change)
    _find_latest(session, series)
    session.changed = True
    dataset = series.fact.dataset
    if not session.is_open("", dataset):
        return
    told = session.tell(dataset)
    if len(change.gone):
        if series.fact.id not in told.withdrawn:
            told.withdrawn.append(series.fact.id)
        told.facts.append(series.fact)
        told.ranges += whole(session, series.no, series.fact.id)
        session.arrivals.add(series.fact.id)
    else:
        months = np.unique(change.put.times.view("M8[us]").astype("M8[M]"))
        starts = months.astype("M8[us]").astype(np.int64).tolist()
        told.ranges += [(series.fact.id, start, month_after(start)) for start in starts]


def drop_if_empty(session: Session, series: Known) -> bool:
    """Drop a series that nothing has been observed of; links to it stay somebody's decision."""
    write_pending(session)
    if session.run("has_observations", (series.no,)):
        return False
    session.run("drop_latest", (series.no,))
    session.run("drop_series_relations", (series.no,))
    session.run("drop_series", (series.no,))
    session.series.pop(series.fact.id, None)
    session.changed = True
    if session.is_open("", series.fact.dataset):
        told = session.tell(series.fact.dataset)
        told.facts = [fact for fact in told.facts if fact != series.fact]
        told.ranges = [one for one in told.ranges if one[0] != series.fact.id]
        if series.fact.id not in told.withdrawn:
            told.withdrawn.append(series.fact.id)
    return True


def _take_away(session: Session, no: int, gone: NDArray[np.int64]) -> None:
    for begin in range(0, len(gone), _AT_ONCE):
        part = gone[begin : begin + _AT_ONCE]
        session.run("drop_rows_at", (no, int(part[0]), int(part[-1]), json.dumps(part.tolist())))
    chunks = session.run("chunks_spanning", (no, int(gone[0]), int(gone[-1])))
    for level, start, times, points, flag, flags in chunks:
        run = opened(times, points, flag, flags)
        left = ~np.isin(run.times, gone)
        if not left.any():
            session.run("drop_chunk", (no, level, start))
        elif not left.all():
            rest = History(run.times[left], run.values[left], run.flags[left])
            put(session, no, level, start, rest)


def _put(session: Session, series: Known, change: Rewrite) -> None:
    run = change.put
    if len(run.times) >= _MANY and not change.extras:
        loaded = bulk(series.fact, run.times, run.values, run.flags)
        for start, low, high in loaded.months:
            part = History(run.times[low:high], run.values[low:high], run.flags[low:high])
            lay_over(session, series, start, part)
        return
    session.write_many("upsert_observations", list(_rows(series.no, change)))


def _rows(no: int, change: Rewrite) -> list[Row]:
    run = change.put
    extras = {at: msgspec.json.encode(said).decode() for at, said in change.extras.items()}
    columns = zip(run.times.tolist(), run.values.tolist(), run.flags.tolist(), strict=True)
    return [
        (no, at, None if math.isnan(value) else value, flag, extras.get(at))
        for at, value, flag in columns
    ]


def _find_latest(session: Session, series: Known) -> None:
    """Make the latest value the newest that is left."""
    session.run("drop_latest", (series.no,))
    session.series.pop(series.fact.id, None)
    found = session.run("newest_row", (series.no,))
    newest = found[0] if found else None
    for times, points, flag, flags in session.run("newest_chunk", (series.no,)):
        run = opened(times, points, flag, flags)
        if newest is None or int(run.times[-1]) > newest[0]:
            value = float(run.values[-1])
            shown = None if math.isnan(value) else value
            newest = (int(run.times[-1]), shown, int(run.flags[-1]), None)
    if newest is not None:
        session.write_many("upsert_latest", [(series.no, *newest)])
