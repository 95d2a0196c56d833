"""Writing observations: duplicates change nothing, another value at the same time corrects."""

import math
from collections.abc import Sequence
from itertools import groupby
from typing import TypeAlias

import msgspec
import numpy as np

from byalag.model import Observation
from byalag.store._chunks import bounds, joined, opened
from byalag.store._periods import EARLIEST, LATEST
from byalag.store._series import known
from byalag.store._session import Known, Session, Told

_JSON = msgspec.json.Encoder()
_BYTE = 255
Heard: TypeAlias = list[tuple[Known, Told]]


def observe(session: Session, observations: Sequence[Observation]) -> None:
    """Gather observations, to be written at the end of the commit group.

    Raises:
        ValueError: An observation is of a series that nobody has declared, or cannot be kept.
    """
    pending, met = session.pending, session.series
    for said in observations:
        series = met.get(said.series) or known(session, said.series)
        if series is None:
            raise ValueError(_undeclared(said))
        if not 0 <= said.flag <= _BYTE or not EARLIEST < said.at < LATEST:
            message = f"{said} cannot be kept: its flag or its time is out of range"
            raise ValueError(message)
        value = None if math.isnan(said.value) else said.value
        extra = None if said.extra is None else _JSON.encode(said.extra).decode()
        pending[series.no, said.at] = ((value, int(said.flag), extra), series)


def _undeclared(said: Observation) -> str:
    return (
        f"the series {said.series!r} has not been declared; give a Series fact in the same commit "
        "or before it"
    )


def write_pending(session: Session) -> None:
    """Write what has been gathered and differs from what is there."""
    if not session.pending:
        return
    heard = [(series, (at, *value)) for (_, at), (value, series) in session.pending.items()]
    session.pending.clear()
    late = {
        index
        for index, (series, told) in enumerate(heard)
        if series.newest is not None and told[0] <= series.newest
    }
    if late:
        known_before = _known_before(session, heard, sorted(late))
        heard = [pair for index, pair in enumerate(heard) if index not in known_before]
    if heard:
        session.write_many("upsert_observations", [(series.no, *told) for series, told in heard])
        _keep_latest(session, heard)
        _tell(session, heard)
        session.changed = True


def _known_before(session: Session, heard: Heard, late: list[int]) -> set[int]:
    """Return which of the late ones say nothing new."""
    rows = [(index, heard[index][0].no, *heard[index][1]) for index in late]
    same: set[int] = set()
    for answer in session.many("same_as_before", rows):
        if answer[0][0] is not None:
            same.update(map(int, answer[0][0].split(",")))
    cold: dict[int, list[int]] = {}
    for index in late:
        series, told = heard[index]
        if index not in same and series.cold is not None and told[0] <= series.cold:
            cold.setdefault(series.no, []).append(index)
    for no, indexes in cold.items():
        same |= _in_chunks(session, no, {index: heard[index][1] for index in indexes})
    return same


def _in_chunks(session: Session, series: int, late: dict[int, Told]) -> set[int]:
    """Return which of one series' observations the chunks, and no row over them, say exactly."""
    times = [told[0] for told in late.values()]
    first, after = min(times), max(times) + 1
    hot = {row[0] for row in session.run("rows_in", (series, first, after))}
    chunks = session.run("chunks_in", (series, *bounds(first, after)))
    run = joined([opened(*row[:4]) for row in chunks])
    found: set[int] = set()
    for index, (at, *said) in late.items():
        where = int(np.searchsorted(run.times, at))
        if where < len(run.times) and run.times[where] == at and at not in hot:
            value = float(run.values[where])
            stored = [None if math.isnan(value) else value, int(run.flags[where]), None]
            found |= {index} if said == stored else set()
    return found


def _keep_latest(session: Session, heard: Heard) -> None:
    newest: dict[int, tuple[Known, Told]] = {}
    for series, told in heard:
        best = newest.get(series.no)
        if (best is None or told[0] >= best[1][0]) and (
            series.newest is None or told[0] >= series.newest
        ):
            newest[series.no] = (series, told)
    session.write_many("upsert_latest", [(no, *told) for no, (_, told) in newest.items()])
    for series, told in newest.values():
        series.newest = told[0]


def _tell(session: Session, heard: Heard) -> None:
    for series, run in groupby(heard, key=lambda pair: pair[0]):
        if not series.origin and session.is_open("", series.fact.dataset):
            told = session.tell(series.fact.dataset).observations
            told.setdefault(series.fact.id, []).extend(one for _, one in run)
