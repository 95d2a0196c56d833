"""What the platform does for people. One folder a service; none knows another.

A service answers questions. It is declared here and performed elsewhere: one declaration becomes
an HTTP address, an OpenAPI entry, a page and a chapter of the manual. A service never reads a
table: it asks a `Reader`, and it is told the time.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

from msgspec import Struct, field

from byalag import ByalagError
from byalag.model import (
    EVERYWHERE,
    Dataset,
    Found,
    History,
    Link,
    Micros,
    Observation,
    Series,
    Thing,
    Where,
    Words,
)

Q = TypeVar("Q", bound=Struct)
A = TypeVar("A")


class Refused(ByalagError):
    """The platform understood what was asked and will not do it.

    Shown to whoever asked as it stands. Not retried: they must ask for something else.
    """

    exit_code = 2  # wrong use: no fault of the program, which is what 1 means


class Unknown(ByalagError):
    """There is no such thing here."""


class Reader(Protocol):
    """The read side of one store, seen with one purpose. A service sees nothing else."""

    def find(
        self,
        kinds: str | tuple[str, ...],
        where: Where = EVERYWHERE,
        /,
        *,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[Found]:
        """Return things of one or several types: nearest first to `where.near`, else by name."""
        ...

    def count(self, kinds: str | tuple[str, ...], where: Where = EVERYWHERE, /) -> int:
        """Return how many things `find` would give without a limit."""
        ...

    def thing(self, thing: str, /) -> Thing | None:
        """Return one thing as it is known now."""
        ...

    def series_of(self, things: Iterable[str], /) -> dict[str, list[Series]]:
        """Return the series of each thing: its own, and those linked to it."""
        ...

    def links_to(self, things: Iterable[str], /) -> list[Link]:
        """Return the decisions that link other things' series to these things."""
        ...

    def latest(self, series: Iterable[str], /) -> dict[str, Observation]:
        """Return the newest observation of each series, by its own time; none if it has none."""
        ...

    def history(self, series: str, /, *, start: Micros, end: Micros) -> History:
        """Return the observations of a series in [start, end)."""
        ...

    def datasets(self) -> Mapping[str, Dataset]:
        """Return the datasets that can be read here."""
        ...

    def changed(self) -> int:
        """Return a number that grows whenever anything that can be read here changes."""
        ...


def _never(_question: object) -> bool:
    return False


class Page(Struct, Generic[A], frozen=True, kw_only=True):
    """Some of the answers, and how many there are in all."""

    items: Sequence[A]
    total: int
    limit: int
    offset: int


class Question(Struct, Generic[Q, A], frozen=True, kw_only=True):
    """Something anyone allowed may ask.

    `path` is the address under the API's root; `{id}` in it is the field `id` of `ask`. The other
    fields of `ask` are query parameters. `answer` is given the question, a reader and the time.
    `access` names who may ask: "public" reads the commons and nothing else. `example_answer` is
    shown in the manual and the API's description. `rows` names the field of an answer that holds
    the rows of its table, when an answer is not itself one row. `short` says which questions are
    answered in less than a millisecond: the others are answered beside the rest, in a thread.
    `thing` is what an `{id}` in the path names, in plain English.
    """

    name: str
    path: str
    ask: type[Q]
    answer: Callable[[Q, Reader, Micros], A]
    answers: Any  # the type of one answer, for the OpenAPI document
    summary: Words
    description: Words
    example: Mapping[str, str]  # a question that works on the demo hub
    access: str = "public"
    example_answer: Any = None
    rows: str = ""
    short: Callable[[Any], bool] = _never
    thing: str = "thing"


class Service(Struct, frozen=True, kw_only=True):
    """One thing the municipality offers: an API of its own at `/{name}/v{major}`."""

    name: str
    version: str
    released: str  # the date of this version, YYYY-MM-DD
    title: Words
    description: Words
    questions: tuple[Question[Any, Any], ...] = ()
    kinds: tuple[str, ...] = ()  # the types of things it speaks of
    limitations: Words = field(default_factory=dict[str, str])
