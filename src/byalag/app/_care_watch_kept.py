"""What the watch keeps of homes, their dawns, and what it reads: all that their devices told."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from byalag.app._care_book import BOOK
from byalag.app._care_watch_agreed import OF_CONSENT, Agreed, agreed_by, spans_of, within
from byalag.model import History, Micros, SeriesId, ThingId
from byalag.services.care import (
    Channel,
    Dawn,
    Home,
    HomeId,
    battery_of,
    day_begins,
    day_ends,
    day_of,
    first_dawn,
    next_dawn,
    pack,
    unpack,
)
from byalag.store import Line, Store

MINUTE: Final[Micros] = 60_000_000
SETTLED: Final = 210  # minutes after midnight, when it is known which devices were alive before it
_DAWNS: Final = 4  # that are kept: what comes two days late is judged again
_MOST: Final = 112  # days that are learnt of a home that has been heard for longer
_AHEAD: Final = "ahead"
_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(dict[SeriesId, list[Micros]])
Span = tuple[Micros, Micros]


class Kept:
    """What is kept and read of the homes of one municipality."""

    def __init__(self, store: Store, zone: ZoneInfo) -> None:
        """Read and keep in a store; days are those of the zone."""
        self._store, self._journal, self._zone = store, store.journal(BOOK), zone
        self._devices: dict[ThingId, tuple[SeriesId, ...]] = {}
        self._ahead: dict[HomeId, dict[SeriesId, list[Micros]]] | None = None
        self._unkept: set[HomeId] = set()
        self._agreed: dict[HomeId, Agreed] | None = None
        self._usable: dict[HomeId, dict[SeriesId, list[Span]]] = {}

    def spans(self) -> dict[HomeId, list[Span]]:
        """Return when each home has been away, as agreed."""
        found: dict[HomeId, list[Span]] = {}
        for line in self._journal.lines():
            spans = found.setdefault(line.subject, [])
            if line.kind == "Away":
                spans.append((line.at, int(line.document["until"])))
            elif line.kind == "Back" and spans:
                spans[-1] = spans[-1][0], min(spans[-1][1], line.at)
        return {home: spans for home, spans in found.items() if spans}

    def over(self) -> dict[HomeId, set[str]]:
        """Return the names of the notices of each home that are closed."""
        found: dict[HomeId, set[str]] = {}
        for line in self._journal.lines():
            if line.kind == "NoticeClosed":
                found.setdefault(line.subject, set()).add(str(line.document["notice"]))
        return found

    def today(self, now: Micros) -> date:
        """Return the local day whose dawn is known at a time; until then the day before goes on."""
        return day_of(now // MINUTE - SETTLED, self._zone)

    def dawn(
        self,
        home: Home,
        channels: Mapping[SeriesId, Channel],
        now: Micros,
        *,
        away: Iterable[Span] = (),
        since: date | None = None,
    ) -> Dawn:
        """Return what is known of a home as its day began: as kept, or learnt of the days since.

        `since` is a day of which something has come late: from it on, all is learnt anew.
        """
        day = self.today(now)
        dawn = self._known(home, now, min(day, since) if since else day)
        spans, fresh = list(away), dict[str, tuple[Micros, bytes]]()
        while dawn.day < day:
            first, last = day_begins(dawn.day, self._zone), day_ends(dawn.day, self._zone)
            told = self.told(home.id, channels, first * MINUTE, (last + SETTLED) * MINUTE)
            dawn = next_dawn(dawn, channels, told, zone=self._zone, away=spans)
            fresh[_name(dawn.day)] = (
                day_begins(dawn.day, self._zone) * MINUTE,
                pack(dawn) if day - dawn.day < timedelta(days=_DAWNS) else b"",
            )
        for name, (at, packed) in fresh.items():
            if packed:
                self._journal.keep(name, {home.id: packed}, at=at).result()
        return dawn

    def told(
        self, home: HomeId, channels: Mapping[SeriesId, Channel], start: Micros, end: Micros
    ) -> dict[SeriesId, History]:
        """Return what every series of a home's devices has told in [start, end), as agreed."""
        wrong = self._wrong().get(home, {})
        found: dict[SeriesId, History] = {}
        for series in self.series(channels):
            history = self._store.history(series, start=start, end=end)
            if series in wrong:
                keep = ~np.isin(history.times, wrong[series])
                history = History(history.times[keep], history.values[keep], history.flags[keep])
            found[series] = within(history, self._spans(home, channels, series))
        return found

    def usable(
        self, home: HomeId, channels: Mapping[SeriesId, Channel], series: SeriesId, at: Micros
    ) -> bool:
        """Return whether what a series tells of a time was agreed to be used then."""
        return any(begins <= at < ends for begins, ends in self._spans(home, channels, series))

    def said(self, home: HomeId) -> None:
        """Note that something has been said of a home: consent may be another."""
        self._usable.pop(home, None)
        if self._agreed is not None:
            self._agreed.pop(home, None)

    def _spans(
        self, home: HomeId, channels: Mapping[SeriesId, Channel], series: SeriesId
    ) -> list[Span]:
        known = self._usable.setdefault(home, {})
        found = known.get(series)
        if found is None:
            found = known[series] = spans_of(self._agreed_of(home), series, channels)
        return found

    def _agreed_of(self, home: HomeId) -> Agreed:
        every = self._agreed
        if every is None:
            said: dict[HomeId, list[Line]] = {}
            for line in self._journal.lines():
                if line.kind in OF_CONSENT:
                    said.setdefault(line.subject, []).append(line)
            every = self._agreed = {id_: agreed_by(lines) for id_, lines in said.items()}
        found = every.get(home)
        if found is None:
            found = every[home] = agreed_by(self._journal.lines(home))
        return found

    def series(self, channels: Mapping[SeriesId, Channel]) -> list[SeriesId]:
        """Return every series of the devices of some channels."""
        devices = dict.fromkeys(id_.partition("/")[0] for id_ in channels)
        for device in devices:
            if device not in self._devices:
                self._devices[device] = tuple(self._store.series_of_thing(device))
        return [series for device in devices for series in self._devices[device]]

    def declared(self, series: SeriesId) -> None:
        """Note that a device may have more series than were known."""
        self._devices.pop(series.partition("/")[0], None)

    def batteries(self, told: Mapping[SeriesId, History]) -> dict[ThingId, float]:
        """Return the share that is left of each battery, where it is told."""
        found: dict[ThingId, float] = {}
        for id_, history in told.items():
            if not len(history.values) or np.isnan(history.values[-1]):
                continue
            series = self._store.series(id_)
            share = None if series is None else battery_of(series, float(history.values[-1]))
            if share is not None:
                found[id_.partition("/")[0]] = share
        return found

    def too_early(self, home: HomeId, series: SeriesId, at: Micros) -> None:
        """Keep that a value was told before its time had come: its clock was wrong."""
        wrong = self._wrong().setdefault(home, {})
        times = wrong.setdefault(series, [])
        if not times or at > times[-1] or at not in set(times):
            times.append(at)
            del times[:-10_000]
            self._unkept.add(home)

    def settle(self, now: Micros) -> None:
        """Write down which times were wrong: once for each home, however many there were."""
        for home in sorted(self._unkept):
            wrong = _ENCODER.encode(self._wrong().get(home, {}))
            self._journal.keep(_AHEAD, {home: wrong}, at=now).result()
        self._unkept.clear()

    def forget(self, home: HomeId) -> None:
        """Let go of what was in memory of a home."""
        self._unkept.discard(home)
        if self._unkept:
            self._wrong().pop(home, None)
        else:  # read anew, as nothing of it is lost
            self._ahead = None
        self.said(home)

    def _wrong(self) -> dict[HomeId, dict[SeriesId, list[Micros]]]:
        if self._ahead is None:
            kept = self._journal.kept(_AHEAD)
            self._ahead = {home: _DECODER.decode(packed) for home, (_, packed) in kept.items()}
        return self._ahead

    def _known(self, home: Home, now: Micros, day: date) -> Dawn:
        """Return the newest dawn that is kept, of a day or of one before it; else the first."""
        kept = {
            at: packed
            for name, (at, packed) in self._journal.kept_of(home.id).items()
            if name.startswith("dawn") and at <= day_begins(day, self._zone) * MINUTE
        }
        if kept:
            return unpack(kept[max(kept)])
        since = min((one.since for one in home.agreed(now)), default=now)
        first = max(day_of(since // MINUTE, self._zone), day - timedelta(days=_MOST))
        return first_dawn(min(first, day))


def _name(day: date) -> str:
    return f"dawn{day.toordinal() % _DAWNS}"
