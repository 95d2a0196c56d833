"""A new link, for whoever has lost theirs: the answer is the same whoever asks, known or not.

Who it is, if anybody, is looked up afterwards and apart, so that nobody can tell by the time that
an answer takes. What is asked for is kept in memory only: an address is in no queue in clear.
"""

import re
from collections import deque
from collections.abc import Callable, Mapping
from typing import Final, Literal

import anyio
import structlog
from anyio import to_thread
from msgspec import Struct
from starlette.types import Scope

from byalag import ByalagError
from byalag.app._access import TooSoon
from byalag.app._care_link import CareLinks
from byalag.app._care_telling import CareTelling, Place
from byalag.app._guesses import Guesses
from byalag.model import Micros, MunicipalityCode
from byalag.services.care import Contact, HomeId, Telling, Way

_MOST: Final = 200  # that wait to be looked up; more than that are too many to be people
_LONGEST: Final = 254  # characters of what can be a number or an address
_APART: Final[Micros] = 600 * 1_000_000  # between two new links for one contact
_HELD: Final = 10_000
_APART_FROM_NUMBERS: Final = re.compile(r"[\s()./-]+")
_HOME_COUNTRY: Final = "+46"

_log = structlog.get_logger()


class _Asked(Struct, frozen=True, kw_only=True):
    """What somebody showed: an old link, or where they can be reached."""

    kind: Literal["token", "reached"]
    said: str


class CareAnew:
    """Sends new links to contacts who ask for them."""

    def __init__(
        self,
        places: Mapping[MunicipalityCode, Place],
        telling: CareTelling,
        now: Callable[[], Micros],
        *,
        guesses: Guesses | None = None,
        client: Callable[[Scope], str] = lambda _: "",
    ) -> None:
        """Prepare to be asked."""
        self._places, self._telling, self._now = places, telling, now
        self._links: CareLinks = telling.links
        self._guesses, self._client = guesses, client
        self._asked: deque[_Asked] = deque(maxlen=_MOST)
        self._news = anyio.Event()
        self._last: dict[str, Micros] = {}

    async def renew(self, scope: Scope, token: str) -> None:
        """Send a new link to whoever an old one was made for, if it was made for anybody.

        Raises:
            TooSoon: too many have been asked for from here.
        """
        self._ask(scope, _Asked(kind="token", said=token[:_LONGEST]))

    async def reach(self, scope: Scope, reached: str) -> None:
        """Send a new link to whoever is reached by a number or an address, if anybody is.

        Raises:
            TooSoon: too many have been asked for from here.
        """
        self._ask(scope, _Asked(kind="reached", said=reached.strip()[:_LONGEST]))

    async def run(self, stop: anyio.Event) -> None:
        """Look up who has asked, one after another, until the hub stops."""
        while not stop.is_set():
            self._news = anyio.Event()
            await self.look()
            async with anyio.create_task_group() as work:

                async def until(event: anyio.Event) -> None:
                    await event.wait()
                    work.cancel_scope.cancel()

                work.start_soon(until, stop)
                work.start_soon(until, self._news)

    async def look(self) -> None:
        """Send what has been asked for."""
        while self._asked:
            asked = self._asked.popleft()
            try:
                await self._answer(asked)
            except ByalagError as error:  # one who asks must not hold up another
                _log.error("link_not_sent", error=str(error))

    def _ask(self, scope: Scope, asked: _Asked) -> None:
        """Put it in line; each asking counts as a guess, whatever it is."""
        client = self._client(scope)
        if self._guesses is not None:
            account = f"new link {hash(asked.said)}"
            if wait := self._guesses.wait(account, client):
                raise TooSoon(wait)
            self._guesses.failed(account, client)
        self._asked.append(asked)
        self._news.set()

    async def _answer(self, asked: _Asked) -> None:
        if asked.kind == "token":
            held = self._links.held(asked.said)
            if held is not None:
                code, home, name = held
                await self._send(code, home, name, None)
            return
        way: Way = "email" if "@" in asked.said else "sms"
        found = await to_thread.run_sync(self._who, way, as_kept(way, asked.said))
        for code, home, name in found:
            await self._send(code, home, name, way)

    def _who(self, way: Way, reached: str) -> list[tuple[MunicipalityCode, HomeId, str]]:
        """Return every contact who may be told and is reached so. Reads the disk."""
        now = self._now()
        return [
            (code, home.id, name)
            for code, place in self._places.items()
            for home in place.book.homes()
            for name, contact in home.told_to(now).items()
            if way in contact.ways
            and reached in {as_kept(way, one) for one in place.identities.addresses_of(name, way)}
        ]

    async def _send(self, code: MunicipalityCode, id_: HomeId, name: str, way: Way | None) -> None:
        now = self._now()
        home = self._places[code].book.home(id_)
        contact = home.told_to(now).get(name) if home is not None else None
        if contact is None or now - self._last.get(name, -_APART) < _APART:
            return
        if len(self._last) >= _HELD:
            self._last.clear()
        self._last[name] = now
        chosen = way or _first(contact)
        if chosen is not None:
            one = Telling(notice=f"link-{now}", about="link", contact=name, way=chosen)
            await self._telling.send(code, id_, one)


def as_kept(way: Way, reached: str) -> str:
    """Return a number or an address as it is kept, however people write it."""
    if way != "sms":
        return reached.casefold()
    digits = _APART_FROM_NUMBERS.sub("", reached)
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    return _HOME_COUNTRY + digits[1:] if digits.startswith("0") else digits


def _first(contact: Contact) -> Way | None:
    return next(iter(contact.ways), None)
