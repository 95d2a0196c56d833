"""What developers' pages see of a hub: its APIs and products, and what a person has registered."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Protocol

from msgspec import Struct
from starlette.requests import Request

from byalag.governance import Actor, Life, Product
from byalag.model import Micros
from byalag.pages._developer_call import Called
from byalag.pages._developer_document import Document
from byalag.store import Registered, Wish


class Api(Struct, frozen=True, kw_only=True):
    """One version of an API: where it is, where in its life, and in which products.

    Without a `document` it no longer answers.
    """

    name: str
    root: str
    life: Life | None
    products: tuple[Product, ...]
    document: Document | None

    @property
    def state(self) -> str:
        """Where in its life it is, in one word; published if nothing is said."""
        return self.life.state if self.life else "published"


class KeySeen(Struct, frozen=True, kw_only=True):
    """A key as its owner sees it: never the key itself.

    `municipality` is whose own data it reads; none's when empty. `until` is when it ends.
    """

    prefix: str
    note: str = ""
    municipality: str = ""
    until: Micros | None = None
    revoked: bool = False


class UsedDay(Struct, frozen=True, kw_only=True):
    """How much one application asked on one day. `p50` and `p95` are milliseconds."""

    day: date
    asked: int
    refused: int = 0
    failed: int = 0
    p50: float | None = None
    p95: float | None = None


class UsedApi(Struct, frozen=True, kw_only=True):
    """How much one application asked of one version of an API in a month."""

    api: str
    asked: int
    refused: int = 0
    failed: int = 0
    p50: float | None = None
    p95: float | None = None


class Left(Struct, frozen=True, kw_only=True):
    """What is left of a quota this month: of so many."""

    product: str
    left: int
    quota: int


class Usage(Struct, frozen=True, kw_only=True):
    """What one application has asked lately: by day, by API, and what is left."""

    days: Sequence[UsedDay] = ()
    apis: Sequence[UsedApi] = ()
    left: Sequence[Left] = ()

    @property
    def asked(self) -> int:
        """How much was asked on all days."""
        return sum(day.asked for day in self.days)


class Keys(Protocol):
    """The keys of applications, wherever they are kept."""

    def of(self, application: str) -> Sequence[KeySeen]:
        """Return an application's keys."""
        ...

    async def add(self, application: str, note: str, municipality: str, who: Actor) -> str:
        """Make a key, and return it: this once."""
        ...

    async def rotate(self, application: str, prefix: str, who: Actor) -> str | None:
        """Give a key a new secret, and return it: this once. None if there is no such key."""
        ...

    async def revoke(self, application: str, prefix: str, who: Actor) -> bool:
        """Revoke a key; False if there is no such key."""
        ...


class Office(Protocol):
    """Where applications are registered (`byalag.app`). Each is found for its owner only."""

    def owned(self, owner: str) -> Sequence[Registered]:
        """Return a person's applications."""
        ...

    def find(self, id_: str, owner: str) -> Registered | None:
        """Return one of a person's applications."""
        ...

    def wishes(self, id_: str) -> Sequence[Wish]:
        """Return what an application has asked to use."""
        ...

    def usage(self, id_: str) -> Usage:
        """Return what an application has asked lately."""
        ...

    async def register(self, told: Mapping[str, str], who: Actor) -> str:
        """Register an application, and return its id."""
        ...

    async def alter(self, id_: str, told: Mapping[str, str], who: Actor) -> None:
        """Write what has been changed of an application."""
        ...

    async def delete(self, id_: str, who: Actor) -> None:
        """Delete an application and its keys."""
        ...

    async def subscribe(self, id_: str, product: Product, plan: str, who: Actor) -> None:
        """Ask to use a product by a plan."""
        ...

    async def unsubscribe(self, id_: str, product: str, who: Actor) -> None:
        """End the use of a product."""
        ...

    def waiting(self, who: Actor) -> Sequence[tuple[Wish, Registered]]:
        """Return what waits for somebody to let it in, or has been let in by somebody."""
        ...

    async def answer(self, id_: str, product: str, *, let_in: bool, why: str, who: Actor) -> bool:
        """Let an application in, refuse it or take it out; False if it does not wait."""
        ...


class Portal(Struct, frozen=True, kw_only=True):
    """What developers' pages see of a hub.

    `apis` gives every API that whoever asks may see, and `call` asks one as anybody could: a path
    and a query. `steward` tells whether whoever asks may see drafts and answer applications.
    """

    products: Mapping[str, Product]
    apis: Callable[[Request], Awaitable[Sequence[Api]]]
    call: Callable[[Request, str, str], Awaitable[Called]]
    steward: Callable[[Request], bool]
    keys: Keys
    office: Office
    municipality: Callable[[str], str]


def offered(portal: Portal, *, drafts: bool) -> list[Product]:
    """Return the products that can be seen, those that can be begun with first."""
    order = ("published", "draft", "deprecated", "retired")
    seen = [one for one in portal.products.values() if drafts or one.state != "draft"]
    return sorted(seen, key=lambda one: (order.index(one.state), one.id))
