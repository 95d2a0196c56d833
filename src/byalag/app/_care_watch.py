"""Watching the homes of a hub: each municipality by itself, minute after minute.

What there is to say of a home is written in its book; who is told of it is another's work. A
municipality that has paused is left alone. One that fails is tried again, and until then nothing in
it is shown as usual.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

import anyio
import structlog
from anyio import to_thread

from byalag.app._care_book import CareBook
from byalag.app._care_watch_town import Watch
from byalag.app._hub import Hub
from byalag.app._stores import Stores
from byalag.app._tenant_states import Standings
from byalag.model import Micros, Municipality, MunicipalityCode
from byalag.services import Refused
from byalag.services.care import DayView, HomeId, Said, Standing, WeekView
from byalag.store import Store

WHO: Final = "byalag"  # who says what the watch says
_LOOK: Final = 5.0  # seconds between looks
_log = structlog.get_logger()


class Watching:
    """Watches the homes of every municipality of a hub."""

    def __init__(
        self,
        books: Mapping[MunicipalityCode, CareBook],
        stores: Mapping[MunicipalityCode, Store],
        municipalities: Sequence[Municipality],
        now: Callable[[], Micros],
        *,
        paused: Callable[[MunicipalityCode], str] = lambda _: "",
    ) -> None:
        """Prepare to watch; nothing is looked at before `run` or `look`."""
        self._books, self._now, self._paused = books, now, paused
        zones = {one.code: ZoneInfo(one.time_zone) for one in municipalities}
        self._watches = {
            code: Watch(code, stores[code], book, zones[code]) for code, book in books.items()
        }
        for code, book in books.items():
            book.heard(self._noting(self._watches[code]))
        self.lookouts: Mapping[MunicipalityCode, Seeing] = {
            code: Seeing(one, now) for code, one in self._watches.items()
        }

    async def run(self, stop: anyio.Event) -> None:
        """Look until told to stop; what fails is told in the log and tried again."""
        while not stop.is_set():
            for code in self._watches:
                try:
                    await self.look(code)
                except Exception as error:  # noqa: BLE001 -- one that fails must not stop another
                    _log.exception(
                        "homes_not_watched", municipality=code, fault=type(error).__name__
                    )
            with anyio.move_on_after(_LOOK):
                await stop.wait()

    async def look(self, code: MunicipalityCode) -> None:
        """Look at the homes of one municipality, and write in their book what there is to say."""
        book, watch = self._books[code], self._watches[code]
        if not book.units or self._paused(code):
            return
        now = self._now()
        for home, said in await to_thread.run_sync(watch.look, now):
            await self._say(book, home, said, now)

    async def _say(self, book: CareBook, home: HomeId, said: Sequence[Said], now: Micros) -> None:
        try:
            await book.say(home, said, who=WHO, at=now)
        except Refused as error:  # what is agreed was changed in the same moment
            _log.info("not_said_of_home", why=type(error).__name__)

    def _noting(self, watch: Watch) -> Callable[[HomeId, Sequence[Said]], None]:
        return lambda home, said: watch.said(home, said, self._now())


def watched_homes(
    hub: Hub,
    stores: Stores,
    books: Mapping[MunicipalityCode, CareBook],
    now: Callable[[], Micros],
) -> Watching:
    """Return what watches the homes of a hub; nothing is looked at before it is run."""
    municipalities = [tenant.municipality for tenant in hub.tenants]
    paused = Standings(stores.register).paused
    return Watching(books, stores.own, municipalities, now, paused=paused)


class Seeing:
    """What is seen of the homes of one municipality (`services.care.Lookout`)."""

    def __init__(self, watch: Watch, now: Callable[[], Micros]) -> None:
        """Answer by a watch, as long as it looks."""
        self._watch, self._now = watch, now

    def standing(self, home: HomeId, /) -> Standing | None:
        """Return how a home is now; never "usual" if nobody has looked for a while."""
        found, now = self._watch.standing(home), self._now()
        if found is None or found.state in {"off", "away", "deviation"}:
            return found
        if self._watch.late(now):
            return Standing(home=home, at=now, state="no-contact", last=found.last)
        return found

    def day(self, home: HomeId, day: date, /) -> DayView | None:
        """Return a local day of a home. Reads history: call it off the event loop."""
        return self._watch.day(home, day)

    def week(self, home: HomeId, /) -> WeekView | None:
        """Return the last days of a home in numbers. Reads history, as `day` does."""
        return self._watch.week(home)
