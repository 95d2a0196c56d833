"""An administrator with roles and two open sessions, for the pages about the own account."""

from collections.abc import Sequence
from pathlib import Path

from msgspec import structs
from starlette.routing import BaseRoute
from starlette.types import Scope

from byalag.app._access import Access
from byalag.app._client import Proxies
from byalag.app._face import Part
from byalag.app._guesses import Guesses
from byalag.app._login import Logins
from byalag.app._login_session import Cookies, Sessions, digest_of
from byalag.app._login_settings import LoginSettings, ProviderSettings
from byalag.app._people import Desk
from byalag.app._stores import Stores
from byalag.governance import Grant, Person
from byalag.pages import View
from byalag.pages._site import Site
from byalag.store import KnownPerson, OpenSession, People, Register, Store

MINUTE = 60_000_000
ANNA = "p-a5tzeifwmsoftufal4ejvqhs"
GRANTS = (
    Grant("hub_administrator", "2482"),
    Grant("hub_administrator"),
    Grant("operator", "2482"),
    Grant("care_staff", "2513", "Hemtjänsten norr"),
)
SETTINGS = LoginSettings(
    pseudonyms="env:NOT_ASKED_FOR",
    provider=(
        ProviderSettings(
            name="medarbetare",
            title={"sv": "Medarbetare", "en": "Staff"},
            issuer="https://id.example.org",
            client_id="byalag",
        ),
        ProviderSettings(
            name="e-legitimation",
            title={"sv": "E-legitimation"},
            issuer="https://eid.example.org",
            client_id="byalag",
        ),
    ),
)


def person(scope: Scope) -> Person | None:
    """Say that whoever asks for their own account is Anna."""
    if not scope["path"].startswith(("/konto", "/en/account")):
        return None
    return Person(id=ANNA, name="Anna Ek", grants=GRANTS, assurance="loa3")


def part(folder: Path, view: View, store: Store) -> Part:
    """Return the pages of log-in, account and roles."""
    register = Register(folder / "people.sqlite")
    people, now = People(register), view.now()
    known = _known(ANNA, "Anna Ek", now)
    for name, ago in (("one", 3), ("other", 20)):
        people.log_in(digest_of(name), known, _session(known, now - ago * MINUTE)).result()
    for role in GRANTS:
        people.grant(ANNA, role, who="terminal", at=now).result()
    eva = _known("p-evaevaevaevaevaevaevaeva", "Eva-Lotta Österåsström-Bergqvist", now)
    people.log_in(digest_of("eva"), eva, _session(eva, now)).result()
    sessions = Sessions(people, Cookies(secure=False), view.now, idle=30 * MINUTE, longest=MINUTE)
    logins = Logins(
        {}, people, sessions, Guesses(view.now), key=b"k", now=view.now, client=Proxies().client
    )
    stores = Stores({"2482": store}, store, register)
    site = Site(structs.replace(view, login=True))
    desk = Desk(site, people, sessions, logins, stores, view.now, SETTINGS)
    routes: Sequence[tuple[BaseRoute, Access]] = desk.routes()
    return Part(routes=routes)


def _known(id_: str, name: str, now: int) -> KnownPerson:
    return KnownPerson(
        id=id_, provider="medarbetare", name=name, municipality="2482", first=now, last=now
    )


def _session(known: KnownPerson, at: int) -> OpenSession:
    return OpenSession(
        person=known.id,
        provider="medarbetare",
        name=known.name,
        assurance="loa3",
        claimed=(),
        begun=at,
        seen=at,
        until=at + 720 * MINUTE,
    )
