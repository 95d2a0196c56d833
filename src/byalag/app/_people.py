"""People at a hub: how they log in, their own account, and who has which role."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias, cast
from urllib.parse import parse_qs, urlencode

from msgspec import Struct
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from byalag import Misconfigured
from byalag.app._access import (
    ACCOUNT,
    ALTER_ACCOUNT,
    ALTER_HUB,
    DESCRIPTION,
    GRANT_ACCESS,
    HUB,
    INSPECT_ACCESS,
    Access,
)
from byalag.app._face import Part
from byalag.app._guesses import Guesses
from byalag.app._hub import Hub
from byalag.app._login import Logins, NotLoggedIn, Way
from byalag.app._login_session import Cookies, Sessions
from byalag.app._login_settings import LoginSettings, ProviderSettings
from byalag.app._stores import Stores
from byalag.engine import Clock, IdentityProvider, Registered, Unreachable, durable
from byalag.governance import ClaimsReading, Grant, Person, Resource, Role, decide
from byalag.model import Micros, span
from byalag.pages import View
from byalag.pages._account import (
    ROLES,
    Account,
    Choice,
    Device,
    Holder,
    Place,
    Trouble,
    local_path,
    show_account,
    show_logged_out,
    show_login,
    show_roles,
)
from byalag.pages._enter import refuse_strangers
from byalag.pages._language import Language
from byalag.pages._site import EPOCH, Site
from byalag.store import Note, People

CALLBACK = "/konto/svar/{name}"
LEAST_KEY = 32  # characters of the key that pseudonyms are made with
_LONGEST = 4_096  # bytes of a form


class Entry(Struct, frozen=True):
    """Log-in at a hub: its addresses, and what finds who has logged in."""

    part: Part
    person: Callable[[Scope], Person | None]


def people(  # noqa: PLR0913, PLR0917 -- these are the parts that meet here and nowhere else
    hub: Hub,
    stores: Stores,
    clock: Clock,
    view: View,
    guesses: Guesses,
    client: Callable[[Scope], str],
) -> Entry | None:
    """Return log-in, where the settings say how; it runs over the register of the hub.

    Raises:
        Misconfigured: A secret is missing, or the key for pseudonyms is too short.
    """
    settings = hub.settings.login
    if settings is None:
        return None
    key = hub.secret(settings.pseudonyms)
    if len(key) < LEAST_KEY:
        msg = (
            f"The key of login.pseudonyms has {len(key)} characters; give it {LEAST_KEY} at "
            "least, made at random (byalag secret new)."
        )
        raise Misconfigured(msg)
    known = People(stores.register)
    address = hub.settings.address.rstrip("/")
    sessions = Sessions(
        known,
        Cookies(secure=address.startswith("https:")),
        clock.now,
        idle=_micros(settings.idle),
        longest=_micros(settings.longest),
    )
    logins = Logins(
        {one.name: _way(hub, one, clock, address) for one in settings.provider},
        known,
        sessions,
        guesses,
        key=key.encode(),
        now=clock.now,
        client=client,
    )
    desk = _Desk(Site(view), known, sessions, logins, stores, clock.now, settings)
    return Entry(Part(routes=desk.routes()), sessions.person)


def _way(hub: Hub, settings: ProviderSettings, clock: Clock, address: str) -> Way:
    secret = hub.secret(settings.client_secret) if settings.client_secret else ""
    towns = [tenant.municipality for tenant in hub.tenants]
    return Way(
        settings,
        IdentityProvider(settings.issuer, clock, on_premises=settings.on_premises),
        Registered(client_id=settings.client_id, client_secret=secret),
        ClaimsReading(
            names=settings.claims,
            rules=settings.role,
            acr=settings.acr,
            tenants={
                town.organisation_number.replace("-", ""): town.code
                for town in towns
                if town.organisation_number
            },
            spoken_for=settings.municipalities,
        ),
        redirect_uri=address + CALLBACK.format(name=settings.name),
    )


class _Desk:
    """Answers at the addresses of log-in, account and roles."""

    def __init__(  # noqa: PLR0913, PLR0917 -- these are the parts of a log-in's pages
        self,
        site: Site,
        known: People,
        sessions: Sessions,
        logins: Logins,
        stores: Stores,
        now: Callable[[], Micros],
        settings: LoginSettings,
    ) -> None:
        self._site, self._known, self._sessions, self._logins = site, known, sessions, logins
        self._stores, self._now = stores, now
        self._titles = {one.name: one.title or {"sv": one.name} for one in settings.provider}

    def routes(self) -> Sequence[tuple[Route, Access]]:
        """Return every address, and who may do what there."""
        found = [(Route(CALLBACK, self._finish), DESCRIPTION)]
        for language in self._site.languages.values():
            at = language.address
            told = _telling(language)
            found += [
                (Route(at("login"), told(self._login)), DESCRIPTION),
                (Route(at("login_way", name="{name}"), told(self._begin)), DESCRIPTION),
                (Route(at("logged_out"), told(self._logged_out)), DESCRIPTION),
                (Route(at("logout"), told(self._log_out), methods=["POST"]), DESCRIPTION),
                (
                    Route(at("logout_everywhere"), told(self._everywhere), methods=["POST"]),
                    ALTER_ACCOUNT,
                ),
                (Route(at("account"), told(self._account)), ACCOUNT),
                (Route(at("roles"), told(self._roles)), INSPECT_ACCESS),
                (Route(at("roles"), told(self._change), methods=["POST"]), GRANT_ACCESS),
                (Route(at("roles_hub"), told(self._hub_roles)), HUB),
                (Route(at("roles_hub"), told(self._change_hub), methods=["POST"]), ALTER_HUB),
            ]
        return found

    async def _login(self, language: Language, request: Request) -> Response:
        onward = _onward(language, request)
        stronger = self._sessions.person(request.scope) is not None
        return self._ways(language, request, onward, "stronger" if stronger else "")

    def _ways(
        self,
        language: Language,
        request: Request,
        onward: str,
        trouble: Trouble = "",
        wait: int = 0,
    ) -> Response:
        return show_login(
            self._site,
            language,
            request,
            choices=[Choice(name, title) for name, title in self._titles.items()],
            onward=onward,
            trouble=trouble,
            wait=wait,
        )

    async def _begin(self, language: Language, request: Request) -> Response:
        onward = _onward(language, request)
        try:
            way = self._way(request)
            return await self._logins.begin(way, request, onward, language.code)
        except NotLoggedIn as error:
            return self._ways(language, request, onward, cast("Trouble", error.trouble), error.wait)

    async def _finish(self, request: Request) -> Response:
        first = next(iter(self._site.languages.values()))
        try:
            return await self._logins.finish(self._way(request), request)
        except NotLoggedIn as error:
            begun = error.begun
            language = self._site.languages.get(begun.language, first) if begun else first
            onward = begun.onward if begun else language.address("account")
            return self._ways(language, request, onward, cast("Trouble", error.trouble), error.wait)

    def _way(self, request: Request) -> Way:
        way = self._logins.ways.get(request.path_params["name"])
        if way is None:
            raise HTTPException(404)
        return way

    async def _log_out(self, language: Language, request: Request) -> Response:
        refuse_strangers(request)
        session = await self._sessions.close(request.scope)
        asked = f"?{urlencode({'from': session.provider})}" if session is not None else ""
        answer = RedirectResponse(language.address("logged_out") + asked, 303)
        self._sessions.cookies.take(answer, self._sessions.cookies.session)
        return answer

    async def _everywhere(self, language: Language, request: Request) -> Response:
        person = _person(request)
        await durable(self._known.log_out_everywhere(person.id))
        self._note(person, "log out everywhere", person.id)
        return await self._log_out(language, request)

    async def _logged_out(self, language: Language, request: Request) -> Response:
        """Say it, and where one logs out of the provider too (OpenID Connect RP-Initiated Logout).

        The ID token that could be sent along holds the personal number, and is not kept.
        """
        way = self._logins.ways.get(request.query_params.get("from", ""))
        onward = ""
        if way is not None:
            try:
                end = (await way.provider.offered()).end_session_endpoint
            except Unreachable:
                end = ""  # whoever cannot be reached cannot be logged out of either
            back = self._site.view.base_url + language.address("logged_out")
            asked = {"client_id": way.client.client_id, "post_logout_redirect_uri": back}
            onward = f"{end}{'&' if '?' in end else '?'}{urlencode(asked)}" if end else ""
        return show_logged_out(self._site, language, request, onward)

    async def _account(self, language: Language, request: Request) -> Response:
        person = _person(request)
        known = self._known.person(person.id)
        devices = [
            Device(
                by=self._titles.get(one.provider, {"sv": one.provider}),
                begun=_moment(one.begun),
                seen=_moment(one.seen),
                here=one.digest == request.scope.get("session"),
            )
            for one in self._known.sessions(person.id, self._now())
            if self._now() < one.seen + self._sessions.idle
        ]
        before = known.before if known is not None else None
        account = Account(
            person=person,
            before=None if before is None else _moment(before),
            devices=devices,
        )
        return show_account(self._site, language, request, account)

    async def _roles(self, language: Language, request: Request) -> Response:
        return self._list(language, request, hub=False)

    async def _hub_roles(self, language: Language, request: Request) -> Response:
        return self._list(language, request, hub=True)

    def _list(
        self,
        language: Language,
        request: Request,
        *,
        hub: bool,
        said: str | None = None,
        status: int = 200,
    ) -> Response:
        person = _person(request)
        towns: Mapping[str, str] = {
            town.code: town.name
            for town in self._site.view.municipalities
            if person.has("hub_administrator", town.code)
        }
        places = [self._place("", "")] if hub else [self._place(*town) for town in towns.items()]
        return show_roles(
            self._site,
            language,
            request,
            places=places,
            here="roles_hub" if hub else "roles",
            other=bool(towns) if hub else person.has("hub_administrator"),
            said=said if said is not None else request.query_params.get("said", "")[:20],
            status=status,
        )

    def _place(self, code: str, name: str) -> Place:
        holders = [
            Holder(
                id=one.id,
                name=one.name,
                last=_moment(one.last),
                roles=[role for role in self._known.roles(one.id) if role.municipality == code],
            )
            for one in self._known.in_municipality(code)
        ]
        return Place(code=code, name=name, holders=holders)

    async def _change(self, language: Language, request: Request) -> Response:
        return await self._alter(language, request, hub=False)

    async def _change_hub(self, language: Language, request: Request) -> Response:
        return await self._alter(language, request, hub=True)

    async def _alter(self, language: Language, request: Request, *, hub: bool) -> Response:
        """Give a role or take it back, as a form asks, in a place where the asker administers."""
        refuse_strangers(request)
        given = parse_qs((await request.body())[:_LONGEST].decode("utf-8", "replace"))
        form = {name: values[0].strip() for name, values in given.items()}
        actor = _person(request)
        code = "" if hub else form.get("municipality", "")
        matter = Resource(matter="hub") if hub else Resource(matter="access", municipality=code)
        if not code and not hub:
            raise HTTPException(400)
        decision = decide(request.scope["actor"], "write", matter, self._now())
        if not decision.allowed:
            raise HTTPException(403, decision.why)
        whom, role = form.get("person", ""), form.get("role", "")
        wrong = ""
        if role not in ROLES:
            wrong = "bad_role"
        elif whom == actor.id:
            wrong = "bad_own"
        elif self._known.person(whom) is None:
            wrong = "bad_person"
        if wrong:
            return self._list(language, request, hub=hub, said=wrong, status=422)
        grant = Grant(cast("Role", role), code, form.get("unit", "")[:100])
        said = await self._altered(actor, whom, grant, revoke=form.get("act") == "revoke")
        here = language.address("roles_hub" if hub else "roles")
        return RedirectResponse(f"{here}?said={said}", 303)

    async def _altered(self, actor: Person, whom: str, grant: Grant, *, revoke: bool) -> str:
        """Do it, note it in the hub's audit with it, and in the municipality's; return what was."""
        who = f"person {actor.id}"
        alter = self._known.revoke if revoke else self._known.grant
        if not await durable(alter(whom, grant, who=who, at=self._now())):
            return "done_same"
        if grant.municipality:
            line = Note(
                at=self._now(),
                who=who,
                what="revoke role" if revoke else "grant role",
                about=whom,
                details={"role": grant.role, "unit": grant.unit},
            )
            await durable(self._stores.own[grant.municipality].note(line))
        return "done_revoked" if revoke else "done_granted"

    def _note(self, person: Person, what: str, about: str) -> None:
        line = Note(at=self._now(), who=f"person {person.id}", what=what, about=about)
        self._stores.register.note(line)


Answers: TypeAlias = Callable[[Language, Request], Awaitable[Response]]


def _telling(language: Language) -> Callable[[Answers], Callable[[Request], Awaitable[Response]]]:
    """Return what makes an endpoint of something that is told the language of its page."""

    def told(show: Answers) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            return await show(language, request)

        return endpoint

    return told


def _person(request: Request) -> Person:
    """Return who asks; the gate has let in nobody else."""
    person: Person | None = request.scope["actor"].person
    if person is None:
        raise HTTPException(403)
    return person


def _onward(language: Language, request: Request) -> str:
    return local_path(request.query_params.get("next", ""), language.address("account"))


def _moment(at: Micros) -> datetime:
    return EPOCH + timedelta(microseconds=at)


def _micros(duration: str) -> Micros:
    return span(duration) // timedelta(microseconds=1)
