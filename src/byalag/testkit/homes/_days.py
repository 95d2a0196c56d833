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

Ints: TypeAlias = NDArray[np.int64]
Small: TypeAlias = NDArray[np.int8]
_ERRANDS: Final = np.array([BEDROOM, BATHROOM, KITCHEN, PASSAGE, OTHER], np.int8)
_OFTEN: Final = np.array([0.12, 0.2, 0.32, 0.26, 0.1])
_LINGER: Final = np.array([7, 4, 6, 1, 9]) * MINUTE  # how long an errand in each takes, on average
# One who is up at all hours goes to and fro between two rooms, and after a while between others,
# as no sensor in anybody's home is ever without rest.
_ROUNDS: Final = np.array([(BATHROOM, LIVING), (PASSAGE, KITCHEN), (BATHROOM, BEDROOM)], np.int8)
_WATCH: Final = 100 * MINUTE
_FRIDGE_AT_ERRAND: Final = 0.35
_NIGHTLY: Final = 4  # most visits to the toilet in a night


class Lived(Struct, frozen=True, kw_only=True, eq=False):
    """What people did, every array of shape (n,); times are whole seconds of wall clock.

    `who`, `at` and `rooms` are the rooms as people entered them, in order of person and time.
    `toucher`, `touched`, `what` and `on` are sensors that were touched by hand, in no order.
    `homes` is in which home each person lives.
    """

    homes: Ints
    who: Ints
    at: Ints
    rooms: Small
    toucher: Ints
    touched: Ints
    what: Small
    on: Bools
    frame: Frame


def live(
    rng: np.random.Generator, habits: Habits, calendar: Calendar, homes: Ints, later: Reals
) -> Lived:
    """Live the days of a calendar. `later` is seconds that bed is later each day, (days,)."""
    frame = frame_of(rng, habits, calendar, later)
    diary = _Diary(frame)
    _sleep(rng, diary, habits)
    _meals(rng, diary, habits)
    _errands(rng, diary, habits)
    _outings(rng, diary)
    who, at, rooms = diary.entered()
    toucher, touched, what, on = diary.touched()
    return Lived(
        homes=homes,
        who=who,
        at=at,
        rooms=rooms,
        toucher=toucher,
        touched=touched,
        what=what,
        on=on,
        frame=frame,
    )


class _Diary:
    """What is noted of each day, without what cannot have happened."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self._entered: list[tuple[Ints, Ints, Small]] = []
        self._touched: list[tuple[Ints, Ints, int, bool]] = []

    def enter(self, when: Reals, room: int) -> None:
        """Note that a room is entered, seconds after midnight, (people, days)."""
        who, day, within = _sparse(when)
        who, at, _ = self._possible(who, day, within)
        self._entered.append((who, at, np.full(len(at), room, np.int8)))

    def enter_often(self, who: Ints, day: Ints, within: Reals, rooms: Small) -> None:
        """Note that rooms are entered by people on days, arrays of one length."""
        who, at, keep = self._possible(who, day, within)
        self._entered.append((who, at, rooms[keep]))

    def touch(self, when: Reals, sensor: int, *, on: bool = True, free: bool = False) -> None:
        """Note that somebody touches something. `free`: no outing is in the way."""
        self.touch_often(*_sparse(when), sensor, on=on, free=free)

    def touch_often(  # noqa: PLR0913 -- what one line of a diary holds
        self, who: Ints, day: Ints, within: Reals, sensor: int, *, on: bool, free: bool = False
    ) -> None:
        """Note that people touch something on days, arrays of one length."""
        who, at, _ = self._possible(who, day, within, free=free)
        self._touched.append((who, at, sensor, on))

    def entered(self) -> tuple[Ints, Ints, Small]:
        """Return who entered a room, when and which, in order."""
        who, at, rooms = (np.concatenate(each) for each in zip(*self._entered, strict=True))
        key = (who << 36) | (at << 3) | rooms
        key.sort()
        return key >> 36, (key >> 3) & ((1 << 33) - 1), (key & 7).astype(np.int8)

    def touched(self) -> tuple[Ints, Ints, Small, Bools]:
        """Return who touched something, when, what it was and whether it came on."""
        many = [len(at) for _, at, _, _ in self._touched]
        return (
            np.concatenate([who for who, _, _, _ in self._touched]),
            np.concatenate([at for _, at, _, _ in self._touched]),
            np.repeat(np.array([what for _, _, what, _ in self._touched], np.int8), many),
            np.repeat(np.array([on for _, _, _, on in self._touched]), many),
        )

    def _possible(
        self, who: Ints, day: Ints, within: Reals, *, free: bool = False
    ) -> tuple[Ints, Ints, Bools]:
        """Return who and when, from the first midnight, of what can have happened."""
        frame, days = self.frame, self.frame.wake.shape[1]
        keep = np.ones(len(who), np.bool_)
        if not free:
            for begins, ends in ((frame.out_from, frame.out_to), (frame.nap_from, frame.nap_to)):
                keep &= ~((within > begins[who, day]) & (within < ends[who, day]))
        at = day * DAY + within
        keep &= (at >= 0) & (at < days * DAY)
        whole = np.where(keep, at, 0).astype(np.int64)
        of = whole // DAY
        of_day = whole - of * DAY
        keep &= ~((of_day > frame.gone_from[who, of]) & (of_day < frame.gone_to[who, of]))
        return who[keep], whole[keep], keep


def _sparse(when: Reals) -> tuple[Ints, Ints, Reals]:
    """Return who, on which day and when, of what happens."""
    who, day = np.nonzero(np.isfinite(when))
    return who, day, when[who, day]


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
    often = np.minimum(rng.poisson(habits.toilets[:, None], (people, days)), _NIGHTLY)
    often[habits.up] = 0
    who, day = _each(often)
    asleep = np.clip(wakes - frame.bed - 40 * MINUTE, 0, None)[who, day]
    rises = frame.bed[who, day] + 20 * MINUTE + rng.random(len(who)) * asleep
    back = rises + rng.uniform(2, 7, len(who)) * MINUTE
    diary.touch_often(who, day, rises, BED, on=False)
    diary.enter_often(who, day, rises + 20, np.full(len(who), BATHROOM, np.int8))
    diary.enter_often(who, day, back, np.full(len(who), BEDROOM, np.int8))
    diary.touch_often(who, day, back + 20, BED, on=True)


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
    who, day = _each(rng.poisson(habits.hops[:, None], frame.wake.shape))
    wake, bed = frame.wake[who, day], frame.bed[who, day]
    goes = wake + rng.random(len(who)) * (bed - wake)
    which = np.searchsorted(np.cumsum(_OFTEN)[:-1], rng.random(len(who)))
    back = goes + 20 + rng.exponential(1.0, len(who)) * _LINGER[which]
    there, living = _ERRANDS[which], np.full(len(who), LIVING, np.int8)
    up = habits.up[who]
    watch = (goes[up] // _WATCH).astype(np.intp) % len(_ROUNDS)
    there[up], living[up] = _ROUNDS[watch, 0], _ROUNDS[watch, 1]
    diary.enter_often(who, day, goes, there)
    early = back < bed
    diary.enter_often(who[early], day[early], back[early], living[early])
    fetches = (there == KITCHEN) & (rng.random(len(who)) < _FRIDGE_AT_ERRAND)
    opened = who[fetches], day[fetches], goes[fetches] + 30
    diary.touch_often(*opened, FRIDGE, on=True)
    diary.touch_often(opened[0], opened[1], opened[2] + 12, FRIDGE, on=False)


def _each(often: Ints) -> tuple[Ints, Ints]:
    """Return who and on which day, as often as it happens, (people, days)."""
    days = often.shape[1]
    which = np.repeat(np.arange(often.size), often.ravel())
    return which // days, which % days


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
