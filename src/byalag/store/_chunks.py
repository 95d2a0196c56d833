"""Cold chunks: a day or a month of one series as pcodec blocks, and how rows are laid over them."""

import math
from collections.abc import Iterable
from typing import Final, TypeAlias

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from byalag.model import Flag, History
from byalag.store._pcodec import pack, unpack, unpack_into
from byalag.store._periods import EARLIEST, day_of, month_of
from byalag.store._session import Session
from byalag.store._sqlite import Row

Times: TypeAlias = NDArray[np.int64]
Values: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.uint8]

NOTHING: Final = History(np.empty(0, np.int64), np.empty(0, np.float64), np.empty(0, np.uint8))


class Header(Struct, frozen=True):
    """What is known of a chunk without opening it. The sums leave missing values out."""

    n: int
    first: int
    last: int
    valid: int
    total: float | None
    least: float | None
    most: float | None
    flag: int | None  # what holds for all


def header(run: History) -> Header:
    """Return the header of a run of observations, at least one."""
    shown = run.values[~np.isnan(run.values)]
    flags = run.flags
    uniform = bool((flags == flags[0]).all())
    some = len(shown) > 0
    return Header(
        n=len(run.times),
        first=int(run.times[0]),
        last=int(run.times[-1]),
        valid=len(shown),
        total=_or_none(float(shown.sum())) if some else None,
        least=float(shown.min()) if some else None,
        most=float(shown.max()) if some else None,
        flag=int(flags[0]) if uniform else None,
    )


def _or_none(total: float) -> float | None:
    return None if math.isnan(total) else total


def put(session: Session, series: int, level: int, start: int, run: History) -> None:
    """Write the chunk of a period, instead of the one that may be there."""
    head = header(run)
    flags = pack(run.flags) if head.flag is None else None
    fields = (head.n, head.first, head.last, head.valid, head.total, head.least, head.most)
    blocks = (head.flag, pack(run.times), pack(run.values), flags)
    session.run("put_chunk", (series, level, start, *fields, *blocks))


def opened(times: bytes, points: bytes, flag: int | None, flags: bytes | None) -> History:
    """Return the observations of a chunk."""
    at = unpack(times)
    if flags is None:
        marked = np.full(len(at), Flag.NOT_EVALUATED if flag is None else flag, np.uint8)
    else:
        marked = unpack(flags)
    return History(at, unpack(points), marked)


def together(chunks: list[Row]) -> History:
    """Return chunks that follow upon one another as one run.

    Each is unpacked straight into its place: for a year, that halves the time.
    """
    count = sum(row[0] for row in chunks)
    run = History(np.empty(count, np.int64), np.empty(count, np.float64), np.empty(count, np.uint8))
    end = 0
    for n, times, points, flag, flags, *_ in chunks:
        begin, end = end, end + n
        unpack_into(times, run.times[begin:end])
        unpack_into(points, run.values[begin:end])
        if flags is None:
            run.flags[begin:end] = flag
        else:
            unpack_into(flags, run.flags[begin:end])
    return run


def of_rows(rows: Iterable[tuple[int, float | None, int]]) -> History:
    """Return hot rows as arrays; NULL is NaN."""
    listed = list(rows)
    if not listed:
        return NOTHING
    at, values, flags = zip(*listed, strict=True)
    return History(np.array(at, np.int64), np.array(values, np.float64), np.array(flags, np.uint8))


def joined(runs: list[History]) -> History:
    """Return runs that follow upon one another as one."""
    runs = [run for run in runs if len(run.times)]
    if len(runs) <= 1:
        return runs[0] if runs else NOTHING
    return History(
        np.concatenate([run.times for run in runs]),
        np.concatenate([run.values for run in runs]),
        np.concatenate([run.flags for run in runs]),
    )


def over(below: History, above: History) -> History:
    """Return two runs as one, in order of time; where both speak of one time, `above` counts."""
    if not len(below.times) or not len(above.times) or below.times[-1] < above.times[0]:
        return joined([below, above])
    both = joined([below, above])
    return in_order(both)


def in_order(run: History) -> History:
    """Return observations in order of time; of several at one time, the one said last counts."""
    times = run.times
    if len(times) < 2 or bool((times[1:] > times[:-1]).all()):  # noqa: PLR2004 - one is in order
        return run
    order = np.argsort(times, kind="stable")
    sorted_ = times[order]
    last = np.append(sorted_[1:] != sorted_[:-1], True)
    kept = order[last]
    return History(times[kept], run.values[kept], run.flags[kept])


def between(run: History, start: int, end: int) -> History:
    """Return the part of a run in [start, end)."""
    low, high = (int(i) for i in np.searchsorted(run.times, [start, end]))
    if low == 0 and high == len(run.times):
        return run
    return History(run.times[low:high], run.values[low:high], run.flags[low:high])


def bounds(start: int, end: int) -> tuple[int, int, int]:
    """Return the months' and the days' first chunk, and the end, for reading [start, end)."""
    return month_of(start), day_of(max(start, EARLIEST)), end
