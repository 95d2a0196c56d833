"""Flags of the values of a series by the tests that are told of it, beside what a source says.

What a source itself says is wrong or missing stands; else the tests and the source's own word are
rolled up, as the tests among themselves.
"""

from typing import Final

import msgspec
import numpy as np

from byalag.analysis._flags import FAIL, MISSING, UNKNOWN, Marks, flags, rolled_up
from byalag.analysis._flags_rule import QualityRule
from byalag.model import History, Series

TOLD: Final = "quality"  # the key of the tests among a series' details


def rule_of(series: Series) -> QualityRule | None:
    """Return the tests that a series is put to, as it is told of it; None: to none."""
    told = series.details.get(TOLD)
    return None if told is None else msgspec.convert(told, QualityRule)


def beside(judged: Marks, own: Marks) -> Marks:
    """Return what the tests' flags and a source's own come to, for each value."""
    stands = (own == FAIL) | (own == MISSING)
    told = np.where(stands, own, rolled_up((judged, own)))
    return np.where((judged == MISSING) & ~stands, np.uint8(MISSING), told)


def own_of(kept: Marks, judged: Marks) -> Marks:
    """Return what a source itself said, from what was kept and what the tests then came to."""
    return np.where(kept == judged, np.uint8(UNKNOWN), kept)


def judged(said: History, series: Series | None) -> History:
    """Return the values of a series with what the tests that are told of it come to."""
    rule = None if series is None else rule_of(series)
    if rule is None or not len(said.times):
        return said
    found = flags(said.times, said.values, rule).rolled
    return History(said.times, said.values, beside(found, said.flags))
