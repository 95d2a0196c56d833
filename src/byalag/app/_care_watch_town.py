"""The watch over the homes of one municipality: what is told becomes how each home is.

All of it can be worked out again from what was agreed, what is kept and what was told: a hub that
is killed goes on where it was, and what is read twice changes nothing.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from threading import RLock
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from msgspec.structs import replace

from byalag.app._care_book import CareBook
from byalag.app._care_watch_agreed import ENDLESS, later_than, within
from byalag.app._care_watch_cell import Cell
from byalag.app._care_watch_kept import MINUTE, SETTLED, Kept, Span
from byalag.model import History, Micros, Observation, SeriesId
from byalag.services.care import (
    Away,
    Back,
    DayView,
    Entered,
    Home,
    HomeId,
    NoticeClosed,
    Said,
    Standing,
    Town,
    Verdict,
    WeekView,
    as_watched,
    day_begins,
    day_ends,
    day_of,
    day_view,
    first_dawn,
    judge,
    limits,
    scored,
    seen,
    week_view,
)
from byalag.store import News, Store

NAME: Final = "care/watch"  # what its place in the news is called
AHEAD: Final[Micros] = 5 * MINUTE  # a clock further ahead of ours is wrong
STALE: Final[Micros] = 3 * MINUTE  # without a look, and nothing is known to be usual
_BUDGET: Final = 0.1  # of false alarms a week, where the unit's file is no more
_AGAIN: Final[Micros] = 10 * MINUTE  # after a fault of ours
_STEP: Final = 200  # commits whose news are read at a time
_AT_ONCE: Final = 250  # homes that learn between two minutes
_DAWN: Final = 305  # minutes after midnight, when the night is looked at
_log = structlog.get_logger()
ToSay = list[tuple[HomeId, tuple[Said, ...]]]


class Watch:
    """How the homes of one municipality are (`services.care.Lookout`), kept up minute by minute."""

    def __init__(self, code: str, store: Store, book: CareBook, zone: ZoneInfo) -> None:
        """Prepare to watch; nothing is looked at yet."""
        self._code, self._store, self._book, self._zone = code, store, book, zone
        self._kept, self._town = Kept(store, zone), Town(zone)
        self._lock = RLock()
        self._cells: dict[HomeId, Cell] = {}
        self._away: dict[HomeId, list[Span]] = {}
        self._over: dict[HomeId, set[str]] = {}
        self._changed: set[HomeId] = set()
        self._news: deque[tuple[HomeId, tuple[Said, ...], Micros]] = deque()
        self._later: list[Observation] = []
        self._asked: tuple[str, ...] | None = None
        self._looked: Micros = 0
        self._minute, self._begun = 0, False

    # What pages ask

    def standing(self, home: HomeId, /) -> Standing | None:
        """Return how a home is now; None if there is no such home."""
        agreed = self._book.home(home)
        if agreed is None:
            return None
        with self._lock:
            cell = self._cells.get(home)
            if not agreed.open or not agreed.watched(max(self._looked, agreed.opened)):
                return Standing(home=home, at=self._looked, state="off")
            if cell is None or home not in self._town or cell.faulty is not None:
                return Standing(home=home, at=self._looked, state="no-contact")
            return self._judge(cell, agreed).standing

    def late(self, now: Micros) -> bool:
        """Return whether nobody has looked for so long that nothing is known to be usual."""
        return abs(now - self._looked) > STALE  # a clock that was put back knows no more either

    def day(self, home: HomeId, day: date, /) -> DayView | None:
        """Return a local day of a home. Reads history: call it off the event loop."""
        found = self._entered(home)
        if found is None or day > day_of(self._looked // MINUTE, self._zone):
            return None
        channels, dawn = found.channels, found.seen.dawn
        first, last = (day_begins(day, self._zone), day_ends(day, self._zone))
        told = self._kept.told(
            home, channels, (first - SETTLED) * MINUTE, (last + SETTLED) * MINUTE
        )
        begun = replace(first_dawn(day), halves=dawn.halves)
        now = min(self._looked, (last + SETTLED) * MINUTE)
        return day_view(
            home, channels, seen(begun, channels, told, now=now, zone=self._zone), self._zone
        )

    def week(self, home: HomeId, /) -> WeekView | None:
        """Return the last days of a home in numbers. Reads history, as `day` does."""
        found = self._entered(home)
        if found is None:
            return None
        dawn, channels = found.seen.dawn, found.channels
        last = day_begins(dawn.day, self._zone)
        first = day_begins(dawn.day - timedelta(days=7), self._zone)
        told = self._kept.told(
            home, channels, (first - SETTLED) * MINUTE, (last + SETTLED) * MINUTE
        )
        return week_view(home, channels, dawn, told, self._zone)

    def _entered(self, home: HomeId) -> Entered | None:
        with self._lock:
            return self._town.entered(home)

    # What is done each minute

    def look(self, now: Micros) -> ToSay:
        """Take in what is new, let a minute pass if one has, and return what there is to say."""
        self._begin()
        self._look_at_book(now)
        cursor = self._hear(now)
        self._enter_due(now)
        self._learn(now)
        said = self._pass(now)
        self._kept.settle(now)
        if cursor:
            self._store.queue.feed(NAME, (), at=now, told={}, cursor=cursor).result()
        return said

    def said(self, home: HomeId, facts: Sequence[Said], at: Micros) -> None:
        """Take note of what has been said of a home, for the next look; from any thread."""
        self._news.append((home, tuple(facts), at))

    def _begin(self) -> None:
        """Ask for the news of what the units' sensors tell, and take all homes up."""
        datasets = tuple(
            sorted({one for unit in self._book.units.values() for one in unit.datasets})
        )
        if datasets != self._asked:
            self._store.queue.ask(NAME, datasets).result()
            self._asked = datasets
        if not self._begun:
            self._away, self._over = self._kept.spans(), self._kept.over()
            self._changed.update(one.id for one in self._book.homes())
            self._begun = True

    def _look_at_book(self, now: Micros) -> None:
        """Take up what has been agreed since; what is no longer agreed is forgotten at once."""
        self._book.homes("")  # takes in what another process has said
        while self._news:
            self._said(*self._news.popleft())
        for id_ in [id_ for id_ in self._cells if self._is_over(id_, now)]:
            self._forget(id_)
        changed, self._changed = self._changed, set()
        for id_ in changed:
            home = self._book.home(id_)
            if home is None or not home.open:
                self._forget(id_)
                continue
            channels, cell = as_watched(home, now), self._cells.get(id_)
            if not channels:
                self._forget(id_)
            elif cell is None:
                cell = self._cells[id_] = Cell(home, channels)
                self._town.due.add(id_)
            else:
                same = (cell.channels, cell.home.stage, cell.away, cell.home.household)
                again = (channels, home.stage, self._away.get(id_, []), home.household)
                cell.home, cell.channels = home, channels
                if same != again:
                    self._town.due.add(id_)

    def _said(self, home: HomeId, facts: Sequence[Said], at: Micros) -> None:
        self._changed.add(home)
        self._kept.said(home)
        for one in facts:
            spans = self._away.get(home, [])
            if isinstance(one, Away):
                self._away[home] = [*spans, (at, one.until)]
            elif isinstance(one, Back) and spans:
                self._away[home] = [*spans[:-1], (spans[-1][0], min(spans[-1][1], at))]
            elif isinstance(one, NoticeClosed):
                self._over.setdefault(home, set()).add(one.notice)

    def _is_over(self, id_: HomeId, now: Micros) -> bool:
        home = self._book.home(id_)
        return home is None or not home.open or not home.watched(now)

    def _forget(self, id_: HomeId) -> None:
        with self._lock:
            self._town.leave(id_)
            self._cells.pop(id_, None)
        self._kept.forget(id_)

    def _hear(self, now: Micros) -> int:
        """Take in the news; return how far they have been read."""
        waiting, self._later = self._later, []
        for early in waiting:
            self._observed(early, now)
        queue, cursor = self._store.queue, self._store.queue.cursor(NAME)
        read = 0
        while news := queue.news(cursor, _STEP):
            with self._lock:
                for one in news:
                    self._told(one, now)
            read = cursor = news[-1].seq
            if len(news) < _STEP:
                break
        return read

    def _told(self, news: News, now: Micros) -> None:
        for fact in news.facts:
            if isinstance(fact, Observation):
                self._observed(fact, now)
            else:
                id_ = getattr(fact, "series", None) or getattr(fact, "id", None)
                if isinstance(id_, str) and (home := self._town.home_of(id_)) is not None:
                    self._kept.declared(id_)
                    self._town.due.add(home)

    def _observed(self, one: Observation, now: Micros) -> None:
        home = self._town.home_of(one.series)
        if home is None:
            return
        if one.at > now + AHEAD:
            self._kept.too_early(home, one.series, one.at)
        elif one.at > now:
            self._later.append(one)
        else:
            cell = self._cells[home]
            if not self._kept.usable(home, cell.channels, one.series, one.at):
                return
            day = day_of(one.at // MINUTE, self._zone)
            if cell.day is not None and day < cell.day:
                cell.since = min(day, cell.since or day)
            self._town.hear(one.series, one.at, one.value, one.flag)

    def _enter_due(self, now: Micros) -> None:
        for id_ in sorted(self._town.due):
            self._enter(id_, now)
        for id_, cell in self._cells.items():
            if cell.faulty is not None and now - cell.faulty > _AGAIN:
                self._enter(id_, now)

    def _learn(self, now: Micros) -> None:
        """Let some homes learn the day that is over, and look at the night that is."""
        today, day = self._kept.today(now), day_of(now // MINUTE, self._zone)
        passed = now // MINUTE - day_begins(day, self._zone)
        left = _AT_ONCE
        for id_, cell in self._cells.items():
            night = passed >= _DAWN and cell.night != day
            if left and cell.faulty is None and (cell.day != today or night):
                cell.night = day if passed >= _DAWN else cell.night
                self._enter(id_, now)
                left -= 1

    def _enter(self, id_: HomeId, now: Micros) -> None:
        """Put a home in the town as it is by all that was told; if that fails, only this home."""
        cell = self._cells.get(id_)
        if cell is None:
            self._town.due.discard(id_)
            return
        try:
            self._enter_home(cell, now)
            cell.faulty = None
        except Exception:  # noqa: BLE001 -- one home that fails must not fail another
            _log.exception("home_not_judged", municipality=self._code)
            with self._lock:
                self._town.leave(id_)
            cell.faulty = now

    def _enter_home(self, cell: Cell, now: Micros) -> None:
        home, channels, away = cell.home, cell.channels, self._away.get(cell.home.id, [])
        dawn = self._kept.dawn(home, channels, now, away=away, since=cell.since)
        start = day_begins(dawn.day, self._zone) * MINUTE
        told = self._not_yet(home.id, self._kept.told(home.id, channels, start, ENDLESS), now)
        found = seen(dawn, channels, told, now=now, zone=self._zone, away=away)
        limit = limits(found, self._budget(home), home.stage)
        latest = {id_: int(one.times[-1]) for id_, one in told.items() if len(one.times)}
        one = Entered(
            home=home.id, channels=channels, seen=found, latest=latest, limits=limit, away=away
        )
        scores = scored(found, limit, self._zone)
        with self._lock:
            self._town.enter(one)
            cell.scores = scores
        cell.day, cell.since, cell.away = dawn.day, None, list(away)
        cell.batteries = {**cell.batteries, **self._kept.batteries(told)}
        cell.more(found, now, self._zone)

    def _not_yet(
        self, home: HomeId, told: Mapping[SeriesId, History], now: Micros
    ) -> dict[SeriesId, History]:
        """Return what was told of up to now; what was told of a later time waits, or is wrong."""
        waiting = {(one.series, one.at) for one in self._later}
        for one in later_than(told, now):
            if one.at > now + AHEAD:
                self._kept.too_early(home, one.series, one.at)
            elif (one.series, one.at) not in waiting:
                self._later.append(one)
        return {series: within(history, [(0, now + 1)]) for series, history in told.items()}

    def _budget(self, home: Home) -> float:
        unit = self._book.units.get(home.unit)
        return _BUDGET if unit is None else unit.budget

    def _pass(self, now: Micros) -> ToSay:
        """Let the town go on to this minute, and judge the homes for which it may matter."""
        minute, town = now // MINUTE, self._town
        with self._lock:
            turned = town.tick(minute)
        for id_ in sorted(town.due):
            self._enter(id_, now)
            turned.add(id_)
        with self._lock:
            turned |= town.tick(minute) | town.heard
        town.heard.clear()
        if minute != self._minute:
            turned |= {id_ for id_, cell in self._cells.items() if cell.is_odd()}
        self._minute, self._looked = minute, now
        found: ToSay = []
        for id_ in sorted(turned):
            cell = self._cells.get(id_)
            said = () if cell is None or cell.faulty is not None else self._verdict(cell, now)
            if said:
                found.append((id_, said))
        return found

    def _verdict(self, cell: Cell, now: Micros) -> tuple[Said, ...]:
        home = self._book.home(cell.home.id)
        if home is None:
            return ()
        try:
            if home.away is not None and now < home.away:
                self._enter(home.id, now)
            verdict = self._judge(cell, home)
            if any(not isinstance(one, NoticeClosed | Back) for one in verdict.said):
                self._enter(home.id, now)  # the minute when the limit was passed, and how it is now
                verdict = self._judge(cell, home)
        except Exception:  # noqa: BLE001 -- as in _enter
            _log.exception("home_not_judged", municipality=self._code)
            cell.faulty = now
            return ()
        cell.verdict = verdict
        return verdict.said

    def _judge(self, cell: Cell, home: Home) -> Verdict:
        return judge(cell.known(home, self._town, self._looked, self._over.get(home.id, ())))
