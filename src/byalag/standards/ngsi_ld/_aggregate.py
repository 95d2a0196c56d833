"""Aggregates of an attribute's values over periods (GS CIM 009, 4.5.19).

Numbers are numbers, true is 1 and false 0, and an array is the number of its members. Texts have
the first and the last in the order of their characters. Anything else is only counted.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Final, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from byalag.model import Json
from byalag.standards.ngsi_ld._json import is_array

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Method: TypeAlias = Callable[[Floats, Ints], Floats]


def _counts(values: Floats, starts: Ints) -> Floats:
    return np.diff(starts, append=len(values)).astype(np.float64)


def _distinct(values: Floats, starts: Ints) -> Floats:
    """Count the different values of each run, each sorted by itself."""
    edges = [*starts.tolist(), len(values)]
    runs = pairwise(edges)
    return np.array([_different(values[start:end]) for start, end in runs], np.float64)


def _different(run: Floats) -> int:
    ordered = np.sort(run)
    return 1 + int(np.count_nonzero(ordered[1:] != ordered[:-1]))


def _sum(values: Floats, starts: Ints) -> Floats:
    return np.add.reduceat(values, starts)


def _mean(values: Floats, starts: Ints) -> Floats:
    return _sum(values, starts) / _counts(values, starts)


def _deviation(values: Floats, starts: Ints) -> Floats:
    """Return the standard deviation of all there is, not of a sample of it."""
    counts = _counts(values, starts)
    means = np.repeat(_sum(values, starts) / counts, counts.astype(np.int64))
    apart = values - means
    return np.sqrt(_sum(apart * apart, starts) / counts)


METHODS: Final[Mapping[str, Method]] = {
    "totalCount": _counts,
    "distinctCount": _distinct,
    "sum": _sum,
    "avg": _mean,
    "min": np.minimum.reduceat,
    "max": np.maximum.reduceat,
    "stddev": _deviation,
    "sumsq": lambda values, starts: _sum(values * values, starts),
}


def aggregate(method: str, values: Floats, starts: Ints) -> list[float]:
    """Return one aggregate for each run of numbers; runs begin at `starts`, none is empty."""
    if not len(starts):
        return []
    with np.errstate(over="ignore", invalid="ignore"):
        answer = METHODS[method](values, starts)
    return [float(one) for one in answer]


def aggregate_others(method: str, values: Sequence[Json], starts: Sequence[int]) -> list[Json]:
    """Return one aggregate for each run of values that are no numbers; none where it means nothing.

    Raises:
        KeyError: There is no such method.
    """
    measured = [_measure(value) for value in values]
    if all(one is not None for one in measured):
        numbers = np.array(measured, np.float64)
        if method != "distinctCount":
            return list(aggregate(method, numbers, np.array(starts, np.int64)))
    edges = [*starts, len(values)]
    runs = [values[start:end] for start, end in pairwise(edges)]
    if method == "totalCount":
        return [len(run) for run in runs]
    if method == "distinctCount":
        return [
            len({msgspec.json.encode(one, order="deterministic") for one in run}) for run in runs
        ]
    if method in ("min", "max") and all(isinstance(value, str) for value in values):
        return [min(run) if method == "min" else max(run) for run in runs]
    METHODS[method]
    return []


def _measure(value: Json) -> float | None:
    """Return what a value counts as in arithmetic; None if it does not."""
    if isinstance(value, bool | int | float):
        return float(value)
    return float(len(value)) if is_array(value) else None
