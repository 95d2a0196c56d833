"""Writing observations: duplicates change nothing, another value at the same time corrects."""

import math
from collections.abc import Sequence
from itertools import chain

import msgspec
import numpy as np

from byalag.model import Observation
from byalag.store._chunks import bounds, together
from byalag.store._news import hear_rows
from byalag.store._periods import EARLIEST, LATEST
from byalag.store._series import known
from byalag.store._session import Known, Pending, Session
from byalag.store._sqlite import Row

_JSON = msgspec.json.Encoder()
_BYTE = 255


def observe(session: Session, observations: Sequence[Observation]) -> None:
    """Gather observations, to be written at the end of the commit group.

    Raises:
        ValueError: An observation is of a series that nobody has declared, or cannot be kept.
    """
    pending = session.pending
    for said in observations:
        gathered = pending.get(said.series)
        if gathered is None:
            gathered = pending[said.series] = Pending(declared(session, said.series), {})
        at, value, flag, extra = said.at, said.value, said.flag, None
        if not (0 <= flag <= _BYTE and EARLIEST < at < LATEST):
            message = f"{said} cannot be kept: its flag or its time is out of range"
            raise ValueError(message)
        if said.extra is not None:
            extra = _JSON.encode(said.extra).decode()
        missing = value != value  # noqa: PLR0124 - only NaN differs from itself
        gathered.rows[at] = (gathered.series.no, at, None if missing else value, flag, extra)


def declared(session: Session, id_: str) -> Known:
    """Return what the writer knows of a series.

    Raises:
        ValueError: Nobody has declared it.
    """
    series = known(session, id_)
    if series is None:
        message = (
            f"the series {id_!r} has not been declared; give a Series fact in the same "
            "commit or before it"
        )
        raise ValueError(message)
    return series


def write_pending(session: Session) -> None:
    """Write what has been gathered and differs from what is there."""
    gathered = list(session.pending.values())
    session.pending.clear()
    for pending in gathered:
        _leave_out_forgotten(session, pending)
    gathered = [pending for pending in gathered if pending.rows]
    if late := [pending for pending in gathered if _is_late(pending)]:
        _leave_out_known(session, late)
        gathered = [pending for pending in gathered if pending.rows]
    if not gathered:
        return
    rows = list(chain.from_iterable(pending.rows.values() for pending in gathered))
    session.write_many("upsert_observations", rows)
    _keep_latest(session, gathered)
    for pending in gathered:
        _tell(session, pending)
    session.observed = True


def _leave_out_forgotten(session: Session, pending: Pending) -> None:
    """Leave out what is older than what is kept of its dataset."""
    floor = session.floor(pending.series.fact.dataset)
    if floor is not None and min(pending.rows) < floor:
        pending.rows = {at: row for at, row in pending.rows.items() if at >= floor}


def _is_late(pending: Pending) -> bool:
    newest = pending.series.newest
    return newest is not None and min(pending.rows) <= newest


def _leave_out_known(session: Session, gathered: list[Pending]) -> None:
    """Leave out what says nothing new."""
    late = [
        (index, *row)
        for index, pending in enumerate(gathered)
        for row in pending.rows.values()
        if row[1] <= (pending.series.newest or row[1])
    ]
    for answer in session.many("same_as_before", late):
        for same in (answer[0][0] or "").split(",")[:-1]:
            index, _, at = same.partition(" ")
            del gathered[int(index)].rows[int(at)]
    for pending in gathered:
        cold = pending.series.cold
        if cold is not None and pending.rows and min(pending.rows) <= cold:
            _leave_out_cold(session, pending, cold)


def _leave_out_cold(session: Session, pending: Pending, cold: int) -> None:
    """Leave out what the chunks, and no row over them, say exactly."""
    no, late = pending.series.no, [at for at in pending.rows if at <= cold]
    first, after = min(late), max(late) + 1
    hot = {row[0] for row in session.run("rows_in", (no, first, after))}
    chunks = session.run("chunks_in", (no, *bounds(first, after)))
    run = together(chunks)
    for at in late:
        where = int(np.searchsorted(run.times, at))
        if where < len(run.times) and run.times[where] == at and at not in hot:
            value = float(run.values[where])
            stored = (None if math.isnan(value) else value, int(run.flags[where]), None)
            if pending.rows[at][2:] == stored:
                del pending.rows[at]


def _keep_latest(session: Session, gathered: list[Pending]) -> None:
    newest: list[Row] = []
    for pending in gathered:
        at, series = max(pending.rows), pending.series
        if series.newest is None or at >= series.newest:
            series.newest = at
            newest.append(pending.rows[at])
    session.write_many("upsert_latest", newest)


def _tell(session: Session, pending: Pending) -> None:
    series = pending.series
    if series.origin:
        return
    rows = [row[1:] for row in pending.rows.values()]
    if session.is_open("", series.fact.dataset):
        told = session.tell(series.fact.dataset).observations
        told.setdefault(series.fact.id, []).extend(rows)
    hear_rows(session, series.fact.dataset, series.fact.id, rows)
