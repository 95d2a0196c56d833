"""What the sensors see of people: signs, many homes at once, sorted by home and time."""

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from byalag.testkit.homes._calendar import DAY, NOWHEN, Calendar
from byalag.testkit.homes._days import Ints, Lived, Small
from byalag.testkit.homes._habits import Bools, Habits, Reals
from byalag.testkit.homes._sensors import BEDROOM, LIVING, MOTION, PASSAGE

# How often motion is seen in a minute in each room, of one who is awake, by ROOMS.
_AWAKE: Final = np.array([0.25, 0.5, 0.09, 0.45, 0.6, 0.0, 0.0])
_ASLEEP: Final = 0.006
_UP: Final = 2.4  # of one who is up at all hours, in every room
_MOST: Final = 400  # signs in one stay
_PET: Final = 40  # signs a day
_VISITOR: Final = 0.5  # signs a minute
_TICKS: Final = 1000  # milliseconds of a second
_ROOMS_OF_PETS: Final = (LIVING, PASSAGE)


class Signs(Struct, frozen=True, kw_only=True, eq=False):
    """What sensors saw, every array of shape (n,), in order of home and time.

    `home` counts from 0, `at` is microseconds UTC, `sensor` is its place in SENSORS and `on`
    whether it came on or went off.
    """

    home: NDArray[np.int32]
    at: NDArray[np.int64]
    sensor: NDArray[np.int8]
    on: NDArray[np.bool_]

    def __len__(self) -> int:
        """Return how many signs there are."""
        return len(self.at)

    def where(self, keep: NDArray[np.bool_]) -> "Signs":
        """Return those that are kept."""
        return Signs(
            home=self.home[keep], at=self.at[keep], sensor=self.sensor[keep], on=self.on[keep]
        )


def seen_of(
    rng: np.random.Generator, habits: Habits, calendar: Calendar, lived: Lived
) -> NDArray[np.int64]:
    """Return what is seen of people as keys (see `keys`), unsorted."""
    shaky = rng.integers(0, _TICKS, len(lived.touched))
    home = lived.homes[lived.toucher]
    touched = keys(home, lived.touched * _TICKS + shaky, lived.what, lived.on)
    moved = _motion(rng, habits, lived, calendar.days)
    return np.concatenate([touched, moved, _visited(rng, lived)])


def keys(home: Ints, at: Ints, sensor: Small | Ints, on: Bools | int) -> NDArray[np.int64]:
    """Pack signs into numbers that sort by home and time; `at` is in milliseconds of wall clock."""
    packed = (home.astype(np.int64) << 44) | (at << 5)
    return packed | (sensor.astype(np.int64) << 1) | np.asarray(on, np.int64)


def unpack(packed: NDArray[np.int64], calendar: Calendar) -> Signs:
    """Return sorted signs of what was packed; what the clock leaps over is struck out."""
    packed = np.sort(packed)
    wall = (packed >> 5) & ((1 << 39) - 1)
    at = calendar.utc(wall, per_second=_TICKS)
    signs = Signs(
        home=(packed >> 44).astype(np.int32),
        at=at,
        sensor=((packed >> 1) & 15).astype(np.int8),
        on=(packed & 1).astype(np.bool_),
    )
    return signs if (at != NOWHEN).all() else signs.where(at != NOWHEN)


def _motion(rng: np.random.Generator, habits: Habits, lived: Lived, days: int) -> NDArray[np.int64]:
    """Return the motion in each stay: on entering, and now and then until it is left."""
    until = np.full(len(lived.at), days * DAY)
    until[:-1] = np.where(lived.who[1:] == lived.who[:-1], lived.at[1:], days * DAY)
    seen = lived.rooms < MOTION
    row, begins, room = lived.who[seen], lived.at[seen], lived.rooms[seen]
    lasts = np.minimum(until[seen] - begins, DAY)
    rate = _AWAKE[room] * habits.rate[row]
    rate = np.where(_asleep(lived, row, begins, room), _ASLEEP, rate)
    rate = np.where(habits.up[row], _UP, rate)
    more = np.minimum(rng.poisson(rate * lasts / 60), _MOST)
    again = np.repeat(np.arange(len(row)), more)
    later = begins[again] + rng.random(len(again)) * lasts[again]
    at_ms = np.concatenate([begins * _TICKS, (later * _TICKS).astype(np.int64)])
    at_ms[: len(row)] += rng.integers(0, _TICKS, len(row))
    home = lived.homes[np.concatenate([row, row[again]])]
    return keys(home, at_ms, np.concatenate([room, room[again]]), 1)


def _asleep(lived: Lived, row: Ints, begins: Ints, room: NDArray[np.int8]) -> Bools:
    """Return which stays are sleep: in the bedroom before wake, after bed or in a nap."""
    frame = lived.frame
    day = begins // DAY
    within = begins - day * DAY
    night = (within + 1 < frame.wake[row, day]) | (within + 1 >= frame.bed[row, day])
    before = np.where(day > 0, frame.bed[row, np.maximum(day - 1, 0)] - DAY, -1.0)
    night &= within + 1 >= before  # not yet to bed after midnight
    nap = (within + 1 >= frame.nap_from[row, day]) & (within + 1 < frame.nap_to[row, day])
    asleep: Bools = (room == BEDROOM) & (night | nap)
    return asleep


def _visited(rng: np.random.Generator, lived: Lived) -> NDArray[np.int64]:
    """Return what sensors of motion see of visitors."""
    frame = lived.frame
    row, day = np.nonzero(np.isfinite(frame.visit_from))
    lasts = frame.visit_to[row, day] - frame.visit_from[row, day]
    each = np.repeat(np.arange(len(row)), rng.poisson(lasts / 60 * _VISITOR))
    at = day[each] * DAY + frame.visit_from[row[each], day[each]]
    at = at + rng.random(len(each)) * lasts[each]
    rooms = rng.choice(np.array([LIVING, 3, PASSAGE]), len(each), p=[0.6, 0.3, 0.1])
    return keys(lived.homes[row[each]], (at * _TICKS).astype(np.int64), rooms, 1)


def of_pets(rng: np.random.Generator, homes: Reals, days: int) -> NDArray[np.int64]:
    """Return what sensors of motion see of pets, in the homes that have some."""
    row = np.repeat(np.flatnonzero(homes), rng.poisson(_PET * days, int((homes > 0).sum())))
    at = rng.integers(0, days * DAY * _TICKS, len(row))
    return keys(row, at, rng.choice(np.array(_ROOMS_OF_PETS), len(row)), 1)
