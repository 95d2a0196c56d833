"""Aggregates over periods are those that plain arithmetic gives."""

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import fmean, pstdev

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byalag.standards.ngsi_ld._aggregate import METHODS, aggregate, aggregate_others
from byalag.standards.ngsi_ld._temporal_period import Period, places, read_period

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
numbers = st.floats(-1e6, 1e6, allow_nan=False)


def at(text: str) -> int:
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1)


PLAIN: dict[str, Callable[[list[float]], float]] = {
    "totalCount": len,
    "distinctCount": lambda run: len(set(run)),
    "sum": math.fsum,
    "avg": fmean,
    "min": min,
    "max": max,
    "stddev": pstdev,
    "sumsq": lambda run: math.fsum(one * one for one in run),
}


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=40, deadline=None)
@given(runs=st.lists(st.lists(numbers, min_size=1, max_size=20), min_size=1, max_size=8))
def test_an_aggregate_is_that_of_each_run(method: str, runs: list[list[float]]) -> None:
    values = np.array([one for run in runs for one in run])
    starts = np.cumsum([0, *(len(run) for run in runs[:-1])])
    expected = [PLAIN[method](run) for run in runs]
    assert aggregate(method, values, starts) == pytest.approx(expected, rel=1e-6, abs=1e-3)


@pytest.mark.parametrize("method", METHODS)
def test_nothing_has_no_aggregates(method: str) -> None:
    assert aggregate(method, np.empty(0), np.empty(0, np.int64)) == []


def test_truths_count_as_one_and_lists_as_their_members() -> None:
    assert aggregate_others("sum", [True, False, True], [0, 2]) == [1, 1]
    assert aggregate_others("avg", [[1, 2], [3, 4, 5, 6]], [0]) == [3]


def test_texts_are_counted_and_ordered_but_never_added() -> None:
    texts = ["open", "closed", "open"]
    assert aggregate_others("totalCount", texts, [0]) == [3]
    assert aggregate_others("distinctCount", texts, [0]) == [2]
    assert aggregate_others("min", texts, [0]) == ["closed"]
    assert aggregate_others("max", texts, [0]) == ["open"]
    assert aggregate_others("avg", texts, [0]) == []


def test_objects_are_only_counted() -> None:
    assert aggregate_others("distinctCount", [{"a": 1, "b": 2}, {"b": 2, "a": 1}], [0]) == [1]
    assert aggregate_others("min", [{"a": 1}], [0]) == []


@pytest.mark.parametrize(
    ("text", "months", "micros"),
    [
        ("PT0S", 0, 0),
        ("PT1H", 0, 3_600_000_000),
        ("P1D", 0, 86_400_000_000),
        ("P2W", 0, 14 * 86_400_000_000),
        ("P1Y6M", 18, 0),
        ("P1MT0.5S", 1, 500_000),
        ("PT15M", 0, 900_000_000),
    ],
)
def test_a_duration_is_read(text: str, months: int, micros: int) -> None:
    assert read_period(text) == Period(months, micros)


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "1H", "P1H", "PT1D", "-P1D", "P1DT", "P99999Y9M", "PT1.5H", "P1D" * 99]
)
def test_what_is_no_duration_is_not_read(text: str) -> None:
    assert read_period(text) is None


def test_a_month_ends_where_the_next_begins_whatever_its_length() -> None:
    month, start = Period(months=1), at("2024-01-31T12:00:00Z")
    ends = [month.after(start, count) for count in range(1, 4)]
    assert ends == [at(f"2024-{day}T12:00:00Z") for day in ("02-29", "03-31", "04-30")]


def test_periods_end_with_the_calendar() -> None:
    assert Period(months=12 * 9_000).after(at("2026-01-01T00:00:00Z"), 2) > 0


@settings(max_examples=60, deadline=None)
@given(
    times=st.lists(st.integers(0, 10**15), min_size=1, max_size=50).map(sorted),
    period=st.sampled_from([Period(0, 3_600_000_000), Period(1), Period(1, 5), Period(12)]),
)
def test_a_time_is_in_the_period_that_it_is_between_the_edges_of(
    times: list[int], period: Period
) -> None:
    start = times[0]
    for time, place in zip(times, places(period, start, np.array(times)).tolist(), strict=True):
        assert period.after(start, place) <= time < period.after(start, place + 1)
