"""Many observations as columns: what comes in bulk is never made into one object a row."""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from byalag.model import Observation, SeriesId
from byalag.store import _pcodec


class Columns(Struct, frozen=True, kw_only=True, eq=False):
    """Many observations: four arrays of one length, in any order.

    `which` gives each row's place in `series`; `times` are int64 microseconds, `values` float64
    (NaN: missing), `flags` uint8. Of several rows at one time of one series, the last counts.
    """

    series: Sequence[SeriesId]
    which: NDArray[np.int64]
    times: NDArray[np.int64]
    values: NDArray[np.float64]
    flags: NDArray[np.uint8]

    def __len__(self) -> int:
        """Return how many observations there are."""
        return len(self.which)


class Packed(Struct, frozen=True, array_like=True):
    """Columns as pcodec blocks: a hundredth of their size where the cadence is even."""

    series: list[str]
    which: bytes
    times: bytes
    values: bytes
    flags: bytes


def columns(observations: Sequence[Observation]) -> Columns:
    """Return observations that carry nothing extra as columns.

    Raises:
        OverflowError: A time or a flag is too large to be kept.
    """
    places: dict[str, int] = {}
    which = [places.setdefault(said.series, len(places)) for said in observations]
    return Columns(
        series=list(places),
        which=np.array(which, np.int64),
        times=np.array([said.at for said in observations], np.int64),
        values=np.array([said.value for said in observations], np.float64),
        flags=np.array([int(said.flag) for said in observations], np.uint8),
    )


def pick(given: Columns, rows: NDArray[np.bool_] | NDArray[np.int64]) -> Columns:
    """Return some of the rows."""
    return Columns(
        series=given.series,
        which=given.which[rows],
        times=given.times[rows],
        values=given.values[rows],
        flags=given.flags[rows],
    )


def only(given: Columns, kept: Sequence[bool]) -> Columns:
    """Return the rows of some of the series."""
    places = np.cumsum(kept) - 1
    rows = np.array(kept, np.bool_)[given.which]
    return Columns(
        series=[id_ for id_, one in zip(given.series, kept, strict=True) if one],
        which=places[given.which[rows]],
        times=given.times[rows],
        values=given.values[rows],
        flags=given.flags[rows],
    )


def in_order(given: Columns) -> Columns:
    """Return the rows by series and time; of several at one time, the one said last."""
    which, times = given.which, given.times
    step = np.diff(which)
    if bool(((step > 0) | ((step == 0) & (np.diff(times) > 0))).all()):
        return given
    order = np.lexsort((times, which))
    which, times = which[order], times[order]
    last = np.append((which[1:] != which[:-1]) | (times[1:] != times[:-1]), True)
    return pick(given, order[last])


def runs(given: Columns) -> list[tuple[int, int, int]]:
    """Return the place of each series in rows that are in order, with its first row and its end."""
    if not len(given):
        return []
    first = np.flatnonzero(np.append(True, given.which[1:] != given.which[:-1]))
    ends = np.append(first[1:], len(given))
    of = given.which[first]
    return list(zip(of.tolist(), first.tolist(), ends.tolist(), strict=True))


def pack(given: Columns) -> Packed:
    """Return columns as they are kept."""
    return Packed(
        list(given.series),
        _pcodec.pack(given.which),
        _pcodec.pack(given.times),
        _pcodec.pack(given.values),
        _pcodec.pack(given.flags),
    )


def unpack(kept: Packed) -> Columns:
    """Return columns that were kept."""
    return Columns(
        series=kept.series,
        which=_pcodec.unpack(kept.which),
        times=_pcodec.unpack(kept.times),
        values=_pcodec.unpack(kept.values),
        flags=_pcodec.unpack(kept.flags),
    )
