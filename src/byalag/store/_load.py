"""Bulk history straight into month chunks, a few months at a time."""

import json
import math

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from byalag.model import Flag, History, Series
from byalag.store._chunks import between, bounds, in_order, of_rows, over, put, together
from byalag.store._observations import write_pending
from byalag.store._periods import EARLIEST, LATEST, MONTHS, month_after
from byalag.store._series import declare, known
from byalag.store._session import Known, Session

_MONTHS_A_STEP = 24
OBSERVATIONS_A_ROW = 20
"""About as many observations are packed in the time that it takes to write one row."""


class Bulk(Struct, frozen=True):
    """History to be loaded: a run in order of time, and where each of its months begins and ends.

    `months` holds the beginning of the month and the indexes of its part of the run.
    """

    series: Series
    run: History
    months: list[tuple[int, int, int]]

    @property
    def weight(self) -> int:
        """Return about how many rows' work one step is."""
        steps = max(1, -(-len(self.months) // _MONTHS_A_STEP))
        return 1 + len(self.run.times) // OBSERVATIONS_A_ROW // steps


def bulk(
    series: Series,
    times: NDArray[np.int64],
    values: NDArray[np.float64],
    flags: NDArray[np.uint8] | None,
) -> Bulk:
    """Make history ready to be loaded.

    Raises:
        ValueError: The arrays are not of one length, or a time cannot be kept.
    """
    at = np.ascontiguousarray(times, np.int64)
    said = np.ascontiguousarray(values, np.float64)
    if flags is None:
        marks = np.where(np.isnan(said), np.uint8(Flag.MISSING), np.uint8(Flag.NOT_EVALUATED))
    else:
        marks = np.ascontiguousarray(flags, np.uint8)
    if not at.shape == said.shape == marks.shape or at.ndim != 1:
        message = (
            f"{series.id}: times, values and flags must be of one length; "
            f"they are {at.shape}, {said.shape} and {marks.shape}"
        )
        raise ValueError(message)
    run = in_order(History(at, said, marks))
    if len(run.times) and not (run.times[0] > EARLIEST and run.times[-1] < LATEST):
        message = f"{series.id}: a time is out of range; times are microseconds since 1970, UTC"
        raise ValueError(message)
    return Bulk(series, run, _months(run.times))


def _months(times: NDArray[np.int64]) -> list[tuple[int, int, int]]:
    if not len(times):
        return []
    months = times.view("M8[us]").astype("M8[M]")
    first = np.flatnonzero(np.append(True, months[1:] != months[:-1]))
    starts = months[first].astype("M8[us]").astype(np.int64)
    ends = np.append(first[1:], len(times))
    return [(int(s), int(a), int(b)) for s, a, b in zip(starts, first, ends, strict=True)]


def step(session: Session, done: int, given: Bulk) -> tuple[int | None, int]:
    """Load some months; return how many are done (None: all), and how many observations in all."""
    declare(session, given.series)
    series = known(session, given.series.id)
    if series is None or series.origin:
        message = f"{given.series.id} belongs to {series and series.origin}; it is not loaded here"
        raise ValueError(message)
    write_pending(session)
    end = done + _MONTHS_A_STEP
    run = given.run
    for start, low, high in given.months[done:end]:
        part = History(run.times[low:high], run.values[low:high], run.flags[low:high])
        if lay_over(session, series, start, part) and session.is_open("", series.fact.dataset):
            told = session.tell(series.fact.dataset)
            told.ranges.append((series.fact.id, start, month_after(start)))
    return (None if end >= len(given.months) else end), len(run.times)


def lay_over(session: Session, series: Known, start: int, run: History) -> bool:
    """Lay observations of one month over what is there; return whether that changed anything."""
    floor = session.floor(series.fact.dataset)
    if floor is not None:
        run = between(run, floor, LATEST)
        if not len(run.times):
            return False
    after = month_after(start)
    stored = session.run("chunks_in", (series.no, *bounds(start, after)))
    below = together(stored)
    merged = over(below, run)
    overwritten = _overwrite_rows(session, series.no, run)
    _keep_latest(session, series, run)
    if same(below, merged) and not overwritten:
        return False
    put(session, series.no, MONTHS, start, merged)
    session.run("drop_day_chunks", (series.no, start, after))
    last = int(merged.times[-1])
    series.cold = last if series.cold is None else max(series.cold, last)
    session.observed = True
    return True


def same(one: History, other: History) -> bool:
    """Return whether two runs say the same."""
    return (
        np.array_equal(one.times, other.times)
        and np.array_equal(one.values, other.values, equal_nan=True)
        and np.array_equal(one.flags, other.flags)
    )


def _overwrite_rows(session: Session, series: int, run: History) -> bool:
    """Take away the hot rows that the run speaks of: it was said later than they were."""
    first, last = int(run.times[0]), int(run.times[-1])
    hot = of_rows(session.run("rows_in", (series, first, last + 1)))
    if not len(hot.times):
        return False
    told = hot.times[np.isin(hot.times, run.times)]
    if len(told):
        session.run("drop_rows_at", (series, first, last, json.dumps(told.tolist())))
    return len(told) > 0


def _keep_latest(session: Session, series: Known, run: History) -> None:
    at = int(run.times[-1])
    if series.newest is not None and at < series.newest:
        return
    value = float(run.values[-1])
    shown = None if math.isnan(value) else value
    session.write_many("upsert_latest", [(series.no, at, shown, int(run.flags[-1]), None)])
    series.newest = at
