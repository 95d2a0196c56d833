"""What `$filter` and `$orderby` say, as a tree, and the tree as text again. Pure.

The tree keeps the standard's own names; `_filter_meaning` says it in what a store can be asked.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from byalag.standards.sensorthings._time import duration_text, moment_text

Sort: TypeAlias = Literal[
    "text", "number", "truth", "null", "moment", "day", "clock", "duration", "place"
]


class Name(Struct, frozen=True, tag=True):
    """A property of the entity, or of one that it is linked to, or something inside it."""

    steps: tuple[str, ...]


class Constant(Struct, frozen=True, tag=True):
    """A value that stands in the expression itself.

    A moment is in microseconds since 1970 and a duration in microseconds; a day and a clock are
    texts, and so is a place, as WKT.
    """

    sort: Sort
    value: str | int | float | bool | None


class Apply(Struct, frozen=True, tag=True):
    """An operator or a function, and what it is applied to."""

    name: str
    args: tuple["Node", ...]


Node: TypeAlias = Name | Constant | Apply

# How tightly operators bind, loosest first (OData 4.0, 5.1.1.9). `not` binds all of a comparison.
LOGIC = ("or", "and")
COMPARED = ("eq", "ne", "gt", "ge", "lt", "le")
SUMS = ("add", "sub")
PRODUCTS = ("mul", "div", "mod")
INFIX = frozenset({*LOGIC, *COMPARED, *SUMS, *PRODUCTS})
PREFIX = frozenset({"not", "neg"})


def written(node: Node) -> str:
    """Return an expression as text, every operator in parentheses."""
    match node:
        case Name(steps):
            return "/".join(steps)
        case Constant(sort, value):
            return _TEXTS.get(sort, str)(value)
        case Apply(name, args) if name in INFIX:
            return f"({f' {name} '.join(written(one) for one in args)})"
        case Apply("not", (one,)):
            return f"(not {written(one)})"
        case Apply("neg", (one,)):
            return f"(-{written(one)})"
        case Apply(name, args):
            return f"{name}({','.join(written(one) for one in args)})"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def names(node: Node) -> Iterator[Name]:
    """Yield the properties that an expression names."""
    if isinstance(node, Name):
        yield node
    elif isinstance(node, Apply):
        for one in node.args:
            yield from names(one)


def seen_from(node: Node, link: str) -> Node | None:
    """Return an expression as it is seen from where a link leads; None where it names another."""
    match node:
        case Name((first, *rest)) if first == link and rest:
            return Name(tuple(rest))
        case Name():
            return None
        case Apply(name, args):
            inside = [seen_from(one, link) for one in args]
            seen = tuple(one for one in inside if one is not None)
            return Apply(name, seen) if len(seen) == len(args) else None
        case Constant():
            return node


_TEXTS: Mapping[Sort, Callable[[Any], str]] = {
    "text": _quoted,
    "place": lambda wkt: f"geography{_quoted(wkt)}",
    "moment": moment_text,
    "duration": lambda length: f"duration{_quoted(duration_text(length))}",
    "truth": lambda truth: "true" if truth else "false",
    "null": lambda _: "null",
}
