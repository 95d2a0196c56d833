"""One habit of a home judged by itself, the kitchen or the fridge, and when it goes quiet."""

from typing import Final

import numpy as np
from msgspec.structs import replace

from byalag.analysis import NOTHING, Stretch
from byalag.services.care import ROOMS
from byalag.services.care._stretches import PRESENCE, presence
from byalag.trials._collapse import delays, first_over
from byalag.trials._log import DAY, Ints, Log, marks_of
from byalag.trials._method import LEAD, part
from byalag.trials._ours import Learner, Ours
from byalag.trials._outcome import Scored
from byalag.trials._plan import CUT, Plan
from byalag.trials._score import judges_of, ordinary, rate

KITCHEN: Final = ROOMS.index("kitchen")
FRIDGE: Final = ("fridge", "refrigerator")


def sensors_of(log: Log) -> tuple[int, ...]:
    """Return the sensors that the habit is read from: the fridge, or all of the kitchen."""
    fridge = log.named(*FRIDGE)
    return fridge or tuple(at for at, room in enumerate(log.rooms) if room == KITCHEN)


def channel_of(log: Log, whole: Stretch, sensors: tuple[int, ...]) -> Stretch:
    """Return the minutes of a channel: a row is where the person was, and a mark is a sign."""
    kept = np.isin(log.sensors, sensors)
    rows = presence(whole, None)
    seconds = log.seconds[kept]
    signs = marks_of(seconds, np.zeros(len(seconds), np.int8), len(whole))
    return replace(whole, marks=np.where(signs >= 0, rows, NOTHING).astype(np.int8), rows=rows)


def habits(log: Log, whole: Stretch, begun: Ints, plan: Plan) -> tuple[Scored, ...]:
    """Return how soon a kitchen that goes quiet is told of while the person is up and about.

    Everything else goes on as it did. A budget that one home's history cannot hold has no limit
    yet: then nothing is told, and every delay is the longest.
    """
    sensors = sensors_of(log)
    channel = channel_of(log, whole, sensors)
    if not (channel.marks >= 0).any():
        return ()
    others = log.only(~np.isin(log.sensors, sensors))
    without = channel_of(others, replace(whole, marks=_marks(others, len(whole))), ())
    kept = begun[begun + CUT <= len(whole)]
    if not len(kept):
        return ()
    learner = Learner(len(PRESENCE), whole=False)
    return tuple(
        _scored(Ours(f"kitchen-{budget:g}", learner, budget), channel, without, kept, plan)
        for budget in plan.budgets
    )


def _scored(method: Ours, channel: Stretch, without: Stretch, begun: Ints, plan: Plan) -> Scored:
    judges = judges_of(method, channel, plan)
    usual = ordinary(judges, channel)
    after: list[np.ndarray[tuple[int], np.dtype[np.float32]]] = []
    for at in begun.tolist():
        begins = max(0, at - LEAD - at % DAY)
        seen = part(channel, begins, at + CUT)
        rest = part(without, begins, at + CUT)
        marks, rows = seen.marks.copy(), _rows(seen).copy()
        marks[at - begins :] = NOTHING
        rows[at - begins :] = _rows(rest)[at - begins :]
        silent = replace(seen, marks=marks, rows=rows)
        nearness = judges[at // DAY + 1].nearness(silent, at - begins)
        after.append(np.maximum.accumulate(nearness).astype(np.float32))
    budget = method.budget or 0.0
    found = rate(len(usual.alarms()), plan.weeks)
    return Scored(
        method=method.name,
        budget=budget,
        rate=found,
        delays=delays(first_over(np.array(after), 1.0), begun, 1, plan.seed),
        kept=found.low <= budget,
        ratio=found.week / budget,
    )


def _rows(seen: Stretch) -> np.ndarray[tuple[int], np.dtype[np.int8]]:
    return seen.marks if seen.rows is None else seen.rows


def _marks(log: Log, minutes: int) -> np.ndarray[tuple[int], np.dtype[np.int8]]:
    return marks_of(log.seconds, np.asarray(log.rooms, np.int8)[log.sensors], minutes)
