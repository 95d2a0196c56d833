"""Whether a device is stuck: telling of somebody on and on, far beyond its own normal.

A run is a time in which a device tells that something is on, again and again, without ever being
quiet for longer than it takes it to be heard. What a run usually is, is learnt for each device; and
what a dense run is, in which it tells that almost every minute.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from msgspec import Struct

from byalag.model import Flag, History, SeriesId, span
from byalag.services.care._home import Channel
from byalag.services.care._signs import MINUTE, Times

QUIET: Final = 20  # minutes without telling that end a run, of a device that is heard more often
_MARGIN: Final = 5  # minutes a heartbeat may be late without ending a run
DENSE: Final = "!"  # after the name of a series: its dense runs
CLOSE: Final = 3  # minutes without telling that end a dense run
DAYS: Final = 28
KNOWN: Final = 7  # days after which a device's own normal is known
UNKNOWN: Final = 18 * 60  # minutes, of a device whose normal is not known
UNKNOWN_DENSE: Final = 4 * 60
FACTOR: Final = 1.5
MORE: Final = 60  # minutes


class Run(Struct, frozen=True, kw_only=True):
    """Minutes [began, last] in which a device was never quiet."""

    began: int
    last: int

    @property
    def lasted(self) -> int:
        """How long it is, minutes."""
        return self.last - self.began


def quiet_of(channel: Channel) -> int:
    """Return after how many minutes of silence a run of a channel is over."""
    return max(QUIET, round(span(channel.heartbeat).total_seconds() / 60) + _MARGIN)


def longest_usual(days: Sequence[int], *, dense: bool = False) -> int:
    """Return how long a run may be, minutes, from the longest of each of the latest days."""
    if len(days) < KNOWN:
        return UNKNOWN_DENSE if dense else UNKNOWN
    return round(FACTOR * max(days)) + MORE


def kinds(id_: SeriesId, channel: Channel) -> tuple[tuple[str, int], tuple[str, int]]:
    """Return the names of a channel's runs, those that are dense last, with what ends them."""
    return (id_, quiet_of(channel)), (id_ + DENSE, CLOSE)


def found_in(
    channels: Mapping[SeriesId, Channel],
    told: Mapping[SeriesId, History],
    signs: Mapping[SeriesId, Times],
    before: Mapping[str, Run],
) -> dict[str, list[Run]]:
    """Return the runs of channels in what was told, with those that went on before it."""
    found: dict[str, list[Run]] = {}
    for id_, one in channels.items():
        if id_ in told:
            minutes = on(one, told[id_], signs[id_])
            for name, quiet in kinds(id_, one):
                found[name] = runs(minutes, quiet, before.get(name))
    return found


def usual_of(name: str, busy: Mapping[str, Sequence[int]]) -> int:
    """Return how long a run of a name may be, minutes, by the longest of each late day."""
    return longest_usual(busy.get(name, ()), dense=name.endswith(DENSE))


def on(channel: Channel, history: History, signs: Times) -> Times:
    """Return the minutes in which a channel told that something is on."""
    if channel.counts in {"change", "growth"}:
        return signs // MINUTE
    good = (history.flags != Flag.FAIL) & (history.flags != Flag.MISSING)
    return np.unique(history.times[good & (history.values > channel.above)] // MINUTE)


def runs(minutes: Times, quiet: int, before: Run | None = None) -> list[Run]:
    """Return the runs that minutes come to, with the one that went on before them."""
    if not len(minutes):
        return [] if before is None else [before]
    cuts = np.flatnonzero(np.diff(minutes) > quiet) + 1
    begins = minutes[np.concatenate([[0], cuts])].tolist()
    lasts = minutes[np.concatenate([cuts - 1, [len(minutes) - 1]])].tolist()
    found = [Run(began=a, last=b) for a, b in zip(begins, lasts, strict=True)]
    if before is None:
        return found
    if found[0].began - before.last <= quiet:
        return [Run(began=before.began, last=found[0].last), *found[1:]]
    return [before, *found]


def stuck(found: Sequence[Run], longest: int) -> list[Run]:
    """Return the runs that are longer than they ever are."""
    return [one for one in found if one.lasted > longest]


def is_stuck(found: Sequence[Run], longest: int, quiet: int, minute: int) -> bool:
    """Return whether a device is stuck now: its last run is too long, and not over."""
    last = found[-1] if found else None
    return last is not None and last.lasted > longest and minute - last.last <= quiet


def busiest(
    known: Sequence[int], found: Sequence[Run], first: int, longest: int
) -> tuple[int, ...]:
    """Return the longest run of each of the latest days, with that of a day that begins so.

    A day on which the device was stuck says nothing of what is normal.
    """
    if stuck(found, longest):
        return tuple(known)
    within = [one.last - max(one.began, first) for one in found if one.last >= first]
    return (*known, max(within, default=0))[-DAYS:]


def without(signs: Times, wrong: Sequence[Run]) -> Times:
    """Return signs but for those of runs in which the device was stuck."""
    keep = np.ones(len(signs), np.bool_)
    for one in wrong:
        keep &= (signs // MINUTE < one.began) | (signs // MINUTE > one.last)
    return signs[keep]


def last_runs(found: Mapping[str, Sequence[Run]]) -> dict[str, Run]:
    """Return the last run of each name: the one that may go on."""
    return {name: each[-1] for name, each in found.items() if each}
