"""Many simulated homes at once, as arrays."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final, Literal

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from byalag.model import Duration, span
from byalag.services.care import ROOMS
from byalag.testkit.homes._calendar import DAY, NOWHEN, SECOND, Calendar, calendar
from byalag.testkit.homes._days import Lived, live
from byalag.testkit.homes._habits import Bools, Reals, habits_of
from byalag.testkit.homes._happening import Happening, changed, silent
from byalag.testkit.homes._sensors import MOTION, SENSORS
from byalag.testkit.homes._signs import Signs, of_pets, seen_of, unpack

BLOCK: Final = 250  # homes that are lived at a time
BEGINS: Final = date(2026, 9, 28)
SWEDEN: Final = "Europe/Stockholm"
_JITTER: Final = 0.02  # of the time between two heartbeats
_MINUTE: Final = 60_000_000
_LASTS: Final = 700.0  # days that a battery lasts, on average


class Household(Struct, frozen=True, kw_only=True):
    """Who lives in a home. One who is `up` moves about at all hours, minute by minute.

    `up` is nobody's life: with it, silence is rare so soon that a demonstration need not wait.
    `later` is how many minutes later bed is for each day that passes; one who never `travels` is
    at home every night.
    """

    residents: int = 1
    pets: bool = False
    up: bool = False
    later: float = 0.0
    travels: bool = True


class Beats(Struct, frozen=True, kw_only=True, eq=False):
    """Heartbeats of devices, in order of home and time; `battery` is percent, NaN from a socket."""

    home: NDArray[np.int32]
    at: NDArray[np.int64]
    sensor: NDArray[np.int8]
    battery: Reals


class Stays(Struct, frozen=True, kw_only=True, eq=False):
    """Where people were: rooms by their place in ROOMS, each until the next, microseconds UTC."""

    home: NDArray[np.int32]
    resident: NDArray[np.int8]
    at: NDArray[np.int64]
    room: NDArray[np.int8]


class Street(Struct, frozen=True, kw_only=True, eq=False):
    """Some simulated homes: what was seen in them, and what was true.

    `first` is the number of the first home; homes count from 0 in every array.
    """

    first: int
    homes: int
    seed: int
    calendar: Calendar
    signs: Signs
    lives: tuple[Lived, ...]
    happenings: tuple[Happening, ...] = ()

    def beats(self, every: Duration = "1h") -> Beats:
        """Return when devices were heard although nothing was seen, and their batteries."""
        rng = np.random.default_rng([self.seed, self.first, 1])
        begins, ends = self.calendar.first, self.calendar.end
        cadence = int(span(every).total_seconds() * SECOND)
        many = (ends - begins) // cadence
        shape = (self.homes, many, len(SENSORS))
        phase = rng.integers(0, cadence, (self.homes, 1, len(SENSORS)))
        at = (begins + np.arange(many)[None, :, None] * cadence + phase) + (
            np.clip(rng.normal(0, _JITTER, shape), -0.4, 0.4) * cadence
        ).astype(np.int64)
        home = np.broadcast_to(np.arange(self.homes, dtype=np.int32)[:, None, None], shape).ravel()
        sensor = np.broadcast_to(np.arange(len(SENSORS), dtype=np.int8), shape).ravel()
        left = rng.uniform(30, 100, (self.homes, 1, len(SENSORS)))
        slope = 100 / (_LASTS * rng.uniform(0.7, 1.4, left.shape))
        battery = np.floor(left - slope * (at - begins) / (DAY * SECOND)).clip(1, 100)
        battery[:, :, [not one.battery for one in SENSORS]] = np.nan
        return self._heard(home, at.ravel(), sensor, battery.ravel())

    def _heard(
        self,
        home: NDArray[np.int32],
        at: NDArray[np.int64],
        sensor: NDArray[np.int8],
        battery: Reals,
    ) -> Beats:
        """Return the beats that were sent, in order."""
        keep = np.ones(len(at), np.bool_)
        for one in self.happenings:
            of = home == one.home
            keep &= ~(of & (at >= one.begins) & (at < one.ends) & silent(one, sensor))
            if one.kind == "flat-battery":
                dying = of & silent(one, sensor) & (at < one.begins)
                days = (one.begins - at[dying]) / (DAY * SECOND)
                battery[dying] = np.minimum(battery[dying], np.ceil(days).clip(1, 100))
        order = np.flatnonzero(keep)[np.lexsort((at[keep], home[keep]))]
        return Beats(home=home[order], at=at[order], sensor=sensor[order], battery=battery[order])

    def minutes(self) -> NDArray[np.int8]:
        """Return the room of the last sign of motion or touch in each minute, (homes, minutes).

        Rooms are places in ROOMS; -1 where nothing was seen. Minutes are UTC from the first one.
        """
        many = (self.calendar.end - self.calendar.first) // _MINUTE
        rooms = np.array([ROOMS.index(one.room) for one in SENSORS], np.int8)
        marks = np.full((self.homes, many), -1, np.int8)
        touched = self.signs.on | (self.signs.sensor < MOTION)
        signs = self.signs.where(touched)
        minute = (signs.at - self.calendar.first) // _MINUTE
        marks[signs.home, minute] = rooms[signs.sensor]  # in order of time: the last one stays
        return marks

    def stays(self) -> Stays:
        """Return where people truly were."""
        parts: list[Stays] = []
        for resident, lived in enumerate(self.lives):
            at = self.calendar.utc(lived.at)
            ok = at != NOWHEN
            parts.append(
                Stays(
                    home=lived.homes[lived.who[ok]].astype(np.int32),
                    resident=np.full(int(ok.sum()), resident, np.int8),
                    at=at[ok],
                    room=lived.rooms[ok],
                )
            )
        return Stays(
            home=np.concatenate([one.home for one in parts]),
            resident=np.concatenate([one.resident for one in parts]),
            at=np.concatenate([one.at for one in parts]),
            room=np.concatenate([one.room for one in parts]),
        )

    def happened(self, home: int = 0) -> tuple[Happening, ...]:
        """Return all that truly happened in a home: what was asked for, days away and visits."""
        usual = [each for lived in self.lives[:1] for each in self._drawn(lived, home)]
        asked = [one for one in self.happenings if one.home == home]
        return tuple(sorted([*asked, *usual], key=lambda one: one.begins))

    def _drawn(self, lived: Lived, home: int) -> Iterator[Happening]:
        frame = lived.frame
        for begins, ends in _spans(frame.visit_from[home], frame.visit_to[home]):
            yield self._happening("visit", begins, ends, home)
        for begins, ends in _spans(frame.gone_from[home], frame.gone_to[home]):
            yield self._happening("away", begins, ends, home)

    def _happening(
        self, kind: Literal["away", "visit"], begins: int, ends: int, home: int
    ) -> Happening:
        last = self.calendar.days * DAY - 1  # away still, when the days are over
        at = self.calendar.utc(np.minimum([begins, ends], last)).tolist()
        until = self.calendar.end if ends > last else at[1]
        return Happening(kind=kind, begins=at[0], ends=until, home=home)


def _spans(begins: Reals, ends: Reals) -> Iterator[tuple[int, int]]:
    """Yield from when to when, on the wall clock; what goes on from one day to the next is one."""
    there = np.flatnonzero(np.isfinite(begins))
    starts = there * DAY + begins[there].astype(np.int64)
    stops = there * DAY + ends[there].astype(np.int64)
    breaks = np.flatnonzero(starts[1:] != stops[:-1])
    firsts, lasts = np.append(0, breaks + 1), np.append(breaks, len(there) - 1)
    if len(there):
        yield from zip(starts[firsts].tolist(), stops[lasts].tolist(), strict=True)


def simulate(  # noqa: PLR0913 -- by name, each with what is usual
    seed: int,
    *,
    homes: int = 1,
    days: int = 42,
    begins: date = BEGINS,
    zone: str = SWEDEN,
    household: Household | None = None,
    happenings: Sequence[Happening] = (),
) -> Iterator[Street]:
    """Live so many homes for so many local days, a block of them at a time.

    The same arguments give the same homes. Without a `household`, one home in ten has two residents
    and one in eight a pet.
    """
    lived = calendar(begins, days, zone)
    for first in range(0, homes, BLOCK):
        inside = [
            replace(one, home=one.home - first)
            for one in happenings
            if first <= one.home < min(first + BLOCK, homes)
        ]
        rng = np.random.default_rng([seed, first])
        many = min(BLOCK, homes - first)
        lives, signs = _lived(rng, many, lived, household)
        yield Street(
            first=first,
            homes=many,
            seed=seed,
            calendar=lived,
            signs=changed(rng, signs, inside),
            lives=lives,
            happenings=tuple(inside),
        )


def _lived(
    rng: np.random.Generator, homes: int, days: Calendar, household: Household | None
) -> tuple[tuple[Lived, ...], Signs]:
    """Return the lives of those who live in some homes, and what is seen of them."""
    residents, pets = _households(rng, homes, household)
    said = household or Household()
    later = said.later * 60 * np.arange(days.days, dtype=np.float64)
    lives: list[Lived] = []
    seen = [of_pets(rng, pets.astype(np.float64), days.days)]
    for resident in range(int(residents.max())):
        where = np.flatnonzero(residents > resident)
        habits = habits_of(rng, len(where), up=said.up, travels=said.travels)
        one = live(rng, habits, days, where, later)
        lives.append(one)
        seen.append(seen_of(rng, habits, days, one))
    return tuple(lives), unpack(np.concatenate(seen), days)


def _households(
    rng: np.random.Generator, homes: int, household: Household | None
) -> tuple[NDArray[np.int64], Bools]:
    if household is not None:
        return np.full(homes, household.residents), np.full(homes, household.pets)
    return 1 + (rng.random(homes) < 0.1).astype(np.int64), rng.random(homes) < 0.125  # noqa: PLR2004 -- said in the docstring of `simulate`
