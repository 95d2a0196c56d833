"""A public log as a home that Byalag watches: judged by the code that a hub runs, from values.

The sets have no heartbeats. Each sensor gets its own, simulated: a value that is no sign, every
fifteen minutes at a phase of its own.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from msgspec import Struct

from byalag.model import Flag, History, Micros, SeriesId
from byalag.services.care import (
    ROOMS,
    Channel,
    Consent,
    Dawn,
    Home,
    Known,
    Meaning,
    Verdict,
    contacted,
    first_dawn,
    judge,
    limits,
    next_dawn,
    scored,
    seen,
)
from byalag.trials._channel import sensors_of
from byalag.trials._log import DAY, OUTSIDE, Floats, Ints, Log
from byalag.trials._plan import Plan

MINUTE: Final[Micros] = 60_000_000
CADENCE: Final = 15  # minutes between simulated heartbeats
BASE: Final = date(2001, 1, 1)  # a trial has no year
ZONE: Final = ZoneInfo("UTC")  # the sets have none: the clock of the home is taken as it is
BEYOND: Final = 180  # minutes after a day that tell what was alive in it
MEANINGS: Final[tuple[Meaning, ...]] = ("motion", "fridge", "front-door")


class Watched(Struct, frozen=True, kw_only=True, eq=False):
    """A home with its channels, and all that its devices ever told."""

    home: Home
    told: dict[SeriesId, History]

    @property
    def channels(self) -> dict[SeriesId, Channel]:
        """Return the channels of the home."""
        return self.home.channels


def watched(log: Log, seed: int) -> Watched:
    """Return a log as a home with simulated heartbeats."""
    draw = np.random.default_rng(seed)
    fridge = sensors_of(log)[:1]
    channels: dict[SeriesId, Channel] = {}
    told: dict[SeriesId, History] = {}
    for sensor in sorted(set(log.sensors.tolist())):
        series = series_of(sensor)
        channels[series] = _channel(log, sensor, series, watched=sensor in fridge)
        beats = np.arange(int(draw.integers(CADENCE)), log.days * DAY, CADENCE, dtype=np.int64)
        told[series] = history(log.seconds[log.sensors == sensor], beats * 60 + 7)
    home = Home(
        id="home:care:trial",
        unit="trial",
        opened=at_minute(0),
        stage="telling",
        channels=channels,
        consents={"c": Consent(id="c", meanings=MEANINGS, contacts=(), since=at_minute(0))},
    )
    return Watched(home=home, told=told)


def series_of(sensor: int) -> SeriesId:
    """Return the series of a sensor of a log."""
    return f"sensor:trial:{sensor}/sign"


def _channel(log: Log, sensor: int, series: SeriesId, *, watched: bool) -> Channel:
    outside = log.rooms[sensor] == OUTSIDE
    meaning: Meaning = "front-door" if outside else "motion"
    return Channel(
        series=series,
        room=ROOMS[log.rooms[sensor]],
        meaning="fridge" if watched else meaning,
        heartbeat=f"{CADENCE}m",
        watched=watched,
    )


def history(signs: Ints, beats: Ints) -> History:
    """Return what a device told: a 1 for each sign and a 0 for each heartbeat, seconds."""
    times = np.concatenate([signs, beats])
    values: Floats = np.concatenate([np.ones(len(signs)), np.zeros(len(beats))])
    order = np.lexsort((values, times))
    times, values = times[order], values[order]
    last = np.append(times[1:] != times[:-1], True)[: len(times)]
    micros = times[last] * 1_000_000 + at_minute(0)
    return History(micros, values[last], np.full(int(last.sum()), Flag.GOOD, np.uint8))


def at_minute(minute: int) -> Micros:
    """Return when a minute of a log is, in a trial's own time."""
    days = (BASE - date(1970, 1, 1)).days
    return (days * DAY + minute) * MINUTE


def dawns(of: Watched, plan: Plan) -> dict[int, Dawn]:
    """Return what is known of the home as each day of a plan begins, as a hub learns it."""
    dawn = first_dawn(BASE + timedelta(days=plan.develop[0] - 1))
    found: dict[int, Dawn] = {}
    for day in range(plan.develop[0], plan.score[1] + 1):
        found[day] = dawn
        dawn = next_dawn(dawn, of.channels, on_day(of.told, day), zone=ZONE)
    return found


def on_day(told: Mapping[SeriesId, History], day: int) -> dict[SeriesId, History]:
    """Return what was told on a day and shortly after."""
    return between(told, (day - 1) * DAY, day * DAY + BEYOND)


def between(told: Mapping[SeriesId, History], first: int, last: int) -> dict[SeriesId, History]:
    """Return what was told in minutes [first, last)."""
    return {
        series: kept(one, (one.times >= at_minute(first)) & (one.times < at_minute(last)))
        for series, one in told.items()
    }


def kept(one: History, keep: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> History:
    """Return some of what a device told."""
    return History(one.times[keep], one.values[keep], one.flags[keep])


def verdict(
    of: Watched, dawn: Dawn, told: Mapping[SeriesId, History], minute: int, budget: float
) -> Verdict:
    """Return how the home is judged at a minute, by what was told on its day until then."""
    now = at_minute(minute)
    found = seen(dawn, of.channels, told, now=now, zone=ZONE)
    return judge(
        Known(
            home=of.home,
            now=now,
            contacted=contacted(
                of.channels.values(), found.beats, minute=now // MINUTE, stuck=found.stuck
            ),
            scores=scored(found, limits(found, budget), ZONE),
            last=found.last,
        )
    )
