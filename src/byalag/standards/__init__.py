"""How machines ask. One folder a standard; none knows another.

A standard is a language that machines already speak. It reads a request in that language, asks the
store or says facts to it through a `Window`, and writes the answer. It opens no socket, reads no
clock and decides nothing about who may do what: all of that has been done when it is called.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Literal, Protocol, TypeAlias, TypeVar

from msgspec import Struct, field

from byalag import ByalagError
from byalag.model import Dataset, Fact, Json, Micros, Municipality, MunicipalityCode, Words
from byalag.store import Committed, Here, Reading

T = TypeVar("T")
Headers: TypeAlias = Mapping[str, str]


class NotFetched(ByalagError):
    """An address that a request names did not answer.

    What needs it cannot be done now; nothing has been written.
    """


class Reply(Struct, frozen=True, kw_only=True):
    """An answer as it goes out. `media_type` is written with its parameters.

    A standard's answer to a GET is kept for whoever asks the same, until the store is written to.
    One that depends on anything else (the time is noticed) says that it does not `last`. One that
    `rests_on` facts alone is kept while other things are written, and one that rests on
    descriptions (things, series and datasets) also while there are new observations.
    """

    status: int = 200
    body: bytes = b""
    media_type: str = "application/json"
    headers: Headers = field(default_factory=dict[str, str])
    last: bool = True
    rests_on: Literal["store", "facts", "descriptions"] = "store"


class Spoken(Struct, frozen=True, kw_only=True):
    """A request in a standard's own language.

    `path` is what follows the standard's root, decoded, beginning with "/" (or empty). `query` is
    the query string as it came, without "?". Names of headers are in lower case. `root` is the
    address of the standard's root as others reach it, without a slash at the end; `hub` that of the
    hub. `trace` is the request's trace, for a problem's `instance`. `raw` is the path as it was
    sent: where a "/" may stand inside a name, divide this and decode the parts.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    root: str
    hub: str
    trace: str = ""
    raw: str = ""


class Window(Protocol):
    """One store as whoever asks may see it: the commons to anyone, else a municipality's own.

    `municipality` is None in the commons. `writes` is the dataset that what is said belongs to;
    None where nothing may be said. `municipalities` are those of the hub that are seen here.
    """

    @property
    def reading(self) -> Reading:
        """The read side of the store. Short reads only; long ones go through `beside`."""
        ...

    @property
    def municipality(self) -> MunicipalityCode | None:
        """Whose store this is."""
        ...

    @property
    def key(self) -> str:
        """The prefix of the key that is shown; empty if none is."""
        ...

    @property
    def municipalities(self) -> Sequence[Municipality]:
        """The municipalities whose facts can be seen here."""
        ...

    @property
    def writes(self) -> Dataset | None:
        """The dataset that what is said belongs to."""
        ...

    @property
    def now(self) -> Micros:
        """The time of the request. An answer for which it was read is never kept for others."""
        ...

    @property
    def page(self) -> int:
        """How many values of a history one answer holds at most, where the standard leaves room."""
        ...

    async def beside(self, work: Callable[[], T], /) -> T:
        """Do something that takes more than a millisecond where it holds nobody up."""
        ...

    async def say(self, facts: Sequence[Fact], /) -> Committed:
        """Write facts that need nothing be read first; answers when they are on disk.

        Raises:
            ValueError: An observation is of a series that nobody has declared.
            ByalagError: Nothing can be written now (full, closed).
        """
        ...

    async def change(self, work: Callable[[Here], T], /) -> T:
        """Read and write as one: nobody else writes meanwhile. Answers when it is on disk.

        `work` is given the store as it is, may say facts to it, and may be called twice. What it
        raises undoes all that it said.
        """
        ...

    async def fetch(self, address: str, /, *, accept: str) -> bytes:
        """Return what an address answers, within two seconds; 1 MiB at most.

        Raises:
            NotFetched: No good answer came in time, or the address may not be reached.
        """
        ...


class Standard(Struct, frozen=True, kw_only=True):
    """A language that machines speak to a hub, at `/{name}/{version path}`.

    `answer` answers one request; nothing it raises but `ByalagError` and its own refusals is
    expected. `refuse` writes "you may not", "too large" and their like in the standard's own shape:
    it is given the request, a status code, a title and what to say. `reads` tells requests that
    only read, whatever their method. `municipality` tells which municipality a request names, if
    the language has a way to. `openapi` describes it: given the hub's address and contact.
    `exceptions` are the rules of Digg's profile that the standard itself breaks, each with why.

    For the catalogue: `dataset_at` is where one dataset is read, below the root, with `{dataset}`,
    `{type}` and `{municipality}` in it (empty: it is not a way to read datasets), `media_type` what
    is read there, `kinds` the types of things that can be read (none: every type), `placed` whether
    only things with a place can, `conforms_to` the addresses of the standard itself.
    """

    name: str
    root: str  # "/sensorthings/v1.1"
    version: str
    released: str
    title: Words
    description: Words
    answer: Callable[[Spoken, Window], Awaitable[Reply]]
    refuse: Callable[[Spoken, int, str, str], Reply]
    reads: Callable[[str, str], bool]  # method, path
    openapi: Callable[[str, Any], Json]  # hub's address, contact
    municipality: Callable[[Mapping[str, str]], str | None] = lambda _: None
    exceptions: Mapping[str, Words] = field(default_factory=dict[str, Words])
    limitations: Words = field(default_factory=dict[str, str])
    dataset_at: str = ""
    media_type: str = "application/json"
    kinds: tuple[str, ...] = ()
    placed: bool = False
    conforms_to: tuple[str, ...] = ()


__all__ = ["Headers", "NotFetched", "Reply", "Spoken", "Standard", "Window"]
