"""Developers' pages at a hub: what they see, and the addresses they have."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from http import HTTPStatus

from starlette.requests import Request
from starlette.types import Scope

from byalag.app._access import (
    ALTER_APPLICATIONS,
    ALTER_STEWARDSHIP,
    APPLICATIONS,
    DESCRIPTION,
    STEWARD,
)
from byalag.app._face import Part
from byalag.app._portal_call import ask, call
from byalag.app._portal_office import ApplicationKeys, ApplicationOffice
from byalag.app._portal_usage import used
from byalag.app._read_product import known_apis
from byalag.governance import Actor, Person, Product, Resource, decide, life_of
from byalag.model import Micros
from byalag.pages import View
from byalag.pages.developer import Api, Called, Document, Portal, read, visited
from byalag.store import ApiKeys, Applications, Register

_ACTS = {
    "look": DESCRIPTION,
    "own": APPLICATIONS,
    "alter": ALTER_APPLICATIONS,
    "see": STEWARD,
    "answer": ALTER_STEWARDSHIP,
}


def portal(
    products: Mapping[str, Product],
    register: Register,
    view: View,
    person: Callable[[Scope], Person | None] | None,
) -> Part:
    """Return the part of a hub that developers visit. `person` finds who has logged in."""
    now = view.now
    keys = ApplicationKeys(ApiKeys(register), now)
    office = ApplicationOffice(
        Applications(register),
        keys,
        products,
        partial(used, register, products, view.zone, now),
        now,
    )
    names = {one.code: one.name for one in view.municipalities}
    known = _Apis(products, view.base_url, now, person)
    seen = Portal(
        products=products,
        apis=known.every,
        call=known.call,
        steward=known.steward,
        keys=keys,
        office=office,
        municipality=lambda code: names.get(code, code),
    )
    return Part(routes=[(one.route, _ACTS[one.act]) for one in visited(view, seen)])


def withheld(products: Mapping[str, Product]) -> frozenset[str]:
    """Return the roots of the APIs that do not answer whoever only visits: drafts and retired."""
    if not products:
        return frozenset()
    lives = {
        f"/{name}/{version}": life_of(products.values(), name, version)
        for name, version in known_apis().items()
    }
    return frozenset(
        root for root, life in lives.items() if life and life.state in {"draft", "retired"}
    )


class _Apis:
    """The APIs of a hub, as they describe themselves. What one says is asked for once."""

    def __init__(
        self,
        products: Mapping[str, Product],
        base_url: str,
        now: Callable[[], Micros],
        person: Callable[[Scope], Person | None] | None,
    ) -> None:
        self._products, self._base_url = products, base_url
        self._now, self._person = now, person
        self._read: dict[str, Document] = {}

    async def every(self, request: Request) -> Sequence[Api]:
        """Return every API that whoever asks may see."""
        found: list[Api] = []
        for name, version in known_apis().items():
            products = tuple(one for one in self._products.values() if one.has(name, version))
            life = life_of(products, name, version)
            root = f"/{name}/{version}"
            drafts = self.steward(request)
            if life is not None and life.state == "draft" and not drafts:
                continue
            document = await self._document(request, root, drafts=drafts)
            if document is not None or (life is not None and life.state == "retired"):
                found.append(
                    Api(name=name, root=root, life=life, products=products, document=document)
                )
        return found

    async def call(self, request: Request, path: str, query: str) -> Called:
        """Ask an API as anybody could."""
        drafts = self.steward(request)
        return await call(request, self._base_url, path, query, drafts=drafts)

    def steward(self, request: Request) -> bool:
        """Tell whether whoever asks works with the hub's products."""
        actor: Actor = request.scope["actor"]
        if actor.person is None and actor.key is None and self._person is not None:
            actor = Actor(person=self._person(request.scope))
        about = Resource(matter="stewardship")
        return decide(actor, "read", about, self._now()).allowed

    async def _document(self, request: Request, root: str, *, drafts: bool) -> Document | None:
        if root not in self._read:
            answer = await ask(request, f"{root}/openapi.json", "", drafts=drafts)
            if answer.status != HTTPStatus.OK:
                return None
            self._read[root] = read(bytes(answer.body))
        return self._read[root]
