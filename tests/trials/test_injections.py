"""Each injection does what it says, and what a hub runs answers as it should."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from numpy.typing import NDArray

from byalag.analysis import Habit, Stretch
from byalag.trials import Plan
from byalag.trials import _living as living
from byalag.trials import _slowly as slowly
from byalag.trials._channel import channel_of, sensors_of
from byalag.trials._collapse import delays, first_over, heard_after, starts, with_room
from byalag.trials._faults import Bench, dead, faults, outage, stuck
from byalag.trials._living import Clocked
from byalag.trials._log import DAY, Log, stretch_of
from byalag.trials._method import part
from byalag.trials._outcome import Injected
from byalag.trials._watched import at_minute, dawns, watched
from tests.trials._made import BATHROOM, KITCHEN, OUTSIDE, lived, quiet

PLAN = Plan(develop=(1, 28), score=(29, 32), runs=4)


@pytest.fixture(scope="module")
def log() -> Log:
    return lived(32)


@pytest.fixture(scope="module")
def learnt(log: Log) -> tuple[Habit, Stretch]:
    whole = stretch_of(log)
    return Habit.new(7).learned(part(whole, 0, 28 * DAY)), part(whole, 28 * DAY, 29 * DAY + 60)


@pytest.fixture(scope="module")
def bench(log: Log) -> Bench:
    of = watched(log, PLAN.seed)
    return Bench(of, dawns(of, PLAN), PLAN)


@pytest.fixture(scope="module")
def broken(log: Log) -> dict[str, Injected]:
    return {one.id: one for one in faults(log, PLAN)}


def test_a_collapse_begins_every_half_hour_that_somebody_is_at_home() -> None:
    whole = quiet(2 * DAY, {0: BATHROOM, DAY + 600: OUTSIDE, DAY + 700: BATHROOM})
    begun = starts(whole, 2, 2)
    assert (begun % 30 == 0).all()
    assert not ((begun > DAY + 600) & (begun <= DAY + 700)).any()
    assert len(begun) == 48 - 3
    assert len(with_room(whole)) == 4 * DAY


def test_a_delay_is_counted_from_the_start_and_cut_at_two_days() -> None:
    nearness = np.zeros((2, 2880), np.float32)
    nearness[0, 90:] = 1.5
    told = first_over(nearness, 1.0)
    assert told.tolist() == [90, 2880]
    found = delays(told, np.array([600, 23 * 60]), 3, 1)
    assert (found.all.mean, found.all.missed, found.all.within6) == (24.75, 1, 0.5)
    assert found.day is not None
    assert found.day.mean == 1.5
    assert found.night is not None
    assert found.night.mean == 48
    assert found.hours[10] == 1.5


def test_a_heartbeat_costs_at_most_itself() -> None:
    begun = np.arange(0, DAY, 30)
    told = np.full(len(begun), 100.0)
    late = heard_after(told, begun, 60, np.array([0, 17, 43]))
    assert (late >= told).all()
    assert (late < told + 60).all()
    assert (heard_after(told, begun, 30, np.array([10])) == told).all()


def test_a_channel_is_its_sensors_and_its_rows_are_where_the_person_was(log: Log) -> None:
    whole = stretch_of(log)
    channel = channel_of(log, whole, sensors_of(log))
    assert np.array_equal(channel.marks >= 0, whole.marks == KITCHEN)
    assert channel.rows is not None


def test_heartbeats_are_simulated_for_every_sensor_that_fired(bench: Bench) -> None:
    assert set(bench.of.told) == set(bench.of.channels)
    for one in bench.of.told.values():
        gaps = np.diff(one.times[one.values == 0])
        assert gaps.max() <= 16 * 60_000_000
        assert (np.diff(one.times) > 0).all()


def test_a_dead_sensor_tells_nothing_and_the_others_go_on(bench: Bench) -> None:
    series = sorted(bench.of.told)[1]
    fault = dead(bench.of, 30 * DAY, series)
    assert fault.told[series].times.max() < at_minute(30 * DAY)
    other = sorted(bench.of.told)[2]
    assert fault.told[other] is bench.of.told[other]


def test_an_outage_silences_everything_for_as_long_as_it_lasts(bench: Bench) -> None:
    fault = outage(bench.of, 30 * DAY, 120)
    for one in fault.told.values():
        within = (one.times >= at_minute(30 * DAY)) & (one.times < at_minute(30 * DAY + 120))
        assert not within.any()
        assert one.times.max() > at_minute(30 * DAY + 120)


def test_a_stuck_sensor_tells_of_somebody_every_five_minutes(bench: Bench) -> None:
    series = sorted(bench.of.told)[1]
    one = stuck(bench.of, 30 * DAY, series).told[series]
    after = one.times >= at_minute(30 * DAY)
    assert (one.values[after] == 1).all()
    assert set(np.diff(one.times[after]).tolist()) == {5 * 60_000_000}


@pytest.mark.parametrize("fault", ["C", "D", "E"])
def test_no_person_is_told_of_for_a_fault_of_the_devices(
    broken: dict[str, Injected], fault: str
) -> None:
    assert (broken[fault].person, broken[fault].technical) == (0, PLAN.runs)


def test_twice_and_out_of_order_and_late_is_the_same_as_in_order(
    broken: dict[str, Injected],
) -> None:
    assert (broken["K"].right, broken["K"].person) == (PLAN.runs, 0)


def test_the_clocks_days_have_23_and_25_hours_lived_in_either_way() -> None:
    day = quiet(DAY + 60, {150: BATHROOM, 200: KITCHEN})
    for short in (living.put_on(day), living.slept_on(day)):
        assert len(short) == 23 * 60
        assert not ({4, 5} & set(short.slots.tolist()))
    for long in (living.put_back(day), living.slept_back(day)):
        assert len(long) == 25 * 60
        assert np.bincount(long.slots)[[4, 5]].tolist() == [60, 60]
    assert np.flatnonzero(living.put_on(day).marks >= 0).tolist() == [140]
    assert np.flatnonzero(living.put_back(day).marks >= 0).tolist() == [150, 210, 260]
    assert np.flatnonzero(living.slept_back(day).marks >= 0).tolist() == [150, 200]


def _lived_in(clocked: Clocked, day: Stretch) -> NDArray[np.int64]:
    """Return which minutes of a day are lived on a day of the clock's change, in order."""
    rows = np.arange(len(day)) // 40
    lived = clocked(replace(day, marks=day.marks, rows=rows.astype(np.int8))).rows
    again = clocked(replace(day, rows=(np.arange(len(day)) % 40).astype(np.int8))).rows
    assert lived is not None
    assert again is not None
    return lived.astype(np.int64) * 40 + again


@pytest.mark.parametrize(
    "clocked", [living.put_on, living.put_back, living.slept_on, living.slept_back]
)
@given(seed=st.integers(0, 1_000), share=st.sampled_from([0.002, 0.01, 0.1]))
@settings(deadline=None, max_examples=15)
def test_no_silence_scores_more_because_the_clock_is_changed(
    learnt: tuple[Habit, Stretch], clocked: Clocked, seed: int, share: float
) -> None:
    habit, after = learnt
    draw = np.random.default_rng(seed)
    marks = np.where(draw.random(len(after)) < share, draw.integers(0, 7, len(after)), -1)
    marks[90:270] = -1  # around the hour that is lived twice or never
    plain = replace(after, marks=marks.astype(np.int8))
    usual = habit.table().walk(habit.pace, plain).scores
    changed = habit.table().walk(habit.pace, clocked(plain)).scores
    until = np.maximum.accumulate(_lived_in(clocked, plain))
    assert (changed <= usual[until]).all()


def test_fewer_signs_are_two_per_cent_fewer_a_day_and_the_door_is_as_it_was() -> None:
    length = (slowly.KNOWN + 30) * DAY
    life = quiet(length, dict.fromkeys(range(0, length, 2), BATHROOM))
    life.marks[1::4] = OUTSIDE
    lived = slowly.fewer(life, np.random.default_rng(1))
    inside = (lived.marks == BATHROOM).reshape(-1, DAY).mean(1) * 2
    assert (inside[: slowly.KNOWN] == 1).all()
    assert inside[-1] == pytest.approx(0.98**30, abs=0.08)
    assert np.array_equal(lived.marks == OUTSIDE, life.marks == OUTSIDE)


def test_a_later_bedtime_moves_evenings_on_past_midnight_and_mornings_stay() -> None:
    known = slowly.KNOWN * DAY
    plain = {known - 300: KITCHEN, known + 600: KITCHEN, known + 1400: BATHROOM}
    plain |= {known + DAY + 60: BATHROOM, known + 11 * DAY + 1435: KITCHEN}
    moved = slowly.later(quiet(known + 30 * DAY, plain), np.random.default_rng(1))
    assert (np.flatnonzero(moved.marks >= 0) - known).tolist() == [
        -300,
        600,
        1405,
        DAY + 65,
        12 * DAY + 55,
    ]


def test_a_slow_change_is_reported_as_what_it_is() -> None:
    for told in slowly.slow(stretch_of(lived(45)), replace(PLAN, runs=1), slowly.SLOWLY):
        assert (told.right, told.named) == (1, 1)
        assert told.days is not None
        assert 5 < told.days <= 30
        assert set(told.acute) == {"1", "0.63", "0.5", "0.2", "0.1"}


def test_a_restless_night_has_three_times_as_many_visits_on_average() -> None:
    day = quiet(DAY, {})
    draw = np.random.default_rng(1)
    counts = [(living.up(day, 3.0, draw).marks >= 0).sum() for _ in range(200)]
    assert np.mean(counts) == pytest.approx(6, abs=0.5)
    assert living.up(day, 3.0, draw).marks[300:].max() == -1


def test_nothing_is_told_of_an_agreed_absence_a_visitor_or_too_few_days(log: Log) -> None:
    found = {one.id: one for one in living.living(log, PLAN)}
    assert found["G"].person == 0
    assert found["H"].person == 0


def test_somebody_away_is_not_observed_until_it_is_over(log: Log) -> None:
    whole = stretch_of(log)
    days = living.Days(whole, {}, {}, PLAN, np.random.default_rng(2))
    day, gone, plain = living.away(days)
    leaves = int(np.argmin(gone.observed))
    assert not gone.observed[leaves:].any()
    assert np.array_equal(gone.marks[:leaves], plain.marks[:leaves])
    assert np.array_equal(
        plain.marks, part(whole, (day - 1) * DAY, len(plain) + (day - 1) * DAY).marks
    )
