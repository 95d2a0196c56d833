"""Days as people live them: when each room is entered, and what is touched there.

A day is a frame of wake, meals, naps, outings and bed with errands between rooms laid over it; what
falls in sleep or outside the home is taken away. Nothing is fitted to the data of anybody.
"""

from typing import Final, TypeAlias

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from byalag.testkit.homes._calendar import DAY, Calendar
from byalag.testkit.homes._frame import NEVER, Frame, frame_of
from byalag.testkit.homes._habits import MINUTE, Bools, Habits, Reals
from byalag.testkit.homes._sensors import (
    BATHROOM,
    BED,
    BEDROOM,
    COFFEE,
    DOOR,
    FRIDGE,
    KITCHEN,
    LIVING,
    OTHER,
    OUTSIDE,
    PASSAGE,
)

Ints: TypeAlias = NDArray[np.int32]
Small: TypeAlias = NDArray[np.int8]
_ERRANDS: Final = np.array([BEDROOM, BATHROOM, KITCHEN, PASSAGE, OTHER], np.int8)
_OFTEN: Final = np.array([0.12, 0.2, 0.32, 0.26, 0.1])
_LINGER: Final = np.array([7, 4, 6, 1, 9]) * MINUTE  # how long an errand in each takes, on average
_FRIDGE_AT_ERRAND: Final = 0.35
_NIGHTLY: Final = 4  # most visits to the toilet in a night
NOT_AT_ALL: Final = np.int32(np.iinfo(np.int32).max)


class Lived(Struct, frozen=True, kw_only=True, eq=False):
    """What people did, one row each: times are whole seconds on the wall clock from the first day.

    `at` and `rooms` are the rooms as they were entered, in order; NOT_AT_ALL fills up a row.
    `touched`, `what` and `on` are sensors that were touched by hand, in no order.
    """

    at: Ints
    rooms: Small
    touched: Ints
    what: Small
    on: Bools
    frame: Frame


def live(rng: np.random.Generator, habits: Habits, calendar: Calendar, later: Reals) -> Lived:
    """Live the days of a calendar. `later` is seconds that bed is later, (people, days)."""
    frame = frame_of(rng, habits, calendar, later)
    diary = _Diary(frame)
    _sleep(rng, diary, habits)
    _meals(rng, diary, habits)
    _errands(rng, diary, habits)
    _outings(rng, diary)
    at, rooms = diary.entered()
    key = np.where(at == NOT_AT_ALL, NOT_AT_ALL, at * 8 + rooms)
    key.sort(axis=1)
    there = key != NOT_AT_ALL
    touched, what, on = diary.touched()
    return Lived(
        at=np.where(there, key // 8, NOT_AT_ALL),
        rooms=(key % 8).astype(np.int8),
        touched=touched,
        what=what,
        on=on,
        frame=frame,
    )


class _Diary:
    """What is noted of each day, before what could not have happened is struck out."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self._entered: list[tuple[Ints, Small]] = []
        self._touched: list[tuple[Ints, int, bool]] = []

    def enter(self, when: Reals, room: int | Small, *, free: bool = False) -> None:
        """Note that a room is entered, seconds after midnight, (people, days[, times])."""
        at = self._flat(when, free=free)
        rooms = np.broadcast_to(np.asarray(room, np.int8), when.shape)
        self._entered.append((at, rooms.reshape(at.shape)))

    def touch(self, when: Reals, sensor: int, *, on: bool = True, free: bool = False) -> None:
        """Note that somebody touches something."""
        self._touched.append((self._flat(when, free=free), sensor, on))

    def entered(self) -> tuple[Ints, Small]:
        """Return when rooms were entered, and which, (people, times)."""
        at, rooms = zip(*self._entered, strict=True)
        return np.concatenate(at, axis=1), np.concatenate(rooms, axis=1)

    def touched(self) -> tuple[Ints, Small, Bools]:
        """Return when something was touched, what it was and whether it came on."""
        at = np.concatenate([one for one, _, _ in self._touched], axis=1)
        counts = [one.shape[1] for one, _, _ in self._touched]
        what = np.repeat(np.array([each for _, each, _ in self._touched], np.int8), counts)
        on = np.repeat(np.array([each for _, _, each in self._touched]), counts)
        return at, np.broadcast_to(what, at.shape), np.broadcast_to(on, at.shape)

    def _flat(self, when: Reals, *, free: bool) -> Ints:
        """Return times from the first midnight, (people, all). `free`: not struck by an outing."""
        frame, people = self.frame, len(when)
        extra = (slice(None), slice(None), *[None] * (when.ndim - 2))
        fits = np.isfinite(when)
        if not free:
            for begins, ends in ((frame.out_from, frame.out_to), (frame.nap_from, frame.nap_to)):
                fits &= ~((when > begins[extra]) & (when < ends[extra]))
        days = frame.wake.shape[1]
        day: Reals = np.arange(days, dtype=np.float64)[extra[1:]]
        at: Reals = (day * DAY + np.where(fits, when, 0.0)).reshape(people, -1)
        of = np.clip(at // DAY, 0, days - 1).astype(np.intp)
        within = at - of * DAY
        gone = within > np.take_along_axis(frame.gone_from, of, axis=1)
        gone &= within < np.take_along_axis(frame.gone_to, of, axis=1)
        ok = fits.reshape(people, -1) & ~gone & (at >= 0) & (at < days * DAY)
        return np.where(ok, at, NOT_AT_ALL).astype(np.int32)


def _sleep(rng: np.random.Generator, diary: _Diary, habits: Habits) -> None:
    """Note bed, wake, naps and nights."""
    frame = diary.frame
    people, days = frame.wake.shape
    first = np.full((people, days), NEVER)
    first[:, 0] = 0.0
    diary.enter(first, BEDROOM)
    diary.touch(first, BED)
    diary.enter(frame.bed - 12 * MINUTE, BATHROOM)
    diary.enter(frame.bed, BEDROOM)
    diary.touch(frame.bed + MINUTE, BED)
    diary.touch(frame.wake, BED, on=False)
    diary.enter(frame.wake + MINUTE, BATHROOM)
    diary.enter(frame.nap_from, BEDROOM)
    diary.touch(frame.nap_from + MINUTE, BED, free=True)
    diary.enter(frame.nap_to, LIVING)
    diary.touch(frame.nap_to, BED, on=False)
    wakes = np.concatenate([frame.wake[:, 1:], frame.wake[:, -1:]], axis=1) + DAY
    night = np.clip(wakes - frame.bed - 40 * MINUTE, 0, None)
    often = rng.poisson(np.minimum(habits.toilets, _NIGHTLY)[:, None], (people, days))
    often[habits.up] = 0
    part = np.arange(_NIGHTLY)
    slot = (part + rng.uniform(0.1, 0.8, (people, days, _NIGHTLY))) / _NIGHTLY
    rises = frame.bed[..., None] + 20 * MINUTE + slot * night[..., None]
    rises = np.where(
        rng.permuted(np.broadcast_to(part, rises.shape), axis=2) < often[..., None], rises, NEVER
    )
    back = rises + rng.uniform(2, 7, rises.shape) * MINUTE
    diary.touch(rises, BED, on=False)
    diary.enter(rises + 20, BATHROOM)
    diary.enter(back, BEDROOM)
    diary.touch(back + 20, BED)


def _meals(rng: np.random.Generator, diary: _Diary, habits: Habits) -> None:
    """Note breakfast, lunch and dinner, and what is drunk between them."""
    frame = diary.frame
    shape = frame.wake.shape

    def near(usual: Reals) -> Reals:
        return usual[:, None] + rng.normal(0, 1, shape) * habits.loose[:, None]

    def meal(begins: Reals, minutes: float, fridge: float, coffee: Reals | float) -> None:
        ends = begins + minutes * MINUTE * rng.uniform(0.7, 1.4, shape)
        diary.enter(begins, KITCHEN)
        diary.enter(ends, LIVING)
        opened = np.where(rng.random(shape) < fridge, begins + 2 * MINUTE, NEVER)
        diary.touch(opened, FRIDGE)
        diary.touch(opened + 15, FRIDGE, on=False)
        brewed = np.where(rng.random(shape) < coffee, begins + MINUTE, NEVER)
        diary.touch(brewed, COFFEE)
        diary.touch(brewed + 6 * MINUTE, COFFEE, on=False)

    drinks = habits.drinks[:, None]
    meal(frame.wake + rng.uniform(8, 30, shape) * MINUTE, 22, 0.95, drinks)
    meal(near(habits.lunch), 30, 1.0, 0.0)
    meal(near(habits.coffee), 9, 0.6, drinks)
    meal(near(habits.dinner), 40, 1.0, 0.0)


def _errands(rng: np.random.Generator, diary: _Diary, habits: Habits) -> None:
    """Note walks to another room and back, at any time between wake and bed."""
    frame = diary.frame
    most = int(habits.hops.max() + 4 * np.sqrt(habits.hops.max())) + 1
    shape = (*frame.wake.shape, most)
    often = rng.poisson(habits.hops[:, None], shape[:2])
    awake = (frame.bed - frame.wake)[..., None]
    goes = frame.wake[..., None] + rng.random(shape) * awake
    goes = np.where(np.arange(most) < often[..., None], goes, NEVER)
    which = np.searchsorted(np.cumsum(_OFTEN)[:-1], rng.random(shape)).astype(np.int8)
    back = goes + 20 + rng.exponential(1.0, shape) * _LINGER[which]
    back = np.where(back < frame.bed[..., None], back, NEVER)
    diary.enter(goes, _ERRANDS[which])
    diary.enter(back, LIVING)
    fetches = (_ERRANDS[which] == KITCHEN) & (rng.random(shape) < _FRIDGE_AT_ERRAND)
    opened = np.where(fetches, goes + 30, NEVER)
    diary.touch(opened, FRIDGE)
    diary.touch(opened + 12, FRIDGE, on=False)


def _outings(rng: np.random.Generator, diary: _Diary) -> None:
    """Note going out and coming home, days away, and who comes in."""
    frame = diary.frame
    shape = frame.wake.shape
    leaves = np.where(frame.gone_from > 0, frame.gone_from, NEVER)
    returns = np.where(frame.gone_to < DAY, frame.gone_to, NEVER)
    for begins, ends in ((frame.out_from, frame.out_to), (leaves, returns)):
        diary.enter(begins - 2 * MINUTE, PASSAGE)
        diary.enter(begins, OUTSIDE)
        diary.enter(ends, PASSAGE)
        diary.enter(ends + 2 * MINUTE, LIVING)
        for opened in (begins - 20, ends):
            diary.touch(opened, DOOR, free=True)
            diary.touch(opened + 10, DOOR, on=False, free=True)
    paper = np.where(rng.random(shape) < 0.3, frame.wake + 25 * MINUTE, NEVER)  # noqa: PLR2004 -- three days of ten
    for opened in (paper, frame.visit_from, frame.visit_to):
        diary.touch(opened, DOOR)
        diary.touch(opened + 10, DOOR, on=False)
