"""Writing many observations at once, as columns from beginning to end.

Means the same as `_observations`, one at a time: duplicates change nothing, another value at the
same time corrects, and the commons is told.
"""

import numpy as np
from numpy.typing import NDArray

from byalag.store._chunks import bounds, together
from byalag.store._columns import Columns, in_order, only, pick, runs
from byalag.store._entry import tell_columns
from byalag.store._news import hear_columns, is_asked_for
from byalag.store._observations import declared, write_pending
from byalag.store._periods import EARLIEST, LATEST
from byalag.store._session import Known, Session
from byalag.store._sqlite import Row

Rows = NDArray[np.bool_]


def observe_many(session: Session, said: Columns) -> None:
    """Write observations now, after those that have been gathered.

    Raises:
        ValueError: An observation is of a series that nobody has declared, or cannot be kept.
    """
    series = [declared(session, id_) for id_ in said.series]
    times = said.times
    if not len(said):
        return
    if not (int(times.min()) > EARLIEST and int(times.max()) < LATEST):
        message = "a time is out of range; times are microseconds since 1970, UTC"
        raise ValueError(message)
    write_pending(session)
    run = in_order(_kept(session, series, said))
    if not len(run):
        return
    news = _news(session, series, run)
    if not news.all():
        run = pick(run, news)
    if len(run):
        _write(session, series, run)
        _keep_latest(session, series, run)
        _tell(session, series, run)
        session.observed = True


def _kept(session: Session, series: list[Known], said: Columns) -> Columns:
    """Return what is not older than what is kept of its dataset."""
    floors = [session.floor(one.fact.dataset) for one in series]
    if all(floor is None for floor in floors):
        return said
    lowest = np.array([EARLIEST if floor is None else floor for floor in floors], np.int64)
    return pick(said, said.times >= lowest[said.which])


def _news(session: Session, series: list[Known], run: Columns) -> Rows:
    """Say which rows say something new."""
    news = np.ones(len(run), np.bool_)
    late: list[Row] = []
    for place, first, end in runs(run):
        newest = series[place].newest
        if newest is not None and run.times[first] <= newest:
            late += _rows(run, series[place].no, first, end, newest)
    for answer in session.many("same_as_before", late):
        for same in (answer[0][0] or "").split(",")[:-1]:
            news[int(same.partition(" ")[0])] = False
    for place, first, end in runs(run):
        cold = series[place].cold
        if cold is not None and run.times[first] <= cold:
            news[first:end] &= _not_cold(session, series[place].no, run, first, end)
    return news


def _rows(run: Columns, no: int, first: int, end: int, newest: int) -> list[Row]:
    """Return the rows up to a time, each with its place, as they are compared."""
    until = first + int(np.searchsorted(run.times[first:end], newest, "right"))
    at, flags = run.times[first:until].tolist(), run.flags[first:until].tolist()
    values = run.values[first:until].tolist()
    return [
        (first + n, no, at[n], values[n], flags[n], None)  # SQLite keeps NaN as NULL
        for n in range(until - first)
    ]


def _not_cold(session: Session, no: int, run: Columns, first: int, end: int) -> Rows:
    """Say which rows the chunks, with no row over them, do not say exactly."""
    times = run.times[first:end]
    span = int(times[0]), int(times[-1]) + 1
    cold = together(session.run("chunks_in", (no, *bounds(*span))))
    if not len(cold.times):
        return np.ones(end - first, np.bool_)
    hot = [row[0] for row in session.run("rows_in", (no, *span))]
    at = np.minimum(np.searchsorted(cold.times, times), len(cold.times) - 1)
    values, stored = run.values[first:end], cold.values[at]
    same = (cold.times[at] == times) & (cold.flags[at] == run.flags[first:end])
    same &= (stored == values) | (np.isnan(stored) & np.isnan(values))
    return np.asarray(~same | np.isin(times, hot), np.bool_)


def _write(session: Session, series: list[Known], run: Columns) -> None:
    numbers = np.array([one.no for one in series], np.int64)[run.which]
    columns = (numbers, run.times, run.values, run.flags)
    session.write_columns("upsert_plain", [column.tolist() for column in columns])


def _keep_latest(session: Session, series: list[Known], run: Columns) -> None:
    newest: list[Row] = []
    for place, _, end in runs(run):
        known, at = series[place], int(run.times[end - 1])
        if known.newest is None or at >= known.newest:
            known.newest = at
            value, flag = float(run.values[end - 1]), int(run.flags[end - 1])
            newest.append((known.no, at, value, flag, None))
    session.write_many("upsert_latest", newest)


def _tell(session: Session, series: list[Known], run: Columns) -> None:
    """Tell of what is open, and of what outlets ask for."""
    datasets = [one.fact.dataset if not one.origin else "" for one in series]
    spoken = {datasets[place] for place, _, _ in runs(run)}
    for dataset in sorted(spoken - {""}):
        is_open, is_asked = session.is_open("", dataset), is_asked_for(session, dataset)
        if not (is_open or is_asked):
            continue
        told = only(run, [one == dataset for one in datasets])
        if is_open:
            tell_columns(session, dataset, told)
        if is_asked:
            hear_columns(session, dataset, told)
