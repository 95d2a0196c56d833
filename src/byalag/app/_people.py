"""People at a hub: how they log in, their own account, and who has which role."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import cast
from urllib.parse import urlencode

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
    DESCRIPTION,
    Access,
)
from byalag.app._face import Part
from byalag.app._guesses import Guesses
from byalag.app._hub import Hub
from byalag.app._login import Logins, NotLoggedIn, Way
from byalag.app._login_session import Cookies, Sessions
from byalag.app._login_settings import LoginSettings, ProviderSettings
from byalag.app._people_roles import Roles, moment, person_of, telling
from byalag.app._stores import Stores
from byalag.engine import Clock, IdentityProvider, Registered, Unreachable, durable
from byalag.governance import ClaimsReading, Person
from byalag.model import Micros, span
from byalag.pages import View
from byalag.pages._account import (
    Account,
    Choice,
    Device,
    Trouble,
    local_path,
    show_account,
    show_logged_out,
    show_login,
)
from byalag.pages._enter import refuse_strangers
from byalag.pages._language import Language
from byalag.pages._site import Site
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
    desk = Desk(Site(view), known, sessions, logins, stores, clock.now, settings)
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


class Desk:
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
        self._register, self._now = stores.register, now
        self._roles = Roles(site, known, stores, now)
        self._titles = {one.name: one.title or {"sv": one.name} for one in settings.provider}

    def routes(self) -> Sequence[tuple[Route, Access]]:
        """Return every address, and who may do what there."""
        found = [(Route(CALLBACK, self._finish), DESCRIPTION)]
        for language in self._site.languages.values():
            at = language.address
            told = telling(language)
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
                *self._roles.routes(language),
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
        person = person_of(request)
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
        person = person_of(request)
        known = self._known.person(person.id)
        devices = [
            Device(
                by=self._titles.get(one.provider, {"sv": one.provider}),
                begun=moment(one.begun),
                seen=moment(one.seen),
                here=one.digest == request.scope.get("session"),
            )
            for one in self._known.sessions(person.id, self._now())
            if self._now() < one.seen + self._sessions.idle
        ]
        before = known.before if known is not None else None
        account = Account(
            person=person,
            before=None if before is None else moment(before),
            devices=devices,
        )
        return show_account(self._site, language, request, account)

    def _note(self, person: Person, what: str, about: str) -> None:
        line = Note(at=self._now(), who=f"person {person.id}", what=what, about=about)
        self._register.note(line)


def _onward(language: Language, request: Request) -> str:
    return local_path(request.query_params.get("next", ""), language.address("account"))


def _micros(duration: str) -> Micros:
    return span(duration) // timedelta(microseconds=1)
