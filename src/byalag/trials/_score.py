"""One method on one home: what it says of ordinary days, and how soon it finds a collapse."""

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from byalag.analysis import Stretch
from byalag.trials._bounds import poisson_interval, poisson_upper
from byalag.trials._collapse import delays, first_over, nearness_after
from byalag.trials._log import DAY, Floats, Ints
from byalag.trials._method import LEAD, Judge, Method, part
from byalag.trials._outcome import Rate, Scored
from byalag.trials._plan import Plan

HINDSIGHT: Final = 12  # alarms, at most, that a curve by hindsight goes to for each scored week


class Ordinary(Struct, frozen=True):
    """Ordinary days: the nearness of every scored minute, and every silence in it.

    `begins` and `ends` are where each silence is, `peaks` how near a notice it came.
    """

    first: int
    nearness: Floats
    begins: Ints
    ends: Ints
    peaks: Floats

    def alarms(self, level: float = 1.0) -> Ints:
        """Return which silences are told of."""
        return np.flatnonzero(self.peaks > level)


def judges_of(method: Method, whole: Stretch, plan: Plan) -> dict[int, Judge]:
    """Return the judge of each scored day, by what came before it and nothing else."""
    begin = (plan.develop[0] - 1) * DAY
    return {
        day: method.learn(part(whole, begin, (day - 1) * DAY))
        for day in range(plan.score[0], plan.score[1] + 1)
    }


def ordinary(judges: dict[int, Judge], whole: Stretch) -> Ordinary:
    """Return what is said of the scored days as they were; a silence is told of once."""
    parts: list[Floats] = []
    for day, judge in judges.items():
        lead = min((day - 1) * DAY, LEAD)
        seen = part(whole, (day - 1) * DAY - lead, day * DAY)
        parts.append(judge.nearness(seen, lead))
    nearness = np.concatenate(parts)
    edges = np.diff(np.concatenate([[0], (nearness > 0).astype(np.int8), [0]]))
    begins, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    peaks = np.maximum.reduceat(nearness, begins) if len(begins) else np.empty(0)
    return Ordinary((min(judges) - 1) * DAY, nearness, begins, ends, peaks)


def rate(count: int, weeks: float) -> Rate:
    """Return a count of false alarms over client-weeks, with exact 95 % bounds."""
    low, high = poisson_interval(count)
    return Rate(
        count=count,
        weeks=weeks,
        week=count / weeks,
        low=low / weeks,
        high=high / weeks,
        upper=poisson_upper(count) / weeks,
    )


class Run(Struct, frozen=True):
    """A method that has been run on a home."""

    method: Method
    judges: dict[int, Judge]
    usual: Ordinary
    after: NDArray[np.float32]


def run(method: Method, roomy: Stretch, whole: Stretch, begun: Ints, plan: Plan) -> Run:
    """Run a method over the scored days, and over a collapse at each start."""
    judges = judges_of(method, whole, plan)
    return Run(method, judges, ordinary(judges, whole), nearness_after(judges, roomy, begun))


def scored(done: Run, begun: Ints, plan: Plan, devices: int, *, hindsight: bool) -> Scored:
    """Return the figures of a method as it is set, and its curve by hindsight if asked for."""
    budget = getattr(done.method, "budget", None)
    found = rate(len(done.usual.alarms()), plan.weeks)
    return Scored(
        method=done.method.name,
        budget=budget,
        rate=found,
        delays=delays(first_over(done.after, 1.0), begun, devices, plan.seed),
        curve=curve(done, plan) if hindsight else (),
        kept=None if budget is None else found.low <= budget,
        ratio=None if budget is None else found.week / budget,
    )


def curve(done: Run, plan: Plan) -> tuple[tuple[float, float], ...]:
    """Return what every limit would have given, known only afterwards: (alarms a week, delay).

    A limit that tells of k silences lies just under the k-th highest peak.
    """
    peaks = np.sort(done.usual.peaks[np.isfinite(done.usual.peaks)])[::-1]
    most = min(len(peaks), int(HINDSIGHT * plan.weeks) + 1)
    asked = sorted(
        {*range(min(most, 13)), *np.geomspace(12, max(most, 13), 12).astype(int).tolist()}
    )
    points: list[tuple[float, float]] = []
    for count in asked:
        if count >= len(peaks):
            break
        level = float(peaks[count])
        points.append((count / plan.weeks, float(first_over(done.after, level).mean() / 60)))
    return tuple(points)
