"""Every address has an access decision, and is asked for it each time."""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import lru_cache
from http import HTTPStatus
from ipaddress import ip_address
from typing import ClassVar
from urllib.parse import urlsplit

from msgspec import Struct
from starlette.requests import cookie_parser
from starlette.routing import BaseRoute, Host, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from byalag import Misconfigured
from byalag.app._client import Proxies
from byalag.app._guesses import Guesses
from byalag.governance import (
    ANYONE,
    Action,
    Actor,
    Decision,
    Key,
    Person,
    Resource,
    decide,
)
from byalag.model import Micros, MunicipalityCode
from byalag.pages import COOKIE
from byalag.standards.profile import NotAnswered

_UNKNOWN = "The key that is shown is not known here."
_HERE = Actor(near=True)
_OF_PAGES = frozenset({"operations", "audit", "stewardship"})  # what a kept key opens the pages of
_NEAR = frozenset({"127.0.0.1", "::1"})
_SAFE = frozenset({"GET", "HEAD"})
_PREFIX = 64  # characters of what is shown that tell whose key it would be
_FORWARDED = frozenset({b"forwarded", b"x-forwarded-for", b"x-real-ip", b"via"})


class Access(Struct, frozen=True):
    """What is done to what at an address."""

    action: Action
    resource: Resource


OPEN = Access("read", Resource(matter="commons"))
DESCRIPTION = Access("read", Resource(matter="description"))
HEALTH = Access("read", Resource(matter="health"))
METRICS = Access("read", Resource(matter="metrics"))
PUSH = Access("write", Resource(matter="observations"))
KNOCK = Access("write", Resource(matter="door"))
DELIVER = Access("write", Resource(matter="deliveries"))
PUBLISH = Access("write", Resource(matter="files"))
OPERATE = Access("write", Resource(matter="operations"))
WRITE_FACTS = Access("write", Resource(matter="facts"))
OVERSEE = Access("read", Resource(matter="operations"))
ACCOUNT = Access("read", Resource(matter="account"))
ALTER_ACCOUNT = Access("write", Resource(matter="account"))
APPLICATIONS = Access("read", Resource(matter="applications"))
ALTER_APPLICATIONS = Access("write", Resource(matter="applications"))
INSPECT_ACCESS = Access("read", Resource(matter="access"))
GRANT_ACCESS = Access("write", Resource(matter="access"))
STEWARD = Access("read", Resource(matter="stewardship"))
ALTER_STEWARDSHIP = Access("write", Resource(matter="stewardship"))
READ_TERMS = Access("read", Resource(matter="terms"))
ALTER_TERMS = Access("write", Resource(matter="terms"))
VOTE = Access("write", Resource(matter="board"))
READ_AUDIT = Access("read", Resource(matter="audit"))
REVIEW_AUDIT = Access("write", Resource(matter="audit"))
TOKEN_DOOR = Access("write", Resource(matter="token"))
OWN_USAGE = Access("read", Resource(matter="usage"))
HUB = Access("read", Resource(matter="hub"))
ALTER_HUB = Access("write", Resource(matter="hub"))


class Rules(Struct, frozen=True, kw_only=True):
    """What every gate decides by: how keys are recognised, the time, and who can reach the hub.

    `alone` says that only the machine that the hub runs on can, so that no proxy asks for others.
    `person` finds who has logged in, by the browser's cookie: only people's pages have it, since a
    browser sends a cookie whoever has written the page that asks. `noted` is told of each decision
    about data on people, whichever it is.
    """

    key: Callable[[str], Key | None]
    now: Callable[[], Micros]
    alone: bool = False
    guesses: Guesses | None = None
    client: Callable[[Scope], str] = Proxies().client
    person: Callable[[Scope], Person | None] | None = None
    noted: Callable[[Actor, Access, Decision], None] | None = None


class Gate:
    """Stands before one address and lets in whoever may come in."""

    realm: ClassVar[str] = 'Bearer realm="byalag"'

    def __init__(self, app: ASGIApp, template: str, access: Access, rules: Rules) -> None:
        """Take what is behind the gate, and what decides."""
        self.app, self.template, self.access, self._rules = app, template, access, rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or say why not.

        Raises:
            NotAnswered: whoever asks may not.
        """
        self.admit(scope)
        await self.app(scope, receive, send)

    def admit(self, scope: Scope, *, again: bool = False) -> None:
        """Let in whoever may come in, and note who it is and what is asked for.

        Of an answer that goes on it is asked `again` every other second: that is written down once.

        Raises:
            NotAnswered: whoever asks may not.
        """
        now, access = self._rules.now(), self.access
        scope["template"], scope["gate"] = self.template, self
        actor = ANYONE
        decision = decide(actor, access.action, access.resource, now)
        if not decision.allowed:
            for actor in self._actors(scope):
                decision = decide(actor, access.action, access.resource, now)
                if decision.allowed:
                    break
        if decision.audited and self._rules.noted is not None and not again:
            self._rules.noted(actor, access, decision)
        if decision.allowed:
            scope["actor"] = actor
            return
        scope["refused"] = actor
        if decision.challenge:
            raise NotAnswered(
                _sentence(decision.why),
                trouble="key-needed",
                headers={"WWW-Authenticate": self.realm},
            )
        raise NotAnswered(_sentence(decision.why), trouble="not-allowed")

    def still_admits(self, scope: Scope) -> bool:
        """Tell whether a request that was let in still would be: for answers that go on and on."""
        try:
            self.admit(dict(scope), again=True)
        except NotAnswered:
            return False
        return True

    def _actors(self, scope: Scope) -> Iterator[Actor]:
        """Yield who asks: the holder of a key, or else each that a browser says that it is.

        A browser may keep both an operator's key and a log-in: whichever may come in does.

        Raises:
            NotAnswered: a key is tried too soon, or a form comes from another site.
        """
        rules = self._rules
        near = rules.alone and _is_near(scope)
        key = shown_key(scope, rules)
        if key is None and self.access.resource.matter in _OF_PAGES and (kept := _kept(scope)):
            key = recognised(scope, kept, rules)
        person = rules.person(scope) if rules.person is not None else None
        if key is not None or person is None:
            yield Actor(key=key, near=near)
        if person is not None:
            if scope["method"] not in _SAFE and _is_strange(scope):
                msg = "This form was sent from another site."
                raise NotAnswered(msg, trouble="not-allowed")
            yield Actor(person=person, near=near)


class Admitted(Struct, frozen=True):
    """Whoever may come in, and whose store it is about: a municipality's own, or the commons."""

    actor: Actor
    municipality: MunicipalityCode | None


class Turned(Struct, frozen=True):
    """Whoever may not come in: the status of the answer, why, and seconds to wait if any."""

    status: HTTPStatus
    why: str
    wait: int = 0


class StandardGate(Gate):
    """Stands before a standard, which writes its refusals in a shape of its own.

    Anyone reads the commons. Whoever shows a key is at its municipality's own store, to read with
    the scope facts:read or facts:write, to write with facts:write. `tenants` are the
    municipalities there are; `near` is the one that is everybody's on this machine.
    """

    def __init__(  # noqa: PLR0913 -- what is behind the gate, and what decides
        self,
        app: ASGIApp,
        template: str,
        rules: Rules,
        *,
        tenants: Collection[MunicipalityCode],
        near: MunicipalityCode | None,
        purposes: Callable[[MunicipalityCode], tuple[str, ...]] = lambda _: (),
    ) -> None:
        """Take what is behind the gate, and what decides.

        `purposes` are what a municipality's data about people may be asked for.
        """
        super().__init__(app, template, WRITE_FACTS, rules)
        self._tenants, self._near, self._purposes = frozenset(tenants), near, purposes
        self._made: dict[tuple[Action, MunicipalityCode | None], Access] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in; what is behind asks `decide` who it is."""
        await self.app(scope, receive, send)

    def decide(self, scope: Scope, action: Action, tenant: str | None) -> Admitted | Turned:
        """Decide whose store a request may read or write; `tenant` is whose it asks for."""
        if tenant is not None and tenant not in self._tenants:
            return Turned(HTTPStatus.NOT_FOUND, f"There is no municipality {tenant[:100]!r} here.")
        try:
            key, unknown = self._key(scope)
        except TooSoon as error:
            return Turned(HTTPStatus.TOO_MANY_REQUESTS, str(error), error.wait)
        if unknown:
            return Turned(HTTPStatus.UNAUTHORIZED, _UNKNOWN)
        if key is None and self._near is None and action == "read" and tenant is None:
            return self._by(scope, ANYONE, OPEN, None)
        near = self._near is not None and self._rules.alone and _is_here(scope)
        wanted = tenant or (key.municipality if key else self._near) or None
        actor = _HERE if near else Actor(key=key)
        return self._by(scope, actor, self._access(action, wanted), wanted)

    def about_people(
        self, actor: Actor, action: Action, municipality: MunicipalityCode, purpose: str
    ) -> Turned | None:
        """Return why somebody may not ask for what is about people with a purpose, or None."""
        resource = Resource(
            matter="personal",
            municipality=municipality,
            purpose=purpose,
            purposes=self._purposes(municipality),
        )
        decision = decide(actor, action, resource, self._rules.now())
        if not decision.allowed and self._rules.noted is not None:
            self._rules.noted(actor, Access(action, resource), decision)
        if decision.allowed:
            return None
        return Turned(HTTPStatus.FORBIDDEN, _sentence(decision.why))

    def _access(self, action: Action, municipality: MunicipalityCode | None) -> Access:
        """Return what is done to the facts of a municipality, made once for each."""
        found = self._made.get((action, municipality))
        if found is None:
            near = self._near is not None
            resource = Resource(matter="facts", municipality=municipality, near=near)
            found = self._made[action, municipality] = Access(action, resource)
        return found

    def _by(
        self, scope: Scope, actor: Actor, access: Access, municipality: MunicipalityCode | None
    ) -> Admitted | Turned:
        decision = decide(actor, access.action, access.resource, self._rules.now())
        if decision.audited and self._rules.noted is not None:
            self._rules.noted(actor, access, decision)
        if decision.allowed:
            scope["actor"] = actor
            return Admitted(actor, municipality)
        status = HTTPStatus.UNAUTHORIZED if decision.challenge else HTTPStatus.FORBIDDEN
        return Turned(status, _sentence(decision.why))

    def _key(self, scope: Scope) -> tuple[Key | None, bool]:
        """Return the key that is shown, and whether one is shown that is not ours."""
        said = scope["said"]
        if self._near is not None or (b"authorization" not in said and b"x-api-key" not in said):
            return None, False
        key = shown_key(scope, self._rules)
        return key, key is None


def gated(routes: Sequence[tuple[BaseRoute, Access]], rules: Rules) -> list[BaseRoute]:
    """Put a gate before each address.

    Raises:
        Misconfigured: an address of a kind that cannot have one.
    """
    for route, access in routes:
        if not isinstance(route, Route | Mount | Host):
            msg = f"{route!r} cannot have an access decision; use a Route or a Mount"
            raise Misconfigured(msg)
        template = route.host if isinstance(route, Host) else route.path
        route.app = Gate(route.app, template, access, rules)
    return [route for route, _ in routes]


class TooSoon(NotAnswered):
    """Somebody has guessed wrong, and tries again before the wait is over.

    Nothing that is shown is looked at until then.
    """

    def __init__(self, wait: int) -> None:
        """Say how many seconds are left."""
        self.wait = wait
        msg = f"Too many failed tries from here; wait {wait} seconds and try again."
        headers = {"Retry-After": str(wait)}
        super().__init__(msg, trouble="too-many-tries", headers=headers)


def shown_key(scope: Scope, rules: Rules) -> Key | None:
    """Return the key of ours that a request shows, good or no longer good.

    Raises:
        TooSoon: whoever asks has guessed wrong, and has to wait.
    """
    scheme, _, shown = scope["said"].get(b"authorization", b"").partition(b" ")
    if scheme.lower() != b"bearer":
        shown = scope["said"].get(b"x-api-key", b"")
    return recognised(scope, shown.strip().decode("latin-1"), rules) if shown else None


def recognised(scope: Scope, shown: str, rules: Rules) -> Key | None:
    """Return the key that somebody shows, unless they have guessed wrong and must wait.

    Raises:
        TooSoon: whoever asks has to wait.
    """
    guesses = rules.guesses
    if guesses is None:
        return rules.key(shown)
    account, client = shown.partition(".")[0][:_PREFIX], rules.client(scope)
    if wait := guesses.wait(account, client):
        raise TooSoon(wait)
    key = rules.key(shown)
    if key is None:
        guesses.failed(account, client, shown)
    else:
        guesses.succeeded(account, client)
    return key


def is_loopback(address: str) -> bool:
    """Say whether an address can be reached from the machine itself only."""
    try:
        host = urlsplit(address).hostname or ""
        if host == "localhost" or host.endswith(".localhost"):
            return True
        return ip_address(host).is_loopback
    except ValueError:
        return False


@lru_cache(maxsize=256)
def names_this_machine(host: bytes) -> bool:
    """Say whether a Host header names the machine itself."""
    return is_loopback(f"http://{host.decode('latin-1')}")


def _is_near(scope: Scope) -> bool:
    """Say whether the question comes from the machine itself, and not through a proxy on it."""
    client, said = scope.get("client"), scope["said"]
    if client is None or client[0] not in _NEAR or _FORWARDED & said.keys():
        return False
    return names_this_machine(said.get(b"host", b""))


def _is_here(scope: Scope) -> bool:
    """Say whether the question comes from the machine itself and is put to it by that name."""
    client, said = scope.get("client"), scope["said"]
    if client is None or client[0] not in _NEAR:
        return False
    return names_this_machine(said.get(b"host", b""))


def _is_strange(scope: Scope) -> bool:
    """Say whether a browser says that another site's page has sent this, or does not say whose."""
    said = scope["said"]
    site = said.get(b"sec-fetch-site")
    if site is not None:  # the browser's own word; its Origin is null, as we want no referrer
        return bool(site != b"same-origin")
    origin: bytes = said.get(b"origin", b"")
    return not origin or urlsplit(origin).netloc != said.get(b"host", b"")


def _kept(scope: Scope) -> str:
    """Return the key that a person has shown on the operator's pages, kept in a cookie."""
    said = scope["said"].get(b"cookie", b"").decode("latin-1")
    return cookie_parser(said).get(COOKIE, "")


def _sentence(why: str) -> str:
    return why[0].upper() + why[1:] + "."
