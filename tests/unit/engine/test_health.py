from datetime import timedelta
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from byalag.engine import State
from byalag.engine._advice import advice
from byalag.engine._health import Health, judge, recalled, standing
from byalag.engine._translation import Translation
from byalag.model import Rejected
from byalag.sources import Expect
from byalag.testkit import StoppedClock

MINUTE = timedelta(minutes=1)


def heard(*records: int, aside: int = 0) -> Health:
    """Return how a source is that has just delivered these numbers of records."""
    health = Health(begun=StoppedClock().now())
    health.hear(StoppedClock().now())
    for count in records:
        health.take("main", delivery(count, aside if count == records[-1] else 0), health.begun)
    return health


def delivery(records: int, aside: int = 0) -> Translation:
    rejected = [Rejected(where=f"[{n}]", why="bad") for n in range(aside)]
    return Translation(things=records - aside, set_aside=rejected)


def state(health: Health, after: timedelta = timedelta(), volume: float = 0.5) -> State:
    now = StoppedClock().advance(after)
    return judge(health, Expect(volume=volume), every=MINUTE, left_alone=False, now=now)


def test_a_source_is_ok_for_three_times_its_interval_and_then_silent() -> None:
    assert state(heard(9, 9), 3 * MINUTE) == "ok"
    assert state(heard(9, 9), 3 * MINUTE + timedelta(microseconds=1)) == "silent"


def test_a_source_that_has_never_been_heard_waits_and_then_is_silent() -> None:
    health = Health(begun=StoppedClock().now())
    assert state(health) == "waiting"
    assert state(health, 4 * MINUTE) == "silent"


def test_a_source_that_answers_without_news_is_late_only_if_it_says_how_fresh_it_is() -> None:
    clock = StoppedClock()
    health = heard(9, 9)
    health.hear(clock.advance(timedelta(days=2)))
    for expect, found in ((Expect(), "ok"), (Expect(fresh="1d"), "late")):
        now = clock.now()
        assert judge(health, expect, every=MINUTE, left_alone=False, now=now) == found


def test_half_of_what_is_usual_is_low() -> None:
    assert state(heard(100, 100, 100, 51)) == "ok"
    assert state(heard(100, 100, 100, 49)) == "low"
    assert state(heard(100, 100, 100, 80), volume=0.9) == "low"
    assert state(heard(0, 0, 0, 0)) == "ok"


def test_nothing_is_usual_before_three_deliveries() -> None:
    assert state(heard(100, 100, 1)) == "ok"


def test_many_set_aside_is_rising_and_a_few_are_not() -> None:
    assert state(heard(100, 100, 100, 101, aside=3)) == "ok"
    assert state(heard(100, 100, 100, 101, aside=10)) == "set-aside-rising"


def test_what_has_always_been_set_aside_does_not_rise() -> None:
    health = heard()
    for _ in range(9):
        health.take("main", delivery(100, 30), health.begun)
    assert state(health) == "ok"
    assert standing(health, Expect()).set_aside == 30


def test_each_part_has_its_own_usual() -> None:
    health = heard(100, 100, 100, 100)
    for _ in range(5):
        health.take("live", delivery(3), health.begun)
    assert state(health) == "ok"


def test_a_failure_is_said_before_all_else_but_a_source_left_alone() -> None:
    health = heard(9)
    health.fail("ask main", "it answered 500")
    assert state(health, timedelta(days=9)) == "failing"
    now = StoppedClock().now()
    assert judge(health, Expect(), every=MINUTE, left_alone=True, now=now) == "open"


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000)), max_size=40))
def test_whatever_comes_is_judged_and_remembered(counts: list[tuple[int, int]]) -> None:
    health = heard()
    for records, aside in counts:
        health.take("main", delivery(records, min(records, aside)), health.begun)
    assert len(health.recent.get("main", [])) <= 21
    assert recalled(msgspec.json.decode(msgspec.json.encode(health))) == health
    assert state(health) in {"ok", "low", "set-aside-rising"}


@pytest.mark.parametrize("said", [None, 7, {"recent": 7}, {"state": "gone"}])
def test_what_cannot_be_recalled_is_forgotten(said: object) -> None:
    assert recalled(said) == Health()


@pytest.mark.parametrize("name", get_args(State))
def test_every_state_says_what_to_do_in_both_languages(name: State) -> None:
    assert set(advice(name)) == {"sv", "en"}


def test_one_part_that_works_does_not_hide_that_another_fails() -> None:
    health = heard(9)
    health.fail("ask live", "it answered 500")
    health.take("main", delivery(9), health.begun)
    assert state(health) == "failing"
    assert health.recover("ask live")
    assert not health.recover("ask live")
    assert state(health) == "ok"
