"""What the pages of care see of a hub: what is agreed, what is seen, and what was told to whom."""

from collections.abc import Awaitable, Callable, Container, Iterable, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct
from starlette.types import Scope

from byalag.governance import Action, Actor, Decision
from byalag.model import Micros, MunicipalityCode, SeriesId, ThingId
from byalag.services.care import (
    Book,
    Home,
    HomeId,
    Lookout,
    Pseudonymous,
    SaidAt,
    Unit,
    Visit,
    WeekView,
)

KindOfContact: TypeAlias = Literal["client", "relative", "staff"]


class Ward(Struct, frozen=True, kw_only=True):
    """A unit of a municipality, as the pages see it."""

    municipality: MunicipalityCode
    unit: Unit


class Heard(Struct, frozen=True, kw_only=True):
    """A series of a unit's sensors that may become a channel, with what was last heard of it."""

    series: SeriesId
    name: str
    property: str
    at: Micros | None = None
    value: float | None = None


class Who(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who a home or a contact is, as somebody who may know it writes it or reads it."""

    name: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""


class Onward(Struct, frozen=True, kw_only=True):
    """What happens next with a notice: who is told, and when, if nobody answers before then."""

    at: Micros
    kinds: tuple[KindOfContact, ...]


class Care(Struct, frozen=True, kw_only=True):
    """What the pages of care ask of a hub.

    `history` is every line said of a home, and `week` its last days in numbers, which change at
    night only; both may read the disk. `onward` is what happens next with a notice. `heard` are
    the series of a unit's sensors that a home could have, those just heard first, and `ever` which
    of some series have been heard at all. `naming` writes down who a pseudonym is, and `identity`
    answers it; each decides, and writes its line of the audit. `browsers` is how many browsers get
    messages for a contact, and `forget` sends nothing more to any of them. `noted` is told of each
    decision, and `seen` writes down which homes were read. `visit` is what a link opens; `renew`
    sends a new link to whoever held one, and `reach` to whoever has an address or a number, without
    telling whether anybody did or has. `new_id` draws a pseudonym of a kind. `stopped` tells that
    the hub is about to stop.
    """

    wards: Callable[[], Sequence[Ward]]
    book: Callable[[MunicipalityCode], Book]
    lookout: Callable[[MunicipalityCode], Lookout]
    history: Callable[[MunicipalityCode, HomeId], Sequence[SaidAt]]
    onward: Callable[[Ward, Home, str, Micros], Sequence[Onward]]
    heard: Callable[[Ward, HomeId], Sequence[Heard]]
    ever: Callable[[MunicipalityCode, Iterable[SeriesId]], Container[SeriesId]]
    week: Callable[[MunicipalityCode, HomeId], WeekView | None]
    naming: Callable[[Ward, HomeId, ThingId, Who, Actor], Awaitable[None]]
    identity: Callable[[Ward, HomeId, ThingId, Actor], Awaitable[Who]]
    browsers: Callable[[Ward, ThingId], int]
    forget: Callable[[Ward, ThingId, str], Awaitable[None]]
    noted: Callable[[Actor, Action, Ward, Decision], None]
    seen: Callable[[Actor, Ward, Sequence[HomeId], str], Awaitable[None]]
    visit: Callable[[Scope, str, Action], Awaitable[Visit | None]]
    renew: Callable[[Scope, str], Awaitable[None]]
    reach: Callable[[Scope, str], Awaitable[None]]
    new_id: Callable[[Pseudonymous], str]
    stopped: Callable[[], bool]
