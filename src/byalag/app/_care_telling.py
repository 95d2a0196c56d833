"""Tells people of what is out of the ordinary in a home, as the chain says, and what came of it.

A message goes in an outlet's queue under an id that is worked out of what it is, and then it is
said in the home's book that it was sent. If the hub stops between the two it finds the message in
the queue again: nobody is told twice, and nobody is forgotten.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import anyio
import msgspec
import structlog
from anyio import create_task_group, move_on_after, to_thread
from msgspec import Struct, structs

from byalag import ByalagError, Misconfigured
from byalag.app._care_book import CareBook
from byalag.app._care_identity import Identities, Subscription
from byalag.app._care_link import DAY, CareLinks
from byalag.app._care_parcel import (
    LATEST,
    SINGLE,
    came_of,
    letter,
    opened,
    told_of,
    under_way,
    unsettled,
)
from byalag.engine import Addressed, Engine, Withdrawn
from byalag.model import Micros, MunicipalityCode, span
from byalag.outlets import Message, Unsendable
from byalag.services import Refused
from byalag.services.care import (
    Home,
    HomeId,
    Said,
    Telling,
    Told,
    Unit,
    plan,
    refusal,
    tries,
    worded,
)
from byalag.store import Parcel

WHO: Final = "byalag"  # by whom it is said in the book that somebody was told
_LOOK: Final = 60.0  # seconds between two looks if nothing happens
_GATHER: Final = 0.05  # what becomes of messages meanwhile is taken in together, seconds
_AGAIN: Final = 10.0  # after a fault, seconds
_ROUNDS: Final = 9  # ways that may fail at once before the next look
_HOUR: Final[Micros] = 3600 * 1_000_000

_log = structlog.get_logger()


class Place(Struct, frozen=True, kw_only=True):
    """One municipality, as telling sees it."""

    zone: str
    book: CareBook
    identities: Identities


class CareTelling:
    """The telling of a hub. It is also the directory of the outlets that serve units."""

    def __init__(
        self,
        places: Mapping[MunicipalityCode, Place],
        links: CareLinks,
        engine: Engine,
        now: Callable[[], Micros],
    ) -> None:
        """Prepare to tell; nothing is sent yet."""
        self.links = links
        self._places, self._engine, self._now = places, engine, now
        self._news, self._looking = anyio.Event(), anyio.Lock()

    async def run(self, stop: anyio.Event) -> None:
        """Tell whenever something has changed, and each minute, until the hub stops."""
        loop = asyncio.get_running_loop()

        def heard(_home: HomeId, _said: Sequence[Said]) -> None:
            loop.call_soon_threadsafe(self._news.set)

        ends = [place.book.heard(heard) for place in self._places.values()]
        self._engine.introduce(self)
        try:
            while not stop.is_set():
                self._news = anyio.Event()
                await _any_of(stop, self._news, await self.look())
                await anyio.sleep(_GATHER)
        finally:
            for end in ends:
                end()

    async def look(self) -> float:
        """Tell whoever is to be told now; return how long nothing more is to be told, seconds."""
        wait = _LOOK
        async with self._looking:
            for code, place in self._places.items():
                homes = [one for one in place.book.homes() if _is_told_of(one, self._now())]
                await self._settle(code, homes)
                for home in homes:
                    wait = min(wait, await self._look_at(code, home.id))
        return wait

    async def send(self, code: MunicipalityCode, home: HomeId, telling: Telling) -> None:
        """Send a message that is of no notice: a test, or a link that was asked for.

        Raises:
            Refused: the contact may not be told.
        """
        await self._put(code, home, telling)

    # What outlets ask when they send.

    async def addressed(self, kind: str, message: Message, receiver: str, /) -> Addressed:
        """Return where a message goes and what it says, if its contact still may be told.

        Raises:
            Withdrawn: They may not, or need not be told any more.
            Unsendable: The outlet is of another kind than the way.
        """
        id_, telling = opened(message)
        if (kind, receiver) != (telling.way, telling.contact):
            reason = f"the unit's outlet for {telling.way} is of the kind {kind}"
            raise Unsendable(reason)
        place, now = self._places.get(message.municipality), self._now()
        home = place.book.home(id_) if place is not None else None
        why = refusal(home, telling, now, place.zone) if place is not None else "withdrawn"
        if not why and telling.about in SINGLE and now - message.at > _HOUR:
            why = "too late"
        if why or place is None or home is None:
            raise Withdrawn(why)
        return await self._written(place, home, telling, message)

    async def gone(
        self, municipality: MunicipalityCode, kind: str, receiver: str, address: str, /
    ) -> None:
        """Forget a browser that takes nothing any more."""
        place = self._places.get(municipality)
        if place is not None and kind == "push":
            endpoint = msgspec.json.decode(address, type=Subscription).endpoint
            await place.identities.unsubscribe(receiver, endpoint, who=WHO)

    def settled(self, _municipality: MunicipalityCode, /) -> None:
        """Look at once: something has become of a message."""
        self._news.set()

    async def _written(
        self, place: Place, home: Home, telling: Telling, message: Message
    ) -> Addressed:
        """Return a message with its words and a link of its own, which no queue has held."""
        contact, way = home.contacts[telling.contact], telling.way
        addresses = await to_thread.run_sync(place.identities.addresses_of, contact.id, way)
        link = await self.links.make(
            message.municipality,
            home.id,
            contact,
            notice=None if telling.about in SINGLE else telling.notice,
            life=_life(place.book.unit(home.id)),
        )
        said = worded(telling.about, way, contact.language, link)
        return Addressed(
            addresses=addresses,
            language=contact.language,
            message=structs.replace(
                message,
                subject={contact.language: said.subject},
                text={contact.language: said.text},
                data={"link": link},
            ),
        )

    # What is said in the book.

    async def _look_at(self, code: MunicipalityCode, home: HomeId) -> float:
        """Send what is due of one home."""
        try:
            for _ in range(_ROUNDS):
                found = self._places[code].book.home(home)
                if found is None:
                    return _LOOK
                now = self._now()
                planned = plan(found, now, self._places[code].zone)
                if not planned.due:
                    return _LOOK if planned.until is None else max(0.0, (planned.until - now) / 1e6)
                for one in planned.due:
                    await self._put(code, home, one)
        except ByalagError as error:  # one home must not hold up another
            _log.error("home_not_told_of", home=home, error=str(error))
        return _AGAIN

    async def _put(self, code: MunicipalityCode, home: HomeId, telling: Telling) -> None:
        """Put a message in its outlet's queue, and say so; or say why it could not be."""
        book, now = self._places[code].book, self._now()
        found, unit = book.home(home), book.unit(home)
        outlet = unit.ways.get(telling.way, "") if unit is not None else ""
        told = found.told.get(telling.notice, ()) if found is not None else ()
        if found is not None and telling.notice in found.ended:
            told = found.ended[telling.notice].told
        held_back = tries(telling.contact, telling.about, telling.way, told)
        message, said = letter(code, home, telling, held_back, now), told_of(telling, "sent")
        try:
            await self._engine.tell_each(code, outlet, [(message, telling.contact)])
        except Misconfigured as error:
            said = told_of(telling, "failed", str(error))
        await book.say(home, [said], who=WHO, at=now)

    async def _settle(self, code: MunicipalityCode, homes: Sequence[Home]) -> None:
        """Say what has become of what was sent of the notices of homes."""
        asked: defaultdict[str, dict[str, tuple[Home, Telling]]] = defaultdict(dict)
        for home in homes:
            unit = self._places[code].book.unit(home.id)
            for id_, one in under_way(code, home, self._now()):
                outlet = unit.ways.get(one.way) if unit is not None else None
                if outlet is not None:
                    asked[outlet][id_] = (home, one)
        for outlet, known in asked.items():
            for parcel in await self._became(code, outlet, list(known)):
                home, one = known[parcel.id]
                said = came_of(home, one, parcel)
                if said:
                    await self._say(code, home.id, said)

    async def _became(
        self, code: MunicipalityCode, outlet: str, ids: Sequence[str]
    ) -> list[Parcel]:
        try:
            return await to_thread.run_sync(self._engine.became_of, code, outlet, ids)
        except Misconfigured:  # there is no such outlet any more: nothing has become of anything
            return []

    async def _say(self, code: MunicipalityCode, home: HomeId, said: Sequence[Told]) -> None:
        book, now = self._places[code].book, self._now()
        try:
            await book.say(home, said, who=WHO, at=now)
        except Refused:  # who was told may be told no more; that they were is said all the same
            ended = [one for one in said if one.outcome != "sent"]
            if ended:
                await book.say(home, ended, who=WHO, at=now)
        except ByalagError as error:  # one home must not hold up another
            _log.error("outcome_not_said", home=home, error=str(error))


def _is_told_of(home: Home, now: Micros) -> bool:
    """Tell whether anybody may be told anything of a home: few are, at any time."""
    if home.notices or any(now - one.at < LATEST for one in home.ended.values()):
        return True
    return bool(home.singles and unsettled(home, now))


def _life(unit: Unit | None) -> Micros:
    """Return how long a link lives."""
    return DAY if unit is None else int(span(unit.link).total_seconds() * 1_000_000)


async def _any_of(stop: anyio.Event, news: anyio.Event, seconds: float) -> None:
    """Wait for a stop, for news or for the time to pass."""

    async def wait(event: anyio.Event) -> None:
        await event.wait()
        work.cancel_scope.cancel()

    with move_on_after(seconds):
        async with create_task_group() as work:
            work.start_soon(wait, stop)
            work.start_soon(wait, news)
