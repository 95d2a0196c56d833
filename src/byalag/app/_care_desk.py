"""Homes from the terminal: beside a hub that may be running, which hears of it at its next look."""

import os
from collections.abc import Generator
from contextlib import contextmanager

from msgspec import Struct

from byalag import Misconfigured
from byalag.app._care_book import CareBook, book_of
from byalag.app._care_identity import Identities
from byalag.app._hub import Hub, Tenant
from byalag.app._mending import own_store
from byalag.engine import SystemClock
from byalag.governance import Actor, Grant, NotAllowed, Person, Resource, decide
from byalag.model import Micros
from byalag.services.care import DRAWN, Home, HomeId, Opened, Pseudonymous, Said, pseudonym
from byalag.store import Note, Store


class CareDesk(Struct, frozen=True, kw_only=True):
    """One municipality's homes, and who is at the terminal."""

    tenant: Tenant
    store: Store
    book: CareBook
    identities: Identities
    actor: Actor

    def now(self) -> Micros:
        """Return the time."""
        return SystemClock().now()

    def say(self, home: HomeId, *said: Said) -> Home:
        """Say facts of a home; return how it is agreed then.

        Raises:
            Unsayable: What is said cannot be, as the home is now.
        """
        return self.book.write(home, said, who=self.actor.name, at=self.now()).result()

    def open(self, unit: str, *said: Said) -> HomeId:
        """Enter a home in a unit under a new pseudonym, and return that."""
        home = drawn("home")
        self.say(home, Opened(unit=unit), *said)
        return home

    def read(self, home: HomeId) -> Home:
        """Return a home, with a line of the audit that it was read.

        Raises:
            Misconfigured: There is no such home.
        """
        found = self.book.home(home)
        if found is None:
            message = f"No home {home!r}; byalag care home list says which there are."
            raise Misconfigured(message)
        self._decided(found)
        return found

    def _decided(self, home: Home) -> None:
        unit, now = self.book.units.get(home.unit), self.now()
        purpose = unit.purpose if unit else ""
        resource = Resource(
            matter="care",
            municipality=self.tenant.municipality.code,
            purpose=purpose,
            purposes=(purpose,) if purpose else (),
            within=(home.unit, home.id),
        )
        decision = decide(self.actor, "read", resource, now)
        what = "read" if decision.allowed else "refused"
        details = {"purpose": purpose}
        line = Note(at=now, who=self.actor.name, what=what, about=home.id, details=details)
        self.store.note(line).result()
        if not decision.allowed:
            raise NotAllowed(decision.why)


@contextmanager
def care_desk(hub: Hub, code: str | None, user: str) -> Generator[CareDesk]:
    """Open a municipality's homes for whoever is at the terminal.

    Raises:
        NothingStored: The municipality has no store yet.
        Mended: Somebody else writes from a terminal now.
    """
    tenant = hub.one_tenant(code)
    if not tenant.units:
        message = (
            f"{tenant.municipality.code} has no unit of home care; "
            f"make one as {tenant.folder.name}/care/UNIT.toml"
        )
        raise Misconfigured(message)
    own = tenant.municipality.code
    grants = (Grant("steward", own), Grant("care_staff", own))
    actor = Actor(person=Person(id=f"terminal:{user}", grants=grants, assurance="loa4"))
    with own_store(hub, tenant) as store:
        book = book_of(tenant, store)
        yield CareDesk(
            tenant=tenant,
            store=store,
            book=book,
            identities=Identities(own, store, book, SystemClock().now),
            actor=actor,
        )


def drawn(kind: Pseudonymous) -> str:
    """Return a new pseudonym, drawn by chance."""
    return pseudonym(kind, os.urandom(DRAWN))
