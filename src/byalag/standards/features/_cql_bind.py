"""From a filter in CQL2 JSON to our algebra: names are known, sorts agree, sizes are bounded."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from byalag.asking import Call, Expression, Moment, Value
from byalag.mapping import is_list, is_object
from byalag.model import Json
from byalag.standards.features import _cql_places, _cql_times
from byalag.standards.features._cql_text import DEEPEST
from byalag.standards.features._cql_times import Period
from byalag.standards.features._functions import FUNCTIONS, Sort
from byalag.standards.features._problem import NotAnswered, shown
from byalag.standards.features._queryable import Queryables

MOST_TERMS: Final = 250
_LOGIC: Final = frozenset({"and", "or", "not"})
_COMPARE: Final = {"=": "eq", "<>": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
_ARITHMETIC: Final = {"+": "add", "-": "sub", "*": "mul", "/": "div", "%": "mod"}
_PLACES: Final = {
    "s_intersects": "intersects",
    "s_equals": "equals",
    "s_disjoint": "disjoint",
    "s_touches": "touches",
    "s_within": "within",
    "s_overlaps": "overlaps",
    "s_crosses": "crosses",
    "s_contains": "contains_place",
}
_MOST_POWER: Final = 8
_MOST_LISTED: Final = 200
_LITERALS: Final = ("timestamp", "date", "interval", "bbox", "property")


class Bound(Struct, frozen=True):
    """A part of a filter in our algebra, and what sort of value it has."""

    is_: Expression
    sort: Sort


class Binder:
    """One walk through a filter."""

    def __init__(self, known: Queryables, crs: str) -> None:
        """Bind to these names; places are written in this system."""
        self._known = known
        self._crs = crs
        self._depth = 0
        self._terms = 0
        self._rules: Mapping[str, Callable[[str, Sequence[Json]], Bound]] = {
            **dict.fromkeys(_LOGIC, self._logic),
            **dict.fromkeys(_COMPARE, self._comparison),
            **dict.fromkeys(_ARITHMETIC, self._arithmetic),
            **dict.fromkeys(_PLACES, self._place),
            **dict.fromkeys(_cql_times.RELATIONS, self._time),
            "div": self._whole_division,
            "^": self._power,
            "like": self._like,
            "between": self._between,
            "in": self._in,
            "isNull": self._is_null,
            "casei": self._folded,
            "accenti": self._folded,
        }

    def condition(self, node: Json) -> Expression:
        """Return what a filter holds for.

        Raises:
            NotAnswered: It cannot be asked; the message says why and what can.
        """
        bound = self.bind(node)
        if bound.sort == "truth" and not isinstance(bound.is_, Call):
            return Call("eq", (bound.is_, Value(value=True)))
        if bound.sort != "truth":
            message = f"filter: a condition is wanted, as name = 'x'; {shown(node)} is not one"
            raise NotAnswered(message)
        return bound.is_

    def bind(self, node: Json) -> Bound:
        """Return a part of a filter in our algebra."""
        self._depth += 1
        self._terms += 1
        if self._depth > DEEPEST:
            message = f"filter: nested deeper than {DEEPEST} levels; divide it"
            raise NotAnswered(message)
        if self._terms > MOST_TERMS:
            message = f"filter: more than {MOST_TERMS} terms; divide it"
            raise NotAnswered(message)
        bound = self._node(node)
        self._depth -= 1
        return bound

    def _node(self, node: Json) -> Bound:
        if isinstance(node, bool):
            return Bound(Value(node), "truth")
        if isinstance(node, int | float):
            return Bound(Value(_finite(node)), "number")
        if isinstance(node, str):
            return Bound(Value(node), "text")
        if not is_object(node):
            message = f"filter: {shown(node)} is neither a value nor a condition"
            raise NotAnswered(message)
        return self._object(node)

    def _object(self, node: dict[str, Json]) -> Bound:
        if "op" in node:
            return self._call(node)
        if "type" in node:
            return Bound(_cql_places.place(node, self._crs), "place")
        for name in _LITERALS:
            if name in node and len(node) == 1:
                return self._literal(name, node[name])
        message = f"filter: {shown(node)} is neither a value nor a condition"
        raise NotAnswered(message)

    def _literal(self, name: str, said: Json) -> Bound:
        if name == "property":
            return self._property(said)
        if name == "bbox":
            return Bound(_cql_places.box(said, self._crs), "place")
        if name == "interval":
            message = "filter: an INTERVAL stands in a temporal function, as T_DURING"
            raise NotAnswered(message)
        read = _cql_times.instant if name == "timestamp" else _cql_times.day
        return Bound(Moment(read(_text(said), f"filter: {name.upper()}")), "time")

    def _property(self, name: Json) -> Bound:
        found = self._known.get(name) if isinstance(name, str) else None
        if found is None or not found.asked:
            known = ", ".join(sorted(one.name for one in self._known.values() if one.asked))
            message = f"filter: there is no property {shown(name)} to ask for; there is {known}"
            raise NotAnswered(message)
        return Bound(found.field, found.sort)

    def _call(self, node: dict[str, Json]) -> Bound:
        op, args = node["op"], node.get("args", [])
        if not isinstance(op, str) or not is_list(args):
            message = "filter: an operation is an op, a text, and args, a list"
            raise NotAnswered(message)
        rule = self._rules.get(op, self._function)
        return rule(op, args)

    def _function(self, op: str, args: Sequence[Json]) -> Bound:
        known = FUNCTIONS.get(op)
        if known is None:
            names = ", ".join(sorted({*self._rules, *FUNCTIONS}))
            message = f"filter: there is no function {shown(op)}; there is {names}"
            raise NotAnswered(message)
        fewest = len(known.takes) - known.optional
        if not fewest <= len(args) <= len(known.takes):
            raise _count(op, fewest, len(args))
        bound = [self._of(sort, arg, op) for sort, arg in zip(known.takes, args, strict=False)]
        return Bound(Call(known.call, tuple(bound)), known.gives)

    def _of(self, sort: Sort, node: Json, op: str) -> Expression:
        bound = self.bind(node)
        near = {bound.sort, sort}
        if bound.sort not in {sort, "any"} and near != {"text", "time"}:
            message = f"filter: {op} takes a {sort}; {shown(node)} is a {bound.sort}"
            raise NotAnswered(message)
        if sort == "time" and isinstance(bound.is_, Value):
            return Moment(_cql_times.first(_text(bound.is_.value), f"filter: {op}"))
        return bound.is_

    def _truth(self, node: Json) -> Expression:
        return self.condition(node)

    def _logic(self, op: str, args: Sequence[Json]) -> Bound:
        if (op == "not" and len(args) != 1) or (op != "not" and len(args) < 2):  # noqa: PLR2004 -- two are joined
            raise _count(op, 1 if op == "not" else 2, len(args))
        return Bound(Call(op, tuple(self._truth(arg) for arg in args)), "truth")

    def _comparison(self, op: str, args: Sequence[Json]) -> Bound:
        left, right = self._pair(op, args)
        _comparable(op, left.sort, right.sort)
        return Bound(Call(_COMPARE[op], _as_times(left, right)), "truth")

    def _pair(self, op: str, args: Sequence[Json]) -> tuple[Bound, Bound]:
        if len(args) != 2:  # noqa: PLR2004 -- a pair
            raise _count(op, 2, len(args))
        return self.bind(args[0]), self.bind(args[1])

    def _numbers(self, op: str, args: Sequence[Json]) -> tuple[Expression, ...]:
        if len(args) != 2:  # noqa: PLR2004 -- a pair
            raise _count(op, 2, len(args))
        return tuple(self._of("number", arg, op) for arg in args)

    def _arithmetic(self, op: str, args: Sequence[Json]) -> Bound:
        return Bound(Call(_ARITHMETIC[op], self._numbers(op, args)), "number")

    def _whole_division(self, op: str, args: Sequence[Json]) -> Bound:
        return Bound(Call("floor", (Call("div", self._numbers(op, args)),)), "number")

    def _power(self, op: str, args: Sequence[Json]) -> Bound:
        base, exponent = self._numbers(op, args)
        times = exponent.value if isinstance(exponent, Value) else None
        if not isinstance(times, int) or not 1 <= times <= _MOST_POWER:
            message = f"filter: ^ takes a whole number from 1 to {_MOST_POWER} as exponent"
            raise NotAnswered(message)
        found = base
        for _ in range(times - 1):
            self._terms += 1
            found = Call("mul", (found, base))
        return Bound(found, "number")

    def _like(self, op: str, args: Sequence[Json]) -> Bound:
        if len(args) != 2:  # noqa: PLR2004 -- a pair
            raise _count(op, 2, len(args))
        text, wild = self._of("text", args[0], op), self._of("text", args[1], op)
        escaped = _escaped(wild)
        if escaped is not None:
            return Bound(Call("matches", (text, Value(escaped))), "truth")
        return Bound(Call("like", (text, wild)), "truth")

    def _between(self, op: str, args: Sequence[Json]) -> Bound:
        if len(args) != 3:  # noqa: PLR2004 -- what, and its two bounds
            raise _count(op, 3, len(args))
        bound = [self.bind(arg) for arg in args]
        for other in bound[1:]:
            _comparable(op, bound[0].sort, other.sort)
        what, low, high = bound
        return Bound(
            Call("between", (what.is_, _as_times(what, low)[1], _as_times(what, high)[1])), "truth"
        )

    def _in(self, op: str, args: Sequence[Json]) -> Bound:
        listed: Json = args[1] if len(args) == 2 else None  # noqa: PLR2004 -- what, and a list
        if not is_list(listed) or not 0 < len(listed) <= _MOST_LISTED:
            message = f"filter: IN takes a list of 1 to {_MOST_LISTED} values"
            raise NotAnswered(message)
        what = self.bind(args[0])
        values = [self.bind(value) for value in listed]
        for value in values:
            _comparable(op, what.sort, value.sort)
        return Bound(Call("in", (what.is_, *(_as_times(what, v)[1] for v in values))), "truth")

    def _is_null(self, op: str, args: Sequence[Json]) -> Bound:
        if len(args) != 1:
            raise _count(op, 1, len(args))
        return Bound(Call("is_null", (self.bind(args[0]).is_,)), "truth")

    def _folded(self, op: str, args: Sequence[Json]) -> Bound:
        if len(args) != 1:
            raise _count(op, 1, len(args))
        return Bound(Call(op, (self._of("text", args[0], op),)), "text")

    def _place(self, op: str, args: Sequence[Json]) -> Bound:
        if len(args) != 2:  # noqa: PLR2004 -- a pair
            raise _count(op, 2, len(args))
        places = tuple(self._of("place", arg, op) for arg in args)
        return Bound(Call(_PLACES[op], places), "truth")

    def _time(self, op: str, args: Sequence[Json]) -> Bound:
        if len(args) != 2:  # noqa: PLR2004 -- a pair
            raise _count(op, 2, len(args))
        one, other = self._period(args[0], op), self._period(args[1], op)
        return Bound(_cql_times.related(op, one, other), "truth")

    def _period(self, node: Json, op: str) -> Period:
        said: Mapping[str, Json] = node if is_object(node) else {}
        if "date" in said and len(said) == 1:
            start = _cql_times.day(_text(said["date"]), "filter: DATE")
            return Period(Moment(start), Moment(start + _cql_times.DAY - 1))
        if "interval" not in said:
            at = self._of("time", node, op)
            return Period(at, at)
        ends: Json = said["interval"]
        if not is_list(ends) or len(ends) != 2:  # noqa: PLR2004 -- a pair
            message = "filter: an INTERVAL is two ends, either of which may be '..'"
            raise NotAnswered(message)
        start, end = ends
        return Period(self._edge(start, _cql_times.first), self._edge(end, _cql_times.last))

    def _edge(self, said: Json, read: Callable[[str, str], int]) -> Expression | None:
        if said == "..":
            return None
        if isinstance(said, str):
            return Moment(read(said, "filter: INTERVAL"))
        return self._of("time", said, "INTERVAL")


def _finite(number: float) -> float:
    if abs(number) > 1e300:  # noqa: PLR2004 -- beyond what a database counts with
        message = f"filter: the number {number} is too large"
        raise NotAnswered(message)
    return float(number) if abs(number) >= 1 << 63 else number


def _text(said: Json) -> str:
    if not isinstance(said, str):
        message = f"filter: a text is wanted, not {shown(said)}"
        raise NotAnswered(message)
    return said


def _comparable(op: str, left: Sort, right: Sort) -> None:
    sorts = {left, right}
    if "place" in sorts:
        message = f"filter: geometries are compared by S_INTERSECTS and its like, not by {op}"
        raise NotAnswered(message)
    if len(sorts - {"any"}) == 2 and sorts != {"text", "time"}:  # noqa: PLR2004 -- a pair
        message = f"filter: {op} cannot compare a {left} with a {right}"
        raise NotAnswered(message)


def _as_times(left: Bound, right: Bound) -> tuple[Expression, Expression]:
    """Return a pair in which a text beside a time is read as a time."""
    if {left.sort, right.sort} != {"text", "time"}:
        return left.is_, right.is_
    one, other = (
        Moment(_cql_times.first(_text(each.is_.value), "filter"))
        if each.sort == "text" and isinstance(each.is_, Value)
        else each.is_
        for each in (left, right)
    )
    return one, other


def _count(op: str, wanted: int, given: int) -> NotAnswered:
    return NotAnswered(f"filter: {shown(op)} takes {wanted} arguments, not {given}")


def _escaped(wild: Expression) -> str | None:
    r"""Return a pattern in which \% is a percent sign as a regular expression; None if none is."""
    folds: list[str] = []
    while isinstance(wild, Call) and wild.name in {"casei", "accenti"}:
        folds.append(wild.name)
        wild = wild.args[0]
    if not isinstance(wild, Value) or "\\" not in wild.value:
        return None
    if "accenti" in folds:
        message = "filter: a pattern with \\ cannot be ACCENTI; write it without accents"
        raise NotAnswered(message)
    text = wild.value.casefold() if folds else wild.value
    return r"(?s)\A" + "".join(map(_sign, re.findall(r"\\?.", text, re.DOTALL))) + r"\z"


def _sign(said: str) -> str:
    if said == "%":
        return ".*"
    if said == "_":
        return "."
    return re.escape(said[-1]) if len(said) > 1 else re.escape(said)
