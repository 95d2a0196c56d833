"""The history of a property: bounded, honest about what it shows, in the municipality's days."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byalag.model import Flag, Series, Thing
from byalag.services import Refused
from byalag.services.baths import (
    BathingPlaceHistory,
    PropertyHistory,
    bathing_place_history,
)
from byalag.store import Store

SERIES = "bath:a:b/waterTemperature"
MINUTE = 60_000_000
START = datetime(2026, 3, 1, tzinfo=UTC)


def micros(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path: Path = tmp_path_factory.mktemp("history") / "store.sqlite"
    with Store(path) as store:
        series = Series(
            id=SERIES, thing="bath:a:b", property="waterTemperature", dataset="baths", unit="Cel"
        )
        store.commit([Thing(id="bath:a:b", type="BathingPlace", dataset="baths"), series], at=0)
        times = micros(START) + np.arange(288 * 245, dtype=np.int64) * 5 * MINUTE
        values = (np.arange(len(times)) % 288).astype(np.float64)
        flags = np.full(len(times), Flag.GOOD, np.uint8)
        flags[7], values[7] = Flag.FAIL, 999.0
        store.load(series, times, values, flags).result()
        yield store


def ask(store: Store, start: datetime, end: datetime) -> PropertyHistory:
    question = BathingPlaceHistory(id="bath:a:b", start=start, end=end)
    return bathing_place_history(question, store, micros(end))


def test_a_short_period_is_told_value_by_value(store: Store) -> None:
    told = ask(store, START, START + timedelta(hours=1))
    assert told.resolution == "raw"
    assert [value.value for value in told.values][:7] == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    assert (told.values[7].value, told.values[7].flag) == (None, "fail")
    assert told.summary.maximum == 11.0
    assert told.summary.count == 11


def test_a_period_is_half_open(store: Store) -> None:
    told = ask(store, START, START + timedelta(minutes=10))
    assert [value.time.minute for value in told.values] == [0, 5]


def test_a_long_period_is_told_by_the_hour_and_says_so(store: Store) -> None:
    told = ask(store, START, START + timedelta(days=30))
    assert told.resolution == "hour"
    assert len(told.values) == 30 * 24
    assert (told.values[0].count, told.values[0].maximum) == (11, 11.0)  # the failed one is not in


@pytest.mark.proves(27)
def test_the_longest_are_told_by_the_municipality_s_own_days(store: Store) -> None:
    told = ask(store, START, START + timedelta(days=240))
    assert told.resolution == "day"
    assert told.time_zone == "Europe/Stockholm"
    by_day = {value.time: value.count for value in told.values}
    assert by_day[datetime(2026, 3, 28, 23, tzinfo=UTC)] == 23 * 12  # the clock is put forward
    assert by_day[datetime(2026, 10, 24, 22, tzinfo=UTC)] == 25 * 12  # and back


def test_without_a_period_the_last_seven_days_are_told(store: Store) -> None:
    now = micros(START + timedelta(days=20))
    told = bathing_place_history(BathingPlaceHistory(id="bath:a:b"), store, now)
    assert told.period.end - told.period.start == timedelta(days=7)
    assert len(told.values) == 7 * 288


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (START, START),
        (START + timedelta(days=1), START),
        (START - timedelta(days=4000), START),
    ],
)
def test_a_period_that_cannot_be_told_is_refused(
    store: Store, start: datetime, end: datetime
) -> None:
    with pytest.raises(Refused):
        ask(store, start, end)


def test_an_unknown_property_lists_those_there_are(store: Store) -> None:
    question = BathingPlaceHistory(id="bath:a:b", property="airTemperature")
    with pytest.raises(Refused, match="waterTemperature"):
        bathing_place_history(question, store, micros(START))


def test_an_unknown_series_lists_those_there_are(store: Store) -> None:
    question = BathingPlaceHistory(id="bath:a:b", series="bath:a:c/waterTemperature")
    with pytest.raises(Refused, match=SERIES):
        bathing_place_history(question, store, micros(START))


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 240 * 24), st.integers(1, 60 * 24))
def test_every_answer_is_bounded_and_in_order(store: Store, first: int, hours: int) -> None:
    start = START + timedelta(hours=first)
    told = ask(store, start, start + timedelta(hours=hours))
    assert len(told.values) <= 3000
    times = [value.time for value in told.values]
    assert times == sorted(set(times))
    if told.resolution != "raw" and told.values:
        total = sum(value.count or 0 for value in told.values)
        assert total == told.summary.count
