"""The frame of each day: when it begins and ends, when the home is left, who comes."""

from typing import Final

import numpy as np
from msgspec import Struct

from byalag.testkit.homes._calendar import DAY, Calendar
from byalag.testkit.homes._habits import HOUR, MINUTE, Habits, Reals

NEVER: Final = np.inf
_NOT_YET: Final = 7  # days in which nobody goes away
_LONG_AGO: Final = -99
_NAP: Final = 75 * MINUTE  # the longest


class Frame(Struct, frozen=True, kw_only=True, eq=False):
    """When the days of people begin and end: seconds after each local midnight, (people, days).

    NEVER where it does not happen. `gone_from` and `gone_to` are days away from home.
    """

    wake: Reals
    bed: Reals
    out_from: Reals
    out_to: Reals
    nap_from: Reals
    nap_to: Reals
    gone_from: Reals
    gone_to: Reals
    visit_from: Reals
    visit_to: Reals


def frame_of(rng: np.random.Generator, habits: Habits, calendar: Calendar, later: Reals) -> Frame:
    """Draw the frame of each day. `later` is seconds that bed is later than usual each day."""
    shape = (len(habits.wake), calendar.days)

    def near(usual: Reals, spread: float) -> Reals:
        return usual[:, None] + rng.normal(0, 1, shape) * spread * habits.loose[:, None]

    drifted = _drift(rng, habits.drift, calendar.days)
    free = calendar.weekend * habits.lie_in[:, None]
    wake = near(habits.wake, 1.0) + free + drifted - calendar.summer * 0.4 * HOUR
    bed = near(habits.bed, 1.2) + 0.6 * free + drifted + calendar.summer * 0.3 * HOUR + later
    up = habits.up[:, None]
    wake = np.where(up, 0.0, np.clip(wake, 4 * HOUR, 11 * HOUR))
    bed = np.where(up, DAY - 1.0, np.clip(bed, 19.5 * HOUR, 26 * HOUR))
    gone_from, gone_to = _away(rng, habits.away, calendar.days)
    home = ~np.isfinite(gone_from) & ~up
    often = np.clip(
        habits.out[:, None] * (1 + 0.3 * calendar.summer - 0.2 * calendar.weekend), 0, 1
    )
    begins = wake + 1.5 * HOUR + rng.gamma(2.0, 1.1 * HOUR, shape)
    lasts = np.exp(rng.normal(np.log(1.2), 0.6, shape)) * HOUR
    out = home & (rng.random(shape) < often) & (begins + lasts < bed - HOUR)
    asleep = home & (rng.random(shape) < habits.nap[:, None])
    nap = near(habits.lunch, 0.8) + 1.2 * HOUR
    nap = np.where(asleep & ~(out & (begins < nap + _NAP) & (begins + lasts > nap)), nap, NEVER)
    visit = home & (rng.random(shape) < habits.visits[:, None])
    comes = np.where(visit, rng.uniform(10, 18, shape) * HOUR, NEVER)
    comes = np.where(out & (comes < begins + lasts) & (comes + HOUR > begins), NEVER, comes)
    return Frame(
        wake=wake,
        bed=bed,
        out_from=np.where(out, begins, NEVER),
        out_to=np.where(out, begins + lasts, NEVER),
        nap_from=nap,
        nap_to=nap + rng.uniform(20 * MINUTE, _NAP, shape),
        gone_from=gone_from,
        gone_to=gone_to,
        visit_from=comes,
        visit_to=comes + rng.uniform(20, 120, shape) * MINUTE,
    )


def _drift(rng: np.random.Generator, weekly: Reals, days: int) -> Reals:
    """Return how far habits have moved each day: a slope, and a walk from week to week."""
    weeks = np.arange(days) / 7
    steps = rng.normal(0, 4 * MINUTE, (len(weekly), days // 7 + 1)).cumsum(axis=1)
    drifted: Reals = weekly[:, None] * weeks + steps[:, np.arange(days) // 7]
    return drifted


def _away(rng: np.random.Generator, often: Reals, days: int) -> tuple[Reals, Reals]:
    """Return from when to when each day nobody is at home, as days away are one to five."""
    shape = (len(often), days)
    leaves = rng.random(shape) < often[:, None]
    leaves[:, :_NOT_YET] = False
    length = rng.integers(1, 6, shape)
    until = np.full(len(often), _LONG_AGO)
    for day in range(days):  # nobody leaves who is away
        leaves[:, day] &= until < day
        until = np.where(leaves[:, day], day + length[:, day], until)
    of = np.arange(days)
    last = np.maximum.accumulate(np.where(leaves, of, _LONG_AGO), axis=1)
    stays = np.take_along_axis(length, np.clip(last, 0, None), axis=1)
    since = of - last
    gone = (last >= 0) & (since <= stays)
    begins = np.where(since == 0, np.rint(rng.uniform(9, 14, shape) * HOUR), 0.0)
    ends = np.where(since == stays, np.rint(rng.uniform(13, 19, shape) * HOUR), float(DAY))
    return np.where(gone, begins, NEVER), np.where(gone, ends, NEVER)
