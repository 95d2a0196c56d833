"""Who a home or a contact is: apart from all else, and read only through a decision.

Every read is one line of the audit, on disk before anybody is told. Names, numbers and addresses
are held here and nowhere else: what sends a message asks for an address at the moment it is sent.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Final, TypeAlias

import msgspec
from msgspec import Meta, Struct, structs

from byalag import ByalagError
from byalag.app._care_book import BOOK, CareBook
from byalag.engine import durable
from byalag.governance import Action, Actor, NotAllowed, Resource, decide
from byalag.model import Json, Micros, MunicipalityCode, ThingId
from byalag.services.care import HomeId, Way
from byalag.store import Note, Store

MOST_BROWSERS: Final = 10  # of one contact's that may be told
RIGHTS: Final = "data-subject-rights"  # as in `_erase`: the purpose that every controller has
_Text: TypeAlias = Annotated[str, Meta(max_length=200)]
_Phone: TypeAlias = Annotated[str, Meta(pattern=r"^(\+[1-9]\d{6,14})?$")]
_Email: TypeAlias = Annotated[str, Meta(pattern=r"^([^@\s]+@[^@\s]+)?$", max_length=254)]


class Subscription(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a browser takes push messages, and its keys (RFC 8030, RFC 8291), base64url."""

    endpoint: Annotated[str, Meta(pattern=r"^https://", max_length=2000)]
    p256dh: Annotated[str, Meta(max_length=200)]
    auth: Annotated[str, Meta(max_length=100)]


class Who(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Who a home's client or a contact is. `phone` is as in E.164: "+46701740605"."""

    name: _Text = ""
    address: _Text = ""
    phone: _Phone = ""
    email: _Email = ""
    push: tuple[Subscription, ...] = ()


class Unclear(ByalagError):
    """What is said of who somebody is cannot be."""

    exit_code = 4


class Identities:
    """Who the homes and contacts of one municipality are."""

    def __init__(
        self, code: MunicipalityCode, store: Store, book: CareBook, now: Callable[[], Micros]
    ) -> None:
        """Guard the identities that lie in a store, of the homes in a book."""
        self._code, self._store, self._book, self._now = code, store, book, now
        self._journal = store.journal(BOOK)

    async def read(
        self, home: HomeId, subject: ThingId | None = None, *, actor: Actor, purpose: str
    ) -> Who:
        """Return who a home is, or one of its contacts, with one line of the audit.

        Raises:
            NotAllowed: whoever asks may not, or not for this purpose.
        """
        about = self._of(home, subject)
        self._decide("read", home, about, actor, purpose)
        await self._note("identity-read", about, actor, {"purpose": purpose, "home": home})
        return self._who(about)

    async def names(self, unit: str, *, actor: Actor, purpose: str) -> Mapping[HomeId, Who]:
        """Return who the homes of a unit are, with one line of the audit for them all.

        Raises:
            NotAllowed: whoever asks may not, or not for this purpose.
        """
        homes: list[Json] = [one.id for one in self._book.homes(unit)]
        self._decide("read", None, unit, actor, purpose)
        await self._note("identity-read", unit, actor, {"purpose": purpose, "homes": homes})
        return {str(home): self._who(str(home)) for home in homes}

    async def write(
        self, home: HomeId, subject: ThingId | None, who: Who, *, actor: Actor, purpose: str
    ) -> None:
        """Write down who a home is, or one of its contacts, in place of what was said before.

        Raises:
            NotAllowed: whoever says so may not, or not for this purpose.
            Unclear: what is said cannot be.
        """
        about = self._of(home, subject)
        self._decide("write", home, about, actor, purpose)
        note = self._line("identity-written", about, actor.name, {"home": home})
        await self._put(about, who, note)

    async def subscribe(self, contact: ThingId, given: Subscription, *, who: str) -> None:
        """Let a browser of a contact's take push messages; the one who asked is the contact.

        Raises:
            Unclear: the subscription cannot be.
        """
        before = self._who(contact)
        kept = tuple(one for one in before.push if one.endpoint != given.endpoint)
        push = (*kept, given)[-MOST_BROWSERS:]
        note = self._line("push-subscribed", contact, who, {})
        await self._put(contact, structs.replace(before, push=push), note)

    async def unsubscribe(self, contact: ThingId, endpoint: str, *, who: str) -> None:
        """Send nothing more to a browser: it was asked for, or the browser is there no more."""
        before = self._who(contact)
        push = tuple(one for one in before.push if one.endpoint != endpoint)
        if push != before.push:
            note = self._line("push-unsubscribed", contact, who, {})
            await self._put(contact, structs.replace(before, push=push), note)

    async def forget_browsers(self, contact: ThingId, *, who: str) -> None:
        """Send nothing more to any browser of a contact's: none of them need be known to ask."""
        before = self._who(contact)
        if before.push:
            note = self._line("push-unsubscribed", contact, who, {"browsers": len(before.push)})
            await self._put(contact, structs.replace(before, push=()), note)

    def browsers(self, contact: ThingId) -> int:
        """Return how many browsers take push messages for a contact; of which, nothing is told."""
        return len(self._who(contact).push)

    def addresses_of(self, contact: ThingId, way: Way) -> tuple[str, ...]:
        """Return where a contact is told by a way, at the moment of sending; none if it is unknown.

        For "push" each is a `Subscription` as JSON. The sending itself is what the audit tells of.
        """
        who = self._who(contact)
        match way:
            case "sms":
                return (who.phone,) if who.phone else ()
            case "email":
                return (who.email,) if who.email else ()
            case "push":
                return tuple(msgspec.json.encode(one).decode() for one in who.push)

    def _who(self, subject: str) -> Who:
        return msgspec.convert(self._journal.identity(subject) or {}, Who)

    async def _put(self, subject: str, who: Who, note: Note) -> None:
        try:
            document: Json = msgspec.to_builtins(who)
            msgspec.convert(document, Who)
        except msgspec.ValidationError as error:
            raise Unclear(str(error)) from error
        await durable(self._journal.identify(subject, document, at=note.at, note=note))

    def _of(self, home: HomeId, subject: ThingId | None) -> ThingId:
        found = self._book.home(home)
        if found is None or (subject not in {None, home, *found.contacts}):
            message = f"there is no {subject or home} in {home}"
            raise Unclear(message)
        return subject or home

    def _decide(
        self, action: Action, home: HomeId | None, about: str, actor: Actor, purpose: str
    ) -> None:
        """Go on if whoever asks may; write down that they might not."""
        unit = about if home is None else getattr(self._book.home(home), "unit", "")
        settings = self._book.units.get(unit)
        resource = Resource(
            matter="personal" if action == "read" else "care",
            municipality=self._code,
            purpose=purpose,
            purposes=(RIGHTS, *((settings.purpose,) if settings else ())),
            within=(unit, *(() if home is None else (home,))),
        )
        decision = decide(actor, action, resource, self._now())
        if not decision.allowed:
            details: dict[str, Json] = {"purpose": purpose, "why": decision.why}
            self._store.note(self._line("refused", about, actor.name, details))
            raise NotAllowed(decision.why)

    async def _note(self, what: str, about: str, actor: Actor, details: dict[str, Json]) -> None:
        await durable(self._store.note(self._line(what, about, actor.name, details)))

    def _line(self, what: str, about: str, who: str, details: dict[str, Json]) -> Note:
        return Note(at=self._now(), who=who, what=what, about=about, details=details)
