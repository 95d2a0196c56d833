"""What an API declares. Everything else follows from it: behaviour, errors and its description."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct, field

from byalag.model import Contact, Json, Words


class Body(Struct, frozen=True, kw_only=True):
    """What an operation takes: a type for each media type, and an example of each, as text."""

    types: Mapping[str, Any]
    examples: Mapping[str, str]
    description: Words


def _never(_question: object) -> bool:
    return False


class Operation(Struct, frozen=True, kw_only=True):
    """Something that can be asked, or done, at one address under the API's root.

    `ask` is the type of the question: `{id}` in `path` is its field `id`, its other fields are
    query parameters. `answer` is given one and returns a value of the type `answers`; it raises
    `NotAnswered` when there is no answer; `short` says which questions it answers in less than a
    millisecond. `rows` names the field that holds the rows of a table,
    when an answer is not itself one row. `links` are relations of an answer, `item_links` of each
    row, to paths under the root. `failures` are the types of problem that only this operation has.

    An operation that does something has a `body`, no `answer` (whoever does it answers), and says
    what its `successes` mean, by status code. `keyed` says that a key is needed. `thing` is what an
    id in the path names, in plain English. `extended` are the types of problem that have members of
    their own, by the name of the problem, each with an example of them.

    `proven` says that a signature or a token can take the place of a key. A `binary` answer is the
    bytes of a file, whole or in part. `carries` names headers of answers that went well.
    """

    name: str
    path: str
    ask: type[Struct]
    answers: Any
    summary: Words
    description: Words
    example: Mapping[str, str]
    example_answer: Any
    answer: Callable[[Any], Any] | None = None
    rows: str = ""
    short: Callable[[Any], bool] = _never
    links: Mapping[str, str] = field(default_factory=dict[str, str])
    item_links: Mapping[str, str] = field(default_factory=dict[str, str])
    method: str = "GET"
    body: Body | None = None
    headers: Mapping[str, Words] = field(default_factory=dict[str, Words])
    successes: Mapping[str, Words] = field(default_factory=dict[str, Words])
    failures: tuple[str, ...] = ()
    keyed: bool = False
    thing: str = "thing"
    extended: Mapping[str, Struct] = field(default_factory=dict[str, Struct])
    proven: bool = False
    binary: bool = False
    carries: tuple[str, ...] = ()


class Api(Struct, frozen=True, kw_only=True):
    """One API at `/{name}/v{major}`, with what Digg's profile wants to be told of it.

    `life` is what its description says, as `x-lifecycle`, of where in its life it is.
    """

    name: str
    version: str
    released: str  # the date of this version, YYYY-MM-DD
    title: Words
    description: Words
    limitations: Words
    operations: tuple[Operation, ...]
    base_url: str
    contact: Contact
    licence: tuple[str, str] = ("CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/")
    status: str = "active"
    life: Mapping[str, Json] = field(default_factory=dict[str, Json])
    sla: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def root(self) -> str:
        """The path under which all of the API is found."""
        return f"/{self.name}/v{self.version.partition('.')[0]}"

    @property
    def url(self) -> str:
        """The address of the root."""
        return self.base_url + self.root


class ApiInfo(Struct, frozen=True, kw_only=True, rename="camel"):
    """What an API says of itself (VER.06 of the profile)."""

    api_name: str
    api_version: str
    api_released: str
    api_documentation: str
    api_status: str


def info(api: Api) -> ApiInfo:
    """Return what an API says of itself."""
    return ApiInfo(
        api_name=api.name,
        api_version=api.version,
        api_released=api.released,
        api_documentation=f"{api.url}/openapi.json",
        api_status=api.status,
    )
