"""Homes in a real store, watched minute by minute on a clock that stands still."""

import asyncio
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byalag.model import Micros, Observation
from byalag.services.care import Away, ConsentWithdrawn, NoticeClosed, NoticeOpened, Standing
from byalag.testkit.homes import SimulatedHome

from ._house import (
    CODE,
    DAY,
    HOUR,
    MINUTE,
    Gave,
    House,
    Kind,
    in_order,
    told_between,
    world,
)


def kinds(house: House, home: SimulatedHome) -> list[str]:
    return [
        one.kind for one in house.said(home.id, "NoticeOpened") if isinstance(one, NoticeOpened)
    ]


def ends(house: House, home: SimulatedHome) -> list[str]:
    return [one.by for one in house.said(home.id, "NoticeClosed") if isinstance(one, NoticeClosed)]


def test_a_home_whose_person_falls_silent_is_told_of_once(tmp_path: Path) -> None:
    house, home, first = world(tmp_path, ("collapse", 9, 72, ""))
    house.look()
    assert house.standing(home.id).state == "usual"
    house.live(in_order(home, first + 4 * HOUR, first + DAY), first + DAY, every=30)
    standing = house.standing(home.id)
    assert kinds(house, home) == ["deviation"]
    assert standing.state == "deviation"
    assert standing.reason is not None
    assert standing.reason.last is not None
    assert standing.reason.last < first + 9 * HOUR
    assert {one.state for one in standing.devices} <= {"ok", "low-battery"}


@pytest.mark.parametrize(
    ("kind", "sensor", "told"),
    [
        ("dead-gateway", "", "no-contact"),
        ("dead-sensor", "motion-living-room", "sensor"),
        ("chatter", "motion-kitchen", "sensor"),
    ],
)
def test_a_fault_of_devices_is_told_as_one_and_never_as_a_person(
    tmp_path: Path, kind: Kind, sensor: str, told: str
) -> None:
    house, home, first = world(tmp_path, (kind, 9, 24, sensor))
    house.live(in_order(home, first + 4 * HOUR, first + DAY), first + DAY, every=30)
    assert kinds(house, home) == [told]
    assert house.standing(home.id).state == "no-contact"


def test_what_a_dead_gateway_had_kept_ends_the_notice_and_changes_nothing_else(
    tmp_path: Path,
) -> None:
    house, home, first = world(tmp_path)
    given = in_order(home, first + 4 * HOUR, first + DAY)
    held = [
        Gave(first + 16 * HOUR, one.observation)
        if first + 10 * HOUR < one.came < first + 16 * HOUR
        else one
        for one in given
    ]
    house.live(held, first + 20 * HOUR, every=30)
    assert kinds(house, home) == ["no-contact"]
    assert ends(house, home) == ["heard"]
    late = house.standing(home.id)
    house.store.close()
    other, home, first = world(tmp_path / "other")
    other.live(in_order(home, first + 4 * HOUR, first + DAY), first + 20 * HOUR, every=30)
    assert other.standing(home.id) == late


def _shuffled(given: list[Observation], random: Random, until: Micros) -> list[Gave]:
    """Return what was given as it comes by a bad network: late, twice and in another order."""
    found: list[Gave] = []
    for one in given:
        late = random.choice([0, 0, 0, 90, 6 * 3600]) * 1_000_000
        found.append(Gave(min(one.at + 1_000_000 + late, until), one))
        if random.random() < 0.1:
            found.append(Gave(min(one.at + 60 * MINUTE, until), one))
    return found


@settings(deadline=None, max_examples=3)
@given(random=st.randoms(use_true_random=False))
def test_however_it_comes_the_home_is_the_same(
    tmp_path_factory: pytest.TempPathFactory, random: Random
) -> None:
    standings: list[Standing] = []
    for shuffled in (False, True):
        house, home, first = world(tmp_path_factory.mktemp("a"), seed=3, days=15)
        until = first + 15 * HOUR
        given = told_between(home, first + 4 * HOUR, until)
        came = _shuffled(given, random, until) if shuffled else [Gave(g.at + 1, g) for g in given]
        house.live(came, until + HOUR, every=60)
        standings.append(house.standing(home.id))
        house.store.close()
    assert standings[0] == standings[1]


def test_a_watch_that_starts_again_knows_what_it_knew(tmp_path: Path) -> None:
    house, home, first = world(tmp_path, ("collapse", 9, 72, ""))
    given = in_order(home, first + 4 * HOUR, first + DAY)
    house.live(given, first + 12 * HOUR, every=30)
    before = house.standing(home.id)
    house.begin()
    assert house.standing(home.id).state == "no-contact"  # nobody has looked yet
    house.look()
    assert house.standing(home.id) == before
    house.live([g for g in given if g.came > first + 12 * HOUR], first + DAY, every=30)
    assert kinds(house, home) == ["deviation"]


def test_a_day_is_learnt_after_midnight_once_and_again_when_some_of_it_comes_late(
    tmp_path: Path,
) -> None:
    house, home, first = world(tmp_path)
    given = in_order(home, first + 4 * HOUR, first + 2 * DAY)
    noon = [one for one in given if first + 12 * HOUR < one.observation.at < first + 13 * HOUR]
    house.live([g for g in given if g not in noon], first + 30 * HOUR, every=60)
    journal = house.store.journal("care")
    days = (first // MINUTE, first // MINUTE + 1440)
    kept = {at // MINUTE: packed for at, packed in journal.kept_of(home.id).values()}
    assert set(days) <= set(kept)
    house.tell(one.observation for one in noon)
    house.clock.advance(timedelta(minutes=1))
    house.look()
    again = {at // MINUTE: packed for at, packed in journal.kept_of(home.id).values()}
    assert again[days[1]] != kept[days[1]]
    house.store.close()
    other, home, first = world(tmp_path / "other")
    other.live(given, first + 30 * HOUR + MINUTE, every=60)
    right = other.store.journal("care").kept_of(home.id).values()
    assert {at // MINUTE: packed for at, packed in right}[days[1]] == again[days[1]]


def test_a_clock_far_ahead_gives_no_signs_ever(tmp_path: Path) -> None:
    house, home, first = world(tmp_path, ("collapse", 9, 72, ""))
    given = told_between(home, first + 4 * HOUR, first + 20 * HOUR)
    fridge = next(one for one in home.channels() if one.meaning == "fridge").series
    wrong = [
        Gave(first + 5 * HOUR, Observation(fridge, first + hour * HOUR + minute, value))
        for hour in range(10, 20)
        for minute, value in ((1, 0.0), (MINUTE, 1.0))
    ]
    came = [Gave(one.at + 1, one) for one in given]
    house.live([*came, *wrong], first + 20 * HOUR, every=30)
    assert kinds(house, home) == ["deviation"]
    house.begin()
    house.look()
    assert house.standing(home.id).state == "deviation"


def test_consent_withdrawn_is_felt_at_once_and_nothing_is_left_in_memory(tmp_path: Path) -> None:
    house, home, _ = world(tmp_path)
    house.look()
    said = [ConsentWithdrawn(consent="consent:1")]
    asyncio.run(house.book.say(home.id, said, who="test", at=house.clock.now()))
    assert house.standing(home.id).state == "off"
    house.look()
    assert house.watching.lookouts[CODE].day(home.id, home.street.calendar.begins) is None


def test_a_home_that_is_away_raises_no_alarm(tmp_path: Path) -> None:
    house, home, first = world(tmp_path, ("away", 6, 40, ""))
    house.look()
    said = [Away(until=first + 40 * HOUR)]
    asyncio.run(house.book.say(home.id, said, who="test", at=house.clock.now()))
    house.live(in_order(home, first + 4 * HOUR, first + 2 * DAY), first + 39 * HOUR, every=60)
    assert house.standing(home.id).state == "away"
    assert kinds(house, home) == []


def test_a_fault_of_ours_in_one_home_stops_no_other_and_is_never_usual(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, home, _ = world(tmp_path)
    broken = home.__class__(name="trasig", street=home.street, gateway="gw")
    house.enter(broken, ("fridge",))
    at = house.clock.now()
    house.store.journal("care").keep("dawn0", {broken.id: b"not a dawn"}, at=at - DAY).result()
    house.look()
    assert house.standing(broken.id).state == "no-contact"
    assert house.standing(home.id).state == "usual"


def test_a_watch_that_does_not_look_shows_nothing_as_usual(tmp_path: Path) -> None:
    house, home, _ = world(tmp_path)
    house.look()
    assert house.standing(home.id).state == "usual"
    house.clock.advance(timedelta(minutes=4))
    assert house.standing(home.id).state == "no-contact"


def test_a_day_and_a_week_are_told_against_what_is_usual(tmp_path: Path) -> None:
    house, home, first = world(tmp_path)
    house.look()
    lookout = house.watching.lookouts[CODE]
    yesterday = home.street.calendar.begins + timedelta(days=21)
    view = lookout.day(home.id, yesterday)
    assert view is not None
    assert len(view.halves) == 48
    assert view.halves[0].begins == first
    assert sum(one.seen for one in view.halves) == len(view.signs)
    assert all(one.low is not None for one in view.halves)
    assert lookout.day(home.id, yesterday + timedelta(days=2)) is None
    week = lookout.week(home.id)
    assert week is not None
    assert len(week.days) == 7
    assert week.days[-1].day == yesterday - timedelta(days=1)


def test_the_first_half_hour_of_a_day_is_seen_when_all_were_heard_before_midnight(
    tmp_path: Path,
) -> None:
    house, home, first = world(tmp_path)
    house.look()
    today = home.street.calendar.begins + timedelta(days=21)
    view = house.watching.lookouts[CODE].day(home.id, today)
    assert view is not None
    assert [one.observed for one in view.halves[:6]] == [1.0] * 6
    assert all(first <= at < first + DAY for each in view.channels.values() for at in each)


def test_a_municipality_that_has_paused_is_left_alone(tmp_path: Path) -> None:
    house, home, _ = world(tmp_path)
    house.watching._paused = lambda _: "paus"  # noqa: SLF001 -- what the register would say
    house.look()
    assert house.standing(home.id).state == "no-contact"
