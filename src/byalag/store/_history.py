"""Reading observations: chunks, with hot rows laid over them."""

from byalag.model import History
from byalag.store._chunks import between, bounds, of_rows, over, together
from byalag.store._connection import rows
from byalag.store._periods import EARLIEST, LATEST
from byalag.store._sqlite import Connection


def read(connection: Connection, series: int, start: int, end: int) -> History:
    """Return the observations of a series in [start, end), by its number, oldest first.

    The connection must see one moment: a fold between two statements would hide or double.
    """
    start, end = max(start, EARLIEST), min(end, LATEST)
    chunks = rows(connection, "chunks_in", (series, *bounds(start, end)))
    cold = between(together(chunks), start, end)
    return over(cold, of_rows(rows(connection, "rows_in", (series, start, end))))


def count(connection: Connection, series: int) -> int:
    """Return how many observations there are of a series, by its number."""
    return len(read(connection, series, EARLIEST, LATEST).times)
