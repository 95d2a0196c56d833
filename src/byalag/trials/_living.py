"""What somebody may do, injected into real days: go away, have visitors, change, be up at night."""

from collections.abc import Callable
from datetime import date
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from byalag.analysis import NOTHING, Habit, Rhythm, Stretch, Table
from byalag.services.care import ROOMS, day_begins, half_hours, old_half_hours
from byalag.trials._bounds import share_interval
from byalag.trials._log import DAY, OUTSIDE, Bools, Ints, Log, stretch_of
from byalag.trials._method import part
from byalag.trials._ours import Learner
from byalag.trials._outcome import Injected
from byalag.trials._plan import Plan
from byalag.trials._slowly import SLOWLY, slow

BUDGET: Final = 1.0  # the loosest: the most notices
Clocked: TypeAlias = Callable[[Stretch], Stretch]
BATHROOM: Final = ROOMS.index("bathroom")
NIGHT: Final = 300  # minutes from midnight
MORE: Final = 3  # times as often
MOST_VISITS: Final = 30  # in a night
MOSTLY: Final = 0.8  # of the nights in which so many visits are told of
LOOKED: Final = range(15, NIGHT + 1, 15)  # minutes after midnight at which a night is looked at
LONGEST_AWAY: Final = 14  # days
HOUR: Final = 60
CHANGE: Final = 120  # the local minute of the day at which the clock is put on or back
ZONE: Final = ZoneInfo("Europe/Stockholm")
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)  # when it is


class Days(Struct, frozen=True):
    """A home and what was known of it as each scored day began."""

    whole: Stretch
    habits: dict[int, Habit]
    tables: dict[int, Table]
    plan: Plan
    draw: np.random.Generator

    def day(self, room: int = 0) -> int:
        """Return a scored day, drawn, with `room` days after it."""
        first, last = self.plan.score
        return int(self.draw.integers(first, max(first, last - room) + 1))

    def told(self, day: int, days: Stretch) -> Bools:
        """Return in which minutes of some days, from the dawn of `day`, a silence is too long."""
        return told(self.habits[day], self.tables[day], days)


def told(habit: Habit, table: Table, days: Stretch) -> Bools:
    """Return in which minutes of some days that follow a habit a silence is too long."""
    limit = habit.limit(BUDGET)
    if limit is None:
        return np.zeros(len(days), np.bool_)
    return table.walk(habit.pace, days).scores > limit


def newly(changed: Bools, plain: Bools) -> bool:
    """Return whether a notice is opened in `changed` when none is in `plain`, minute by minute."""
    opened = changed.copy()
    opened[1:] &= ~changed[:-1]
    return bool((opened & ~plain).any())


def living(log: Log, plan: Plan) -> tuple[Injected, ...]:
    """Return what being away, visitors, the clock, slow changes and restless nights came to."""
    whole, learner = stretch_of(log), Learner()
    begin = (plan.develop[0] - 1) * DAY
    habits = {
        day: learner.learned(part(whole, begin, (day - 1) * DAY))
        for day in range(plan.score[0], plan.score[1] + 1)
    }
    days = Days(
        whole,
        habits,
        {day: habit.table() for day, habit in habits.items()},
        plan,
        np.random.default_rng(plan.seed + 1),
    )
    return (
        *slow(whole, plan, SLOWLY),
        _none_told("G", days, away),
        _none_told("H", days, visited),
        changed_clock(days, "I1", (put_on, put_back)),
        changed_clock(days, "I2", (slept_on, slept_back)),
        restless(days),
    )


def away(days: Days) -> tuple[int, Stretch, Stretch]:
    """Return a day with somebody away from it on, as agreed, and as it would be without notices.

    What was agreed is not watched: nothing is observed until it is over.
    """
    length = int(days.draw.integers(1, LONGEST_AWAY + 1))
    day = days.day(min(length, days.plan.score[1] - days.plan.score[0]))
    gone = part(days.whole, (day - 1) * DAY, min((day - 1 + length) * DAY, len(days.whole)))
    leaves = int(days.draw.integers(DAY))
    marks, observed = gone.marks.copy(), gone.observed.copy()
    marks[leaves:], observed[leaves:] = NOTHING, False
    return day, replace(gone, marks=marks, observed=observed), gone


def visited(days: Days) -> tuple[int, Stretch, Stretch]:
    """Return a day with the signs of another day in it as well, and the day as it was."""
    day, other = days.day(), days.day()
    plain = part(days.whole, (day - 1) * DAY, day * DAY)
    guest = part(days.whole, (other - 1) * DAY, other * DAY).marks
    both = np.where(plain.marks == NOTHING, guest, plain.marks)
    return day, replace(plain, marks=both), plain


def _none_told(
    name: str, days: Days, make: Callable[[Days], tuple[int, Stretch, Stretch]]
) -> Injected:
    """Count the runs in which something was told that would not have been told anyway."""
    person = 0
    for _ in range(days.plan.runs):
        day, changed, plain = make(days)
        person += newly(days.told(day, changed), days.told(day, plain))
    return _counted(name, days.plan.runs, person)


def changed_clock(days: Days, name: str, ways: tuple[Clocked, Clocked]) -> Injected:
    """Put the clock on and back on every scored day, and count what only that gave.

    That is a notice, at any budget, on a day that would have none at that budget.
    """
    runs = person = 0
    for day in days.habits:
        plain = part(days.whole, (day - 1) * DAY, min(day * DAY + HOUR, len(days.whole)))
        habit, table = days.habits[day], days.tables[day]
        usual = table.walk(habit.pace, plain).scores.max()
        limits = [habit.limit(budget) for budget in days.plan.budgets]
        for changed in ways:
            most = table.walk(habit.pace, changed(plain)).scores.max()
            runs += 1
            person += any(one is not None and usual <= one < most for one in limits)
    return _counted(name, runs, person)


def put_on(day: Stretch) -> Stretch:
    """Return a local day of 23 hours, lived by the clock on the wall: 02 to 03 is not there."""
    return _clocked(day, np.delete(np.arange(DAY), np.arange(CHANGE, CHANGE + HOUR)), SPRING)


def put_back(day: Stretch) -> Stretch:
    """Return a local day of 25 hours, lived by the clock on the wall: 02 to 03 is lived twice."""
    lived = np.concatenate([np.arange(CHANGE + HOUR), np.arange(CHANGE, DAY)])
    return _clocked(day, lived, AUTUMN)


def slept_on(day: Stretch) -> Stretch:
    """Return a local day of 23 hours, lived as if nobody had touched the clock."""
    return _clocked(day, np.arange(DAY - HOUR), SPRING)


def slept_back(day: Stretch) -> Stretch:
    """Return a local day of 25 hours, lived as if nobody had touched the clock."""
    return _clocked(day, np.arange(min(DAY + HOUR, len(day))), AUTUMN)


def _clocked(day: Stretch, lived: Ints, when: date) -> Stretch:
    """Return a day lived in those of its minutes, by the half hours of a day as a hub has them."""
    begins, count = day_begins(when, ZONE), len(lived)
    return replace(
        day,
        marks=day.marks[lived],
        observed=day.observed[lived],
        rows=None if day.rows is None else day.rows[lived],
        slots=half_hours(begins, count, ZONE),
        old_slots=old_half_hours(begins, count, ZONE),
    )


def restless(days: Days) -> Injected:
    """Have somebody up at night: bathroom and door three times as often as they usually are."""
    rhythms = _rhythm(days, days.plan.score[0])
    right, waits = 0, list[int]()
    for _ in range(days.plan.runs):
        day = days.day()
        plain = part(days.whole, (day - 1) * DAY, day * DAY)
        night = up(plain, _usual(days, day), days.draw)
        found = next(
            (at for at in LOOKED if rhythms[day].excess(part(night, 0, at)) is not None), None
        )
        if found is not None:
            right += 1
            waits.append(found)
    return replace(
        _counted("J", days.plan.runs, 0),
        right=right,
        delay=float(np.median(waits)) / 60 if waits else None,
        fewest=_fewest(days, rhythms),
    )


def _fewest(days: Days, rhythms: dict[int, Rhythm]) -> int | None:
    """Return the fewest visits in a night that are told of on most of the scored days."""
    empty = replace(part(days.whole, 0, NIGHT), marks=np.full(NIGHT, NOTHING, np.int8))
    for count in range(1, MOST_VISITS + 1):
        marks = empty.marks.copy()
        marks[np.arange(count) * (NIGHT // MOST_VISITS)] = BATHROOM
        night = replace(empty, marks=marks)
        if np.mean([one.excess(night) is not None for one in rhythms.values()]) >= MOSTLY:
            return count
    return None


def up(day: Stretch, usual: float, draw: np.random.Generator) -> Stretch:
    """Return a day with as many more visits at night as make them three times the usual."""
    marks = day.marks.copy()
    count = int(draw.poisson((MORE - 1) * usual))
    at = draw.integers(0, NIGHT, count)
    marks[at] = np.where(draw.random(count) < 0.5, BATHROOM, OUTSIDE)  # noqa: PLR2004 -- a coin
    return replace(day, marks=marks)


def _usual(days: Days, day: int) -> float:
    """Return how many visits to the bathroom and the door a night has had, on average."""
    past = days.whole.marks[: (day - 1) * DAY].reshape(-1, DAY)[-28:, :NIGHT]
    return max(1.0, float(np.isin(past, (BATHROOM, OUTSIDE)).sum(1).mean()))


def _rhythm(days: Days, first: int) -> dict[int, Rhythm]:
    begin = (days.plan.develop[0] - 1) * DAY
    rhythm = Rhythm.new().learned(part(days.whole, begin, (first - 1) * DAY))
    found: dict[int, Rhythm] = {}
    for day in days.habits:
        found[day] = rhythm
        rhythm = rhythm.learned(part(days.whole, (day - 1) * DAY, day * DAY))
    return found


def _counted(name: str, runs: int, person: int) -> Injected:
    return Injected(
        id=name,
        runs=runs,
        right=runs - person,
        person=person,
        share=person / runs,
        high=share_interval(person, runs)[1],
    )
