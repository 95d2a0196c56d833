"""The functions of OGC 18-088, table 23, and what each is called in what a store is asked. Pure."""

from collections.abc import Mapping
from typing import Final

from byalag.asking import Call, Expression, Value
from byalag.standards.sensorthings._problem import known, unfit

_ONE = (1, 1)
_TWO = (2, 2)
# by name: how many arguments at least and at most, and the store's word
_FUNCTIONS: Final[Mapping[str, tuple[tuple[int, int], str]]] = {
    "substringof": (_TWO, "contains"),
    "contains": (_TWO, "contains"),
    "endswith": (_TWO, "endswith"),
    "startswith": (_TWO, "startswith"),
    "length": (_ONE, "length"),
    "indexof": (_TWO, "indexof"),
    "substring": ((2, 3), "substring"),
    "tolower": (_ONE, "tolower"),
    "toupper": (_ONE, "toupper"),
    "trim": (_ONE, "trim"),
    "concat": (_TWO, "concat"),
    "year": (_ONE, "year"),
    "month": (_ONE, "month"),
    "day": (_ONE, "day"),
    "hour": (_ONE, "hour"),
    "minute": (_ONE, "minute"),
    "second": (_ONE, "second"),
    "fractionalseconds": (_ONE, "fractionalseconds"),
    "date": (_ONE, "date"),
    "time": (_ONE, "time"),
    "totaloffsetminutes": (_ONE, "totaloffsetminutes"),
    "now": ((0, 0), ""),
    "mindatetime": ((0, 0), ""),
    "maxdatetime": ((0, 0), ""),
    "round": (_ONE, "round"),
    "floor": (_ONE, "floor"),
    "ceiling": (_ONE, "ceiling"),
    "geo.distance": (_TWO, "degrees"),
    "geo.length": (_ONE, "extent"),
    "geo.intersects": (_TWO, "intersects"),
    "st_equals": (_TWO, "equals"),
    "st_disjoint": (_TWO, "disjoint"),
    "st_touches": (_TWO, "touches"),
    "st_within": (_TWO, "within"),
    "st_overlaps": (_TWO, "overlaps"),
    "st_crosses": (_TWO, "crosses"),
    "st_intersects": (_TWO, "intersects"),
    "st_contains": (_TWO, "contains_place"),
    "st_relate": ((3, 3), "relate"),
    "add": (_TWO, "add"),
    "sub": (_TWO, "sub"),
    "mul": (_TWO, "mul"),
    "div": (_TWO, "div"),
    "mod": (_TWO, "mod"),
    "neg": (_ONE, "neg"),
}
_OPERATORS = {"add", "sub", "mul", "div", "mod", "neg"}
PLACES: Final = frozenset(name for name in _FUNCTIONS if name.startswith(("geo.", "st_")))
BOOLEAN: Final = frozenset(
    {"substringof", "contains", "endswith", "startswith"}
    | {name for name in PLACES if name not in {"geo.distance", "geo.length"}}
)


def refuse_count(name: str, count: int) -> None:
    """Refuse a function that is not known, or has too few or too many arguments.

    Raises:
        Refused: It is so (400).
    """
    if name not in _FUNCTIONS:
        names = known(name for name in _FUNCTIONS if name not in _OPERATORS)
        message = f"the function {name[:40]!r} is not known; there are {names}"
        raise unfit(message)
    least, most = _FUNCTIONS[name][0]
    if not least <= count <= most:
        wanted = str(least) if least == most else f"{least} or {most}"
        message = f"{name} takes {wanted} arguments, not {count}"
        raise unfit(message)


def call(name: str, args: tuple[Expression, ...]) -> Expression:
    """Return a call as a store knows it. `indexof` counts from 1 (table 23), and is 0 for none."""
    word = _FUNCTIONS[name][1]
    if name == "substringof":
        return Call(word, args[::-1])
    if name == "indexof":
        return Call("add", (Call(word, args), Value(1)))
    return Call(word, args)
