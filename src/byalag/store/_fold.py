"""Folding hot rows into cold chunks, a little at a time, so that what comes in never waits long.

Reads are the same before, during and after. Rows of the last whole day stay hot: most late data
and most corrections come then.
"""

from typing import NamedTuple

from byalag.model import History, Micros
from byalag.store._chunks import between, bounds, of_rows, over, put, together
from byalag.store._observations import write_pending
from byalag.store._periods import DAY, DAYS, MONTHS, day_of, month_after, month_of
from byalag.store._session import Session

_SERIES_A_STEP = 256
_ROWS_A_STEP = 10_000
WEIGHT = _ROWS_A_STEP


class Place(NamedTuple):
    """How far a fold has come: all series up to a number, and how many rows have been folded."""

    after: int = 0
    folded: int = 0


def step(session: Session, place: Place, now: Micros) -> tuple[Place | None, int]:
    """Fold the rows of some series; return where to go on (None: all is done), and how many."""
    write_pending(session)
    until = day_of(now) - DAY
    page = session.run("series_to_fold", (place.after, until, month_of(until), _SERIES_A_STEP))
    after, folded = place
    for no, id_, row, chunk in page:
        oldest = min((at for at in (row, chunk) if at is not None), default=None)
        if oldest is not None:
            folded += _fold_month(session, no, id_, month_of(oldest), until)
            if folded - place.folded >= _ROWS_A_STEP:
                return Place(no - 1, folded), folded
            if _more(session, no, until):
                return Place(no - 1, folded), folded
        after = no
    return (Place(after, folded) if len(page) == _SERIES_A_STEP else None), folded


def _more(session: Session, no: int, until: Micros) -> bool:
    (_, _, row, chunk), *_ = session.run("series_to_fold", (no - 1, until, month_of(until), 1))
    return row is not None or chunk is not None


def _fold_month(session: Session, no: int, id_: str, start: Micros, until: Micros) -> int:
    """Fold what there is of one month; return how many rows."""
    after = month_after(start)
    end = min(after, until)
    hot = of_rows(session.run("plain_rows_in", (no, start, end)))
    stored = session.run("chunks_in", (no, *bounds(start, after)))
    cold = together(stored)
    if after <= until or any(row[6] == MONTHS for row in stored):
        put(session, no, MONTHS, start, over(cold, hot))
        session.run("drop_day_chunks", (no, start, after))
    else:
        _fold_days(session, no, cold, hot)
    session.run("drop_plain_rows", (no, start, end))
    if len(hot.times):
        series = session.series.get(id_)
        if series is not None:
            last = int(hot.times[-1])
            series.cold = last if series.cold is None else max(series.cold, last)
    return len(hot.times)


def _fold_days(session: Session, no: int, cold: History, hot: History) -> None:
    index = 0
    while index < len(hot.times):
        start = day_of(int(hot.times[index]))
        rows = between(hot, start, start + DAY)
        put(session, no, DAYS, start, over(between(cold, start, start + DAY), rows))
        index += len(rows.times)
