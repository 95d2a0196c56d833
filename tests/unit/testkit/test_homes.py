"""Simulated homes: what is seen is of somebody who is there, and what breaks is silent."""

from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from byalag.mapping import Context
from byalag.model import Delivery, Observation, Series, Thing
from byalag.services.care import ROOMS
from byalag.sources import kinds
from byalag.testkit import micros
from byalag.testkit.homes import (
    SENSORS,
    Happening,
    Household,
    Journey,
    SimulatedHome,
    arrivals,
    eui,
    home,
    pushes,
    simulate,
    uplinks,
)

HOUR = 3_600_000_000
DAY = 24 * HOUR
SWEDEN = ZoneInfo("Europe/Stockholm")
BEGINS = micros("2026-10-05T12:00:00+02:00")
ENDS = BEGINS + 2 * DAY
DURING = Happening(kind="collapse", begins=BEGINS, ends=ENDS)


@pytest.fixture(scope="module")
def usual() -> SimulatedHome:
    return home(7, days=28)


def hours(one: SimulatedHome) -> list[int]:
    at = [datetime.fromtimestamp(each / 1e6, SWEDEN) for each in one.street.signs.at.tolist()]
    return [each.hour for each in at]


def seen(one: SimulatedHome, *names: str) -> NDArray[np.int64]:
    signs = one.street.signs
    of = [SENSORS[each].name in names for each in range(len(SENSORS))] if names else None
    at = signs.at if of is None else signs.at[np.array(of)[signs.sensor]]
    return at[(at >= BEGINS) & (at < ENDS)]


def heard(one: SimulatedHome) -> int:
    at = one.street.beats("1h").at
    return int(((at >= BEGINS) & (at < ENDS)).sum())


def test_the_same_seed_gives_the_same_home_and_another_another() -> None:
    assert home(3, days=4).observations() == home(3, days=4).observations()
    assert home(3, days=4).observations() != home(4, days=4).observations()


def test_a_night_is_quieter_than_a_day(usual: SimulatedHome) -> None:
    every = hours(usual)
    night = sum(2 <= hour < 4 for hour in every)
    day = sum(9 <= hour < 11 for hour in every)
    assert 0 < night < day / 4


def test_motion_is_only_seen_where_somebody_is() -> None:
    """Without pets and visitors, each sign of motion is of a stay in that room."""
    for seed in range(4):
        one = home(seed, days=14)
        stays, signs = one.stays, one.street.signs
        alone = [each for each in one.happened if each.kind == "visit"]
        motion = signs.sensor < len(ROOMS) - 2
        at, room = signs.at[motion], signs.sensor[motion]
        unvisited = np.ones(len(at), np.bool_)
        for each in alone:
            unvisited &= (at < each.begins) | (at >= each.ends)
        order = np.argsort(stays.at, kind="stable")
        which = np.searchsorted(stays.at[order], at + 1_000_000, "right") - 1
        before = np.searchsorted(stays.at[order], at, "right") - 1
        there = stays.room[order][which] == room
        there |= stays.room[order][np.maximum(before, 0)] == room
        there |= stays.room[order][np.maximum(which - 1, 0)] == room  # entered within a second
        assert there[unvisited].all()


def test_days_away_are_told_as_true_and_nothing_is_seen_in_them() -> None:
    street = next(simulate(5, homes=60, days=42, household=Household()))
    away = [(n, each) for n in range(60) for each in street.happened(n) if each.kind == "away"]
    assert away
    for number, each in away:
        of = street.signs.home == number
        at = street.signs.at[of]
        inside = (at > each.begins + 11_000_000) & (at < each.ends - 21_000_000)
        assert not inside.any()


def test_when_a_person_collapses_the_devices_are_heard_as_ever() -> None:
    one = home(7, days=14, happenings=[DURING])
    assert len(seen(one)) == 0
    assert heard(one) == heard(home(7, days=14))
    assert one.street.happenings[0].technical is False


def test_what_is_not_used_is_heard_and_the_rest_is_seen() -> None:
    unused = msgspec.structs.replace(DURING, kind="unused", sensor="fridge")
    one = home(7, days=14, happenings=[unused])
    assert len(seen(one, "fridge")) == 0
    assert len(seen(one)) > 0
    assert heard(one) == heard(home(7, days=14))


@pytest.mark.parametrize("kind", ["dead-sensor", "flat-battery"])
def test_a_dead_device_is_neither_seen_nor_heard(kind: str) -> None:
    dead = msgspec.convert(
        {"kind": kind, "begins": BEGINS, "ends": ENDS, "sensor": "fridge"}, Happening
    )
    one = home(7, days=14, happenings=[dead])
    beats = one.street.beats("1h")
    fridge = beats.sensor == [sensor.name for sensor in SENSORS].index("fridge")
    assert len(seen(one, "fridge")) == 0
    assert not (fridge & (beats.at >= BEGINS) & (beats.at < ENDS)).any()
    assert dead.technical
    last = beats.battery[fridge & (beats.at < BEGINS)][-1]
    assert (last == 1) == (kind == "flat-battery")


def test_behind_a_dead_gateway_nothing_is_heard() -> None:
    one = home(7, days=14, happenings=[msgspec.structs.replace(DURING, kind="dead-gateway")])
    assert (len(seen(one)), heard(one)) == (0, 0)


def test_what_is_added_is_more_than_there_was(usual: SimulatedHome) -> None:
    for kind, sensor, name in (
        ("chatter", "motion-bedroom", "motion-bedroom"),
        ("wandering", "", "motion-bathroom"),
        ("visit", "", "motion-kitchen"),
    ):
        more = msgspec.convert(
            {"kind": kind, "begins": BEGINS, "ends": ENDS, "sensor": sensor}, Happening
        )
        assert len(seen(home(7, days=28, happenings=[more]), name)) > 1.5 * len(seen(usual, name))


def test_a_slower_person_does_less_each_day(usual: SimulatedHome) -> None:
    slower = Happening(kind="slower", begins=0, ends=2**60)
    begun = msgspec.structs.replace(slower, begins=usual.street.calendar.first)
    one = home(7, days=28, happenings=[begun])
    late = usual.street.calendar.end - 7 * DAY
    fewer = (one.street.signs.at >= late).sum() / (usual.street.signs.at >= late).sum()
    assert 0.5 < fewer < 0.75


def test_an_unknown_sensor_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"use one of motion-bedroom, .*door"):
        home(1, days=2, happenings=[msgspec.structs.replace(DURING, kind="unused", sensor="tv")])


@pytest.mark.parametrize("begins", [date(2026, 10, 24), date(2027, 3, 27)])
def test_the_days_when_the_clock_changes_are_as_long_as_they_are(begins: date) -> None:
    one = home(9, days=3, begins=begins)
    calendar, zone = one.street.calendar, ZoneInfo("Europe/Stockholm")
    lasted = (calendar.end - calendar.first) // HOUR
    assert lasted == (73 if begins.month == 10 else 71)
    at = one.street.signs.at
    assert (np.diff(at) >= 0).all()
    local = [datetime.fromtimestamp(each / 1e6, zone) for each in at.tolist()]
    assert {each.date() for each in local} == {begins + timedelta(days=n) for n in range(3)}


def test_each_series_has_times_in_order_and_each_once(usual: SimulatedHome) -> None:
    assert len(usual.measured()) == 2 * len(SENSORS) - 1
    for times, values in usual.measured().values():
        assert len(times) == len(values) > 0
        assert (np.diff(times) > 0).all()


def test_every_device_is_heard_at_its_pace(usual: SimulatedHome) -> None:
    beats = usual.street.beats("1h")
    for place in range(len(SENSORS)):
        gaps = np.diff(beats.at[beats.sensor == place])
        assert gaps.max() < 1.5 * HOUR
        assert abs(gaps.mean() - HOUR) < HOUR / 100


def test_things_are_said_to_be_simulated_and_every_series_has_its_thing() -> None:
    facts = list(home(2, days=1).facts("care-sensors", "2482"))
    things = {each.id: each for each in facts if isinstance(each, Thing)}
    assert all(each.properties["simulated"] is True for each in things.values())
    series = [each for each in facts if isinstance(each, Series)]
    assert {each.thing for each in series} == things.keys()
    assert {each.id for each in series} == home(2, days=1).measured().keys()
    channels = home(2, days=1).channels("fridge")
    assert {each.series for each in channels} <= {each.id for each in series}
    assert [each.meaning for each in channels if each.watched] == ["fridge"]


def test_two_residents_are_seen_more_than_one() -> None:
    alone = home(11, days=7, household=Household(residents=1))
    two = home(11, days=7, household=Household(residents=2, pets=True))
    assert len(two.street.signs) > 1.3 * len(alone.street.signs)
    assert set(two.stays.resident.tolist()) == {0, 1}


def test_one_who_is_up_at_all_hours_is_never_long_unseen() -> None:
    up = home(1, days=3, household=Household(up=True))
    assert np.diff(up.street.signs.at).max() < 20 * 60_000_000


def test_minutes_hold_the_room_of_the_last_sign_in_each(usual: SimulatedHome) -> None:
    marks = usual.street.minutes()
    assert marks.shape == (
        1,
        (usual.street.calendar.end - usual.street.calendar.first) // 60_000_000,
    )
    assert set(np.unique(marks).tolist()) == {-1, 0, 1, 2, 3, 4}


def test_a_street_of_many_blocks_has_every_home_once() -> None:
    streets = list(simulate(1, homes=260, days=2))
    assert [(each.first, each.homes) for each in streets] == [(0, 250), (250, 10)]
    assert all(set(each.signs.home.tolist()) == set(range(each.homes)) for each in streets)


def test_a_log_is_of_local_times_in_order(usual: SimulatedHome) -> None:
    rows = [line.split("\t") for line in usual.log()]
    assert len(rows) == len(usual.street.signs)
    assert all(first[0] <= later[0] for first, later in pairwise(rows[:500]))
    assert {row[1] for row in rows} == {sensor.name for sensor in SENSORS}


OBSERVATIONS = home(7, days=2).observations()
HELD = OBSERVATIONS[0].at + 8 * HOUR
JOURNEYS = st.builds(
    Journey,
    resent=st.sampled_from([0.0, 0.3]),
    shuffled=st.booleans(),
    held=st.sampled_from([(), ((HELD, HELD + 6 * HOUR),)]),
)


@settings(deadline=None, max_examples=10)
@given(seed=st.integers(0, 1000), journey=JOURNEYS)
def test_whatever_the_journey_what_arrives_is_what_was_sent(seed: int, journey: Journey) -> None:
    come = arrivals(OBSERVATIONS, journey, seed=seed)
    assert {each for one in come for each in one.observations} == set(OBSERVATIONS)
    assert all(one.received >= each.at for one in come for each in one.observations)
    frames = {(one.device, one.frame) for one in come}
    assert (len(frames) < len(come)) == (journey.resent > 0)
    for begins, ends in journey.held:
        kept = [one for one in come if begins <= one.observations[0].at < ends]
        assert kept
        assert all(one.received >= ends for one in kept)


def test_what_is_lost_never_comes_and_a_skewed_clock_dates_all_of_it() -> None:
    some = arrivals(OBSERVATIONS, Journey(lost=0.5, skew=timedelta(seconds=90)), seed=1)
    at = {(each.series, each.at) for one in some for each in one.observations}
    sent = {(each.series, each.at + 90_000_000) for each in OBSERVATIONS}
    assert at < sent
    assert 0.4 < len(at) / len(sent) < 0.6


def test_pushes_are_lines_that_the_push_door_takes() -> None:
    bodies = list(pushes(arrivals(OBSERVATIONS), most=500))
    lines = [msgspec.json.decode(line) for body in bodies for line in body.splitlines()]
    assert len(lines) == len(OBSERVATIONS)
    assert {line["series"] for line in lines} == {each.series for each in OBSERVATIONS}
    assert datetime.fromisoformat(lines[0]["time"]).tzinfo == UTC


def test_uplinks_mean_to_the_lorawan_source_what_was_measured() -> None:
    one = home(7, days=2)
    sensor = next(each for each in SENSORS if each.name == "fridge")
    kind = kinds()["lorawan"]
    text = f"""
kind = "lorawan"
dataset = "care-sensors"
owner = "Exempelstads kommun"
network = "chirpstack"
radio = false
[mqtt]
url = "mqtt://127.0.0.1"
[[type]]
name = "door"
[[type.series]]
name = "open"
value = "open"
[[type.series]]
name = "batteryLevel"
value = "batteryLevel"
unit = "%"
[[device]]
eui = "{eui(one.device(sensor))}"
type = "door"
thing = "{one.device(sensor)}"
"""
    translate = kind.prepare(msgspec.toml.decode(text, type=kind.settings))
    ours = [each for each in one.observations() if each.series.startswith(one.device(sensor))]
    gave: list[Observation] = []
    for topic, body in uplinks(arrivals(ours)):
        assert eui(one.device(sensor)) in topic
        delivery = Delivery(source="care", received=ENDS, bodies=(body,), names=(topic,))
        context = Context(
            source="care", municipality="2482", dataset="care-sensors", received=ENDS, others={}
        )
        facts = translate(delivery, context)
        gave += [each for each in facts if isinstance(each, Observation)]
    assert sorted((each.series, each.at, each.value) for each in gave) == sorted(
        (each.series, each.at, each.value) for each in ours
    )


def test_what_the_readme_shows_runs(capsys: pytest.CaptureFixture[str]) -> None:
    text = files("byalag.testkit.homes").joinpath("README.md").read_text("utf-8")
    example = text.partition("```python\n")[2].partition("```")[0]
    exec(compile(example, "README.md", "exec"), {})  # noqa: S102 -- our own example
    assert capsys.readouterr().out.splitlines()[-1].startswith("250 ")
