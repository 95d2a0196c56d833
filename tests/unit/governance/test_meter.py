"""Rate, burst and quota: never more than a plan gives, never less."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from byalag.governance import Limit, Plan, Used, added, limit, quantile, step, take
from byalag.governance._latency import bounds

START = 1_790_000_000_000_000_000
RATES = st.floats(0.1, 10_000)
BURSTS = st.integers(1, 50)
GAPS = st.lists(st.integers(0, 2_000_000_000), min_size=1, max_size=120)


def passed(bound: Limit, times: list[int]) -> list[int]:
    used, through = Used(), []
    for at in times:
        taken = take(used, bound, at)
        used = taken.used
        if taken.passes:
            through.append(at)
    return through


def times_of(gaps: list[int]) -> list[int]:
    at, found = START, []
    for gap in gaps:
        at += gap
        found.append(at)
    return found


@settings(deadline=None, max_examples=150)
@given(rate=RATES, burst=BURSTS, gaps=GAPS)
def test_no_span_of_time_lets_more_through_than_the_plan_gives(
    rate: float, burst: int, gaps: list[int]
) -> None:
    bound = limit(Plan(rate=rate, burst=burst))
    through = passed(bound, times_of(gaps))
    for first in range(len(through)):
        for last in range(first, len(through)):
            span = through[last] - through[first]
            assert last - first + 1 <= burst + span // bound.every


@settings(deadline=None, max_examples=150)
@given(rate=RATES, burst=BURSTS, gaps=GAPS)
def test_whoever_keeps_to_the_plan_is_never_refused(
    rate: float, burst: int, gaps: list[int]
) -> None:
    bound = limit(Plan(rate=rate, burst=burst))
    slow = [gap + bound.every for gap in gaps]
    assert len(passed(bound, times_of(slow))) == len(slow)
    assert len(passed(bound, [START] * burst)) == burst


@settings(deadline=None, max_examples=100)
@given(rate=RATES, burst=BURSTS, gaps=GAPS)
def test_a_request_passes_exactly_when_the_wait_is_over(
    rate: float, burst: int, gaps: list[int]
) -> None:
    bound = limit(Plan(rate=rate, burst=burst))
    used = Used()
    for at in times_of(gaps):
        taken = take(used, bound, at)
        if not taken.passes:
            assert not take(used, bound, at + taken.wait - 1).passes
            assert take(used, bound, at + taken.wait).passes
        used = taken.used


@given(quota=st.integers(1, 30), many=st.integers(1, 60))
def test_a_quota_is_met_exactly(quota: int, many: int) -> None:
    assert len(passed(limit(Plan(quota=quota)), [START] * many)) == min(quota, many)


@given(back=st.integers(1, 10**18))
def test_a_clock_that_is_set_back_makes_nobody_wait_longer_than_for_a_burst(back: int) -> None:
    bound = limit(Plan(rate=2, burst=4))
    used = Used(due=START + 4 * bound.every)
    assert take(used, bound, START - back).wait <= bound.every


def test_what_is_left_counts_down_and_comes_back() -> None:
    bound = limit(Plan(rate=1, burst=3))
    first = take(Used(), bound, START)
    assert (first.left, first.again) == (2, 1_000_000_000)
    later = take(first.used, bound, START + 5_000_000_000)
    assert later.left == 2


def test_a_plan_without_limits_lets_all_through() -> None:
    assert limit(Plan()) == Limit()
    assert limit(Plan(burst=5)) == Limit()
    assert take(Used(), Limit(), START).passes


@given(st.integers(0, 2**40))
def test_a_time_is_counted_in_the_step_that_holds_it(micros: int) -> None:
    least, after = bounds(step(micros))
    assert least <= micros
    assert micros < after or step(micros) == 127
    assert after - least <= max(1, least // 4)


def test_steps_follow_one_another_without_a_gap() -> None:
    assert all(bounds(one)[1] == bounds(other)[0] for one, other in pairwise(range(128)))


@settings(deadline=None)
@given(st.lists(st.integers(1, 10**8), min_size=1, max_size=200), st.floats(0.01, 1))
def test_a_quantile_is_within_an_eighth_of_the_true_one(micros: list[int], share: float) -> None:
    counts = added({step(one): 1} for one in micros)
    ordered = sorted(micros)
    true = ordered[max(0, -int(-share * len(ordered) // 1) - 1)] / 1000
    told = quantile(counts, share)
    assert told is not None
    assert abs(told - true) <= true / 8 + 0.001


def test_nothing_counted_has_no_quantile() -> None:
    assert quantile({}, 0.5) is None
