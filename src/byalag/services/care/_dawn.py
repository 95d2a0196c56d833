"""What is known of a home as a local day begins, and the day that is lived on top of it.

A dawn is a function of the dawn before and of what was told in the day between, and how a home is
now is a function of a dawn and of what has been told since. What comes late is judged by doing the
same work again, so in which order it came cannot matter.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray

from byalag.analysis import NOTHING, SLOTS, Habit, Pace, Rhythm, Stretch
from byalag.model import History, Micros, SeriesId, ThingId
from byalag.services.care._home import ROOMS, Channel
from byalag.services.care._hours import begins, ends
from byalag.services.care._runs import (
    DENSE,
    Run,
    busiest,
    found_in,
    is_stuck,
    kinds,
    last_runs,
    stuck,
    usual_of,
    without,
)
from byalag.services.care._signs import (
    LATE,
    MINUTE,
    Heard,
    Times,
    beats_of,
    cadence_of,
    device_of,
    heard,
    in_order,
    last_value,
)
from byalag.services.care._stretches import (
    PRESENCE,
    Last,
    channel_stretch,
    essential,
    home_stretch,
    observed,
    presence,
)

HOME: Final = "home"
DAYS: Final = 28  # whose signs by the half hour are kept
UNSEEN: Final = 255  # a half hour in which a sign might not have been seen
Halves: TypeAlias = NDArray[np.uint8]
Span: TypeAlias = tuple[Micros, Micros]  # from, to
Told: TypeAlias = Mapping[SeriesId, History]


class Dawn(Struct, frozen=True, kw_only=True, eq=False):
    """What is known of a home as a local day begins.

    `habits` are by channel, and "home" for the home as a whole. `before` is the last good value of
    each series, `beats` the last minute in which each device was heard, `runs` and `busiest` are
    for telling a stuck device, `last` is the last sign of each channel, microseconds. `halves`
    (days, 48) counts the minutes with a sign in the half hours of the latest days.
    """

    day: date
    habits: dict[str, Habit]
    rhythm: Rhythm
    halves: Halves
    before: dict[SeriesId, float] = field(default_factory=dict[SeriesId, float])
    beats: dict[ThingId, int] = field(default_factory=dict[ThingId, int])
    runs: dict[str, Run] = field(default_factory=dict[str, Run])
    busiest: dict[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])
    last: dict[SeriesId, Micros] = field(default_factory=dict[SeriesId, Micros])


class Seen(Struct, frozen=True, kw_only=True, eq=False):
    """How a home is by what has been told until now.

    `until` is the minute before which everything is known; `paces` stand there. `beats` are the
    last heartbeats, `last` the last sign of each channel. `stuck` are the devices that tell of
    somebody on and on. `home` and `channels` are the minutes from the dawn until then.
    """

    dawn: Dawn
    until: int
    paces: dict[str, Pace]
    beats: dict[ThingId, int]
    last: dict[SeriesId, Micros]
    stuck: frozenset[ThingId]
    before: dict[SeriesId, float]
    runs: dict[str, tuple[Run, ...]]
    heard: Heard
    stretches: dict[str, Stretch]


def first_dawn(day: date) -> Dawn:
    """Return the dawn of a home of which nothing is known."""
    return Dawn(
        day=day,
        habits={HOME: Habit.new(len(ROOMS))},
        rhythm=Rhythm.new(),
        halves=np.zeros((0, SLOTS), np.uint8),
    )


def seen(  # noqa: PLR0913 -- what a home is judged by
    dawn: Dawn,
    channels: Mapping[SeriesId, Channel],
    told: Told,
    *,
    now: Micros,
    zone: ZoneInfo,
    away: Sequence[Span] = (),
) -> Seen:
    """Return how a home is now, from its dawn and all that was told since the day began.

    `told` holds every series of the home's devices. In the spans of `away` nobody is watched.
    """
    right = {series: in_order(history, now) for series, history in told.items()}
    all_heard = _with_before(heard(channels, right, dawn.before, now=now), dawn)
    found = found_in(channels, right, all_heard.signs, dawn.runs)
    sure = _without_stuck(all_heard, found, dawn)
    first, minute = begins(dawn.day, zone), now // MINUTE
    until = max(first, min(minute, _known_until(channels, sure.beats, minute)))
    stretches = _stretches(dawn, channels, sure, (first, until), zone, away)
    return Seen(
        dawn=dawn,
        until=until,
        paces={
            name: _habit(dawn, name).table().walk(_habit(dawn, name).pace, one).pace
            for name, one in stretches.items()
        },
        beats={device: int(each[-1]) for device, each in sure.beats.items() if len(each)},
        last=_lasts(dawn, sure.signs),
        stuck=frozenset(
            device_of(id_)
            for id_, one in channels.items()
            for name, quiet in kinds(id_, one)
            if is_stuck(found.get(name, ()), usual_of(name, dawn.busiest), quiet, minute)
        ),
        before=_before(dawn, right),
        runs={id_: tuple(each) for id_, each in found.items()},
        heard=sure,
        stretches=stretches,
    )


def next_dawn(
    dawn: Dawn,
    channels: Mapping[SeriesId, Channel],
    told: Told,
    *,
    zone: ZoneInfo,
    away: Sequence[Span] = (),
) -> Dawn:
    """Return the dawn after a day. `told` goes on for a while beyond its end.

    What was told after midnight says only whether devices were alive until then.
    """
    first, last = begins(dawn.day, zone), ends(dawn.day, zone)
    beyond = beats_of(told)
    day = {series: _until(history, last * MINUTE) for series, history in told.items()}
    within = _with_before(heard(channels, day, dawn.before, now=last * MINUTE), dawn)
    found = found_in(channels, day, within.signs, dawn.runs)
    sure = _without_stuck(within, found, dawn)
    whole = _with_before(Heard(signs=sure.signs, beats=beyond), dawn)
    stretches = _stretches(dawn, channels, whole, (first, last), zone, away)
    home = stretches[HOME]
    halves = np.concatenate([dawn.halves, half_hours(home)[None]])[-DAYS:]
    return Dawn(
        day=dawn.day + timedelta(days=1),
        habits={name: _habit(dawn, name).learned(one) for name, one in stretches.items()},
        rhythm=dawn.rhythm.learned(home),
        halves=halves,
        before=_before(dawn, day),
        beats={device: int(each[-1]) for device, each in sure.beats.items() if len(each)},
        runs=last_runs(found),
        busiest={
            name: busiest(dawn.busiest.get(name, ()), each, first, usual_of(name, dawn.busiest))
            for name, each in found.items()
        },
        last=_lasts(dawn, sure.signs),
    )


def half_hours(home: Stretch) -> Halves:
    """Return how many minutes of each half hour of a day had a sign; UNSEEN where unsure."""
    signs = np.bincount(home.slots[home.marks != NOTHING], minlength=SLOTS)
    minutes = np.bincount(home.slots, minlength=SLOTS)
    known = np.bincount(home.slots[home.observed], minlength=SLOTS)
    sure = (minutes > 0) & (known >= minutes * 0.9)
    return np.where(sure, np.minimum(signs, UNSEEN - 1), UNSEEN).astype(np.uint8)


def pack(dawn: Dawn) -> bytes:
    """Return all of a dawn as bytes."""
    said = {
        "day": dawn.day,
        "habits": {name: one.pack() for name, one in dawn.habits.items()},
        "rhythm": dawn.rhythm.pack(),
        "halves": dawn.halves.tobytes(),
        "before": dawn.before,
        "beats": dawn.beats,
        "runs": dawn.runs,
        "busiest": dawn.busiest,
        "last": dawn.last,
    }
    return msgspec.msgpack.encode(said)


def unpack(packed: bytes) -> Dawn:
    """Return the dawn that was packed."""
    said = _PACKED.decode(packed)
    return Dawn(
        day=said.day,
        habits={name: Habit.unpack(one) for name, one in said.habits.items()},
        rhythm=Rhythm.unpack(said.rhythm),
        halves=np.frombuffer(said.halves, np.uint8).reshape(-1, SLOTS),
        before=said.before,
        beats=said.beats,
        runs=said.runs,
        busiest=said.busiest,
        last=said.last,
    )


class _Packed(Struct, frozen=True, kw_only=True):
    day: date
    habits: dict[str, bytes]
    rhythm: bytes
    halves: bytes
    before: dict[SeriesId, float]
    beats: dict[ThingId, int]
    runs: dict[str, Run]
    busiest: dict[str, tuple[int, ...]]
    last: dict[SeriesId, Micros]


_PACKED: Final = msgspec.msgpack.Decoder(_Packed)


def _stretches(  # noqa: PLR0913, PLR0917 -- what minutes are made of
    dawn: Dawn,
    channels: Mapping[SeriesId, Channel],
    sure: Heard,
    within: tuple[int, int],
    zone: ZoneInfo,
    away: Sequence[Span],
) -> dict[str, Stretch]:
    """Return the minutes of the home and of each watched channel."""
    first, last = within
    each = observed(channels, sure, first, last)
    home = home_stretch(channels, sure, each, first, last, zone)
    for begun, over in away:
        home.observed[max(0, begun // MINUTE - first) : max(0, over // MINUTE - first)] = False
    pace = _habit(dawn, HOME).pace
    before = None if pace.last is None else Last(minute=pace.last, row=pace.row)
    found, rows = {HOME: home}, presence(home, before)
    for id_, one in channels.items():
        if one.watched:
            found[id_] = channel_stretch(home, one, sure, each[device_of(id_)], rows)
    return found


def _habit(dawn: Dawn, name: str) -> Habit:
    return dawn.habits.get(name) or Habit.new(len(PRESENCE), whole=False)


def _known_until(
    channels: Mapping[SeriesId, Channel], beats: Mapping[ThingId, Times], minute: int
) -> int:
    """Return the minute until which all that is alive has been heard."""
    judged = essential(channels.values()) | {
        device_of(id_) for id_, one in channels.items() if one.watched
    }
    cadences = cadence_of(channels.values())
    lasts = [int(beats[one][-1]) for one in judged if one in beats and len(beats[one])]
    fresh = [
        int(beats[one][-1])
        for one in judged
        if one in beats and len(beats[one]) and minute - beats[one][-1] <= LATE * cadences[one]
    ]
    return min(fresh) if fresh else max(lasts, default=0)


def _with_before(told: Heard, dawn: Dawn) -> Heard:
    """Return what was heard with the last heartbeat before it of each device."""
    beats = {device: np.array([minute], np.int64) for device, minute in dawn.beats.items()}
    for device, each in told.beats.items():
        if device not in beats:
            beats[device] = each
        elif len(each) and each[0] > beats[device][0]:
            beats[device] = np.append(beats[device], each)
        else:
            beats[device] = np.unique(np.append(beats[device], each))
    return Heard(signs=told.signs, beats=beats)


def _without_stuck(told: Heard, found: Mapping[str, Sequence[Run]], dawn: Dawn) -> Heard:
    signs = dict(told.signs)
    for name, each in found.items():
        id_ = name.removesuffix(DENSE)
        signs[id_] = without(signs[id_], stuck(each, usual_of(name, dawn.busiest)))
    return Heard(signs=signs, beats=told.beats)


def _lasts(dawn: Dawn, signs: Mapping[SeriesId, Times]) -> dict[SeriesId, Micros]:
    return {**dawn.last, **{id_: int(each[-1]) for id_, each in signs.items() if len(each)}}


def _before(dawn: Dawn, told: Told) -> dict[SeriesId, float]:
    found = ((series, last_value(history)) for series, history in told.items())
    return {**dawn.before, **{series: value for series, value in found if value is not None}}


def _until(history: History, end: Micros) -> History:
    keep = history.times < end
    return History(history.times[keep], history.values[keep], history.flags[keep])
