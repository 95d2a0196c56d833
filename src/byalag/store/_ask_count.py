"""How many observations there are, without looking at each: rows are counted, chunks say theirs."""

import msgspec
import numpy as np

from byalag.store._ask_ceiling import look
from byalag.store._ask_observed import Span, limited
from byalag.store._chunks import between, opened
from byalag.store._sql import SQL
from byalag.store._sqlite import Connection, Row


def total(connection: Connection, span: Span) -> int:
    """Return how many observations there are of a span; where a row lies over a chunk, once."""
    only = None if span.series is None else msgspec.json.encode(span.series).decode()
    valued = span.least is not None or span.most is not None
    if only is None and not valued and span == Span():
        rows = connection.execute(SQL["ask_count_all_rows"]).fetchall()[0][0]
    else:
        bounds = (only, span.start, span.end, span.least, span.most)
        rows = connection.execute(SQL["ask_count_rows"], bounds).fetchall()[0][0]
    whole = 0
    if not valued:
        given = (only, span.start, span.end)
        whole = connection.execute(SQL["ask_count_chunks"], given).fetchall()[0][0]
    parts = connection.execute(
        SQL["ask_chunks_in_part"], (only, span.start, span.end, valued, span.least, span.most)
    ).fetchall()
    return int(rows + whole + sum(_below_rows(connection, span, part) for part in parts))


def _below_rows(connection: Connection, span: Span, chunk: Row) -> int:
    """Return how many observations of a chunk are in the span and have no row over them."""
    rowid, *where = chunk
    look(connection)
    blocks = connection.execute(SQL["ask_chunk"], (rowid,)).fetchall()[0]
    run = limited(between(opened(*blocks), span.start, span.end), span)
    above = connection.execute(SQL["ask_times"], where).fetchall()
    if not above:
        return len(run.times)
    hidden = np.isin(run.times, np.array([at for (at,) in above], np.int64))
    return len(run.times) - int(hidden.sum())
