"""Choosing entities by type: `Building`, `A,B` for either, `(A;B),C` (GS CIM 009, 4.17). Pure."""

import re
from collections.abc import Callable, Container
from typing import NoReturn, TypeAlias

from msgspec import Struct

from byalag.standards.ngsi_ld._refuse import refuse_data

_LONGEST = 10_000
_DEEPEST = 20
_NAME = re.compile(r"[^\s,;|()]+")


class OfType(Struct, frozen=True, tag=True):
    """Of one type, by its IRI."""

    iri: str


class EveryType(Struct, frozen=True, tag=True):
    """What all of these say."""

    parts: "tuple[Types, ...]"


class AnyType(Struct, frozen=True, tag=True):
    """What one of these says."""

    parts: "tuple[Types, ...]"


Types: TypeAlias = OfType | EveryType | AnyType


def read_types(text: str, expand: Callable[[str], str]) -> Types | None:
    """Return the choice that a text writes; None for `*`, which is every type.

    Raises:
        Refused: It is no choice of types (BadRequestData).
    """
    if text == "*":
        return None
    if len(text) > _LONGEST:
        refuse_data(f"type is {len(text)} characters; at most {_LONGEST} are answered.")
    chosen, at = _either(text, 0, expand, 0)
    if at < len(text):
        _wrong(text, at)
    return chosen


def of_types(types: Types, have: Container[str]) -> bool:
    """Return whether an entity of these types is chosen."""
    if isinstance(types, OfType):
        return types.iri in have
    each = (of_types(part, have) for part in types.parts)
    return all(each) if isinstance(types, EveryType) else any(each)


def _either(text: str, at: int, expand: Callable[[str], str], depth: int) -> tuple[Types, int]:
    return _several(text, at, ",|", lambda place: _both(text, place, expand, depth), AnyType)


def _both(text: str, at: int, expand: Callable[[str], str], depth: int) -> tuple[Types, int]:
    return _several(text, at, ";", lambda place: _one(text, place, expand, depth), EveryType)


def _several(
    text: str,
    at: int,
    between: str,
    read: Callable[[int], tuple[Types, int]],
    together: Callable[[tuple[Types, ...]], Types],
) -> tuple[Types, int]:
    part, at = read(at)
    parts = [part]
    while at < len(text) and text[at] in between:
        part, at = read(at + 1)
        parts.append(part)
    return (parts[0] if len(parts) == 1 else together(tuple(parts))), at


def _one(text: str, at: int, expand: Callable[[str], str], depth: int) -> tuple[Types, int]:
    if text.startswith("(", at):
        if depth == _DEEPEST:
            refuse_data(f"type has parentheses more than {_DEEPEST} deep.")
        chosen, at = _either(text, at + 1, expand, depth + 1)
        if not text.startswith(")", at):
            _wrong(text, at)
        return chosen, at + 1
    found = _NAME.match(text, at)
    if found is None:
        _wrong(text, at)
    return OfType(expand(found[0])), found.end()


def _wrong(text: str, at: int) -> NoReturn:
    seen = text[at : at + 30] or "the end"
    refuse_data(f"type cannot be read at character {at}: {seen!r}; write A, A,B or (A;B),C.")
