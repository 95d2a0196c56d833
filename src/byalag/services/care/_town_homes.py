"""The homes of a town as they were entered, and what is told in them since, value by value."""

from bisect import insort
from collections.abc import Iterable, Mapping, Sequence
from math import inf, isnan
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from byalag.analysis import Habit, Paces
from byalag.model import Flag, Micros, SeriesId, ThingId
from byalag.services.care._dawn import HOME, Seen, Span
from byalag.services.care._home import ROOMS, Channel, HomeId
from byalag.services.care._runs import Run, kinds, usual_of
from byalag.services.care._signs import (
    LATE,
    MINUTE,
    RESENT,
    Bools,
    Times,
    cadence_of,
    device_of,
    row_of,
)
from byalag.services.care._stretches import PRESENCE

NOWHEN: Final = np.iinfo(np.int64).max
_MOST_BEATS: Final = 128  # of a device that are kept, before those that are no longer needed go
Floats = NDArray[np.float64]


class Entered(Struct, frozen=True, kw_only=True):
    """A home as it is put in the town.

    `latest` is the newest time told of each series of its devices. `limits` are the scores to tell
    of, by channel and for "home". `away` are spans in which nobody is watched.
    """

    home: HomeId
    channels: Mapping[SeriesId, Channel]
    seen: Seen
    latest: Mapping[SeriesId, Micros]
    limits: Mapping[str, float | None]
    away: Sequence[Span] = ()


class Running(Struct):
    """A run that may go on: what ends it, and how long it may be before the device is stuck."""

    quiet: int
    longest: int
    run: Run | None = None


class _Series:
    """What must be known of one series to say whether the next value of it is a sign."""

    __slots__ = (
        "again", "at", "channel", "device", "home", "line", "row", "runs", "sign", "stuck",
        "told_at", "value",
    )  # fmt: skip

    def __init__(self, home: int, device: int) -> None:
        self.home, self.device = home, device
        self.channel: Channel | None = None
        self.at: Micros = -1  # of the newest value
        self.told_at, self.value, self.again = -1, float("nan"), False  # the newest good value
        self.runs: list[Running] = []
        self.row, self.line = 0, -1
        self.sign, self.stuck = -1, False


class TownHomes:
    """The homes of a municipality, with room for more; what is told waits for its minute."""

    def __init__(self, zone: ZoneInfo) -> None:
        """Begin with no home."""
        self._zone = zone
        self.due: set[HomeId] = set()  # to be entered anew: something came out of order
        self.heard: set[HomeId] = set()  # gave a sign since this was emptied
        self._names: list[HomeId] = []
        self._places: dict[HomeId, int] = {}
        self._entered: list[Entered | None] = []
        self._series: dict[SeriesId, _Series] = {}
        self._devices: dict[ThingId, int] = {}
        self._device_names: list[ThingId] = []
        self._recent: list[list[int]] = []
        self._lines: list[tuple[int, SeriesId]] = []
        self._homes = Paces(0, len(ROOMS), whole=True)
        self._channels = Paces(0, len(PRESENCE), whole=False)
        self._free: dict[str, list[int]] = {"home": [], "device": [], "line": []}
        self._until: Times = np.zeros(0, np.int64)  # by home: all before this minute is known
        self._odd: Bools = np.zeros(0, np.bool_)  # by home: has had a downtime, or is away
        self._limit: Floats = np.zeros(0)
        self._beat: Times = np.zeros(0, np.int64)  # by device
        self._cadence: Times = np.zeros(0, np.int64)
        self._of: Times = np.zeros(0, np.int64)  # the home of a device; -1: none
        self._judged: Bools = np.zeros(0, np.bool_)
        self._late: Bools = np.zeros(0, np.bool_)
        self._line_of: Times = np.zeros(0, np.int64)  # the home of a line; -1: none
        self._line_limit: Floats = np.zeros(0)
        self._pending: list[tuple[int, Micros, int, int]] = []  # home, time, row, line
        self._waiting: NDArray[np.int64] = np.empty((0, 4), np.int64)

    def __len__(self) -> int:
        """Return how many homes there are."""
        return len(self._places)

    def __contains__(self, home: object) -> bool:
        """Return whether a home is here."""
        return home in self._places

    def homes(self) -> Iterable[HomeId]:
        """Return the homes that are here."""
        return self._places.keys()

    def entered(self, home: HomeId) -> Entered | None:
        """Return a home as it was entered."""
        place = self._places.get(home)
        return None if place is None else self._entered[place]

    def enter(self, one: Entered) -> None:
        """Put a home in the town, or put it anew."""
        self.leave(one.home)
        place = self._take("home")
        self._places[one.home], self._names[place], self._entered[place] = place, one.home, one
        seen, dawn = one.seen, one.seen.dawn
        self._homes.set(place, dawn.habits[HOME].table(), seen.paces[HOME])
        self._until[place], self._odd[place] = seen.until, bool(one.away)
        self._limit[place] = _limit(one.limits.get(HOME))
        judged = {device_of(id_) for id_, each in one.channels.items() if _carries(each)}
        for device, cadence in cadence_of(one.channels.values()).items():
            self._enter_device(device, place, seen, cadence, judged=device in judged)
        for id_ in {*one.channels, *one.latest}:
            if device_of(id_) in self._devices:
                self._enter_series(id_, place, one)
        self.due.discard(one.home)

    def leave(self, home: HomeId) -> None:
        """Take a home out of the town, and forget what was known of it."""
        place = self._places.pop(home, None)
        if place is None:
            return
        self._entered[place], self._limit[place] = None, inf
        for device in np.flatnonzero(self._of == place).tolist():
            self._of[device], self._judged[device], self._late[device] = -1, False, False
            self._devices.pop(self._device_names[device], None)
            self._recent[device] = []
            self._free["device"].append(device)
        for line in np.flatnonzero(self._line_of == place).tolist():
            self._line_of[line], self._line_limit[line] = -1, inf
            self._free["line"].append(line)
        for id_ in [id_ for id_, each in self._series.items() if each.home == place]:
            del self._series[id_]
        self._pending = [one for one in self._pending if one[0] != place]
        self._waiting = self._waiting[self._waiting[:, 0] != place]
        self._free["home"].append(place)
        self.due.discard(home)

    def _enter_device(
        self, device: ThingId, place: int, seen: Seen, cadence: int, *, judged: bool
    ) -> None:
        one = self._take("device")
        self._devices[device], self._device_names[one] = one, device
        self._of[one], self._cadence[one], self._judged[one] = place, cadence, judged
        beats = seen.heard.beats.get(device)
        self._beat[one] = seen.beats.get(device, -NOWHEN // 2)
        self._late[one] = False
        self._recent[one] = []
        if beats is not None and len(beats):
            since = max(0, int(np.searchsorted(beats, seen.until)) - 2)
            self._recent[one] = beats[since:].tolist()
            self._odd[place] |= bool(np.any(np.diff(beats[since:]) > LATE * cadence))

    def _enter_series(self, id_: SeriesId, place: int, one: Entered) -> None:
        seen = one.seen
        told = self._series[id_] = _Series(place, self._devices[device_of(id_)])
        told.at = one.latest.get(id_, -1)
        told.channel = channel = one.channels.get(id_)
        told.value, told.told_at = seen.before.get(id_, float("nan")), told.at
        if channel is None:
            return
        told.row = row_of(channel)
        for name, quiet in kinds(id_, channel):
            runs = seen.runs.get(name, ())
            last = runs[-1] if runs else seen.dawn.runs.get(name)
            told.runs.append(Running(quiet, usual_of(name, seen.dawn.busiest), last))
        told.stuck = device_of(id_) in seen.stuck
        told.sign = seen.last.get(id_, -1)
        if channel.watched:
            told.line = self._enter_line(id_, place, one)
        for at in seen.heard.signs.get(id_, np.empty(0, np.int64)).tolist():
            if at // MINUTE >= seen.until:
                self._pending.append((place, at, told.row, told.line))

    def _enter_line(self, id_: SeriesId, place: int, one: Entered) -> int:
        line = self._take("line")
        self._lines[line], self._line_of[line] = (place, id_), place
        self._line_limit[line] = _limit(one.limits.get(id_))
        habit = one.seen.dawn.habits.get(id_) or Habit.new(len(PRESENCE), whole=False)
        self._channels.set(line, habit.table(), one.seen.paces[id_])
        return line

    def _take(self, what: str) -> int:
        """Return a free place of a kind, and make room for many where there is none."""
        if not self._free[what]:
            self._grow(what)
        return self._free[what].pop()

    def _grow(self, what: str) -> None:
        counts = {"home": len(self._names), "device": len(self._recent), "line": len(self._lines)}
        before = counts[what]
        more = max(64, before // 4)
        if what == "home":
            self._names += [""] * more
            self._entered += [None] * more
            self._homes.grow(more)
            self._until = np.append(self._until, np.zeros(more, np.int64))
            self._odd = np.append(self._odd, np.zeros(more, np.bool_))
            self._limit = np.append(self._limit, np.full(more, inf))
        elif what == "device":
            self._device_names += [""] * more
            self._recent += [[] for _ in range(more)]
            for name, fill in (("_beat", 0), ("_cadence", 1), ("_of", -1)):
                setattr(self, name, np.append(getattr(self, name), np.full(more, fill, np.int64)))
            self._judged = np.append(self._judged, np.zeros(more, np.bool_))
            self._late = np.append(self._late, np.zeros(more, np.bool_))
        else:
            self._lines += [(-1, "")] * more
            self._channels.grow(more)
            self._line_of = np.append(self._line_of, np.full(more, -1, np.int64))
            self._line_limit = np.append(self._line_limit, np.full(more, inf))
        self._free[what] += range(before + more - 1, before - 1, -1)

    def home_of(self, series: SeriesId) -> HomeId | None:
        """Return the home that a series' device is in, if any."""
        device = self._devices.get(device_of(series))
        return None if device is None else self._names[int(self._of[device])]

    def hear(self, series: SeriesId, at: Micros, value: float, flag: int) -> None:
        """Take in one value that was told, of a time that has been."""
        one = self._series.get(series)
        if one is None:
            device = self._devices.get(device_of(series))
            if device is None:
                return
            one = self._series[series] = _Series(int(self._of[device]), device)
        minute, home = at // MINUTE, one.home
        if at <= one.at or minute < self._until[home]:
            self.due.add(self._names[home])
            return
        one.at = at
        self._beats(one, minute)
        if one.channel is None or flag in {Flag.FAIL, Flag.MISSING} or isnan(value):
            return
        is_sign = self._is_sign(one, one.channel, at, value)
        self._runs(one, one.channel, minute, value, is_sign=is_sign)
        if is_sign and not one.stuck and one.sign // MINUTE != minute:
            one.sign = at
            self._pending.append((home, at, one.row, one.line))
            self.heard.add(self._names[home])

    def _beats(self, one: _Series, minute: int) -> None:
        device = one.device
        before = int(self._beat[device])
        if minute <= before:
            if minute < before and minute not in self._recent[device]:
                insort(self._recent[device], minute)
            return
        if minute - before > LATE * self._cadence[device]:
            self._odd[one.home] = True
        elif self._late[device]:  # it was late only on its way to us
            self.due.add(self._names[one.home])
        self._beat[device] = minute
        recent = self._recent[device]
        recent.append(minute)
        if len(recent) > _MOST_BEATS:
            until = int(self._until[one.home])
            keep = next((i for i, each in enumerate(recent) if each >= until), len(recent)) - 1
            del recent[: max(0, keep)]

    def _is_sign(self, one: _Series, channel: Channel, at: Micros, value: float) -> bool:
        before, told_at = one.value, one.told_at
        one.value, one.told_at = value, at
        known = not isnan(before)
        if channel.counts == "rise":
            return known and before <= channel.above < value
        if channel.counts == "change":
            return known and value != before
        if channel.counts == "growth":
            return known and value > before
        one.again = not one.again and at - told_at <= RESENT and value == before
        return value > channel.above and not one.again

    def _runs(
        self, one: _Series, channel: Channel, minute: int, value: float, *, is_sign: bool
    ) -> None:
        on = is_sign if channel.counts in {"change", "growth"} else value > channel.above
        if not on:
            return
        for each in one.runs:
            run = each.run
            if run is None or minute - run.last > each.quiet:
                each.run = Run(began=minute, last=minute)
                if one.stuck and run is not None and run.lasted > each.longest:
                    self.due.add(self._names[one.home])
                continue
            each.run = Run(began=run.began, last=minute)
            if each.run.lasted > each.longest and not one.stuck:
                self.due.add(self._names[one.home])


def _limit(limit: float | None) -> float:
    return inf if limit is None else limit


def _carries(channel: Channel) -> bool:
    return channel.essential or channel.watched
