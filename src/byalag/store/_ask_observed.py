"""Observations one after another, wherever they are: rows, and chunks below them.

A table of its own for statements (`observed`) and a run of rows for Python. Why so: a series may
hold ten million observations, half of them in chunks that SQL cannot look into, and what is asked
for is nearly always the newest hundred. So nothing is read before it is needed: rows come a page at
a time, a chunk is opened when the rows have come to its time, and the next series is looked into
when `latest` says that it may have something as new. To open all chunks first, into arrays or into
a table, would cost as much for a hundred rows as for all.
"""

from collections.abc import Generator, Iterable, Iterator
from heapq import heapify, heappop, heappush
from typing import Any, TypeAlias

import msgspec
import numpy as np
from msgspec import Struct

from byalag.model import History, Micros
from byalag.store._ask_ceiling import look
from byalag.store._chunks import between, opened
from byalag.store._periods import EARLIEST, LATEST
from byalag.store._sql import SQL
from byalag.store._sqlite import Connection, Row

One: TypeAlias = tuple[Micros, float | None, int, str | None]  # time, value, flag, extra
Measured: TypeAlias = tuple[int, Micros, float | None, int, str | None]  # the series first

BY_SERIES, NEWEST, OLDEST = range(3)
_PAGES = (128, 1_024)
_BLOCK = 512
_CLOSED = -1  # the flag of what says when a chunk begins, before it is opened


class Span(Struct, frozen=True):
    """Which observations: of these series (None: all), in [start, end), with values in between.

    `least` and `most` leave out what is known not to be asked for; not everything else is.
    """

    series: tuple[int, ...] | None = None
    start: Micros = EARLIEST
    end: Micros = LATEST
    least: float | None = None
    most: float | None = None


def observations(connection: Connection, span: Span, order: int) -> Generator[Measured]:
    """Yield observations: by series and time, or newest or oldest first and then by series."""
    if order == BY_SERIES:
        for no in _numbers(connection, span):
            for one in of_series(connection, no, span, newest=False):
                yield (no, *one)
        return
    yield from _together(connection, span, newest=order == NEWEST)


def _numbers(connection: Connection, span: Span) -> Iterable[int]:
    if span.series is not None:
        return sorted(set(span.series))
    return [no for (no,) in connection.execute(SQL["ask_numbers"]).fetchall()]


def _together(connection: Connection, span: Span, *, newest: bool) -> Iterator[Measured]:
    """Yield the observations of several series by time; look into one when it may be its turn."""
    name = "ask_newest" if newest else "ask_oldest"
    only = None if span.series is None else msgspec.json.encode(span.series).decode()
    sign = -1 if newest else 1
    waiting: list[tuple[int, int, int, Any, Any]] = [
        (sign * at, no, 0, None, None) for no, at in connection.execute(SQL[name], (only,))
    ]
    heapify(waiting)
    while waiting:
        _, no, begun, one, run = heappop(waiting)
        if begun:
            yield (no, *one)
        else:
            run = of_series(connection, no, span, newest=newest)
        following = next(run, None)
        if following is not None:
            heappush(waiting, (sign * following[0], no, 1, following, run))


def of_series(connection: Connection, no: int, span: Span, *, newest: bool) -> Iterator[One]:
    """Yield the observations of one series, by time."""
    rows = _rows(connection, no, span, newest=newest)
    cold = _cold(connection, no, span, newest=newest)
    merged = _laid_over(rows, cold, newest=newest)
    if span.least is None and span.most is None:
        return merged
    least = -np.inf if span.least is None else span.least
    most = np.inf if span.most is None else span.most
    return (one for one in merged if one[1] is not None and least <= one[1] <= most)


def _laid_over(rows: Iterator[One], cold: Iterator[One], *, newest: bool) -> Iterator[One]:
    """Yield rows and what is in chunks, in order; where both speak of one time, the row counts."""
    row, below = next(rows, None), next(cold, None)
    while row is not None and below is not None:
        if row[0] > below[0] if newest else row[0] < below[0]:
            yield row
            row = next(rows, None)
        else:
            if row[0] != below[0] and below[2] != _CLOSED:
                yield below
            below = next(cold, None)
    if row is not None:
        yield row
        yield from rows
    while below is not None:
        if below[2] != _CLOSED:
            yield below
        below = next(cold, None)


def _rows(connection: Connection, no: int, span: Span, *, newest: bool) -> Iterator[One]:
    statement = SQL["ask_rows_newest" if newest else "ask_rows_oldest"]
    start, end = span.start, span.end
    size = _PAGES[0]
    while page := connection.execute(statement, (no, start, end, size)).fetchall():
        look(connection)
        yield from page
        if len(page) < size:
            return
        start, end = (start, page[-1][0]) if newest else (page[-1][0] + 1, end)
        size = _PAGES[1]


def _cold(connection: Connection, no: int, span: Span, *, newest: bool) -> Iterator[One]:
    """Yield what is in chunks; first of each, closed, the time that it begins with."""
    for rowid, first, last, least, most in _chunks(connection, no, span, newest=newest):
        if span.least is not None and (most is None or most < span.least):
            continue
        if span.most is not None and (least is None or least > span.most):
            continue
        yield (last if newest else first), None, _CLOSED, None
        look(connection)
        blocks = connection.execute(SQL["ask_chunk"], (rowid,)).fetchall()[0]
        run = between(opened(*blocks), span.start, span.end)
        yield from _unfolded(limited(run, span), newest=newest)


def _chunks(connection: Connection, no: int, span: Span, *, newest: bool) -> Iterator[Row]:
    """Yield what is known of chunks that reach into a period, one at a time when newest first."""
    if not newest:
        yield from connection.execute(SQL["ask_chunks"], (no, span.start, span.end)).fetchall()
        return
    before = span.end
    while found := connection.execute(SQL["ask_chunk_before"], (no, before)).fetchall():
        rowid, before, *known = found[0]
        if known[1] < span.start:
            return
        if known[0] < span.end:
            yield rowid, *known


def limited(run: History, span: Span) -> History:
    """Return the part of a run whose values may be asked for."""
    if span.least is None and span.most is None:
        return run
    kept = ~np.isnan(run.values)
    if span.least is not None:
        kept &= run.values >= span.least
    if span.most is not None:
        kept &= run.values <= span.most
    return History(run.times[kept], run.values[kept], run.flags[kept])


def _unfolded(run: History, *, newest: bool) -> Iterator[One]:
    step = -1 if newest else 1
    times, values, flags = run.times[::step], run.values[::step], run.flags[::step]
    for begin in range(0, len(times), _BLOCK):
        part = slice(begin, begin + _BLOCK)
        for at, value, flag in zip(
            times[part].tolist(), values[part].tolist(), flags[part].tolist(), strict=True
        ):
            yield at, (value if value == value else None), flag, None  # noqa: PLR0124 -- NaN alone
