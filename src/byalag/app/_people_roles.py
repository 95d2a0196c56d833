"""Who has which role: shown and changed on pages, by whoever administers a place."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias, cast
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from byalag.app._access import ALTER_HUB, GRANT_ACCESS, HUB, INSPECT_ACCESS, Access
from byalag.app._stores import Stores
from byalag.engine import durable
from byalag.governance import Grant, Person, Resource, Role, decide
from byalag.model import Micros
from byalag.pages._account import ROLES, Holder, Place, show_roles
from byalag.pages._enter import refuse_strangers
from byalag.pages._language import Language
from byalag.pages._site import EPOCH, Site
from byalag.store import Note, People

_LONGEST = 4_096  # bytes of a form
Answers: TypeAlias = Callable[[Language, Request], Awaitable[Response]]


class Roles:
    """The pages where roles are given and taken back, in municipalities and in the hub."""

    def __init__(
        self, site: Site, known: People, stores: Stores, now: Callable[[], Micros]
    ) -> None:
        """Take the register's people, and the stores whose audits are told."""
        self._site, self._known, self._stores, self._now = site, known, stores, now

    def routes(self, language: Language) -> Sequence[tuple[Route, Access]]:
        """Return the addresses in one language, and who may do what there."""
        at, told = language.address, telling(language)
        return [
            (Route(at("roles"), told(self._roles)), INSPECT_ACCESS),
            (Route(at("roles"), told(self._change), methods=["POST"]), GRANT_ACCESS),
            (Route(at("roles_hub"), told(self._hub_roles)), HUB),
            (Route(at("roles_hub"), told(self._change_hub), methods=["POST"]), ALTER_HUB),
        ]

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
        person = person_of(request)
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
                last=moment(one.last),
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
        actor = person_of(request)
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


def telling(language: Language) -> Callable[[Answers], Callable[[Request], Awaitable[Response]]]:
    """Return what makes an endpoint of something that is told the language of its page."""

    def told(show: Answers) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            return await show(language, request)

        return endpoint

    return told


def person_of(request: Request) -> Person:
    """Return who asks; the gate has let in nobody else."""
    person: Person | None = request.scope["actor"].person
    if person is None:
        raise HTTPException(403)
    return person


def moment(at: Micros) -> datetime:
    return EPOCH + timedelta(microseconds=at)
