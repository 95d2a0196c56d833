"""Our own way of judging, exactly as a hub does it: `analysis.Habit`, learnt night by night."""

from typing import Final

import numpy as np
from msgspec import Struct

from byalag.analysis import Habit, Stretch, Table
from byalag.services.care import ROOMS
from byalag.trials._log import DAY, Floats
from byalag.trials._method import part

SCALE: Final = 10.0  # a score of which hindsight measures shares


class Learner:
    """What is known of a home after so many minutes; learns on from there if nothing changed."""

    def __init__(self, rows: int = len(ROOMS), *, whole: bool = True) -> None:
        """Begin with nothing known. `whole` is a home, not one channel of it."""
        self._new = Habit.new(rows, whole=whole)
        self._past: Stretch | None = None
        self._habit = self._new

    def learned(self, past: Stretch) -> Habit:
        """Return the habit learnt of all of `past`, whole local days."""
        known = 0 if self._past is None else len(self._past)
        same = self._past is not None and known <= len(past) and _same(self._past, past)
        if not same:
            known, self._habit = 0, self._new
        if known < len(past):
            self._habit = self._habit.learned(part(past, known, len(past)))
        self._past = past
        return self._habit


class Ours(Struct, frozen=True):
    """Calibrated silence at a budget of false alarms a week; without one, the bare score."""

    name: str
    learner: Learner
    budget: float | None = None

    def learn(self, past: Stretch, /) -> "Night":
        """Return the table and the limit that the night's learning gave."""
        habit = self.learner.learned(past)
        limit = SCALE if self.budget is None else habit.limit(self.budget)
        return Night(habit, habit.table(), past.begins + len(past), limit)


class Night(Struct, frozen=True):
    """What was learnt of a home when a day begins, at the minute `begins`."""

    habit: Habit
    table: Table
    begins: int
    limit: float | None

    def nearness(self, seen: Stretch, first: int, /) -> Floats:
        """Return the score against the limit; all 0 while the limit is not yet known."""
        if self.limit is None:
            return np.zeros(len(seen) - first)
        day = self.begins - seen.begins
        scores = self.table.walk(self.habit.pace, part(seen, day, len(seen))).scores
        return scores[first - day :] / max(self.limit, 1e-9)

    def weeks(self, score: float) -> float:
        """How many weeks pass between silences that reach a score?"""
        return self.habit.weeks(score)


def finals(learner: Learner, whole: Stretch, first: int, last: int) -> Floats:
    """Return the final scores of the silences that ended in days `first` to `last`, from 1."""
    every: list[Floats] = []
    for day in range(first, last + 1):
        habit = learner.learned(part(whole, 0, (day - 1) * DAY))
        today = part(whole, (day - 1) * DAY, day * DAY)
        every.append(habit.table().walk(habit.pace, today).finals)
    return np.concatenate(every)


def _same(past: Stretch, now: Stretch) -> bool:
    return (
        past.begins == now.begins
        and np.array_equal(past.marks, now.marks[: len(past)])
        and np.array_equal(past.observed, now.observed[: len(past)])
    )
