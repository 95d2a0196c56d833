"""Links that messages hold: each opens one home for one contact, for a while, without a log-in.

What a link proves is that its message has come to the contact. Whether the contact may still be
told is asked each time it is opened: with the consent the link is gone, too.
"""

from collections.abc import Callable, Mapping
from secrets import token_urlsafe
from typing import Final, TypeAlias

import msgspec
from starlette.types import Scope

from byalag.app._access import Access, TooSoon
from byalag.app._guesses import Guesses
from byalag.engine import durable
from byalag.governance import Action, Actor, Resource, decide
from byalag.model import Micros, MunicipalityCode, ThingId
from byalag.services.care import (
    Book,
    Contact,
    HomeId,
    Link,
    Visit,
    digest_of,
    opens,
)
from byalag.store import Journal, Note, Store

AT: Final = "/l/{token}"  # where a link leads; short, as it stands in a text message
_AT: Final = {"sv": AT, "en": f"/en{AT}"}
FOLLOW: Final = Access("read", Resource(matter="link"))
ACT: Final = Access("write", Resource(matter="link"))
_KEPT: Final = "links"  # the name of the keepsake: all links of a home
_LATE: Final[Micros] = 30 * 24 * 3600 * 1_000_000  # so long an old link is told from a guess
DAY: Final[Micros] = 24 * 3600 * 1_000_000  # how long a link lives if nothing else is said
_LONGEST: Final = 200  # characters of what can be a link
_Found: TypeAlias = tuple[MunicipalityCode, HomeId, Link]


class CareLinks:
    """The links of a hub. Made, followed and forgotten in the process that runs the hub."""

    def __init__(  # noqa: PLR0913 -- whose links, by what clock, and who guesses
        self,
        own: Mapping[MunicipalityCode, Store],
        books: Mapping[MunicipalityCode, Book],
        now: Callable[[], Micros],
        *,
        address: str,
        guesses: Guesses | None = None,
        client: Callable[[Scope], str] = lambda _: "",
    ) -> None:
        """Read the links that there are. `address` is where people reach the hub."""
        self._own, self._books, self._now = own, books, now
        self._address, self._guesses, self._client = address.rstrip("/"), guesses, client
        self._journals: dict[str, Journal] = {code: own[code].journal("care") for code in books}
        self._links: dict[MunicipalityCode, dict[HomeId, list[Link]]] = {}
        self._by_digest: dict[str, _Found] = {}
        for code, journal in self._journals.items():
            self._links[code] = {
                home: msgspec.json.decode(kept, type=list[Link])
                for home, (_, kept) in journal.kept(_KEPT).items()
            }
            for home, links in self._links[code].items():
                self._by_digest |= {one.digest: (code, home, one) for one in links}

    async def make(
        self,
        municipality: MunicipalityCode,
        home: HomeId,
        contact: Contact,
        *,
        notice: str | None = None,
        life: Micros = DAY,
    ) -> str:
        """Make a link for a contact, about a notice if there is one; it works once this returns.

        Returns its address. What it holds is kept nowhere.
        """
        token, now = token_urlsafe(32), self._now()
        made = Link(digest=digest_of(token), contact=contact.id, until=now + life, notice=notice)
        links = self._links[municipality].setdefault(home, [])
        old = [one for one in links if now - one.until >= _LATE]
        for one in old:
            self._by_digest.pop(one.digest, None)
        links[:] = [*(one for one in links if one not in old), made]
        document = msgspec.json.encode(links)
        await durable(self._journals[municipality].keep(_KEPT, {home: document}, at=now))
        self._by_digest[made.digest] = (municipality, home, made)
        return self._address + _AT.get(contact.language, AT).replace("{token}", token)

    async def visit(self, scope: Scope, token: str, action: Action = "read") -> Visit | None:
        """Return what a link opens; None if it is unknown, is too old or was taken back.

        The decision is written down by the contact's pseudonym, on disk before this returns.

        Raises:
            TooSoon: whoever asks has guessed wrong, and has to wait.
        """
        digest = digest_of(token[:_LONGEST])
        account, client = f"link {digest[:16]}", self._client(scope)
        if self._guesses is not None and (wait := self._guesses.wait(account, client)):
            raise TooSoon(wait)
        found = self._by_digest.get(digest)
        if found is None:
            if self._guesses is not None:
                self._guesses.failed(account, client, token)
            return None
        if self._guesses is not None:
            self._guesses.succeeded(account, client)
        return await self._decided(found, action)

    def held(self, token: str) -> tuple[MunicipalityCode, HomeId, ThingId] | None:
        """Return whom a link was made for, even if it is too old to open anything."""
        found = self._by_digest.get(digest_of(token))
        return None if found is None else (found[0], found[1], found[2].contact)

    async def _decided(self, found: _Found, action: Action) -> Visit | None:
        code, home, link = found
        now = self._now()
        good = opens(link, self._books[code].home(home), now)
        wanted = f"link of {link.contact}" if good else "a link that lives"
        actor = Actor(proof=f"link of {link.contact}")
        decision = decide(
            actor, action, Resource(matter="notice", municipality=code, proof=wanted), now
        )
        line = Note(
            at=now,
            who=link.contact,
            what="allowed" if decision.allowed else "refused",
            about=home,
            details={"action": action, "matter": "notice", "why": decision.why},
        )
        await durable(self._own[code].note(line))
        if not decision.allowed:
            return None
        return Visit(
            municipality=code,
            home=home,
            contact=link.contact,
            notice=link.notice,
            until=link.until,
        )
