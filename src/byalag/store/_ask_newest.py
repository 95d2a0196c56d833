"""The newest observations of many series at once, without going into each.

Of the series whose newest is among the newest that are asked for, the last of those newest says how
far back to look: nothing older can be in the answer. What those series have since then is nearly
always little more than what is asked for, and in rows. If it is not, each is gone into in turn.
"""

from collections.abc import Iterator
from itertools import repeat

import msgspec

from byalag.model import History, Micros
from byalag.store._ask_observed import Measured, One, Span
from byalag.store._chunks import between, opened
from byalag.store._sql import SQL
from byalag.store._sqlite import Connection, Row

_MORE = 4  # so many times what is asked for is read before another way is tried
_MOST = 2_000
_OPENED = 4  # chunks that are opened before another way is tried


def newest(connection: Connection, span: Span, wanted: int) -> list[Measured] | None:
    """Return the newest observations, newest first and then by series; None if this is no way."""
    if wanted > _MOST or span.least is not None or span.most is not None:
        return None
    if span.series is not None and len(span.series) == 1:
        return _of_one(connection, span.series[0], span, wanted)
    if span != Span(series=span.series):
        return None
    return _of_many(connection, span, wanted)


def _of_many(connection: Connection, span: Span, wanted: int) -> list[Measured] | None:
    only = None if span.series is None else msgspec.json.encode(span.series).decode()
    latest = connection.execute(SQL["ask_as_new"], (only, wanted)).fetchall()
    if len(latest) < wanted:
        return None
    since = latest[-1][1]
    listed = msgspec.json.encode([row[0] for row in latest]).decode()
    if connection.execute(SQL["ask_chunks_since"], (listed, since)).fetchall():
        return None
    most = _MORE * wanted
    found = connection.execute(SQL["ask_since"], (listed, since, most)).fetchall()
    if len(found) == most:
        return None
    found.sort(key=lambda row: (-row[1], row[0]))
    return [(no, at, value, flag, extra) for no, at, value, flag, extra in found[:wanted]]


def _of_one(connection: Connection, no: int, span: Span, wanted: int) -> list[Measured] | None:
    found = of_one(connection, no, span, wanted)
    return None if found is None else [(no, *row) for row in found]


def of_one(connection: Connection, no: int, span: Span, wanted: int) -> list[One] | None:
    """Return the newest of one series; None where rows may lie over chunks, or many are opened."""
    given = (no, span.start, span.end, wanted)
    found: list[One] = connection.execute(SQL["ask_rows_newest"], given).fetchall()
    before = span.end
    for _ in range(_OPENED):
        chunk = _chunk_before(connection, no, before)
        if chunk is None or chunk[1] < span.start:
            return found
        before, last, *blocks = chunk
        if found and last >= found[-1][0]:
            return None
        if len(found) < wanted:
            run = between(opened(*blocks), span.start, span.end)
            found += _last(run, wanted - len(found))
        if len(found) >= wanted:  # and all rows that are newer have been read
            return found
    return None


def _chunk_before(connection: Connection, no: int, before: Micros) -> Row | None:
    """Return the last chunk of a series that starts before a time: start, last, and its blocks."""
    found = [
        row
        for level in (0, 1)
        for row in connection.execute(SQL["ask_chunk_of_level_before"], (no, level, before))
    ]
    return max(found, key=lambda row: row[0], default=None)


def _last(run: History, wanted: int) -> Iterator[One]:
    """Return the last observations of a run, newest first."""
    times, values, flags = (
        part[-wanted:][::-1].tolist() for part in (run.times, run.values, run.flags)
    )
    shown = [None if value != value else value for value in values]  # noqa: PLR0124 -- NaN alone
    return zip(times, shown, flags, repeat(None), strict=False)
