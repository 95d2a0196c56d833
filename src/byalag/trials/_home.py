"""One home, every method: the figures of a trial."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from msgspec.structs import replace

from byalag.analysis import Stretch
from byalag.services.care import ROOMS
from byalag.trials._bounds import share_interval
from byalag.trials._channel import habits
from byalag.trials._collapse import starts, with_room
from byalag.trials._log import DAY, Floats, Log, stretch_of
from byalag.trials._method import Method, elapsed, last_row, part
from byalag.trials._ours import Learner, Night, Ours, finals
from byalag.trials._outcome import Alarm, HomeOutcome, Injected, Scored, Tail
from byalag.trials._peers import PEERS
from byalag.trials._plan import Plan
from byalag.trials._score import Run, run, scored

OURS: Final = "ours"


def tried(
    log: Log,
    plan: Plan,
    injections: Callable[[Log, Plan], tuple[Injected, ...]],
    told: Callable[[str], None],
) -> HomeOutcome:
    """Return what every method came to on the scored days of a home.

    The log is cut after the last scored day before anything is done with it.

    Raises:
        Unfit: the log has not the days.
    """
    plan.fits(log)
    log = log.until(plan.score[1])
    whole = stretch_of(log)
    roomy, learner = with_room(whole), Learner()
    begun = starts(whole, *plan.score)
    methods: list[Method] = [
        *(Ours(OURS, learner, budget) for budget in plan.budgets),
        Ours(f"{OURS}-score", learner),
        *PEERS,
    ]
    outcomes: list[Scored] = []
    for method in methods:
        told(method.name)
        done = run(method, roomy, whole, begun, plan)
        one = scored(done, begun, plan, _devices(log), hindsight=_by_hindsight(method))
        outcomes.append(replace(one, alarms=alarms(done, whole, log)))
    told("calibration")
    ended = finals(learner, whole, *plan.score)
    return HomeOutcome(
        home=log.home,
        days=log.days,
        events=len(log.seconds),
        sensors=len(set(log.sensors.tolist())),
        set_aside=log.set_aside,
        events_a_week=float((whole.marks >= 0).mean() * 7 * DAY),
        develop=plan.develop,
        score=plan.score,
        methods=tuple(outcomes),
        calibration=calibration(ended),
        channel=habits(log, whole, begun, plan),
        injections=injections(log, plan),
    )


def calibration(ended: Floats) -> tuple[Tail, ...]:
    """Return how many silences ended beyond each whole score, with exact 95 % intervals."""
    if not len(ended):
        return ()
    return tuple(_tail(score, int((ended > score).sum()), len(ended)) for score in range(1, 10))


def _tail(score: int, count: int, silences: int) -> Tail:
    low, high = share_interval(count, silences)
    return Tail(
        score=score,
        count=count,
        share=count / silences,
        low=low,
        high=high,
        expected=float(np.exp(-score)),
    )


def alarms(done: Run, whole: Stretch, log: Log) -> tuple[Alarm, ...]:
    """Return each false alarm with when it was told and the numbers that explain it."""
    quiet, rooms = elapsed(whole), last_row(whole)
    found: list[Alarm] = []
    for silence in done.usual.alarms():
        begins, ends = int(done.usual.begins[silence]), int(done.usual.ends[silence])
        within = done.usual.nearness[begins:ends]
        at = done.usual.first + begins + int((within > 1).argmax())
        end = done.usual.first + ends
        last = at - int(quiet[at])
        why = Alarm(
            day=at // DAY + 1,
            last=_clock(log, last),
            told=_clock(log, at),
            ended=_clock(log, end) if end < len(whole) else None,
            room=ROOMS[int(rooms[at])],
            hours=float(end - last) / 60,
        )
        judge = done.judges[at // DAY + 1]
        found.append(_explained(why, judge, whole, at, last) if isinstance(judge, Night) else why)
    return tuple(found)


def _explained(why: Alarm, judge: Night, whole: Stretch, at: int, last: int) -> Alarm:
    score = float(judge.nearness(part(whole, at // DAY * DAY, at + 1), at % DAY)[-1])
    usual = judge.table.usual(int(whole.marks[last]), int(whole.slots[last]))
    weeks = float(judge.weeks(score * (judge.limit or 0.0)))
    return replace(why, usual=usual, weeks=weeks)


def _clock(log: Log, minute: int) -> str:
    midnight = datetime.combine(log.first, datetime.min.time())
    return (midnight + timedelta(minutes=minute)).isoformat(timespec="minutes")


def _devices(log: Log) -> int:
    return max(1, len(set(log.sensors.tolist())))


def _by_hindsight(method: Method) -> bool:
    return getattr(method, "budget", None) is None
