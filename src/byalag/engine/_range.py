"""Pushed values outside the range of their series: kept, and flagged FAIL."""

import math
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
from msgspec.structs import replace

from byalag.engine._push import Pushed
from byalag.model import Flag, Observation, SeriesId
from byalag.store import Columns

Ranges: TypeAlias = Mapping[SeriesId, tuple[float, float]]  # lowest and highest, inclusive

_ANY = (-math.inf, math.inf)


def checked(pushed: Pushed, ranges: Ranges) -> Pushed:
    """Return what was pushed, with FAIL on every value outside the range of its series.

    A sender's own flag stays where it says something worse: that the value is missing.
    """
    if ranges.keys().isdisjoint(pushed.series):
        return pushed
    columns = pushed.columns and _columns(pushed.columns, ranges)
    return replace(pushed, facts=_facts(pushed.facts, ranges), columns=columns)


def _facts(facts: Sequence[Observation], ranges: Ranges) -> list[Observation]:
    return [
        replace(fact, flag=Flag.FAIL)
        if fact.flag < Flag.FAIL and _outside(fact.value, ranges.get(fact.series, _ANY))
        else fact
        for fact in facts
    ]


def _outside(value: float, allowed: tuple[float, float]) -> bool:
    return value < allowed[0] or value > allowed[1]


def _columns(columns: Columns, ranges: Ranges) -> Columns:
    allowed = np.array([ranges.get(name, _ANY) for name in columns.series], np.float64)
    low, high = allowed[columns.which].T
    outside = (columns.values < low) | (columns.values > high)
    flags = np.where(outside, np.maximum(columns.flags, np.uint8(Flag.FAIL)), columns.flags)
    return replace(columns, flags=flags.astype(np.uint8))
