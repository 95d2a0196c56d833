"""How unusual a silence is: the same in any portions, and as rare as it says."""

import math
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from numpy.typing import NDArray

from byalag.analysis import (
    NOTHING,
    Habit,
    Pace,
    Paces,
    Portions,
    Stretch,
    Table,
    Walk,
    pooled,
)
from byalag.analysis._silence import days_of, part
from tests.unit.analysis._lives import DAY, life, stretch

KNOWN = 40


@cache
def home() -> Habit:
    return Habit.new(7).learned(stretch(life(KNOWN, 1)))


@cache
def channel() -> Habit:
    return Habit.new(3, whole=False).learned(_present(stretch(life(KNOWN, 1))))


@cache
def tables() -> dict[bool, Table]:
    return {True: home().table(), False: channel().table()}


def _present(whole: Stretch) -> Stretch:
    rows = (np.arange(len(whole)) // 200 % 3).astype(np.int8)
    return Stretch(
        begins=whole.begins,
        marks=np.where(whole.marks == 3, 0, NOTHING).astype(np.int8),
        observed=whole.observed,
        slots=whole.slots,
        rows=rows,
        old_slots=whole.old_slots,
    )


@st.composite
def stretches(draw: st.DrawFn) -> Stretch:
    seed = draw(st.integers(0, 10_000))
    given_ = np.random.default_rng(seed)
    n = draw(st.integers(0, 600))
    begins = KNOWN * DAY + draw(st.integers(0, DAY))
    marks = np.where(given_.random(n) < draw(st.sampled_from([0.002, 0.05])), seed % 7, NOTHING)
    observed = np.repeat(given_.random(n // 40 + 1) < 0.7, 40)[:n]
    plain = stretch(marks.astype(np.int8), begins, observed)
    change = draw(st.sampled_from([None, -2, 2]))
    return plain if change is None else _changed(plain, draw(st.integers(0, n)), change)


def _changed(plain: Stretch, at: int, half_hours: int) -> Stretch:
    """Return minutes in which the clock is put back, or on, so that the old one is apart."""
    old = plain.slots.copy()
    old[at:] = (old[at:] + half_hours) % 48
    if half_hours > 0:
        old[at : at + 60] = NOTHING
    return replace(plain, old_slots=old)


def portions(table: Table, pace: Pace, whole: Stretch, cut: int) -> tuple[Walk, Walk]:
    first = table.walk(pace, part(whole, 0, cut))
    return first, table.walk(first.pace, part(whole, cut, len(whole)))


@pytest.mark.parametrize("whole", [True, False])
@given(given_=stretches(), share=st.floats(0, 1))
@settings(deadline=None, max_examples=40)
def test_a_stretch_walked_in_portions_is_walked_the_same(
    given_: Stretch, share: float, *, whole: bool
) -> None:
    over = given_ if whole else _present(given_)
    table, pace = tables()[whole], Pace(row=0, last=KNOWN * DAY - 9, elapsed=8, score=0.25)
    once = table.walk(pace, over)
    first, second = portions(table, pace, over, int(share * len(over)))
    assert np.array_equal(once.scores, np.concatenate([first.scores, second.scores]))
    assert np.array_equal(once.finals, np.concatenate([first.finals, second.finals]))
    assert np.array_equal(once.ended, np.concatenate([first.ended, second.ended]))
    assert once.pace == second.pace


@pytest.mark.parametrize("whole", [True, False])
@given(given_=stretches())
@settings(deadline=None, max_examples=15)
def test_minute_by_minute_is_the_same_as_at_once(given_: Stretch, *, whole: bool) -> None:
    over = given_ if whole else _present(given_)
    table, pace = tables()[whole], Pace()
    walk = table.walk(pace, over)
    for place in range(len(over)):
        pace = table.walk(pace, part(over, place, place + 1)).pace
        assert pace.score == walk.scores[place]
    assert pace == walk.pace


@pytest.mark.parametrize("whole", [True, False])
@given(every=st.lists(stretches(), min_size=1, max_size=4), share=st.floats(0, 1))
@settings(deadline=None, max_examples=20)
def test_many_silences_at_once_are_as_each_by_itself(
    every: list[Stretch], share: float, *, whole: bool
) -> None:
    over = [each if whole else _present(each) for each in every if len(each)]
    begun = Pace(row=0, last=KNOWN * DAY - 9, elapsed=8, score=0.25)
    town = Paces(len(over), 7 if whole else 3, whole=whole)
    for one in range(len(over)):
        town.set(one, tables()[whole], begun)
    cuts = [int(share * len(each)) for each in over]
    ends = [len(each) for each in over]
    for firsts, lasts in (([0] * len(over), cuts), (cuts, ends)):
        parts = {k: part(each, firsts[k], lasts[k]) for k, each in enumerate(over)}
        town.walk(_flat({k: each for k, each in parts.items() if len(each)}, present=not whole))
    assert list(town) == [tables()[whole].walk(begun, each).pace for each in over]


def _flat(parts: dict[int, Stretch], *, present: bool) -> Portions:
    each = list(parts.values())

    def joined(arrays: list[NDArray[np.int8]]) -> NDArray[np.int8]:
        return np.concatenate([np.empty(0, np.int8), *arrays])

    return Portions(
        which=np.array(list(parts), np.int64),
        firsts=np.array([one.begins for one in each], np.int64),
        lengths=np.array([len(one) for one in each], np.int64),
        marks=joined([one.marks for one in each]),
        observed=np.concatenate([np.empty(0, np.bool_), *(one.observed for one in each)]),
        slots=joined([one.slots for one in each]),
        rows=joined([one.rows for one in each if one.rows is not None]) if present else None,
        old_slots=joined([one.slots if one.old_slots is None else one.old_slots for one in each]),
    )


@given(given_=stretches(), at=st.integers(0, 600), later=st.sampled_from([-2, 2]))
@settings(deadline=None, max_examples=30)
def test_a_silence_that_spans_no_change_of_the_clock_scores_as_on_any_day(
    given_: Stretch, at: int, later: int
) -> None:
    plain = replace(given_, old_slots=None)
    changed, table, pace = _changed(plain, at, later), tables()[True], Pace(row=0, last=0)
    told, usual = table.walk(pace, changed).scores, table.walk(pace, plain).scores
    assert np.array_equal(told[:at], usual[:at])
    same = replace(plain, old_slots=plain.slots)
    assert np.array_equal(table.walk(pace, same).scores, usual)


@given(given_=stretches())
@settings(deadline=None, max_examples=30)
def test_minutes_that_were_not_observed_add_nothing(given_: Stretch) -> None:
    walk = tables()[True].walk(Pace(row=2, last=0, elapsed=3, score=1.0), given_)
    before = np.concatenate([[1.0], walk.scores[:-1]]) if len(given_) else walk.scores
    still = ~given_.observed & (given_.marks == NOTHING)
    assert np.array_equal(walk.scores[still], before[still])
    assert np.all(walk.scores[given_.marks != NOTHING] == 0)
    assert np.all(np.diff(walk.scores)[given_.marks[1:] == NOTHING] >= 0)


def test_what_was_not_observed_is_not_learnt_from() -> None:
    marks = life(1, 3)
    half = np.arange(DAY) < DAY // 2
    told = Habit.new(7).learned(stretch(marks, observed=half))
    first = int(np.flatnonzero(marks != NOTHING)[0])
    assert told.exposure.sum() == DAY // 2 - first - 1
    assert told.rate == np.count_nonzero(marks[half] != NOTHING) / (DAY // 2) * 10_080


def test_one_night_after_another_is_the_same_as_all_at_once() -> None:
    whole = stretch(life(20, 5))
    nightly = Habit.new(7)
    for day in days_of(whole):
        nightly = Habit.unpack(nightly.pack()).learned(day, by=nightly.table())
    assert nightly.pack() == Habit.new(7).learned(whole).pack()


@pytest.mark.parametrize("make", [home, channel])
def test_what_is_packed_is_small_and_comes_back(make: Callable[[], Habit]) -> None:
    habit = make()
    packed = habit.pack()
    back = Habit.unpack(packed)
    assert back.pack() == packed
    assert back.limit(0.63) == habit.limit(0.63)
    assert np.array_equal(back.table().steps, habit.table().steps)
    assert len(packed) < 10_000


def test_a_habit_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="version 9 is not known"):
        Habit.unpack(b"\x94\x09\x07\xc4\x00\x90")


def test_days_end_where_the_local_day_does_also_when_the_clock_is_changed() -> None:
    slots = [np.arange(DAY) // 30 for _ in range(3)]
    on = slots[1][(np.arange(DAY) < 120) | (np.arange(DAY) >= 180)]
    back = np.concatenate([slots[1][:180], slots[1][120:]])
    for changed, length in ((on, 1_380), (back, 1_500)):
        every = np.concatenate([slots[0], changed, slots[2]]).astype(np.int8)
        n = len(every)
        whole = Stretch(
            begins=0,
            marks=np.full(n, NOTHING, np.int8),
            observed=np.ones(n, np.bool_),
            slots=every,
        )
        assert [len(one) for one in days_of(whole)] == [DAY, length, DAY]


def test_the_clock_being_changed_does_not_make_a_score_jump() -> None:
    pace = Pace(row=0, last=KNOWN * DAY - 30, elapsed=29, score=0.0)
    silent = np.full(300, NOTHING, np.int8)
    plain = stretch(silent, KNOWN * DAY)
    back = np.concatenate([plain.slots[:180], plain.slots[120:240]]).astype(np.int8)
    changed = Stretch(begins=plain.begins, marks=silent, observed=plain.observed, slots=back)
    for over in (plain, changed):
        assert np.diff(tables()[True].walk(pace, over).scores).max() < 0.5


def test_scores_are_as_rare_as_they_say() -> None:
    """Lives from known hazards: a share exp(-q) of silences ends beyond q (time rescaling)."""
    finals = [
        Habit.new(7).learned(stretch(marks[: 28 * DAY])).table().walk(Pace(), rest).finals
        for marks in (life(49, seed) for seed in range(12, 18))
        for rest in [stretch(marks[28 * DAY :], 28 * DAY)]
    ]
    every = np.concatenate(finals)
    for beyond in (2.0, 3.0, 4.0, 5.0):
        expected = math.exp(-beyond) * len(every)
        seen = np.count_nonzero(every >= beyond)
        assert 0.5 * expected - 3 < seen < 1.6 * expected + 3, beyond


def test_nothing_is_certain_before_two_weeks_and_a_channel_says_what_it_can_hold() -> None:
    assert Habit.new(7).learned(stretch(life(13, 1))).limit(1.0) is None
    assert home().limit(1.0) is not None
    kitchen = channel()
    least = kitchen.rate / (kitchen.tail.count + 1)
    assert kitchen.limit(least * 0.99) is None
    assert kitchen.limit(least * 1.01) == float(kitchen.tail.largest[0])
    assert kitchen.limit(least * 0.5, pool=pooled([kitchen.tail] * 4)) is not None


def test_the_limit_of_a_home_is_what_the_budget_and_the_rate_make_it() -> None:
    habit = home()
    for budget in (1.0, 0.1):
        limit = habit.limit(budget)
        assert limit is not None
        told = math.log(habit.rate * habit.tail.heaviness / budget)
        assert limit == pytest.approx(told)
        assert habit.weeks(limit) == pytest.approx(1 / budget)


def test_half_of_the_silences_are_between_the_two_lengths_that_are_usual() -> None:
    low, high = tables()[True].usual(2, 24)
    assert 1 <= low < high < 60
    night = tables()[True].usual(0, 2)
    assert night[1] > high
