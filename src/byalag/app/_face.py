"""What the HTTP application is given. It knows no store, no engine and no folder: only this."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol

from msgspec import Struct, field
from prometheus_client import CollectorRegistry
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import Scope

from byalag.app._access import Access, Rules, is_loopback
from byalag.app._beside import Beside
from byalag.app._cabinet import Cabinet
from byalag.app._catalogues import Catalogues
from byalag.app._client import Proxies
from byalag.app._condition import Condition
from byalag.app._guesses import Guesses
from byalag.app._metered import Meter
from byalag.app._usage import Counting
from byalag.app._window import Windows
from byalag.engine import Became, Delivered, Receipt, SourceStatus
from byalag.governance import ANYONE, Actor, Decision, Key, Person, Product
from byalag.model import Contact, Micros, Municipality, MunicipalityCode
from byalag.pages.operations import Served
from byalag.services import Reader
from byalag.sources import Door


class Receive(Protocol):
    """Takes what somebody pushes, and answers when it is durable (`Engine.receive`)."""

    def __call__(
        self, municipality: MunicipalityCode, body: bytes, media_type: str, key: str | None, /
    ) -> Awaitable[Receipt]:
        """Keep a push of one municipality; the same idempotency key answers the first receipt.

        Raises:
            Garbled: the body cannot be read at all.
        """
        ...


class Doors(Protocol):
    """Who takes what is delivered (`Engine`)."""

    async def deliver(  # noqa: PLR0913 -- these are the parts of a delivery
        self,
        municipality: str,
        source: str,
        *,
        body: bytes,
        headers: Mapping[str, str],
        media_type: str = "",
        actor: Actor = ANYONE,
    ) -> Delivered:
        """Take in a delivery."""
        ...

    def door(self, municipality: str, source: str) -> Door | None:
        """Return what opens a source's door."""
        ...

    def vouched(
        self, municipality: str, source: str, headers: Mapping[str, str], actor: Actor, /
    ) -> bool:
        """Tell whether a sender is known before its body has come."""
        ...

    def answers(self, municipality: str, source: str, token: str) -> bool:
        """Tell whether a token is a secret of a source's door."""
        ...

    def became(self, municipality: str, source: str, delivery: int) -> Became | None:
        """Return what has become of a delivery."""
        ...


class Limits(Struct, frozen=True, kw_only=True):
    """How much, how long and how slowly somebody may send. A body slower than `rate` is cut."""

    body: int = 32 * 1024 * 1024  # bytes
    untold: int = 24 * 1024 * 1024  # bytes of a body that does not say how large it is
    deadline: float = 30.0  # seconds for a whole body
    grace: float = 5.0  # seconds before the rate is asked for
    rate: int = 1024  # bytes a second, over all that has been received
    file: int = 4 * 1024 * 1024 * 1024  # bytes of a file that is published
    file_deadline: float = 7200.0  # seconds for a whole file


class Part(Struct, frozen=True, kw_only=True):
    """A part of a hub with addresses of its own, each with its access decision.

    `machines` are the first segments whose errors are told as problem+json; those among `shared`
    may be read by any web page.
    """

    routes: Sequence[tuple[BaseRoute, Access]]
    machines: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()


def _no_page(_kind: str, _name: str) -> str:
    return ""


class Face(Struct, frozen=True, kw_only=True):
    """Everything that a hub shows over HTTP.

    `reader` reads the commons. `key` recognises `prefix.secret`. `health` says how the sources are.
    `base_url` is where people reach the hub from outside, without a slash at the end. `pages` are
    the addresses for people and `operations` those for operators; `error_page`, when given,
    answers people's errors (request, status, what to say) where an API answers problem+json.
    `registry` holds what `/metrics` shows; the engine registers its own there. `services` are the
    settings of services, by name; a service that is not there has its usual ones. `doors` takes
    what others deliver, `files` what is published, `catalogues` tell of it. `windows`
    are the stores as standards see them; without them no standard is spoken. `beside` runs what
    would hold others up. `products` say where in its life each API is, and `guide` gives the path
    of the page about a "product" or an "api", by its name, where there is one. `person` finds who
    has logged in, `guesses` holds up whoever guesses, `client` says who is on the other end, and
    `noted` is told of every decision about people. `condition` tells how the hub itself is; only
    the process that runs it knows. `meter` says how much each may ask, and `counting` counts what
    is answered.
    """

    name: str
    base_url: str
    reader: Reader
    now: Callable[[], Micros]
    receive: Receive
    key: Callable[[str], Key | None]
    health: Callable[[], Sequence[SourceStatus]] = tuple
    municipalities: Sequence[Municipality] = ()
    contact: Contact = field(default_factory=Contact)
    services: Mapping[str, Any] = field(default_factory=dict[str, Any])
    pages: Sequence[BaseRoute] = ()
    operations: Sequence[Served] = ()
    error_page: Callable[[Request, int, str], Response] | None = None
    limits: Limits = field(default_factory=Limits)
    doors: Doors | None = None
    files: Cabinet | None = None
    catalogues: Catalogues | None = None
    windows: Windows | None = None
    beside: Beside = field(default_factory=Beside)
    parts: Sequence[Part] = ()
    products: Mapping[str, Product] = field(default_factory=dict[str, Product])
    guide: Callable[[str, str], str] = _no_page
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    condition: Condition | None = None
    person: Callable[[Scope], Person | None] | None = None
    guesses: Guesses | None = None
    meter: Meter | None = None
    counting: Counting | None = None
    client: Callable[[Scope], str] = Proxies().client
    noted: Callable[[Actor, Access, Decision], None] | None = None

    def rules(self, *, people: bool = False) -> Rules:
        """Return what gates decide by; only before people's pages does a log-in count."""
        return Rules(
            key=self.key,
            now=self.now,
            alone=is_loopback(self.base_url),
            guesses=self.guesses,
            client=self.client,
            person=self.person if people else None,
            noted=self.noted,
        )
