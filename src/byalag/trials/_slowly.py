"""Slow changes, injected into days drawn from a log: whether they are reported, and as what.

A slow change needs more days than most logs have. So each run is a life of its own: days of the
log, drawn with replacement, first as they were and then a little more changed every day. The same
days unchanged tell what would have been reported and told anyway. Drawn days are as different from
each other as the real ones, but have no seasons and no weeks: false reports are fewer in them.
"""

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from byalag.analysis import NOTHING, Habit, Rhythm, Stretch
from byalag.services.care import ROOMS
from byalag.trials._bounds import share_interval
from byalag.trials._log import DAY, OUTSIDE
from byalag.trials._method import minute_of_day, part
from byalag.trials._outcome import Injected
from byalag.trials._plan import Plan

RUNS: Final = 64  # at most: lives are long
LOOKED_AT: Final = 10  # acute notices are looked for in one run of so many: they are slow
KNOWN: Final = 84  # days before the change
LONG: Final = 30  # days that it goes on
FEWER: Final = 0.02  # of activity a day
LATER: Final = 5  # minutes a day
EVENING: Final = 17 * 60  # the minute of the day from which a later bedtime shifts signs
LATE: Final = 2 * 60  # the minute of the next day until which it does
Change: TypeAlias = Callable[[Stretch, np.random.Generator], Stretch]


class Slowly(Struct, frozen=True):
    """A slow change: by what letter it is told, how it is made and what it should be told as."""

    id: str
    make: Change
    matter: str


class _Found(Struct):
    """What came of a slow change, run by run."""

    days: list[int]
    named: int = 0
    person: int = 0


def slow(whole: Stretch, plan: Plan, changes: Sequence[Slowly]) -> tuple[Injected, ...]:
    """Let a home change a little every day, and count the days until a change is reported.

    Each life is lived once unchanged and once with each change. `person` are lives with an acute
    notice at the last budget that they had not unchanged; it is looked for in some of them.
    """
    draw = np.random.default_rng(plan.seed)
    pool = range(plan.develop[0] - 1, plan.score[1])
    runs, false, looked = min(plan.runs, RUNS), 0, 0
    found = [_Found([]) for _ in changes]
    acute = np.zeros((len(changes) + 1, len(plan.budgets)))
    for number in range(runs):
        plain = _life(whole, draw.choice(pool, KNOWN + LONG))
        lives = [plain, *(one.make(plain, draw) for one in changes)]
        lived = [part(one, KNOWN * DAY, len(one)) for one in lives]
        begun = part(plain, 0, KNOWN * DAY)
        rhythm = Rhythm.new().learned(begun)
        usual, *told = [reported(rhythm, one) for one in lived]
        false += len(usual)
        for one, each, reports in zip(changes, found, told, strict=True):
            each.days += [min(reports.values())] if reports else []
            each.named += one.matter in reports
        if number % LOOKED_AT == 0:
            habit, looked = Habit.new(len(ROOMS)).learned(begun), looked + 1
            counts = np.array([notices(habit, one, plan.budgets) for one in lived])
            acute += counts
            for each, count in zip(found, counts[1:, -1], strict=True):
                each.person += bool(count and not counts[0, -1])
    weeks = LONG / 7
    unchanged, *changed = (acute / (looked * weeks)).tolist()
    return tuple(
        Injected(
            id=one.id,
            runs=runs,
            right=len(each.days),
            named=each.named,
            person=each.person,
            share=each.person / looked,
            high=share_interval(each.person, looked)[1],
            days=float(np.median(each.days)) if each.days else None,
            reports=false / (runs * weeks),
            week=rates[0],
            acute={
                f"{budget:g}": (rate, usual)
                for budget, rate, usual in zip(plan.budgets, rates, unchanged, strict=True)
            },
        )
        for one, each, rates in zip(changes, found, changed, strict=True)
    )


def _life(whole: Stretch, days: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Stretch:
    """Return days of a home one after another, as if they had been lived so."""
    at = (days[:, None] * DAY + np.arange(DAY)).ravel()
    return replace(
        whole,
        marks=whole.marks[at],
        observed=whole.observed[at],
        slots=whole.slots[at],
    )


def reported(rhythm: Rhythm, lived: Stretch) -> dict[str, int]:
    """Return what is reported in some days that was not before, and after how many days first."""
    known = {one.matter for one in rhythm.changes()}
    found: dict[str, int] = {}
    for count in range(len(lived) // DAY):
        rhythm = rhythm.learned(part(lived, count * DAY, (count + 1) * DAY))
        for one in rhythm.changes():
            if one.matter not in known:
                found.setdefault(one.matter, count + 1)
    return found


def notices(habit: Habit, lived: Stretch, budgets: tuple[float, ...]) -> list[int]:
    """Return how many silences are told of, by budget, in days that are learnt as they come."""
    counts = np.zeros(len(budgets), np.int64)
    for count in range(len(lived) // DAY):
        day = part(lived, count * DAY, (count + 1) * DAY)
        table = habit.table()
        scores = table.walk(habit.pace, day).scores
        limits = [habit.limit(budget) for budget in budgets]
        over = scores > np.array([np.inf if one is None else one for one in limits])[:, None]
        counts += np.count_nonzero(over[:, 1:] & ~over[:, :-1], axis=1) + over[:, 0]
        habit = habit.learned(day, by=table)
    return counts.tolist()


def fewer(life: Stretch, draw: np.random.Generator) -> Stretch:
    """Return a life with 2 % fewer signs indoors for each day that the change has gone on.

    The front door stays as it was: somebody who is seen to leave less than they leave is a sensor
    that fails, and no change.
    """
    gone = draw.random(len(life)) > (1 - FEWER) ** _changed(life)
    return replace(
        life, marks=np.where(gone & (life.marks != OUTSIDE), NOTHING, life.marks).astype(np.int8)
    )


def later(life: Stretch, _draw: np.random.Generator) -> Stretch:
    """Return a life whose evenings are 5 minutes later for each day that the change has gone on.

    Signs from 17 until 02 are moved, past midnight where they come to that.
    """
    clock, marks = minute_of_day(life), life.marks.copy()
    early = clock < LATE
    count = np.where(early, np.append(np.zeros(DAY, np.int64), _changed(life))[: len(life)],
                     _changed(life))  # fmt: skip
    evening = np.flatnonzero((marks != NOTHING) & ((clock >= EVENING) | early) & (count > 0))
    to = evening + LATER * count[evening]
    marks[evening] = NOTHING
    kept = to < len(life)
    marks[to[kept]] = life.marks[evening[kept]]
    return replace(life, marks=marks)


def _changed(life: Stretch) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return for how many days the change has gone on in each minute; 0 before it."""
    return np.maximum(np.arange(len(life)) // DAY - KNOWN + 1, 0)


SLOWLY: Final = (Slowly("F1", fewer, "activity"), Slowly("F2", later, "bed"))
