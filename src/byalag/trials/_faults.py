"""Faults of devices and of the way to us, injected: no person may be told of because of them."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import numpy as np
from msgspec import Struct

from byalag.model import History, SeriesId
from byalag.services.care import Dawn, NoticeOpened, Verdict, next_dawn, seen
from byalag.services.care._signs import RESENT, in_order
from byalag.trials._bounds import share_interval
from byalag.trials._log import DAY, Log
from byalag.trials._outcome import Injected
from byalag.trials._plan import Plan
from byalag.trials._watched import (
    CADENCE,
    ZONE,
    Watched,
    at_minute,
    dawns,
    history,
    kept,
    on_day,
    verdict,
    watched,
)

Told: TypeAlias = Mapping[SeriesId, History]
WAIT: Final = 2880  # minutes that a fault lasts, unless it is repaired before
BUDGET: Final = 1.0  # the loosest: the most notices
PERSON: Final = frozenset({"deviation", "activity"})
HABIT: Final = frozenset({"habit"})  # of lower urgency, and counted by itself
AFTER: Final = (1, CADENCE, 4 * CADENCE)  # minutes after a limit was passed at which it is judged
HEARD_BY: Final = 4 * CADENCE + 5  # minutes until a fault of heartbeats is to be told
STUCK_BY: Final = 24 * 60  # minutes until a stuck sensor is to be told
LOOKS: Final = (60, 350)  # minutes into a batch that is late at which it is judged
EVERY: Final = 5  # minutes between what a stuck sensor tells


class Fault(Struct, frozen=True):
    """A home to be judged while something is wrong with it from minute `at` on."""

    told: Told
    at: int
    until: int
    asked: int
    device: str = ""


class Bench(Struct, frozen=True):
    """A home, what is known of it day by day, and the silences that were told of anyway."""

    of: Watched
    dawns: dict[int, Dawn]
    plan: Plan

    def judged(self, fault: Fault) -> list[Verdict]:
        """Return how the home was judged wherever anything could have been told, day by day."""
        found: list[Verdict] = []
        first = fault.at // DAY + 1
        dawn = self.dawns[first]
        last = min(fault.until // DAY + 1, self.plan.score[1])
        for day in range(first, last + 1):
            told = on_day(fault.told, day)
            moments = self._moments(dawn, told, day, fault)
            found.extend(verdict(self.of, dawn, told, minute, BUDGET) for minute in moments)
            if day < last:
                dawn = next_dawn(dawn, self.of.channels, told, zone=ZONE)
        return found

    def at_its_start(self, fault: Fault) -> list[Verdict]:
        """Return how the home was judged as the fault began: what was told of then is not new."""
        day = fault.at // DAY + 1
        told = on_day(fault.told, day)
        moments = [max((day - 1) * DAY + 1, fault.at - step) for step in (0, CADENCE, 2 * CADENCE)]
        return [verdict(self.of, self.dawns[day], told, at, BUDGET) for at in moments]

    def _moments(self, dawn: Dawn, told: Told, day: int, fault: Fault) -> list[int]:
        """Return the minutes of a day in which a notice could be opened, and the one asked for."""
        begins, ends = (day - 1) * DAY, day * DAY
        after = seen(dawn, self.of.channels, told, now=at_minute(ends), zone=ZONE)
        moments = {fault.asked} if begins < fault.asked <= ends else set[int]()
        for name, habit in dawn.habits.items():
            stretch, limit = after.stretches.get(name), habit.limit(BUDGET)
            if limit is None or stretch is None:
                continue
            over = habit.table().walk(habit.pace, stretch).scores > limit
            passed = np.flatnonzero(over & ~np.append(False, over[:-1])[: len(over)])
            moments |= {begins + int(minute) + step for minute in passed for step in AFTER}
        earliest = max(fault.at, begins + 1)
        return sorted(at for at in moments if earliest <= at <= min(ends, fault.until))


def faults(log: Log, plan: Plan) -> tuple[Injected, ...]:
    """Return what sensors that die or stick, a gateway that is out and late data came to."""
    of = watched(log, plan.seed)
    bench = Bench(of, dawns(of, plan), plan)
    draw = np.random.default_rng(plan.seed)
    kinds: tuple[tuple[str, Callable[[], Fault]], ...] = (
        ("C", lambda: dead(of, _start(plan, draw), str(draw.choice(sorted(of.told))))),
        ("D", lambda: outage(of, _start(plan, draw), int(draw.integers(1, 49)) * 60)),
        ("E", lambda: stuck(of, _start(plan, draw), str(draw.choice(_inside(of))))),
    )
    found = [_run(bench, name, make) for name, make in kinds]
    return (*found, late(bench, draw))


def _start(plan: Plan, draw: np.random.Generator) -> int:
    """Return a half hour at which a fault of two days fits in what is scored."""
    first, last = (plan.score[0] - 1) * DAY, plan.score[1] * DAY - WAIT - DAY
    return int(draw.integers(first, max(first + 1, last))) // 30 * 30


def _inside(of: Watched) -> list[SeriesId]:
    return sorted(id_ for id_, one in of.channels.items() if one.meaning != "front-door")


def dead(of: Watched, at: int, series: SeriesId) -> Fault:
    """Return a home in which one sensor's battery is flat: no sign and no heartbeat from it."""
    one = of.told[series]
    told = {**of.told, series: kept(one, one.times < at_minute(at))}
    return Fault(told, at, at + WAIT, at + HEARD_BY, series.partition("/")[0])


def outage(of: Watched, at: int, minutes: int) -> Fault:
    """Return a home whose gateway is out: nothing at all is heard for so long."""
    told = {
        series: kept(one, (one.times < at_minute(at)) | (one.times >= at_minute(at + minutes)))
        for series, one in of.told.items()
    }
    return Fault(told, at, at + minutes, at + min(minutes, HEARD_BY))


def stuck(of: Watched, at: int, series: SeriesId) -> Fault:
    """Return a home in which one sensor tells of somebody every five minutes, on and on."""
    one = of.told[series]
    seconds = np.arange(at * 60, (at + WAIT) * 60, EVERY * 60, dtype=np.int64)
    on = history(seconds, np.empty(0, np.int64))
    before = kept(one, one.times < at_minute(at))
    told = {
        **of.told,
        series: History(
            np.concatenate([before.times, on.times]),
            np.concatenate([before.values, on.values]),
            np.concatenate([before.flags, on.flags]),
        ),
    }
    return Fault(told, at, at + WAIT, at + STUCK_BY, series.partition("/")[0])


def _run(bench: Bench, name: str, make: Callable[[], Fault]) -> Injected:
    """Run a fault many times. A silence that is told of without it is no fault of the fault."""
    right = person = habit = technical = 0
    for _ in range(bench.plan.runs):
        fault = make()
        opened = _opened(bench.judged(fault))
        wrong, lower = (_about(opened, kinds) for kinds in (PERSON, HABIT))
        if wrong or lower:
            plain = Fault(bench.of.told, fault.at, fault.until, fault.asked)
            anyway = _opened([*bench.judged(plain), *bench.at_its_start(plain)])
            wrong, lower = wrong - _about(anyway, PERSON), lower - _about(anyway, HABIT)
        told = any(_tells_of(one, fault) for one in opened)
        person, habit, technical = person + bool(wrong), habit + bool(lower), technical + told
        right += told and not wrong
    return Injected(
        id=name,
        runs=bench.plan.runs,
        right=right,
        person=person,
        habit=habit,
        technical=technical,
        share=person / bench.plan.runs,
        high=share_interval(person, bench.plan.runs)[1],
    )


def _tells_of(one: NoticeOpened, fault: Fault) -> bool:
    if not fault.device:
        return one.kind == "no-contact"
    return one.kind == "sensor" and fault.device in one.reason.devices


def _about(opened: list[NoticeOpened], kinds: frozenset[str]) -> set[str]:
    return {one.reason.channel for one in opened if one.kind in kinds}


def _opened(judged: list[Verdict]) -> list[NoticeOpened]:
    return [said for one in judged for said in one.said if isinstance(said, NoticeOpened)]


def late(bench: Bench, draw: np.random.Generator) -> Injected:
    """Return how often what came twice, out of order and six hours late gave another result."""
    same = person = 0
    for _ in range(bench.plan.runs):
        at = _start(bench.plan, draw)
        day = at // DAY + 1
        dawn, told = bench.dawns[day], on_day(bench.of.told, day)
        mixed = {series: _mixed(one, draw) for series, one in told.items()}
        same += _result(bench, dawn, told, day) == _result(bench, dawn, mixed, day)
        waits = [verdict(bench.of, dawn, _missing(told, at), at + step, BUDGET) for step in LOOKS]
        if about := _about(_opened(waits), PERSON):
            plain = [verdict(bench.of, dawn, told, at + step, BUDGET) for step in LOOKS]
            about -= _about(_opened(plain), PERSON)
        person += bool(about)
    return Injected(
        id="K",
        runs=bench.plan.runs,
        right=same,
        person=person,
        share=person / bench.plan.runs,
        high=share_interval(person, bench.plan.runs)[1],
    )


def _missing(told: Told, at: int) -> Told:
    """Return what is known while six hours of it wait to be sent."""
    return {
        series: kept(one, (one.times < at_minute(at)) | (one.times >= at_minute(at + 360)))
        for series, one in told.items()
    }


def _mixed(one: History, draw: np.random.Generator) -> History:
    """Return what a device told, in any order, some of it twice and some sent again.

    What is sent again comes some seconds later by its own time, as when no answer was heard. What
    is told at one time is one observation, as the store keeps it.
    """
    count = len(one.times)
    which = draw.integers(0, max(count, 1), count // 3)
    again = draw.integers(0, count, count // 10) if count else which
    later = one.times[again] + draw.integers(1, RESENT, len(again))
    order = draw.permutation(count + len(which) + len(again))
    return in_order(
        History(
            np.concatenate([one.times, one.times[which], later])[order],
            np.concatenate([one.values, one.values[which], one.values[again]])[order],
            np.concatenate([one.flags, one.flags[which], one.flags[again]])[order],
        ),
        int(later.max(initial=0)) + int(one.times.max(initial=0)),
    )


def _result(bench: Bench, dawn: Dawn, told: Told, day: int) -> tuple[dict[str, bytes], str]:
    """Return what a day comes to: what was learnt, and how the home stood at its end."""
    at = verdict(bench.of, dawn, told, day * DAY, BUDGET).standing
    learnt = next_dawn(dawn, bench.of.channels, told, zone=ZONE)
    habits = {name: one.pack() for name, one in learnt.habits.items()}
    return habits, repr((at.state, at.since, at.notice, at.last))
