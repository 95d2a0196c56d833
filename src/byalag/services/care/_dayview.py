"""A day against what is usual in the home, and a week in numbers."""

from collections.abc import Mapping
from datetime import date, timedelta
from math import isnan
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from msgspec import Struct

from byalag.analysis import MATTERS, SLOTS
from byalag.model import Micros, SeriesId, ThingId
from byalag.services.care._dawn import HOME, UNSEEN, Dawn, Halves, Seen, Told
from byalag.services.care._face import DayInNumbers, DayView, HalfHour, WeekView
from byalag.services.care._home import Channel, HomeId, Meaning, Room
from byalag.services.care._hours import begins, ends, slots
from byalag.services.care._signs import MINUTE, heard
from byalag.services.care._stretches import observed

HALF_HOUR: Final = 30  # minutes
ENOUGH: Final = 14  # days that must be known of a half hour before its usual is told
LOW: Final = 0.05
HIGH: Final = 0.95
WEEK: Final = 7


class Band(Struct, frozen=True):
    """Between which numbers of minutes with a sign nine half hours of ten are; None: not known."""

    low: float | None = None
    high: float | None = None


def bands(halves: Halves) -> list[Band]:
    """Return what is usual in each local half hour, from itself and its neighbours."""
    found = [Band()] * SLOTS
    for slot in range(SLOTS):
        near = halves[:, [slot - 1, slot, (slot + 1) % SLOTS]]
        if np.count_nonzero(halves[:, slot] != UNSEEN) < ENOUGH:
            continue
        low, high = np.quantile(near[near != UNSEEN], [LOW, HIGH])
        found[slot] = Band(float(low), float(high))
    return found


def day_view(
    home: HomeId, channels: Mapping[SeriesId, Channel], seen: Seen, zone: ZoneInfo
) -> DayView:
    """Return the day that began with a dawn, as far as it is known."""
    day = seen.dawn.day
    first, last = begins(day, zone), ends(day, zone)
    known = seen.stretches[HOME]
    usual = bands(seen.dawn.halves)
    signs = _signs(channels, seen, first, last)
    halves: list[HalfHour] = []
    for half, minute in enumerate(range(first, last, HALF_HOUR)):
        at = slice(half * HALF_HOUR, min((half + 1) * HALF_HOUR, last - first))
        band = usual[int(slots(minute, 1, zone)[0])]
        halves.append(
            HalfHour(
                begins=minute * MINUTE,
                seen=sum(minute <= each < minute + HALF_HOUR for each in signs),
                observed=np.count_nonzero(known.observed[at]) / HALF_HOUR,
                low=band.low,
                high=band.high,
            )
        )
    return DayView(
        home=home,
        day=day,
        halves=halves,
        signs=[signs[minute] for minute in sorted(signs)],
        channels={
            id_: [
                at
                for at in seen.heard.signs.get(id_, np.empty(0, np.int64)).tolist()
                if first <= at // MINUTE < last
            ]
            for id_, one in channels.items()
            if one.watched
        },
    )


def week_view(
    home: HomeId, channels: Mapping[SeriesId, Channel], dawn: Dawn, told: Told, zone: ZoneInfo
) -> WeekView:
    """Return the week before a dawn in numbers. `told` is all that was told in it."""
    last = begins(dawn.day, zone)
    first = begins(dawn.day - timedelta(days=WEEK), zone)
    numbers = dawn.rhythm.days[-WEEK:]
    return WeekView(
        home=home,
        until=dawn.day,
        days=[
            _numbers(dawn.day - timedelta(days=len(numbers) - place), each.tolist())
            for place, each in enumerate(numbers)
        ],
        changes=dawn.rhythm.changes(),
        heard=heard_share(channels, told, first, last),
    )


def heard_share(
    channels: Mapping[SeriesId, Channel], told: Told, first: int, last: int
) -> dict[ThingId, float]:
    """Return in what share of the minutes [first, last) each device is known to have been alive."""
    seen = heard(channels, told, now=last * MINUTE)
    each = observed(channels, seen, first, last)
    return {device: round(float(alive.mean()), 4) for device, alive in each.items()}


def _numbers(day: date, numbers: list[float]) -> DayInNumbers:
    said = {
        name: None if isnan(number) else number
        for name, number in zip(MATTERS, numbers, strict=True)
    }
    return DayInNumbers(
        day=day,
        signs=said["activity"],
        wake=said["wake"],
        bed=said["bed"],
        night_visits=said["night-bathroom"],
        out=said["out"],
        kitchen=said["kitchen"],
    )


def _signs(
    channels: Mapping[SeriesId, Channel], seen: Seen, first: int, last: int
) -> dict[int, tuple[Micros, Room, Meaning]]:
    """Return the last sign of each minute of [first, last)."""
    found: dict[int, tuple[Micros, Room, Meaning]] = {}
    for id_, one in channels.items():
        for at in seen.heard.signs.get(id_, np.empty(0, np.int64)).tolist():
            minute = at // MINUTE
            if first <= minute < last and (minute not in found or found[minute][0] < at):
                found[minute] = (at, one.room, one.meaning)
    return found
