"""From observations to signs of somebody, and to what is known to have been alive.

Everything here is worked out from observations that are sorted and told apart by series and time:
in which order they came cannot matter. Minutes are whole minutes since 1970, UTC.

A device is known to be alive up to its last heartbeat and no further. Two heartbeats that are more
than three cadences apart have a downtime between them, in which nothing would have been seen.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from byalag.model import Flag, History, Micros, SeriesId, ThingId, span
from byalag.services.care._home import ROOMS, Channel

MINUTE: Final[Micros] = 60_000_000
LATE: Final = 3  # cadences without a heartbeat, and a device is not heard
RESENT: Final[Micros] = 10_000_000  # a value that is told again within this is the same, micros
AHEAD: Final[Micros] = 5 * MINUTE  # a clock further ahead of ours than this is wrong

Times: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]
Marks: TypeAlias = NDArray[np.int8]
_EMPTY: Final = np.empty(0, np.int64)
OUTSIDE: Final = ROOMS.index("outside")


class Heard(Struct, frozen=True, kw_only=True, eq=False):
    """What the devices of one home have told.

    `signs` are the times of the signs of each channel, oldest first, at most one a minute. `beats`
    are the minutes in which each device was heard at all.
    """

    signs: dict[SeriesId, Times]
    beats: dict[ThingId, Times]


def device_of(series: SeriesId) -> ThingId:
    """Return the device of a series: the thing that it is a property of."""
    return series.partition("/")[0]


def heard(
    channels: Mapping[SeriesId, Channel],
    told: Mapping[SeriesId, History],
    before: Mapping[SeriesId, float] | None = None,
    *,
    now: Micros,
) -> Heard:
    """Return what is seen of a home in what its devices have told.

    `told` are the observations of every series of its devices, those that are no channels too.
    `before` is the last good value of a series before them. What is told to be after `now` is told
    by a clock that is wrong, and is nothing.
    """
    right = {series: in_order(history, now) for series, history in told.items()}
    signs = {
        series: signs_of(channel, right[series], (before or {}).get(series))
        for series, channel in channels.items()
        if series in right
    }
    return Heard(signs=signs, beats=beats_of(right))


def beats_of(told: Mapping[SeriesId, History]) -> dict[ThingId, Times]:
    """Return the minutes in which each device was heard, from what was told in order."""
    beats: dict[ThingId, list[Times]] = {}
    for series, history in told.items():
        beats.setdefault(device_of(series), []).append(history.times // MINUTE)
    return {device: _unique(np.concatenate(each)) for device, each in beats.items()}


def in_order(history: History, now: Micros) -> History:
    """Return observations in order of time, the last told of those of one time; none of later."""
    times = history.times
    keep = times <= now
    if bool(np.all(times[1:] > times[:-1])):
        return history if keep.all() else _kept(history, np.flatnonzero(keep))
    order = np.argsort(times, kind="stable")
    last = np.append(times[order][1:] != times[order][:-1], True)
    chosen = order[last]
    return _kept(history, chosen[keep[chosen]])


def signs_of(channel: Channel, history: History, before: float | None = None) -> Times:
    """Return when a channel gave a sign of somebody, at most once a minute.

    A value that failed its test, or is missing, says that the device is alive and nothing more.
    """
    good = (history.flags != Flag.FAIL) & (history.flags != Flag.MISSING)
    good &= ~np.isnan(history.values)
    times, values = history.times[good], history.values[good]
    is_sign = _counted(channel, values, before)
    if channel.counts == "each":
        is_sign &= ~_resent(times, values)
    found = times[is_sign]
    first = np.append(True, found[1:] // MINUTE != found[:-1] // MINUTE)
    return np.asarray(found[first[: len(found)]], np.int64)


def last_value(history: History) -> float | None:
    """Return the last value that is good; None if there is none."""
    good = (history.flags != Flag.FAIL) & (history.flags != Flag.MISSING)
    good &= ~np.isnan(history.values)
    where = np.flatnonzero(good)
    return float(history.values[where[-1]]) if len(where) else None


def alive(beats: Times, cadence: int, begins: int, ends: int) -> Bools:
    """Return in which minutes of [begins, ends) a device is known to have been alive.

    `beats` must go beyond the minutes on both sides, where the device was heard there. `cadence`
    is in minutes.
    """
    found = np.zeros(ends - begins, np.bool_)
    if not len(beats):
        return found
    gaps = np.flatnonzero(np.diff(beats) > LATE * cadence)
    starts = [int(beats[0]), *beats[gaps + 1].tolist()]
    lasts = [*beats[gaps].tolist(), int(beats[-1])]
    for start, last in zip(starts, lasts, strict=True):
        found[max(start - begins, 0) : max(last + 1 - begins, 0)] = True
    return found


def cadence_of(channels: Iterable[Channel]) -> dict[ThingId, int]:
    """Return how often each device is heard at least, in minutes: its most frequent promise."""
    found: dict[ThingId, int] = {}
    for one in channels:
        minutes = max(1, round(span(one.heartbeat).total_seconds() / 60))
        device = device_of(one.series)
        found[device] = min(minutes, found.get(device, minutes))
    return found


def row_of(channel: Channel) -> int:
    """Return the row of a sign in the model: its room, and for the front door the outside.

    Who has just used the front door may have gone out; whoever has not is soon seen inside.
    """
    return OUTSIDE if channel.meaning == "front-door" else ROOMS.index(channel.room)


def merged(channels: Mapping[SeriesId, Channel], seen: Heard) -> tuple[Times, Marks]:
    """Return the minutes in which a home gave any sign, and the row of the last sign in each."""
    parts = [(seen.signs[id_], row_of(one)) for id_, one in channels.items() if id_ in seen.signs]
    times = np.concatenate([_EMPTY, *(part for part, _ in parts)])
    rows = np.concatenate(
        [np.empty(0, np.int8), *(np.full(len(part), row, np.int8) for part, row in parts)]
    )
    order = np.lexsort((rows, times))
    minutes, rows = times[order] // MINUTE, rows[order]
    last = np.append(minutes[1:] != minutes[:-1], True)[: len(minutes)]
    return minutes[last], rows[last]


def _unique(minutes: Times) -> Times:
    """Return minutes in order, each once; by sorting, which is quick for what is almost sorted."""
    if not len(minutes):
        return minutes
    ordered = np.sort(minutes, kind="stable")
    first = np.empty(len(ordered), np.bool_)
    first[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]


def _counted(channel: Channel, values: NDArray[np.float64], before: float | None) -> Bools:
    if channel.counts == "each":
        return values > channel.above
    first = np.nan if before is None else before
    earlier = np.append(first, values)[: len(values)]
    known: Bools = ~np.isnan(earlier)
    if channel.counts == "rise":
        known &= (values > channel.above) & (earlier <= channel.above)
    elif channel.counts == "change":
        known &= values != earlier
    else:
        known &= values > earlier
    return known


def _resent(times: Times, values: NDArray[np.float64]) -> Bools:
    """Return which values are the one before, told again because nobody had answered."""
    again = np.zeros(len(times), np.bool_)
    again[1:] = (np.diff(times) <= RESENT) & (values[1:] == values[:-1])
    again[1:] &= ~again[:-1].copy()
    return again


def _kept(history: History, which: Sequence[int] | NDArray[np.intp]) -> History:
    return History(history.times[which], history.values[which], history.flags[which])
