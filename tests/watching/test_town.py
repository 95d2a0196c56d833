"""All homes at once are as each by itself: the quick way holds what the plain one says."""

from collections.abc import Mapping
from datetime import date
from random import Random

import numpy as np
import pytest

from byalag.model import History, Micros, SeriesId
from byalag.services.care import Dawn, Entered, Town, day_begins, seen
from byalag.testkit.homes import Happening, SimulatedHome
from byalag.testkit.homes import home as simulated

from ._house import BEGINS, HOUR, MINUTE, ZONE, Kind, between, channels_of, history, learnt

DAYS = 4
WATCHED = ("fridge", "coffee")
FAULTS: tuple[tuple[Kind, str], ...] = (
    ("collapse", ""),
    ("dead-sensor", "fridge"),
    ("dead-gateway", ""),
    ("chatter", "coffee"),
)


class Street:
    """Some homes with what they told, and when that came."""

    def __init__(self, random: Random, *, late: bool, begins_on: date = BEGINS) -> None:
        self.homes: list[SimulatedHome] = []
        self.dawns: dict[str, Dawn] = {}
        self.told: dict[str, dict[SeriesId, History]] = {}
        self.came: dict[SeriesId, np.ndarray] = {}
        for number, (kind, sensor) in enumerate(FAULTS):
            plain = simulated(50 + number, days=DAYS + 2, begins=begins_on)
            dawn = learnt(plain, DAYS, WATCHED)
            self.first = day_begins(dawn.day, ZONE) * MINUTE
            begins, ends = self.first + 6 * HOUR, self.first + 14 * HOUR
            fault = Happening(kind=kind, begins=begins, ends=ends, sensor=sensor)
            home = simulated(50 + number, days=DAYS + 2, begins=begins_on, happenings=[fault])
            self.homes.append(home)
            self.dawns[home.id] = learnt(home, DAYS, WATCHED)
            self.told[home.id] = history(home)
            for id_, one in self.told[home.id].items():
                delay = [
                    random.choice([0, 0, 0, 0, 0, 0, 0, 0, 0, random.randrange(3 * HOUR)])
                    if late
                    else 0
                    for _ in one.times
                ]
                self.came[id_] = one.times + np.array(delay)

    def told_by(self, home: SimulatedHome, now: Micros) -> Mapping[SeriesId, History]:
        day = between(self.told[home.id], self.first, now + 1)
        found: dict[SeriesId, History] = {}
        for id_, one in day.items():
            since = int(np.searchsorted(self.told[home.id][id_].times, self.first))
            here = self.came[id_][since : since + len(one.times)] <= now
            found[id_] = History(one.times[here], one.values[here], one.flags[here])
        return found

    def entered(self, home: SimulatedHome, now: Micros) -> Entered:
        told, channels = self.told_by(home, now), channels_of(home, WATCHED)
        return Entered(
            home=home.id,
            channels=channels,
            seen=seen(self.dawns[home.id], channels, told, now=now, zone=ZONE),
            latest={id_: int(one.times[-1]) for id_, one in told.items() if len(one.times)},
            limits={},
        )

    def news(self, after: Micros) -> list[tuple[int, SeriesId, int, float]]:
        """Return all that came after a time, in the order in which it came."""
        found = [
            (int(came), id_, int(at), float(value))
            for home in self.homes
            for id_, one in self.told[home.id].items()
            for came, at, value in zip(self.came[id_], one.times, one.values, strict=True)
            if came > after and at >= self.first
        ]
        return sorted(found)


@pytest.mark.parametrize("late", [False, True])
def test_a_town_is_as_its_homes_are(*, late: bool) -> None:
    _hold(Street(Random(5), late=late))  # noqa: S311 -- the same each time


@pytest.mark.parametrize("begins_on", [date(2026, 3, 25), date(2026, 10, 21)])
def test_a_town_is_as_its_homes_are_when_the_clock_is_changed(begins_on: date) -> None:
    _hold(Street(Random(5), late=False, begins_on=begins_on))  # noqa: S311 -- as above


def _hold(street: Street) -> None:
    """Let a day pass in a town and hold it to its homes, each by itself."""
    town, now = Town(ZONE), street.first + 3 * HOUR
    for home in street.homes:
        town.enter(street.entered(home, now))
    news, place = street.news(now), 0
    while now < street.first + 17 * HOUR:
        now += 20 * MINUTE
        while news[place][0] <= now:
            town.hear(*news[place][1:], 1)
            place += 1
        town.tick(now // MINUTE)
        due = [home for home in street.homes if home.id in town.due]
        for home in due:
            town.enter(street.entered(home, now))
        town.tick(now // MINUTE)
        if now % (2 * HOUR) == 0:
            for home in street.homes:
                _compare(town, street.entered(home, now))


def _compare(town: Town, one: Entered) -> None:
    last = max(one.seen.last.values(), default=0) // MINUTE
    scores = town.scores(one.home)
    for name, pace in one.seen.paces.items():
        latest = last if name == "home" else one.seen.last.get(name, 0) // MINUTE
        assert scores[name] == (0.0 if latest >= one.seen.until else pace.score)
    assert town.beats(one.home) == one.seen.beats
    assert town.last(one.home) == one.seen.last


def test_a_home_that_leaves_is_forgotten() -> None:
    street = Street(Random(5), late=False)  # noqa: S311 -- as above
    town, now = Town(ZONE), street.first + 3 * HOUR
    for home in street.homes:
        town.enter(street.entered(home, now))
    gone = street.homes[0]
    town.leave(gone.id)
    assert gone.id not in town
    assert town.entered(gone.id) is None
    assert town.home_of(gone.channels()[0].series) is None
    assert sorted(town.homes()) == sorted(one.id for one in street.homes[1:])
    town.enter(street.entered(gone, now))
    town.tick(now // MINUTE)
    _compare(town, street.entered(gone, now))
