"""All homes of a municipality, minute by minute, at once: what `seen` says of each, kept up.

A home is entered as `seen` found it. From then on what is told in order is added to it, and each
minute all homes go on together. What is told out of order makes a home due to be entered anew, so
that the same is said of it as if all had come in order.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from byalag.analysis import NOTHING, Paces, Portions
from byalag.model import Micros, SeriesId, ThingId
from byalag.services.care._dawn import HOME
from byalag.services.care._devices import heard_since
from byalag.services.care._home import Channel, HomeId
from byalag.services.care._hours import old_slots, slots
from byalag.services.care._signs import (
    LATE,
    MINUTE,
    Bools,
    Marks,
    Times,
    alive,
    cadence_of,
    device_of,
)
from byalag.services.care._stretches import present
from byalag.services.care._town_homes import NOWHEN, Running, TownHomes

_DAY: Final = 1440  # minutes


class Town(TownHomes):
    """The homes of a municipality, going on together."""

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
        until = np.full(len(self._until), NOWHEN)
        fresh = judged[~late[judged]]
        np.minimum.at(until, self._of[fresh], self._beat[fresh])
        latest = np.zeros(len(self._until), np.int64)
        np.maximum.at(latest, self._of[judged], self._beat[judged])
        return np.minimum(np.where(until == NOWHEN, latest, until), minute)

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
        half_hours, old = self._slots(minutes)
        rows = _presence(marks, starts, own, firsts, self._homes, going)
        self._homes.walk(
            Portions(
                which=going,
                firsts=firsts,
                lengths=lengths,
                marks=marks,
                observed=observed,
                slots=half_hours,
                old_slots=old,
            )
        )
        self._go_on_lines(
            _Flat(spot, firsts, lengths, starts, observed, half_hours, rows, old),
            said,
            where,
            dict(odd),
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
                old_slots=None if flat.old_slots is None else flat.old_slots[index],
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
        channels = dict[SeriesId, Channel]() if one is None else one.channels
        vital = [each[device_of(id_)] for id_, held in channels.items() if held.essential]
        home = np.logical_and.reduce(vital) if vital else np.zeros(last - first, np.bool_)
        for begun, over in () if one is None else one.away:
            home[max(0, begun // MINUTE - first) : max(0, over // MINUTE - first)] = False
        return {HOME: home, **{id_: home & each[device_of(id_)] for id_ in channels}}

    def _slots(self, minutes: Times) -> tuple[Marks, Marks | None]:
        first = int(minutes.min()) // _DAY * _DAY
        days = (int(minutes.max()) - first) // _DAY + 1
        old = old_slots(first, days * _DAY, self._zone)
        now = slots(first, days * _DAY, self._zone)[minutes - first]
        return now, None if old is None else old[minutes - first]

    def _beyond(self) -> set[HomeId]:
        """Return the homes in which some silence is beyond its limit, and not over."""
        homes = np.flatnonzero(self._homes.score > self._limit)
        lines = self._line_of[np.flatnonzero(self._channels.score > self._line_limit)]
        return {self._names[int(one)] for one in {*homes.tolist(), *lines.tolist()}}

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
    old_slots: Marks | None


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


def _goes_on(one: Running, minute: int) -> bool:
    return (
        one.run is not None and one.run.lasted > one.longest and minute - one.run.last <= one.quiet
    )
