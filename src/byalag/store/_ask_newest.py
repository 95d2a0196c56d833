"""The newest observations of many series at once, without going into each.

Of the series whose newest is among the newest that are asked for, the last of those newest says how
far back to look: nothing older can be in the answer. What those series have since then is nearly
always little more than what is asked for, and in rows. If it is not, each is gone into in turn.
"""

import msgspec

from byalag.store._ask_observed import Measured, Span
from byalag.store._sql import SQL
from byalag.store._sqlite import Connection

_MORE = 4  # so many times what is asked for is read before another way is tried
_MOST = 2_000


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
    """Return the newest rows of one series, if no chunk reaches as far."""
    given = (no, span.start, span.end, wanted)
    rows = connection.execute(SQL["ask_rows_newest"], given).fetchall()
    chunk = connection.execute(SQL["ask_chunk_before"], (no, span.end)).fetchall()
    if chunk and (len(rows) < wanted or chunk[0][3] >= rows[-1][0]):
        return None
    return [(no, at, value, flag, extra) for at, value, flag, extra in rows]
