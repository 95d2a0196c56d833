"""Simulated homes in a real store, watched by the real watch, on a clock that stands still."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
from msgspec import Struct

from byalag.app._care_book import CareBook
from byalag.app._care_watch import Watching
from byalag.model import Dataset, History, Micros, Municipality, Observation, SeriesId
from byalag.services.care import (
    Channel,
    ChannelSet,
    Consent,
    ConsentGiven,
    Dawn,
    Home,
    HomeId,
    Meaning,
    Opened,
    Said,
    StageSet,
    Standing,
    Unit,
    day_begins,
    day_ends,
    first_dawn,
    next_dawn,
    pack,
)
from byalag.store import Store
from byalag.testkit import StoppedClock
from byalag.testkit.homes import Happening, SimulatedHome
from byalag.testkit.homes import home as simulated

CODE, DATASET, UNIT = "2482", "hemmen", "norr"
MINUTE: Micros = 60_000_000
HOUR: Micros = 60 * MINUTE
DAY: Micros = 24 * HOUR
ZONE = ZoneInfo("Europe/Stockholm")
BEGINS = date(2026, 9, 28)
Kind: TypeAlias = Literal[
    "collapse", "unused", "dead-sensor", "dead-gateway", "chatter", "flat-battery", "away"
]
MEANINGS: tuple[Meaning, ...] = ("motion", "fridge", "coffee", "bed", "front-door")


class Gave(Struct, frozen=True):
    """One value with when it came to the hub."""

    came: Micros
    observation: Observation


class House:
    """Homes in one store. What is told is handed to the store as it comes."""

    def __init__(self, store: Store, clock: StoppedClock) -> None:
        self.store, self.clock = store, clock
        store.publish(
            {DATASET: Dataset(id=DATASET, title={"sv": "Hemmen"}, personal_data=True)}
        ).result()
        unit = Unit(
            id=UNIT, title={"sv": "Norr"}, purpose="home-care", datasets=(DATASET,), budget=0.5
        )
        self.book = CareBook(store, {UNIT: unit})
        self.begin()

    def begin(self) -> None:
        """Start the watch, as a hub that starts does."""
        town = Municipality(code=CODE, name="Norr")
        self.watching = Watching({CODE: self.book}, {CODE: self.store}, [town], self.clock.now)

    def enter(self, home: SimulatedHome, watched: Sequence[str] = (), since: Micros = 0) -> None:
        """Open a home whose sensors are known, with consent to all of them."""
        at = self.clock.now()
        self.store.commit(list(home.facts(DATASET, CODE)), at=at).result()
        said: list[Said] = [Opened(unit=UNIT)]
        said += [ChannelSet(channel=one) for one in home.channels(*watched)]
        consent = Consent(
            id="consent:1", meanings=MEANINGS, contacts=(), since=since or at, text="1"
        )
        said += [ConsentGiven(consent=consent), StageSet(stage="silent")]
        asyncio.run(self.book.say(home.id, said, who="test", at=at))

    def learnt(self, home: SimulatedHome, dawn: Dawn) -> None:
        """Let it be that a home has been learnt before the test begins."""
        at = day_begins(dawn.day, ZONE) * MINUTE
        journal = self.store.journal("care")
        journal.keep(f"dawn{dawn.day.toordinal() % 4}", {home.id: pack(dawn)}, at=at).result()

    def tell(self, given: Iterable[Observation]) -> None:
        """Hand observations to the store, as sources do."""
        facts = list(given)
        if facts:
            self.store.commit(facts, at=self.clock.now()).result()

    def look(self) -> None:
        """Let the watch look once."""
        asyncio.run(self.watching.look(CODE))

    def standing(self, home: HomeId) -> Standing:
        """Return how a home is."""
        found = self.watching.lookouts[CODE].standing(home)
        assert found is not None
        return found

    def home(self, home: HomeId) -> Home:
        """Return a home as it is agreed."""
        found = self.book.home(home)
        assert found is not None
        return found

    def said(self, home: HomeId, kind: str) -> list[Said]:
        """Return what has been said of a home of one kind."""
        return [e.said for e in self.book.entries(home) if type(e.said).__name__ == kind]

    def live(self, given: Sequence[Gave], until: Micros, *, every: int = 10) -> None:
        """Let time pass, minutes at a time, with what is given as it comes."""
        waiting = sorted((one for one in given if one.came <= until), key=lambda one: one.came)
        place = 0
        while self.clock.now() < until:
            now = self.clock.advance(timedelta(minutes=every))
            upto = place
            while upto < len(waiting) and waiting[upto].came <= now:
                upto += 1
            self.tell(one.observation for one in waiting[place:upto])
            place = upto
            self.look()


def history(home: SimulatedHome) -> dict[SeriesId, History]:
    """Return all that a home's sensors measure."""
    return {
        id_: History(times, values, np.full(len(times), 1, np.uint8))
        for id_, (times, values) in home.measured().items()
    }


def between(
    told: Mapping[SeriesId, History], start: Micros, end: Micros
) -> dict[SeriesId, History]:
    """Return what was told in [start, end)."""
    found: dict[SeriesId, History] = {}
    for id_, one in told.items():
        low, high = np.searchsorted(one.times, [start, end])
        found[id_] = History(one.times[low:high], one.values[low:high], one.flags[low:high])
    return found


def learnt(home: SimulatedHome, days: int, watched: Sequence[str] = ()) -> Dawn:
    """Return what is known of a home after so many of its days."""
    told, channels = history(home), channels_of(home, watched)
    dawn = first_dawn(home.street.calendar.begins)
    for _ in range(days):
        first, last = day_begins(dawn.day, ZONE), day_ends(dawn.day, ZONE)
        day = between(told, first * MINUTE, (last + 210) * MINUTE)
        dawn = next_dawn(dawn, channels, day, zone=ZONE)
    return dawn


def channels_of(home: SimulatedHome, watched: Sequence[str] = ()) -> dict[SeriesId, Channel]:
    """Return the channels of a home by series."""
    return {one.series: one for one in home.channels(*watched)}


def told_between(home: SimulatedHome, start: Micros, end: Micros) -> list[Observation]:
    """Return what was told in [start, end), in order."""
    return [one for one in home.observations() if start <= one.at < end]


def world(
    folder: Path, *happenings: tuple[Kind, float, float, str], seed: int = 1, days: int = 21
) -> tuple[House, SimulatedHome, Micros]:
    """Return a house with one home that has been learnt, four hours into a day, and its midnight.

    `happenings` are what happens, from and until which hour of that day, and to which sensor.
    """
    watched = ("fridge",)
    first = day_begins(BEGINS + timedelta(days=days), ZONE) * MINUTE
    home = simulated(
        seed,
        days=days + 3,
        begins=BEGINS,
        gateway="gw",
        name=f"h{seed}",
        happenings=[
            Happening(
                kind=kind,
                begins=first + round(begins * HOUR),
                ends=first + round(ends * HOUR),
                sensor=sensor,
            )
            for kind, begins, ends, sensor in happenings
        ],
    )
    house = opened(folder, first + 4 * HOUR)
    house.enter(home, watched, since=day_begins(BEGINS, ZONE) * MINUTE)
    house.learnt(home, learnt(home, days, watched))
    house.tell(told_between(home, first - 6 * HOUR, first + 4 * HOUR))
    return house, home, first


def in_order(home: SimulatedHome, start: Micros, end: Micros) -> list[Gave]:
    """Return what a home tells in [start, end), as it comes when nothing holds it up."""
    return [Gave(one.at + 2_000_000, one) for one in told_between(home, start, end)]


def opened(folder: Path, at: Micros) -> House:
    """Open a house in a folder, at a time."""
    clock = StoppedClock(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at))
    return House(Store(folder / "store.sqlite"), clock)
