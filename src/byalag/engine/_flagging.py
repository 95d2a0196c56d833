"""Flags of what is about to be committed: each value by the rule of its series, and its neighbours.

A value is judged beside those before and after it, so a value that comes may change what is
thought of its neighbours: those whose flag it changes are said again, in the same commit. What is
kept is then what all that is known comes to, in whatever order it came.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from byalag.analysis import QualityRule, beside, flags, own_of, rule_of
from byalag.model import Fact, Flag, History, Micros, Observation, Series, SeriesId
from byalag.store import Columns, Reading

Rules: TypeAlias = Mapping[SeriesId, QualityRule]
_Places: TypeAlias = NDArray[np.int64]
_SECOND: Final = 1_000_000
_DAY: Final = 86_400 * _SECOND
_WIDER: Final = 30  # times, where there are too few neighbours in a day
_WIDEST: Final = 900 * _DAY
_NEIGHBOURS: Final = 2  # before the first that comes, as it may change what is said of one
_NONE: Final = History(np.zeros(0, np.int64), np.zeros(0, np.float64), np.zeros(0, np.uint8))


class _Beside(Struct, frozen=True, kw_only=True):
    """What comes of one series, and what is kept of it around that time."""

    series: SeriesId
    rule: QualityRule
    new: History
    kept: History

    @property
    def merged(self) -> History:
        """Both, oldest first; of two values at the same time the new one."""
        stays = ~np.isin(self.kept.times, self.new.times)
        times = np.concatenate((self.kept.times[stays], self.new.times))
        order = np.argsort(times, kind="stable")
        values = np.concatenate((self.kept.values[stays], self.new.values))
        own = np.concatenate((self.kept.flags[stays], self.new.flags))
        return History(times[order], values[order], own[order])


def rules_of(series: Iterable[Series]) -> dict[SeriesId, QualityRule]:
    """Return the rules of the series that have one."""
    told = ((one.id, rule_of(one)) for one in series if one.details)
    return {name: rule for name, rule in told if rule is not None}


def flagged(facts: Sequence[Fact], reading: Reading) -> Sequence[Fact]:
    """Return facts with the flags of their observations, and neighbours whose flags change.

    The rules are those that the facts themselves tell of their series.
    """
    rules = rules_of(fact for fact in facts if isinstance(fact, Series))
    if not rules:
        return facts
    said = [fact for fact in facts if isinstance(fact, Observation)]
    told = iter(observed(said, rules, reading))
    return [*(next(told) if isinstance(fact, Observation) else fact for fact in facts), *told]


def observed(said: Sequence[Observation], rules: Rules, reading: Reading) -> list[Observation]:
    """Return observations with their flags, in the same order, and after them the neighbours."""
    ruled = [(place, one) for place, one in enumerate(said) if one.series in rules]
    names = sorted({one.series for _, one in ruled})
    which = {name: number for number, name in enumerate(names)}
    columns = Columns(
        series=names,
        which=np.array([which[one.series] for _, one in ruled], np.int64),
        times=np.array([one.at for _, one in ruled], np.int64),
        values=np.array([one.value for _, one in ruled], np.float64),
        flags=np.array([one.flag for _, one in ruled], np.uint8),
    )
    columns, again = in_columns(columns, rules, reading)
    told = list(said)
    for (place, one), flag in zip(ruled, columns.flags.tolist(), strict=True):
        if flag != one.flag:
            told[place] = replace(one, flag=flag)
    return [*told, *again]


def in_columns(
    columns: Columns, rules: Rules, reading: Reading
) -> tuple[Columns, list[Observation]]:
    """Return columns with their flags, and the neighbours whose flags change."""
    found, revised = columns.flags.copy(), list[Observation]()
    newest = reading.latest([name for name in columns.series if name in rules])
    each = [
        (own, _beside(columns, own, name, rules[name], newest.get(name), reading))
        for number, name in enumerate(columns.series)
        if name in rules and len(own := np.flatnonzero(columns.which == number))
    ]
    for (own, one), judged in zip(each, _judged([one for _, one in each]), strict=True):
        merged, came_to = judged
        found[own] = came_to[np.searchsorted(merged.times, columns.times[own])]
        revised += _again(one, merged, came_to, reading)
    return replace(columns, flags=found), revised


def _beside(  # noqa: PLR0913, PLR0917 -- what one series is judged by
    columns: Columns,
    own: _Places,
    name: SeriesId,
    rule: QualityRule,
    newest: Observation | None,
    reading: Reading,
) -> _Beside:
    times, last = np.unique(columns.times[own][::-1], return_index=True)
    chosen = own[::-1][last]
    new = History(times, columns.values[chosen], columns.flags[chosen])
    kept = _around(reading, name, rule, int(times[0]), int(times[-1]), newest)
    return _Beside(series=name, rule=rule, new=new, kept=kept)


def _around(  # noqa: PLR0913, PLR0917 -- a series, a period and what is known of it
    reading: Reading,
    name: SeriesId,
    rule: QualityRule,
    first: Micros,
    last: Micros,
    newest: Observation | None,
) -> History:
    """Return what is kept so far around a period that all it can change is judged as it should be.

    Two values before it, and as much as a flat line needs before those; as much after it.
    """
    if newest is None:
        return _NONE
    reach = int(rule.lookback * _SECOND)
    wide = 2 * reach + 4 * (rule.gap or 0) + _DAY
    while True:
        before, after = first - wide, last + wide + 1 if newest.at > last else last + 1
        kept = reading.values(name, before, after)
        enough = int(np.searchsorted(kept.times, first)) >= _NEIGHBOURS
        later = np.searchsorted(kept.times, last + reach, side="right")
        ends = newest.at < after or len(kept.times) - later >= _NEIGHBOURS
        if (enough and ends) or wide > _WIDEST:
            return kept
        wide *= _WIDER


def _judged(each: Sequence[_Beside]) -> Iterator[tuple[History, NDArray[np.uint8]]]:
    """Yield each series with what came, and its flags; those of the same rule in one pass."""
    merged = [one.merged for one in each]
    told: list[NDArray[np.uint8] | None] = [None] * len(each)
    for rule in {one.rule for one in each}:
        numbers = [number for number, one in enumerate(each) if one.rule == rule]
        before = _rolled([each[number].kept for number in numbers], rule)
        after = _rolled([merged[number] for number in numbers], rule)
        for number, was, now in zip(numbers, before, after, strict=True):
            told[number] = beside(now, _own(each[number], merged[number], was))
    for run, found in zip(merged, told, strict=True):
        if found is not None:
            yield run, found


def _rolled(runs: Sequence[History], rule: QualityRule) -> list[NDArray[np.uint8]]:
    starts = np.cumsum([0, *(len(run.times) for run in runs)])
    times = np.concatenate([run.times for run in runs])
    values = np.concatenate([run.values for run in runs])
    found = flags(times, values, rule, starts=np.unique(starts[:-1])).rolled
    return np.split(found, starts[1:-1])


def _own(one: _Beside, merged: History, was: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return what the source itself says of each value: of what is kept, what no test explains.

    What the source says fails and a test then agreed to is taken to be the test's word.
    """
    own = merged.flags.copy()
    kept = ~np.isin(one.kept.times, one.new.times)
    places = np.searchsorted(merged.times, one.kept.times[kept])
    own[places] = own_of(one.kept.flags[kept], was[kept])
    return own


def _again(
    one: _Beside, merged: History, came_to: NDArray[np.uint8], reading: Reading
) -> Iterator[Observation]:
    """Yield the values that are kept and now have another flag, as far as this can reach."""
    begin, end = int(one.new.times[0]), int(one.new.times[-1]) + int(one.rule.lookback * _SECOND)
    first = max(np.searchsorted(merged.times, begin).item() - 1, 0)
    last = np.searchsorted(merged.times, end, side="right").item() + 1
    here = slice(first, last)
    changed = (merged.flags[here] != came_to[here]) & ~np.isin(merged.times[here], one.new.times)
    if not changed.any():
        return
    places = np.flatnonzero(changed) + first
    times = merged.times[places].tolist()
    extras = {said.at: said.extra for said in reading.extras(one.series, times[0], times[-1] + 1)}
    values, to = merged.values[places].tolist(), came_to[places].tolist()
    for at, value, flag in zip(times, values, to, strict=True):
        yield Observation(one.series, at, value, Flag(flag), extras.get(at))
