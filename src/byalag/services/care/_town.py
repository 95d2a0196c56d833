"""All homes of a municipality, minute by minute, at once: what `seen` says of each, kept up.

A home is entered as `seen` found it. From then on what is told in order is added to it, and each
minute all homes go on together. What is told out of order makes a home due to be entered anew, so
that the same is said of it as if all had come in order.
"""

from bisect import insort
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import inf, isnan
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from byalag.analysis import NOTHING, Habit, Paces, Portions
from byalag.model import Flag, Micros, SeriesId, ThingId
from byalag.services.care._dawn import HOME, Seen, Span
from byalag.services.care._devices import heard_since
from byalag.services.care._home import ROOMS, Channel, HomeId
from byalag.services.care._hours import slots
from byalag.services.care._runs import Run, kinds, usual_of
from byalag.services.care._signs import (
    LATE,
    MINUTE,
    RESENT,
    Bools,
    Marks,
    Times,
    alive,
    cadence_of,
    device_of,
    row_of,
)
from byalag.services.care._stretches import PRESENCE, present

_DAY: Final = 1440  # minutes
_NOWHEN: Final = np.iinfo(np.int64).max
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


class _Running(Struct):
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
        self.runs: list[_Running] = []
        self.row, self.line = 0, -1
        self.sign, self.stuck = -1, False


class Town:
    """The homes of a municipality."""

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

    # Entering and leaving

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
        self._beat[one] = seen.beats.get(device, -_NOWHEN // 2)
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
            told.runs.append(_Running(quiet, usual_of(name, seen.dawn.busiest), last))
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

    # Hearing

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

    # Each minute

    def tick(self, minute: int) -> set[HomeId]:
        """Let all homes go on to a minute; return those to be judged anew."""
        late = self._judged & (minute - self._beat > LATE * self._cadence)
        turned = {self._names[int(place)] for place in self._of[late != self._late]}
        self._late = late
        for one in self._series.values() if self._any_stuck() else ():
            if one.stuck and not any(_goes_on(each, minute) for each in one.runs):
                self.due.add(self._names[one.home])
        until = self._known_until(late, minute)
        going = np.flatnonzero((self._limit_here()) & (until > self._until))
        self._gather()
        if len(going):
            self._go_on(going, until)
        return turned | self._beyond()

    def _any_stuck(self) -> bool:
        return any(one is not None and one.seen.stuck for one in self._entered)

    def _limit_here(self) -> Bools:
        return np.array([one is not None for one in self._entered], np.bool_)

    def _known_until(self, late: Bools, minute: int) -> Times:
        """Return, by home, the minute until which all that is alive has been heard."""
        judged = np.flatnonzero(self._judged & (self._beat >= 0))
        until = np.full(len(self._until), _NOWHEN)
        fresh = judged[~late[judged]]
        np.minimum.at(until, self._of[fresh], self._beat[fresh])
        latest = np.zeros(len(self._until), np.int64)
        np.maximum.at(latest, self._of[judged], self._beat[judged])
        return np.minimum(np.where(until == _NOWHEN, latest, until), minute)

    def _gather(self) -> None:
        if self._pending:
            more = np.array(self._pending, np.int64).reshape(-1, 4)
            self._waiting = np.concatenate([self._waiting, more])
            self._pending = []

    def _go_on(self, going: NDArray[np.intp], until: Times) -> None:
        firsts, lengths = self._until[going], until[going] - self._until[going]
        starts = np.cumsum(lengths) - lengths
        own = np.repeat(np.arange(len(going)), lengths)
        minutes = np.arange(int(lengths.sum())) - starts[own] + firsts[own]
        spot = np.full(len(self._until), -1, np.int64)
        spot[going] = np.arange(len(going))
        said, where = self._take_signs(spot, until, starts, firsts)
        marks = np.full(len(minutes), NOTHING, np.int8)
        marks[where] = said[:, 2]
        observed = np.ones(len(minutes), np.bool_)
        odd = [(int(k), self._alive(int(going[k]), int(firsts[k]), int(until[going[k]])))
               for k in np.flatnonzero(self._is_odd(going, until))]  # fmt: skip
        for k, each in odd:
            observed[starts[k] : starts[k] + lengths[k]] = each[HOME]
        half_hours = self._slots(minutes)
        rows = _presence(marks, starts, own, firsts, self._homes, going)
        self._homes.walk(
            Portions(
                which=going,
                firsts=firsts,
                lengths=lengths,
                marks=marks,
                observed=observed,
                slots=half_hours,
            )
        )
        self._go_on_lines(
            _Flat(spot, firsts, lengths, starts, observed, half_hours, rows), said, where, dict(odd)
        )
        self._until[going] = until[going]
        self._odd[going] = False
        for k, _ in odd:
            self._odd[going[k]] = self._still_odd(int(going[k]))

    def _still_odd(self, place: int) -> bool:
        """Return whether a downtime goes on beyond what is known, or the home is away."""
        one, until = self._entered[place], int(self._until[place])
        if one is not None and one.away:
            return True
        for device in np.flatnonzero(self._of == place).tolist():
            longest, recent = LATE * int(self._cadence[device]), self._recent[device]
            pairs = pairwise(recent)
            if any(after > until and after - before > longest for before, after in pairs):
                return True
            if recent and recent[0] > until:
                return True
        return False

    def _take_signs(
        self, spot: Times, until: Times, starts: Times, firsts: Times
    ) -> tuple[NDArray[np.int64], Times]:
        """Return the signs that are in the next minutes, in order, and where in the flat arrays."""
        waiting = self._waiting
        minute = waiting[:, 1] // MINUTE
        now = (spot[waiting[:, 0]] >= 0) & (minute < until[waiting[:, 0]])
        said = waiting[now]
        self._waiting = waiting[~now]
        said = said[np.lexsort((said[:, 2], said[:, 1]))]
        at = spot[said[:, 0]]
        where = starts[at] + said[:, 1] // MINUTE - firsts[at]
        return said, where

    def _go_on_lines(
        self,
        flat: "_Flat",
        said: NDArray[np.int64],
        where: Times,
        odd: Mapping[int, Mapping[str, Bools]],
    ) -> None:
        here = np.flatnonzero((self._line_of >= 0) & (flat.spot[self._line_of] >= 0))
        if not len(here):
            return
        at = flat.spot[self._line_of[here]]
        lengths = flat.lengths[at]
        begins = np.cumsum(lengths) - lengths
        own = np.repeat(np.arange(len(here)), lengths)
        index = np.arange(int(lengths.sum())) - begins[own] + flat.starts[at][own]
        marks = np.full(len(index), NOTHING, np.int8)
        place = np.full(len(self._line_of), -1, np.int64)
        place[here] = np.arange(len(here))
        of_line = said[:, 3] >= 0
        line = place[said[of_line, 3]]
        spots = where[of_line]
        marks[begins[line] + spots - flat.starts[at][line]] = flat.rows[spots]
        observed = flat.observed[index]
        for k in np.flatnonzero(np.isin(at, list(odd))) if odd else ():
            each = odd[int(at[k])][self._lines[int(here[k])][1]]
            observed[begins[k] : begins[k] + lengths[k]] = each
        self._channels.walk(
            Portions(
                which=here,
                firsts=flat.firsts[at],
                lengths=lengths,
                marks=marks,
                observed=observed,
                slots=flat.slots[index],
                rows=flat.rows[index],
            )
        )

    def _is_odd(self, going: NDArray[np.intp], until: Times) -> Bools:
        """Return which homes have a device that was not alive through all the next minutes."""
        silent = np.zeros(len(self._until), np.bool_)
        behind = (self._of >= 0) & self._judged & (self._beat < until[self._of])
        silent[self._of[behind]] = True
        found: Bools = (silent | self._odd)[going]
        return found

    def _alive(self, place: int, first: int, last: int) -> dict[str, Bools]:
        """Return in which minutes the home, and each of its channels, could have been seen."""
        one = self._entered[place]
        each = {
            self._device_names[int(device)]: alive(
                np.array(self._recent[int(device)], np.int64),
                int(self._cadence[device]),
                first,
                last,
            )
            for device in np.flatnonzero(self._of == place)
        }
        channels = {} if one is None else one.channels
        vital = [each[device_of(id_)] for id_, held in channels.items() if held.essential]
        home = np.logical_and.reduce(vital) if vital else np.zeros(last - first, np.bool_)
        for begun, over in () if one is None else one.away:
            home[max(0, begun // MINUTE - first) : max(0, over // MINUTE - first)] = False
        return {HOME: home, **{id_: home & each[device_of(id_)] for id_ in channels}}

    def _slots(self, minutes: Times) -> Marks:
        first = int(minutes.min()) // _DAY * _DAY
        days = (int(minutes.max()) - first) // _DAY + 1
        return slots(first, days * _DAY, self._zone)[minutes - first]

    def _beyond(self) -> set[HomeId]:
        """Return the homes in which some silence is beyond its limit, and not over."""
        homes = np.flatnonzero(self._homes.score > self._limit)
        lines = self._line_of[np.flatnonzero(self._channels.score > self._line_limit)]
        return {self._names[int(one)] for one in {*homes.tolist(), *lines.tolist()}}

    # What is asked

    def beats(self, home: HomeId) -> dict[ThingId, int]:
        """Return the minute in which each device of a home was heard last."""
        place = self._places[home]
        return {
            self._device_names[int(one)]: int(self._beat[one])
            for one in np.flatnonzero(self._of == place)
            if self._beat[one] >= 0
        }

    def since(self, home: HomeId) -> int:
        """Return the minute from which something has been heard of a home without a pause."""
        place, one = self._places[home], self.entered(home)
        if one is None:
            return 0
        every = [
            np.array(self._recent[int(of)], np.int64) for of in np.flatnonzero(self._of == place)
        ]
        every += one.seen.heard.beats.values()
        return heard_since(every, min(cadence_of(one.channels.values()).values(), default=1))

    def last(self, home: HomeId) -> dict[SeriesId, Micros]:
        """Return the last sign of each channel of a home."""
        one = self.entered(home)
        known = {} if one is None else dict(one.seen.last)
        for id_ in () if one is None else one.channels:
            told = self._series.get(id_)
            if told is not None and told.sign >= 0:
                known[id_] = told.sign
        return known

    def scores(self, home: HomeId) -> dict[str, float]:
        """Return how unusual the silences are that go on: 0 where a sign has been since."""
        place = self._places[home]
        told = {(one[0], one[3]) for one in self._pending if one[0] == place}
        told |= {(int(p), int(line)) for p, _, _, line in self._waiting if p == place}
        found = {HOME: 0.0 if told else float(self._homes.score[place])}
        for line in np.flatnonzero(self._line_of == place).tolist():
            score = float(self._channels.score[line])
            found[self._lines[line][1]] = 0.0 if (place, line) in told else score
        return found


class _Flat(Struct, frozen=True, eq=False):
    """The next minutes of homes, one after another."""

    spot: Times
    firsts: Times
    lengths: Times
    starts: Times
    observed: Bools
    slots: Marks
    rows: Marks


def _presence(  # noqa: PLR0913, PLR0917 -- what presence is told from
    marks: Marks,
    starts: Times,
    own: NDArray[np.intp],
    firsts: Times,
    homes: Paces,
    going: NDArray[np.intp],
) -> Marks:
    """Return where the person was before each minute, as `presence` does for one home."""
    index = np.arange(len(marks))
    upto = np.maximum.accumulate(np.where(marks != NOTHING, index, -1))
    latest = np.append(-1, upto)[: len(marks)]
    fresh = latest < starts[own]
    rows = np.where(fresh, homes.row[going][own], marks[np.maximum(latest, 0)])
    began = np.where(fresh, homes.last[going][own] - firsts[own] + starts[own], latest)
    return present(rows, index - began)


def _goes_on(one: _Running, minute: int) -> bool:
    return (
        one.run is not None and one.run.lasted > one.longest and minute - one.run.last <= one.quiet
    )


def _limit(limit: float | None) -> float:
    return inf if limit is None else limit


def _carries(channel: Channel) -> bool:
    return channel.essential or channel.watched
