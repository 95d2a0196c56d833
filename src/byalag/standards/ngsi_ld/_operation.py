"""What can be done through NGSI-LD, declared: one row serves the request and describes it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Literal

from msgspec import Struct, field

from byalag.model import Json, Words
from byalag.standards import Reply, Window
from byalag.standards.ngsi_ld._request import Request

JSON = "application/json"
LD_JSON = "application/ld+json"
GEO_JSON = "application/geo+json"
MERGE_PATCH = "application/merge-patch+json"
BODIES = (JSON, LD_JSON)
FORMS = ("normalized", "concise", "simplified", "keyValues")  # how a body may be written
PATCHES = (JSON, LD_JSON, MERGE_PATCH)


class Operation(Struct, frozen=True, kw_only=True):
    """One row of the table: a method and a path pattern, and what is done.

    `path` names its variables in braces. `parameters` are names in `PARAMETERS`; anything else in
    the query is refused. `options` are the values of `options` and of `format`, where what reads
    them does not say which there are. `gives` and `takes` are media types, the usual one first;
    nothing in `takes` means no body. `up` names variables without which the path is that of what
    holds this, where the method cannot be used; any other that is left empty is the asker's
    mistake. `context` says where a body's @context is: in the body or its Link header, in each of
    many items of the body, or nowhere. `clause` is GS CIM 009's, `example` is a body and `answers`
    says what each status means, with an example where it has a body.
    """

    method: str
    path: str
    run: Callable[[Request, Window], Awaitable[Reply]]
    summary: Words
    clause: str
    parameters: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    context: Literal["body", "items", "none"] = "body"
    reads: bool = False
    up: tuple[str, ...] = ()
    example: Json = None
    answers: Mapping[str, tuple[Words, Json]] = field(default_factory=dict[str, tuple[Words, Json]])
