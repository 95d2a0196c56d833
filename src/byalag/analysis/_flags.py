"""The QARTOD tests in one pass: range, spike, rate, flat line and gap, and what they come to.

The definitions are those of the QARTOD manuals as ioos_qc 3.0.0 carries them out; the test of gaps
is our own. Many series are judged in one go, laid end to end. Worked in blocks that stay in the
processor's cache, without a step of Python for each value.
"""

from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from byalag.analysis._flags_flat import FEWEST, standing
from byalag.analysis._flags_rule import QualityRule

Times: TypeAlias = NDArray[np.int64]
Values: TypeAlias = NDArray[np.float64]
Marks: TypeAlias = NDArray[np.uint8]
Mode: TypeAlias = Literal["samples", "seconds"]
Pair: TypeAlias = tuple[float | None, float | None]

GOOD: Final = 1
UNKNOWN: Final = 2
SUSPECT: Final = 3
FAIL: Final = 4
MISSING: Final = 9
NAMES: Final = ("range", "spike", "rate", "flat", "gap")
# Within, "not evaluated" is 0 until the roll-up is made, so that the highest flag is what counts.
_OPEN: Final = 0
_RANK: Final = np.zeros(256, np.uint8)
_RANK[[MISSING, UNKNOWN, GOOD, SUSPECT, FAIL]] = range(5)
_FLAG: Final = np.array([MISSING, UNKNOWN, GOOD, SUSPECT, FAIL], np.uint8)
_BLOCK: Final = 1 << 15  # values: a few arrays of them fit in the second cache
_SECOND: Final = 1e6  # microseconds


class Flags(Struct, frozen=True, kw_only=True, eq=False):
    """A flag for each value by each test, and what they come to; uint8 arrays of the shape (n,).

    1 good, 2 not evaluated, 3 suspect, 4 fail, 9 missing.
    """

    range: Marks
    spike: Marks
    rate: Marks
    flat: Marks
    gap: Marks
    rolled: Marks

    @property
    def columns(self) -> tuple[Marks, Marks, Marks, Marks, Marks]:
        """The flags of the five tests, in the order of NAMES."""
        return self.range, self.spike, self.rate, self.flat, self.gap


def flags(
    times: Times,
    values: Values,
    rule: QualityRule,
    mode: Mode = "seconds",
    *,
    starts: Sequence[int] | Times = (0,),
) -> Flags:
    """Judge the values of one series, or of many laid end to end, by the same rule.

    `times` are microseconds and never go back within a series; NaN is a missing value. `starts`
    are the places where each series begins, from 0 on. Whatever the test, the flag of a missing
    value is 9.

    - range: outside the fail span 4, outside the suspect span 3; infinite values too.
    - spike: |v[i] - (v[i-1] + v[i+1]) / 2| above a limit; 2 for the first and the last value, and
      where a neighbour is missing.
    - rate: |v[i] - v[i-1]| / (t[i] - t[i-1]) above a limit; 1 for the first value and after a
      missing one. A step that takes no time is taken to last a second. `samples` counts whole
      seconds.
    - flat: the values of a window vary by less than the tolerance; 1 until there is a window.
      `samples`: a fixed number of steps, the limit over the median step of the series, as ioos_qc.
      `seconds`: from the last value that is at least so old to this one, where the series has
      not been silent for longer than the limit (or than `gap`), missing values left out.
    - gap: t[i] - t[i-1] above the limit 3; 2 for the first value. Our own.
    """
    begins = np.asarray(starts, np.int64)
    begins = begins[begins < len(values)]
    columns = np.full((6, len(values)), _OPEN, np.uint8)
    for at in range(0, len(values), _BLOCK):
        _judge(times, values, rule, mode, at, columns)
    if len(begins):
        _at_ends(begins, rule, columns)
    if _is_set(rule.flat) and len(begins):
        standing(times, values, rule, begins, columns[3], in_samples=mode == "samples")
    for at in range(0, len(values), _BLOCK):
        _finish(values[at : at + _BLOCK], rule, columns[:, at : at + _BLOCK])
    if mode == "samples":
        _untested(begins, rule, columns)
    ranged, spike, rate, flat, gap, rolled = columns
    return Flags(range=ranged, spike=spike, rate=rate, flat=flat, gap=gap, rolled=rolled)


def _untested(begins: Times, rule: QualityRule, columns: Marks) -> None:
    """Flag the values of series that ioos_qc finds too short for the flat line: good, all of them.

    Even those that are missing.
    """
    lengths = np.diff(begins, append=columns.shape[1])
    if _is_set(rule.flat) and (lengths < FEWEST).any():
        short = np.repeat(lengths < FEWEST, lengths)
        columns[3, short] = GOOD
        columns[5, short] = rolled_up(columns[:5, short])


def rolled_up(columns: Sequence[Marks] | Marks) -> Marks:
    """Return what several flags of each value come to: 4 beats 3 beats 1 beats 2 beats 9."""
    told: Marks = _FLAG[_RANK[np.asarray(columns)].max(axis=0)]
    return told


def _judge(  # noqa: PLR0913, PLR0917 -- one block of what `flags` is given
    times: Times, values: Values, rule: QualityRule, mode: Mode, at: int, columns: Marks
) -> None:
    """Flag the values of a block by all that looks at a value and its neighbours."""
    end = min(at + _BLOCK, len(values))
    here = values[at:end]
    if rule.range is not None or rule.suspect is not None:
        columns[0, at:end] = GOOD
        _outside(here, rule.suspect, SUSPECT, columns[0, at:end])
        _outside(here, rule.range, FAIL, columns[0, at:end])
    first, last = max(at, 1), min(end, len(values) - 1)
    if _is_set(rule.spike) and first < last:
        _spikes(values[first - 1 : last + 1], rule.spike, columns[1, first:last])
    if (_is_set(rule.rate) or rule.gap is not None) and first < end:
        step = times[first:end] - times[first - 1 : end - 1]
        if _is_set(rule.rate):
            _rates(values[first - 1 : end], step, rule.rate, mode, columns[2, first:end])
        if rule.gap is not None:
            _over(step > rule.gap, SUSPECT, columns[4, first:end])


def _is_set(pair: Pair) -> bool:
    return pair[0] is not None or pair[1] is not None


def _over(found: NDArray[np.bool_], flag: int, column: Marks) -> None:
    """Flag what is found; the rest is good."""
    np.multiply(found, np.uint8(flag - GOOD), out=column)
    column += np.uint8(GOOD)


def _outside(here: Values, span: tuple[float, float] | None, flag: int, column: Marks) -> None:
    """Flag what lies outside a span, above what it was flagged before."""
    if span is not None:
        outside = here < min(span)
        outside |= here > max(span)
        np.maximum(column, outside * np.uint8(flag), out=column)


def _beyond(size: Values, pair: Pair, column: Marks) -> None:
    """Flag what is beyond the first limit as suspect, and beyond the second as failing."""
    suspect, fail = pair
    if suspect is not None:
        _over(size > suspect, SUSPECT, column)
    else:
        column[:] = GOOD
    if fail is not None:
        np.maximum(column, (size > fail) * np.uint8(FAIL), out=column)


def _spikes(around: Values, pair: Pair, column: Marks) -> None:
    with np.errstate(invalid="ignore", over="ignore"):
        off = around[:-2] + around[2:]
        off *= 0.5
        np.subtract(around[1:-1], off, out=off)
        np.abs(off, out=off)
        _beyond(off, pair, column)
        if not np.isfinite(off.max()):
            column[~np.isfinite(off)] = _OPEN


def _rates(values: Values, step: Times, pair: Pair, mode: Mode, column: Marks) -> None:
    with np.errstate(invalid="ignore", over="ignore"):
        rate = values[1:] - values[:-1]
        np.abs(rate, out=rate)
        least = int(step.min())
        even = step[:1] if least == step.max() else step
        seconds = even / _SECOND
        if mode == "samples":
            np.trunc(seconds, out=seconds)
        if least < _SECOND:
            seconds[seconds == 0] = 1.0
        rate /= seconds
        _beyond(rate, pair, column)


def _at_ends(begins: Times, rule: QualityRule, columns: Marks) -> None:
    """Flag the first and the last value of each series, which has no neighbour there."""
    spike, rate, gap = columns[1], columns[2], columns[4]
    spike[begins] = _OPEN
    spike[np.append(begins[1:], len(spike)) - 1] = _OPEN
    gap[begins] = _OPEN
    if _is_set(rule.rate):
        rate[begins] = GOOD


def _finish(here: Values, rule: QualityRule, columns: Marks) -> None:
    """Roll up the flags of a block, and say what was not evaluated and what is missing."""
    made = (
        rule.range is not None or rule.suspect is not None,
        _is_set(rule.spike),
        _is_set(rule.rate),
        _is_set(rule.flat),
        rule.gap is not None,
    )
    rolled = columns[5]
    for number, is_made in enumerate(made):
        if is_made:
            np.maximum(rolled, columns[number], out=rolled)
        else:
            columns[number] = UNKNOWN
    for number in (1, 4, 5):
        columns[number] += (columns[number] == _OPEN) * np.uint8(UNKNOWN)
    missing = ~np.isfinite(here)
    if missing.any():
        beyond = missing & (columns[0] > UNKNOWN)  # infinite, and so outside any span
        outside = columns[0, beyond]
        columns[:, missing] = MISSING
        columns[0, beyond] = outside
        rolled[beyond] = outside
