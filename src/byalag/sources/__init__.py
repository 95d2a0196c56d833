"""Where data comes from. A kind of source says how it is reached and what its words mean.

A kind declares; the engine performs. Nothing here opens a socket, reads a clock or keeps state.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any, Generic, TypeAlias, TypeVar

from msgspec import Struct, field

from byalag import ByalagError
from byalag.mapping import Context, Heard, Skipped
from byalag.model import Delivery, Duration, Micros, MunicipalityCode, Series, SeriesId, Words
from byalag.sources._find import kinds, settle

S = TypeVar("S")


class Garbled(ByalagError):
    """The source answered something that cannot be read.

    The delivery is kept and set aside whole. The source is asked again next time; the last good
    facts stay in force.
    """


class Paging(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the next page is found: a path to its address, or a counted query parameter."""

    next: str | None = None  # path in the answer to the address of the next page
    offset: str | None = None  # name of a query parameter that counts records
    page: str | None = None  # name of a query parameter that counts pages from `first`
    first: int = 1
    size: int = 100  # records a page; a shorter page is the last
    limit: str | None = None  # name of the query parameter that carries `size`
    at_most: int = 1000  # pages


class Follow(Struct, frozen=True, kw_only=True):
    """Ask one address for each record found in this answer, for instance a detail page.

    `addresses` is given the bodies and the municipality, and says which to ask. Each answer
    becomes a delivery of its own with the part `part`.
    """

    part: str
    addresses: Callable[[tuple[bytes, ...], MunicipalityCode], list[str]]
    every: timedelta
    per_minute: int = 60


class Ask(Struct, frozen=True, kw_only=True):
    """One address asked again and again. Header values may be secrets by reference.

    The same bytes as last time are no news, unless `undated`: then the answer's values have no
    time of their own (a mapping says `$received`), and each answer is a delivery.
    """

    url: str
    every: timedelta
    part: str = "main"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    method: str = "GET"
    body: str = ""
    paging: Paging | None = None
    records: Callable[[bytes], tuple[int, str | None]] | None = None  # records and next address
    follow: Follow | None = None
    timeout: timedelta = timedelta(seconds=20)
    max_bytes: int = 64 * 1024 * 1024
    undated: bool = False


class Poll(Struct, frozen=True):
    """Reached by asking over HTTP."""

    asks: tuple[Ask, ...]


class Receive(Struct, frozen=True):
    """Not reached: others push observations of these series to us.

    `ranges`: the lowest and highest value that a series can have, inclusive; one outside is kept
    and flagged FAIL.
    """

    series: tuple[Series, ...]
    ranges: Mapping[SeriesId, tuple[float, float]] = field(
        default_factory=dict[SeriesId, tuple[float, float]]
    )


Reach: TypeAlias = Poll | Receive  # listen, watch and query come with "Every door in"


Translate: TypeAlias = Callable[[Delivery, Context], Iterator[Heard]]


class Expect(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the source usually does; less than that is reported, not shrugged at.

    `fresh` is how old the newest delivery may be (default: three times `every`). `volume` is the
    smallest share of the usual number of records (median of the last deliveries).
    """

    fresh: Duration | None = None
    volume: float = 0.5


class Common(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every source's file may say, whatever its kind."""

    kind: str
    dataset: str
    title: Words = field(default_factory=dict[str, str])
    owner: str = ""
    licence: str = ""
    expect: Expect = field(default_factory=Expect)
    simulated: bool = False  # shown to people wherever the data is shown


class Kind(Struct, Generic[S], frozen=True, kw_only=True):
    """A kind of source, chosen by `kind = "..."` in a source's file."""

    name: str
    title: Words
    settings: type[S]  # a subclass of Common
    reach: Callable[[S], Reach]
    prepare: Callable[[S], Translate]  # compiles once; Misconfigured if the settings cannot work


AnyKind: TypeAlias = Kind[Any]

__all__ = [
    "AnyKind",
    "Ask",
    "Common",
    "Context",
    "Expect",
    "Follow",
    "Garbled",
    "Heard",
    "Kind",
    "Micros",
    "Paging",
    "Poll",
    "Reach",
    "Receive",
    "Skipped",
    "Translate",
    "kinds",
    "settle",
]
