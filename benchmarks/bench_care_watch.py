"""Ten thousand homes: what a minute and a night cost on one core, and how much memory they take.

Homes are simulated, with six sensors each, all of them essential and two watched by themselves;
devices are heard once in ten minutes. A few lives are learnt and shared out among the homes.
"""

import resource
from collections.abc import Iterator
from datetime import date
from time import process_time
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks._table import Row
from byalag.model import History, Micros, Observation, SeriesId
from byalag.services.care import (
    Channel,
    Dawn,
    Entered,
    Seen,
    Town,
    day_begins,
    day_ends,
    first_dawn,
    limits,
    next_dawn,
    pack,
    seen,
    unpack,
)
from byalag.testkit.homes import SimulatedHome, home

ZONE: Final = ZoneInfo("Europe/Stockholm")
MINUTE: Final[Micros] = 60_000_000
HOMES, NIGHT, LIVES, DAYS, MINUTES = 10_000, 400, 20, 28, 30
BEGINS: Final = date(2026, 9, 28)
SENSORS: Final = (
    "motion-bathroom",
    "motion-living-room",
    "motion-kitchen",
    "fridge",
    "bed",
    "door",
)
WATCHED: Final = ("fridge", "bed")
Told = dict[SeriesId, History]


class Life:
    """One simulated home, learnt."""

    def __init__(self, seed: int) -> None:
        """Live it, and learn it day by day."""
        self.home: SimulatedHome = home(
            seed, days=DAYS + 2, begins=BEGINS, heartbeat="10m", name=f"h{seed}"
        )
        self.channels: dict[SeriesId, Channel] = {
            one.series: one
            for one in self.home.channels(*WATCHED)
            if any(one.series.startswith(f"sensor:care:h{seed}-{name}/") for name in SENSORS)
        }
        devices = {id_.partition("/")[0] for id_ in self.channels}
        self.told: Told = {
            id_: History(times, values, np.full(len(times), 1, np.uint8))
            for id_, (times, values) in self.home.measured().items()
            if id_.partition("/")[0] in devices
        }
        dawn = first_dawn(BEGINS)
        for _ in range(DAYS):
            dawn = next_dawn(dawn, self.channels, self.day(dawn.day), zone=ZONE)
        self.dawn: Dawn = dawn

    def day(self, day: date) -> Told:
        """Return what is told in a local day and until it is known."""
        return self.between(day_begins(day, ZONE) * MINUTE, (day_ends(day, ZONE) + 210) * MINUTE)

    def between(self, start: Micros, end: Micros) -> Told:
        """Return what is told in [start, end)."""
        found: Told = {}
        for id_, one in self.told.items():
            low, high = np.searchsorted(one.times, [start, end])
            found[id_] = History(one.times[low:high], one.values[low:high], one.flags[low:high])
        return found

    def seen(self, now: Micros) -> tuple[Seen, Told]:
        """Return how it is at a time, and what was told."""
        told = self.between(day_begins(self.dawn.day, ZONE) * MINUTE, now + 1)
        return seen(self.dawn, self.channels, told, now=now, zone=ZONE), told


def rows() -> Iterator[Row]:
    """Measure, and yield one row at a time."""
    lives = [Life(seed) for seed in range(LIVES)]
    now = (day_begins(lives[0].dawn.day, ZONE) + 11 * 60) * MINUTE
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    town = filled(HOMES, lives, now)
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    yield Row(name="10,000 homes in a town: memory", value=memory, unit="MiB")
    costs, told = minutes(town, HOMES, lives, now)
    note = f"{told / len(costs):,.0f} values heard in each; the slowest {max(costs):.3f} s"
    yield Row(name="10,000 homes: a minute", value=float(np.median(costs)), unit="s", note=note)
    packed = [pack(life.dawn) for life in lives]
    begun = process_time()
    for number in range(NIGHT):
        life = lives[number % LIVES]
        dawn = unpack(packed[number % LIVES])
        pack(next_dawn(dawn, life.channels, life.day(dawn.day), zone=ZONE))
    night = (process_time() - begun) / NIGHT * HOMES
    note = f"by {NIGHT} homes; kept of a home: {sum(map(len, packed)) / LIVES / 1024:.1f} KiB a day"
    yield Row(name="10,000 homes: a night", value=night, unit="s", note=note)


def filled(homes: int, lives: list[Life], now: Micros) -> Town:
    """Return a town of so many homes."""
    town = Town(ZONE)
    for number in range(homes):
        life = lives[number % LIVES]
        found, told = life.seen(now)
        names = {id_: other(id_, number) for id_ in life.told}
        town.enter(
            Entered(
                home=f"home:care:n{number}",
                channels={
                    names[id_]: Channel(
                        series=names[id_],
                        room=one.room,
                        meaning=one.meaning,
                        counts=one.counts,
                        above=one.above,
                        heartbeat=one.heartbeat,
                        watched=one.watched,
                    )
                    for id_, one in life.channels.items()
                },
                seen=renamed(found, number),
                latest={names[id_]: int(t.times[-1]) for id_, t in told.items() if len(t.times)},
                limits={
                    renamed_one(name, number): limit for name, limit in limits(found, 0.1).items()
                },
            )
        )
    return town


def minutes(town: Town, homes: int, lives: list[Life], now: Micros) -> tuple[list[float], int]:
    """Return what each of some minutes costs, and how many values were heard in them."""
    costs: list[float] = []
    total = 0
    for _ in range(MINUTES):
        given = [
            [
                (id_, int(at), float(value))
                for id_, one in life.between(now + 1, now + MINUTE + 1).items()
                for at, value in zip(one.times, one.values, strict=True)
            ]
            for life in lives
        ]
        heard = [
            Observation(other(id_, number), at, value, 1)
            for number in range(homes)
            for id_, at, value in given[number % LIVES]
        ]
        now += MINUTE
        begun = process_time()
        for one in heard:
            town.hear(one.series, one.at, one.value, one.flag)
        town.tick(now // MINUTE)
        costs.append(process_time() - begun)
        total += len(heard)
    return costs, total


def other(id_: SeriesId, number: int) -> SeriesId:
    """Return a series of a life as that of one of the homes that live it."""
    device, _, measured = id_.partition("/")
    return f"{device}-n{number}/{measured}"


def renamed_one(name: str, number: int) -> str:
    """Return the name of a line of a home."""
    return name if name == "home" else other(name, number)


def renamed(found: Seen, number: int) -> Seen:
    """Return how a life is as that of one of the homes that live it."""
    from msgspec.structs import replace  # noqa: PLC0415 -- only the benchmark renames

    def series(said: dict) -> dict:  # type: ignore[type-arg]  # of whatever is by series
        return {renamed_one(id_, number): one for id_, one in said.items()}

    def devices(said: dict) -> dict:  # type: ignore[type-arg]  # of whatever is by device
        return {f"{id_}-n{number}": one for id_, one in said.items()}

    return replace(
        found,
        dawn=replace(found.dawn, habits=series(found.dawn.habits)),
        paces=series(found.paces),
        beats=devices(found.beats),
        last=series(found.last),
        before=series(found.before),
        runs={},
        heard=replace(
            found.heard, signs=series(found.heard.signs), beats=devices(found.heard.beats)
        ),
        stretches={},
    )
