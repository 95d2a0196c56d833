"""The minutes of a home as the model reads them: of the home, of a channel, and of an absence."""

from collections.abc import Iterable, Mapping
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from byalag.analysis import NOTHING, Stretch
from byalag.model import SeriesId, ThingId
from byalag.services.care._home import ROOMS, Channel
from byalag.services.care._hours import old_slots, slots
from byalag.services.care._signs import (
    MINUTE,
    OUTSIDE,
    Bools,
    Heard,
    Marks,
    alive,
    cadence_of,
    device_of,
    merged,
)

HERE: Final = 0  # up and about somewhere at home
OUT: Final = 1  # the front door, and then no sign indoors
REST: Final = 2  # the last sign was in the bedroom or the bathroom
PRESENCE: Final = ("here", "out", "rest")  # the rows of a channel
GONE: Final = 10  # minutes without a sign indoors after the front door, before somebody is out
RESTING: Final = (ROOMS.index("bedroom"), ROOMS.index("bathroom"))


class Last(Struct, frozen=True, kw_only=True):
    """The last sign before some minutes: in which minute, and which row of the model."""

    minute: int
    row: int


def essential(channels: Iterable[Channel]) -> frozenset[ThingId]:
    """Return the devices that must be heard for anything to be said of the home as a whole."""
    return frozenset(device_of(one.series) for one in channels if one.essential)


def observed(
    channels: Mapping[SeriesId, Channel], seen: Heard, first: int, last: int
) -> dict[ThingId, Bools]:
    """Return in which minutes of [first, last) each device is known to have been alive."""
    none = np.empty(0, np.int64)
    return {
        device: alive(seen.beats.get(device, none), cadence, first, last)
        for device, cadence in cadence_of(channels.values()).items()
    }


def all_of(devices: Iterable[ThingId], each: Mapping[ThingId, Bools], count: int) -> Bools:
    """Return in which minutes all of some devices are known to have been alive; never, if none."""
    known = [each[device] for device in devices]
    return np.logical_and.reduce(known) if known else np.zeros(count, np.bool_)


def marks_of_home(
    channels: Mapping[SeriesId, Channel], seen: Heard, first: int, last: int
) -> Marks:
    """Return the row of the last sign in each minute of [first, last), or NOTHING."""
    found = np.full(last - first, NOTHING, np.int8)
    minutes, rows = merged(channels, seen)
    within = (minutes >= first) & (minutes < last)
    found[minutes[within] - first] = rows[within]
    return found


def home_stretch(  # noqa: PLR0913, PLR0917 -- what minutes are made of
    channels: Mapping[SeriesId, Channel],
    seen: Heard,
    each: Mapping[ThingId, Bools],
    first: int,
    last: int,
    zone: ZoneInfo,
) -> Stretch:
    """Return the minutes [first, last) of a home as a whole; `each` says which devices lived."""
    return Stretch(
        begins=first,
        marks=marks_of_home(channels, seen, first, last),
        observed=all_of(essential(channels.values()), each, last - first),
        slots=slots(first, last - first, zone),
        old_slots=old_slots(first, last - first, zone),
    )


def channel_stretch(
    home: Stretch, channel: Channel, seen: Heard, alive_then: Bools, rows: Marks
) -> Stretch:
    """Return the minutes of one channel, by where the person was before each minute: `rows`.

    A minute counts when the channel's own device and those of the home were all alive: where the
    person is, is told by the others.
    """
    first, count = home.begins, len(home)
    found = np.full(count, NOTHING, np.int8)
    minutes = seen.signs.get(channel.series, np.empty(0, np.int64)) // MINUTE - first
    minutes = minutes[(minutes >= 0) & (minutes < count)]
    found[minutes] = rows[minutes]
    return Stretch(
        begins=first,
        marks=found,
        observed=home.observed & alive_then,
        slots=home.slots,
        rows=rows,
        old_slots=home.old_slots,
    )


def presence(home: Stretch, before: Last | None) -> Marks:
    """Return where the person was before each minute, as far as the signs of the home tell."""
    when = np.where(home.marks != NOTHING, np.arange(len(home)), -1)
    latest = np.append(-1, np.maximum.accumulate(when))[: len(home)]  # before each minute
    rows = np.where(latest >= 0, home.marks[np.maximum(latest, 0)], NOTHING)
    if before is not None:
        rows = np.where(latest >= 0, rows, before.row)
        latest = np.where(latest >= 0, latest, before.minute - home.begins)
    return present(rows, np.arange(len(home)) - latest)


def present(rows: Bools | Marks, passed: NDArray[np.int64]) -> Marks:
    """Return where the person is, by the row of the last sign and the minutes passed since."""
    found = np.full(len(rows), HERE, np.int8)
    found[(rows == RESTING[0]) | (rows == RESTING[1])] = REST
    found[(rows == OUTSIDE) & (passed >= GONE)] = OUT
    return found
