"""What is a sign of somebody, and what is only a sign that a device is alive."""

from datetime import date
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byalag.analysis import NOTHING
from byalag.model import Flag, History
from byalag.services.care import Channel, Counts, day_begins, day_ends, day_of
from byalag.services.care._hours import old_slots, slots
from byalag.services.care._signs import MINUTE, alive, heard, in_order, signs_of

ZONE = ZoneInfo("Europe/Stockholm")
SERIES = "sensor:hem:kyl/open"
SECOND = 1_000_000


def channel(counts: Counts = "each") -> Channel:
    return Channel(series=SERIES, room="kitchen", meaning="fridge", counts=counts)


def told(*rows: tuple[float, float] | tuple[float, float, int]) -> History:
    return History(
        np.array([round(row[0] * MINUTE) for row in rows], np.int64),
        np.array([row[1] for row in rows], np.float64),
        np.array([row[2] if len(row) > 2 else Flag.GOOD for row in rows], np.uint8),
    )


def minutes(counts: Counts, history: History, before: float | None = None) -> list[int]:
    found: list[int] = (signs_of(channel(counts), history, before) // MINUTE).tolist()
    return found


@pytest.mark.parametrize(
    ("counts", "expected"),
    [("each", [1, 2, 4]), ("rise", [1, 4]), ("change", [1, 3, 4]), ("growth", [1, 4])],
)
def test_what_counts_is_what_the_channel_says(counts: Counts, expected: list[int]) -> None:
    history = told((0, 0), (1, 1), (2, 1), (3, 0), (4, 1))
    assert minutes(counts, history) == expected


def test_the_first_value_of_a_contact_is_no_sign_but_the_one_before_it_is_remembered() -> None:
    assert minutes("rise", told((5, 1))) == []
    assert minutes("rise", told((5, 1)), before=0.0) == [5]
    assert minutes("growth", told((5, 7)), before=9.0) == []  # a counter that began anew


@pytest.mark.parametrize("flag", [Flag.FAIL, Flag.MISSING])
def test_a_failed_value_is_a_heartbeat_and_no_sign(flag: Flag) -> None:
    history = told((1, 1, flag), (2, float("nan")))
    seen = heard({SERIES: channel()}, {SERIES: history}, now=10 * MINUTE)
    assert seen.signs[SERIES].tolist() == []
    assert seen.beats["sensor:hem:kyl"].tolist() == [1, 2]


def test_a_value_that_is_sent_again_is_one_sign() -> None:
    assert minutes("each", told((0.95, 1), (1.05, 1))) == [0]
    assert minutes("each", told((0.95, 1), (1.5, 1))) == [0, 1]


def test_what_is_said_to_be_later_than_now_is_nothing() -> None:
    history = told((1, 1), (9, 1))
    seen = heard({SERIES: channel()}, {SERIES: history}, now=5 * MINUTE)
    assert (seen.signs[SERIES] // MINUTE).tolist() == [1]
    assert seen.beats["sensor:hem:kyl"].tolist() == [1]


rows = st.lists(
    st.tuples(st.integers(0, 90), st.sampled_from([0.0, 1.0, 2.0])), min_size=1, max_size=25
)


@settings(deadline=None, max_examples=60)
@given(rows=rows, counts=st.sampled_from(["each", "rise", "change", "growth"]), seed=st.randoms())
def test_order_and_repeats_change_nothing(
    rows: list[tuple[int, float]],
    counts: Counts,
    seed: Random,
) -> None:
    once = list(dict(rows).items())
    again = [*once, *once[::2]]
    seed.shuffle(again)
    right = minutes(counts, in_order(told(*sorted(once)), 10**12))
    assert minutes(counts, in_order(told(*again), 10**12)) == right


def test_a_device_is_alive_between_heartbeats_and_not_in_a_downtime() -> None:
    known = alive(np.array([2, 5, 20]), 2, 0, 25)
    assert np.flatnonzero(known).tolist() == [2, 3, 4, 5, 20]
    assert not alive(np.empty(0, np.int64), 2, 0, 3).any()


@pytest.mark.parametrize(
    ("day", "hours", "twice", "never"),
    [
        (date(2026, 3, 29), 23, None, 4),
        (date(2026, 10, 25), 25, 4, None),
        (date(2026, 7, 1), 24, None, None),
    ],
)
def test_the_hour_of_the_clocks_change_is_the_same_hour_twice_or_never(
    day: date, hours: int, twice: int | None, never: int | None
) -> None:
    first, last = day_begins(day, ZONE), day_ends(day, ZONE)
    assert last - first == hours * 60
    count = np.bincount(slots(first, last - first, ZONE), minlength=48)
    usual = dict.fromkeys(range(48), 30)
    for hour, many in ((twice, 60), (never, 0)):
        if hour is not None:
            usual.update({hour: many, hour + 1: many})
    assert dict(enumerate(count.tolist())) == usual
    assert day_of(first, ZONE) == day_of(last - 1, ZONE) == day


@pytest.mark.parametrize(
    ("day", "shown_twice", "apart"),
    [(date(2026, 3, 29), [], -2), (date(2026, 10, 25), list(range(180, 240)), 2)],
)
def test_the_old_clock_goes_on_until_the_day_of_the_change_is_over(
    day: date, shown_twice: list[int], apart: int
) -> None:
    first, last = day_begins(day, ZONE), day_ends(day, ZONE)
    old, new = old_slots(first - 600, last - first + 1200, ZONE), slots(first, last - first, ZONE)
    assert old is not None
    assert np.array_equal(old[:600], slots(first - 600, 600, ZONE))
    assert np.array_equal(old[-600:], slots(last, 600, ZONE))
    within = old[600:-600]
    assert np.flatnonzero(within == NOTHING).tolist() == shown_twice
    assert np.array_equal(within[:120], new[:120])
    later = np.arange(240, last - first)
    assert ((within[later] - new[later] - apart) % 48 == 0).all()
    assert old_slots(first - 1440, 1440, ZONE) is None
    assert old_slots(last, 3 * 1440, ZONE) is None
