"""Exact bounds, held against what defines them."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byalag.trials._bounds import (
    at_most,
    at_most_of,
    poisson_interval,
    poisson_lower,
    poisson_upper,
    share_interval,
    weeks_needed,
)

COUNTS = st.integers(0, 100)


@settings(deadline=None, max_examples=15)
@given(COUNTS)
def test_at_the_upper_bound_so_few_are_just_as_rare_as_said(count: int) -> None:
    assert at_most(count, poisson_upper(count)) == pytest.approx(0.05, abs=1e-6)


@settings(deadline=None, max_examples=15)
@given(st.integers(1, 100))
def test_at_the_lower_bound_so_many_are_just_as_rare_as_said(count: int) -> None:
    assert 1 - at_most(count - 1, poisson_lower(count)) == pytest.approx(0.05, abs=1e-6)


@settings(deadline=None, max_examples=15)
@given(COUNTS)
def test_an_interval_holds_its_count_and_grows_with_it(count: int) -> None:
    low, high = poisson_interval(count)
    after = poisson_interval(count + 1)
    assert low <= count < high
    assert low < after[0]
    assert high < after[1]


@settings(deadline=None, max_examples=15)
@given(st.integers(1, 150), st.data())
def test_the_interval_of_a_share_is_exact_on_both_sides(tries: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, tries))
    low, high = share_interval(count, tries)
    assert low <= count / tries <= high
    if count > 0:
        assert 1 - at_most_of(count - 1, tries, low) == pytest.approx(0.025, abs=1e-6)
    if count < tries:
        assert at_most_of(count, tries, high) == pytest.approx(0.025, abs=1e-6)


def test_a_share_and_its_opposite_have_opposite_intervals() -> None:
    low, high = share_interval(3, 20)
    assert sum(share_interval(17, 20)) == pytest.approx(2 - high - low)
    assert share_interval(17, 20)[0] == pytest.approx(1 - high)


def test_none_of_so_many_has_the_bound_that_is_known_in_closed_form() -> None:
    assert poisson_upper(0) == pytest.approx(-math.log(0.05))
    assert share_interval(0, 50)[1] == pytest.approx(1 - 0.025 ** (1 / 50))


def test_the_weeks_to_certify_a_tenth_a_week_are_those_of_the_protocol() -> None:
    needed = [math.ceil(weeks_needed(seen, 0.1)) for seen in (0, 1, 2, 3, 5, 10)]
    assert needed == [30, 48, 63, 78, 106, 170]
