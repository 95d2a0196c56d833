"""NGSI-LD's query language (GS CIM 009, 4.9) as a tree, and how it is written. Pure.

`_q_read` reads it, `_q_judge` says whether an entity fits it, and `_q_ask` says it in the words
that the store is asked in.
"""

import json
from typing import Literal, TypeAlias

from msgspec import Struct

Comparison: TypeAlias = Literal["==", "!=", "<", "<=", ">", ">=", "~=", "!~="]
LiteralKind: TypeAlias = Literal["text", "number", "truth", "moment", "date", "time", "name"]


class Literally(Struct, frozen=True, tag=True):
    """One value as it was written. Moments, dates, times and names (URIs) are kept as texts."""

    kind: LiteralKind
    value: str | int | float | bool


class Range(Struct, frozen=True, tag=True):
    """Every value from one to another, both included."""

    low: Literally
    high: Literally


class Values(Struct, frozen=True, tag=True):
    """Any of several values."""

    items: tuple[Literally, ...]


class Pattern(Struct, frozen=True, tag=True):
    """A regular expression."""

    text: str


Compared: TypeAlias = Literally | Range | Values | Pattern


class Linked(Struct, frozen=True):
    """A step to the entities that a relationship points to, of any of these types if said."""

    relation: str
    types: tuple[str, ...] = ()


class Path(Struct, frozen=True):
    """Where a value is: past linked entities, names of attributes, then members of the value."""

    names: tuple[str, ...]
    members: tuple[str, ...] = ()
    linked: tuple[Linked, ...] = ()


class Term(Struct, frozen=True, tag=True):
    """A condition on one path: that it is there, or how its value compares."""

    path: Path
    comparison: Comparison | None = None
    value: Compared | None = None


class All(Struct, frozen=True, tag=True):
    """Conditions that must hold together."""

    parts: "tuple[Q, ...]"


class Some(Struct, frozen=True, tag=True):
    """Conditions of which one must hold."""

    parts: "tuple[Q, ...]"


Q: TypeAlias = Term | All | Some


def printed(q: Q) -> str:
    """Return a query as it is written."""
    if isinstance(q, All):
        return ";".join(_grouped(part) for part in q.parts)
    if isinstance(q, Some):
        return "|".join(_grouped(part) for part in q.parts)
    value = "" if q.value is None else _value(q.value)
    return f"{_path(q.path)}{q.comparison or ''}{value}"


def _grouped(part: Q) -> str:
    return printed(part) if isinstance(part, Term) else f"({printed(part)})"


def _path(path: Path) -> str:
    whole = ".".join(path.names)
    if path.members:
        whole += f"[{'.'.join(path.members)}]"
    for step in reversed(path.linked):
        of = f"{','.join(step.types)}:" if step.types else ""
        whole = f"{step.relation}{{{of}{whole}}}"
    return whole


def _value(value: Compared) -> str:
    if isinstance(value, Range):
        return f"{_literal(value.low)}..{_literal(value.high)}"
    if isinstance(value, Values):
        return ",".join(_literal(item) for item in value.items)
    if isinstance(value, Pattern):
        return f'"{value.text}"'
    return _literal(value)


def _literal(literal: Literally) -> str:
    if literal.kind in ("text", "number", "truth"):
        return json.dumps(literal.value, ensure_ascii=False)
    return str(literal.value)
