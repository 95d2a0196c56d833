"""Where an answer and its rows are found, and which pages stand beside it."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Protocol, TypeGuard
from urllib.parse import quote, urlencode

from msgspec import Struct

from byalag.standards.profile._declare import Api, Operation


class Paged(Protocol):
    """An answer that is some of the answers."""

    total: int
    limit: int
    offset: int


def links(
    api: Api,
    operation: Operation,
    answer: object,
    query: Sequence[tuple[str, str]],
    params: Mapping[str, str],
) -> dict[str, str]:
    """Return the relations of an answer: itself, the pages beside it, and what belongs to it."""
    here = api.url + _filled(operation.path, params)
    told = {"self": _with(here, query)}
    if _is_paged(answer):
        if answer.offset + answer.limit < answer.total:
            told["next"] = _at(here, query, answer.offset + answer.limit)
        if answer.offset > 0:
            told["prev"] = _at(here, query, max(0, answer.offset - answer.limit))
    for rel, path in operation.links.items():
        told[rel] = api.url + _filled(path, params)
    return told


def item_links(api: Api, operation: Operation, answer: object) -> list[dict[str, str]]:
    """Return the relations of each row of an answer, or nothing when rows have none."""
    if not operation.item_links:
        return []
    rows: Sequence[Struct] = getattr(answer, operation.rows)
    return [
        {
            rel: api.url + _filled(path, {"id": str(getattr(row, "id", ""))})
            for rel, path in operation.item_links.items()
        }
        for row in rows
    ]


def header(links: Mapping[str, str]) -> str:
    """Return relations as a Link header (RFC 8288)."""
    return ", ".join(f'<{href}>; rel="{rel}"' for rel, href in links.items())


def _is_paged(answer: object) -> TypeGuard[Paged]:
    return hasattr(answer, "total") and hasattr(answer, "offset")


def _filled(path: str, params: Mapping[str, str]) -> str:
    for name, value in params.items():
        path = path.replace("{" + name + "}", _quoted(value))
    return path


@lru_cache(maxsize=4096)
def _quoted(value: str) -> str:
    return quote(value, safe=":")


def _with(here: str, query: Sequence[tuple[str, str]]) -> str:
    return f"{here}?{urlencode(query, safe=',:')}" if query else here


def _at(here: str, query: Sequence[tuple[str, str]], offset: int) -> str:
    others = [(name, value) for name, value in query if name != "offset"]
    return _with(here, [*others, ("offset", str(offset))])
