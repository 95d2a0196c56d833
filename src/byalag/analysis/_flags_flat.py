"""The test of values that stand still: the range of a window that ends at each value.

A window of a fixed number of steps is slid by doubling: the least of 2, 4, 8 ... values, and two
of those make any window. Where a window is so many seconds and the steps are uneven, only runs in
which every step is small are looked at, and each window is met by two powers of two.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from byalag.analysis._flags_rule import QualityRule

_Bools = NDArray[np.bool_]
_Whole = NDArray[np.int64]
_Values = NDArray[np.float64]
_Marks = NDArray[np.uint8]
_Test = Callable[[_Values, _Whole, _Whole, Sequence[int], float], _Bools]

_GOOD: Final = 1
_BLOCK: Final = 1 << 15
_BATCH: Final = 1 << 14
_FEW: Final = 64  # series that are looked at one by one
_SECOND: Final = 1_000_000  # microseconds
_UNTESTED: Final = -1
_LOOK: Final = (4, 16)  # windows so long show whether longer ones need be looked at
FEWEST: Final = 3  # values, for ioos_qc to test them


def standing(  # noqa: PLR0913 -- what `flags` is given, and where it is written
    times: _Whole,
    values: _Values,
    rule: QualityRule,
    begins: _Whole,
    flat: _Marks,
    *,
    in_samples: bool,
) -> None:
    """Flag values that stand still for so long: suspect, then failing; all others are good."""
    test = _in_samples if in_samples else _in_seconds
    limits = [limit for limit in rule.flat if limit is not None]
    flags = [flag for flag, limit in zip((3, 4), rule.flat, strict=True) if limit is not None]
    flat[:] = _GOOD
    for flag, found in zip(flags, test(times, values, begins, limits, rule), strict=True):
        np.maximum(flat, found * np.uint8(flag), out=flat)


def _in_samples(
    times: _Whole, values: _Values, begins: _Whole, limits: Sequence[float], rule: QualityRule
) -> _Bools:
    """Test with windows of limit / median step, as ioos_qc does; whole seconds, as it does."""
    lengths = _lengths(begins, len(values))
    steps = _medians(times, begins, lengths) // _SECOND
    usable = (lengths >= FEWEST) & (steps > 0)
    seconds = np.maximum(steps, 1)
    counts = [np.where(usable, int(one) / seconds, _UNTESTED).astype(np.int64) for one in limits]
    return _grouped(values, begins, lengths, np.stack(counts), rule.tolerance, _slid)


def _in_seconds(
    times: _Whole, values: _Values, begins: _Whole, limits: Sequence[float], rule: QualityRule
) -> _Bools:
    """Test with windows of so many seconds, within stretches without a hole; no missing values."""
    heard = np.isfinite(values)
    if not heard.all():
        found = np.zeros((len(limits), len(values)), np.bool_)
        kept = np.append(0, np.cumsum(heard))[begins]
        kept = np.unique(kept[kept < heard.sum()])
        found[:, heard] = _in_seconds(times[heard], values[heard], kept, limits, rule)
        return found
    least = [max(round(limit * _SECOND), 1) for limit in limits]
    if rule.gap is not None:
        return _stretched(times, values, begins, least, rule.gap, rule.tolerance)
    each = [_stretched(times, values, begins, [one], one, rule.tolerance) for one in least]
    return np.concatenate(each)


def _stretched(  # noqa: PLR0913, PLR0917 -- what the test is given, and what counts as a hole
    times: _Whole,
    values: _Values,
    begins: _Whole,
    least: Sequence[int],
    hole: int,
    tolerance: float,
) -> _Bools:
    """Test each stretch without a hole, with windows of so many microseconds."""
    holes = _where(times, lambda step, _: step > hole)
    begins = np.union1d(begins, holes)
    lengths = _lengths(begins, len(values))
    even = _even(times, begins, lengths)
    step = np.where(even > 0, even, 1)
    counts = np.stack([np.where(even > 0, -(-one // step), _UNTESTED) for one in least])
    found = _grouped(values, begins, lengths, counts, tolerance, _sifted)
    uneven = (even <= 0) & (lengths > 1)
    if not uneven.any():
        return found
    everything = bool(uneven.all())
    places = slice(None) if everything else _places(begins[uneven], lengths[uneven])
    own = begins if everything else np.cumsum(lengths[uneven]) - lengths[uneven]
    for number, one in enumerate(least):
        found[number, places] = _uneven(times[places], values[places], own, one, tolerance)
    return found


def _where(times: _Whole, holds: Callable[[_Whole, _Whole], _Bools]) -> _Whole:
    """Return the places whose step, and the step before it, are such; from the second value on."""
    found: list[_Whole] = []
    for at in range(1, len(times), _BLOCK):
        start = max(at - 2, 0)
        step = times[start + 1 : at + _BLOCK] - times[start : min(at + _BLOCK, len(times)) - 1]
        if at == 1:
            step = np.append(step[:1], step)
        here = holds(step[1:], step[:-1])
        if here.any():
            found.append(np.flatnonzero(here) + at)
    return np.concatenate(found) if found else np.zeros(0, np.int64)


def _even(times: _Whole, begins: _Whole, lengths: _Whole) -> _Whole:
    """Return the step of each series where all its steps are the same, else 0; microseconds."""
    step = np.zeros(len(begins), np.int64)
    if len(begins) <= _FEW:
        for number, (begin, length) in enumerate(zip(begins, lengths, strict=True)):
            step[number] = _one_step(times[begin : begin + length])
        return step
    changes = _where(times, np.not_equal)
    inside = np.searchsorted(changes, begins + lengths) - np.searchsorted(changes, begins + 2)
    even = (lengths > 1) & (inside <= 0)
    step[even] = times[begins[even] + 1] - times[begins[even]]
    return step


def _one_step(times: _Whole) -> int:
    """Return the step of a series if it is the same throughout, else 0."""
    if len(times) <= 1:
        return 0
    step = int(times[1] - times[0])
    for at in range(1, len(times), _BLOCK):
        here = times[at : at + _BLOCK] - times[at - 1 : min(at + _BLOCK, len(times)) - 1]
        if (here != step).any():
            return 0
    return step


def _lengths(begins: _Whole, total: int) -> _Whole:
    return np.diff(begins, append=total)


def _places(begins: _Whole, lengths: _Whole) -> _Whole:
    """Return all places of some stretches, one stretch after another."""
    ends = np.cumsum(lengths)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(begins - ends + lengths, lengths)


def _medians(times: _Whole, begins: _Whole, lengths: _Whole) -> _Whole:
    """Return the median step of each series, microseconds; 0 where there is none."""
    medians = _even(times, begins, lengths)
    for one in np.flatnonzero((medians <= 0) & (lengths > 1)).tolist():
        own = np.diff(times[begins[one] : begins[one] + lengths[one]])
        high = len(own) // 2
        low = high - 1 + len(own) % 2
        own.partition((low, high))
        medians[one] = (int(own[low]) + int(own[high])) // 2
    return medians


def _grouped(  # noqa: PLR0913, PLR0917 -- many series, and how each is tested
    values: _Values,
    begins: _Whole,
    lengths: _Whole,
    counts: _Whole,
    tolerance: float,
    test: _Test,
) -> _Bools:
    """Test each series with its own numbers of steps, those with the same numbers together.

    A number below 0 is not tested. `counts` has the shape (limits, series).
    """
    found = np.zeros((len(counts), len(values)), np.bool_)
    counts = np.where(counts < lengths, counts, _UNTESTED)
    tested = np.flatnonzero(counts.max(axis=0, initial=_UNTESTED) >= 0)
    for own in np.unique(counts[:, tested], axis=1).T.tolist():
        chosen = tested[(counts[:, tested] == np.array(own)[:, None]).all(axis=0)]
        if len(chosen) == len(begins):
            return test(values, begins, lengths, own, tolerance)
        places = _places(begins[chosen], lengths[chosen])
        its = np.cumsum(lengths[chosen]) - lengths[chosen]
        found[:, places] = test(values[places], its, lengths[chosen], own, tolerance)
    return found


def _slid(
    values: _Values, begins: _Whole, lengths: _Whole, counts: Sequence[int], tolerance: float
) -> _Bools:
    """Say where a value and so many before it vary by less than the tolerance, for each number."""
    found = np.zeros((len(counts), len(values)), np.bool_)
    longest = max(counts)
    block = max(_BLOCK, 4 * longest)
    order = sorted((count, number) for number, count in enumerate(counts) if count >= 0)
    for at in range(0, len(values), block):
        start = max(at - longest, 0)
        _slide(values[start : at + block], order, tolerance, found[:, start : at + block])
    for count, number in order:
        if found[number].any():
            found[number, _places(begins, np.minimum(lengths, count))] = False
    return found


def _slide(
    here: _Values, order: Sequence[tuple[int, int]], tolerance: float, found: _Bools
) -> None:
    """Say whether each window of a block varies by less; missing values are passed over."""
    low = high = here
    missing = ~np.isfinite(here)
    if missing.any():
        low, high = np.where(missing, np.inf, here), np.where(missing, -np.inf, here)
    wide = 1
    with np.errstate(invalid="ignore"):
        for count, number in order:
            if count >= len(here):
                return
            while 2 * wide <= count + 1:
                low, high = (
                    np.minimum(low[:-wide], low[wide:]),
                    np.maximum(high[:-wide], high[wide:]),
                )
                wide *= 2
                if wide in _LOOK and not (high - low < tolerance).any():
                    return
            rest = count + 1 - wide
            least = np.minimum(low[:-rest], low[rest:]) if rest else low
            most = np.maximum(high[:-rest], high[rest:]) if rest else high
            np.less(most - least, tolerance, out=found[number, count:])


def _runs(values: _Values, begins: _Whole, tolerance: float) -> tuple[_Whole, _Whole]:
    """Return where runs of small steps begin, and how many values they hold: at least two."""
    still = np.empty(len(values) + 1, np.bool_)  # whether a value is near the one before it
    for at in range(1, len(values), _BLOCK):
        off = values[at : at + _BLOCK] - values[at - 1 : min(at + _BLOCK, len(values)) - 1]
        np.less(np.abs(off, out=off), tolerance, out=still[at : at + len(off)])
    still[begins], still[-1] = False, False
    edges = np.flatnonzero(still[1:] != still[:-1])
    return edges[::2], edges[1::2] - edges[::2] + 1


def _sifted(
    values: _Values, begins: _Whole, lengths: _Whole, counts: Sequence[int], tolerance: float
) -> _Bools:
    """Say the same as `_slid`, looking only at runs that are long enough; nothing is missing."""
    first, longs = _runs(values, begins, tolerance)
    enough = longs > min(count for count in counts if count >= 0)
    first, longs = first[enough], longs[enough]
    if longs.sum() > len(values) // 2:
        return _slid(values, begins, lengths, counts, tolerance)
    found = np.zeros((len(counts), len(values)), np.bool_)
    if len(first):
        places = _places(first, longs)
        own = np.cumsum(longs) - longs
        found[:, places] = _slid(values[places], own, longs, counts, tolerance)
    return found


def _uneven(times: _Whole, values: _Values, begins: _Whole, least: int, tolerance: float) -> _Bools:
    """Test windows of `least` microseconds where the steps differ."""
    found = np.zeros(len(values), np.bool_)
    first, lengths = _runs(values, begins, tolerance)
    long = times[first + lengths - 1] - times[first] >= least
    first, lengths = first[long], lengths[long]
    many = lengths > _BATCH
    for begin, length in zip(first[many].tolist(), lengths[many].tolist(), strict=True):
        _long(times, values, slice(begin, begin + length), least, tolerance, found)
    for begin, length in _batches(first[~many], lengths[~many]):
        places = _places(begin, length)
        found[places] = _within(times[places], values[places], length, least, tolerance)
    return found


def _long(  # noqa: PLR0913, PLR0917 -- what `_uneven` is given, and where it writes
    times: _Whole, values: _Values, run: slice, least: int, tolerance: float, found: _Bools
) -> None:
    """Test a long run piece by piece, each with what its first window needs."""
    for at in range(run.start, run.stop, _BATCH):
        begin = np.searchsorted(times[run], int(times[at]) - least, side="right").item() - 1
        piece = slice(run.start + max(begin, 0), min(at + _BATCH, run.stop))
        length = np.array([piece.stop - piece.start])
        judged = _within(times[piece], values[piece], length, least, tolerance)
        found[at : piece.stop] = judged[at - piece.start :]


def _batches(begins: _Whole, lengths: _Whole) -> Iterator[tuple[_Whole, _Whole]]:
    """Yield runs, so many at a time that they stay in the cache together."""
    batch = np.cumsum(lengths) // _BATCH
    for cut in np.split(np.arange(len(begins)), np.flatnonzero(np.diff(batch)) + 1):
        if len(cut):
            yield begins[cut], lengths[cut]


def _within(
    times: _Whole, values: _Values, lengths: _Whole, least: int, tolerance: float
) -> _Bools:
    """Test runs of small steps: each window is covered by two powers of two."""
    begins = np.cumsum(lengths) - lengths
    since = times - np.repeat(times[begins], lengths)
    whole = since[begins + lengths - 1] + least + 1
    key = since + np.repeat(np.cumsum(whole) - whole, lengths)
    last = np.flatnonzero(since >= least)
    first = np.searchsorted(key, key[last] - least, side="right") - 1
    power = np.frexp((last - first + 1).astype(np.float64))[1] - 1  # the floor of log2
    found = np.zeros(len(values), np.bool_)
    low, high = values, values
    for level in range(int(power.max(initial=-1)) + 1):
        if level:
            half = 1 << (level - 1)
            low, high = np.minimum(low[:-half], low[half:]), np.maximum(high[:-half], high[half:])
        now = power == level
        ends, starts = last[now], first[now]
        other = ends - (1 << level) + 1
        vary = np.maximum(high[starts], high[other]) - np.minimum(low[starts], low[other])
        found[ends[vary < tolerance]] = True
    return found
