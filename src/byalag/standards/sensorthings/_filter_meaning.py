"""Says an expression in what a store can be asked. Pure.

Paths are looked up in the entity's words; times are computed; the places are read. What a store
would not understand is refused here, in words.
"""

import re
from collections.abc import Callable
from typing import Final, TypeAlias

from byalag.asking import Call, Expression, Field, Moment, Shape, Value
from byalag.model import Micros
from byalag.standards.sensorthings._filter import (
    COMPARED,
    LOGIC,
    Apply,
    Constant,
    Name,
    Node,
    names,
    seen_from,
    written,
)
from byalag.standards.sensorthings._filter_function import BOOLEAN, PLACES, call, refuse_count
from byalag.standards.sensorthings._filter_path import Found, find
from byalag.standards.sensorthings._filter_place import place
from byalag.standards.sensorthings._problem import unfit
from byalag.standards.sensorthings._time import EARLIEST, LATEST, read_moment
from byalag.standards.sensorthings._words import DETAILS, Entity

FEATURE: Final = "FeatureOfInterest"
Own: TypeAlias = list[int] | None  # the numbers of features
_MATRIX: Final = re.compile(r"[TFtf012*]{9}")  # DE-9IM
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_OPPOSITE: Final = {"eq": "eq", "ne": "ne", "gt": "lt", "ge": "le", "lt": "gt", "le": "ge"}
_ENDS: Final = {"gt": "path", "ge": "path", "lt": "until", "le": "until"}


class Meaning:
    """Says expressions about one kind of entity. `now` is asked only where `now()` stands."""

    def __init__(
        self, entity: Entity, now: Callable[[], Micros], own: Callable[[Node], Own] | None = None
    ) -> None:
        """Mean what names mean on this entity.

        `own` tells which features that observations have of their own meet a condition; None where
        no observation has any.
        """
        self._entity = entity
        self._now = now
        self._own = own

    def condition(self, node: Node) -> Expression:
        """Return an expression that answers yes or no.

        Raises:
            Refused: It names what is not there, or does not answer yes or no (400).
        """
        match node:
            case Apply(name, args) if name in LOGIC or name == "not":
                return Call(name, tuple(self.condition(one) for one in args))
            case Apply(name, (left, right)) if name in COMPARED:
                return self._of_feature(node, self._compared(name, left, right))
            case Apply(name) if name.lower() in BOOLEAN:
                return self._of_feature(node, self._value(node))
            case Constant("truth", value):
                return Value(value)
            case Name(steps) if find(self._entity, steps).free:
                return Call("eq", (self._value(node, "truth"), Value(value=True)))
            case _:
                message = "what is filtered by must answer yes or no, as in: result gt 4"
                raise unfit(message)

    def _of_feature(self, node: Node, common: Expression) -> Expression:
        """Return a condition on the feature of an observation: its own, else its series'."""
        features = [
            one.steps
            for one in names(node)
            if one.steps[0] == FEATURE and one.steps[1:] not in {("id",), ("@iot.id",)}
        ]
        if self._entity.name != "Observation" or not features or self._own is None:
            return common
        there = seen_from(node, FEATURE)
        if there is None:
            message = f"{written(node)[:80]} compares {FEATURE} with something else: ask in parts"
            raise unfit(message)
        own = self._own(there)
        if own is None:
            return common
        feature = Field(("extra", "feature"))
        plain = Call("and", (Call("is_null", (feature,)), common))
        if not own:
            return plain
        return Call("or", (plain, Call("in", (feature, *(Value(no) for no in own)))))

    def order(self, node: Node, *, descending: bool) -> Expression:
        """Return what rows are ordered by.

        Raises:
            Refused: It names what is not there, or many at once (400).
        """
        if isinstance(node, Name):
            found = find(self._entity, node.steps)
            if found.several:
                message = f"cannot order by {'/'.join(node.steps)}: there may be several"
                raise unfit(message)
            if found.geometry and len(node.steps) == 1 and node.steps[0] in self._entity.members:
                return Field(("details", DETAILS, *node.steps))  # by how it is written
            return found.until if descending and found.until is not None else found.value
        return self._value(node)

    def _compared(self, name: str, left: Node, right: Node) -> Expression:
        """Return a comparison; periods compare by the end that settles it."""
        if isinstance(left, Constant) and not isinstance(right, Constant):
            name, left, right = _OPPOSITE[name], right, left
        left, right = _moved(left, right)
        if isinstance(right, Constant) and right.sort == "null" and name in {"eq", "ne"}:
            empty = Call("is_null", (self._value(left),))
            return empty if name == "eq" else Call("not", (empty,))
        found = find(self._entity, left.steps) if isinstance(left, Name) else None
        if found is not None and found.until is not None:
            return self._period(name, found, self._beside(right, left))
        if found is not None and found.words is not None and _is_number(right):
            as_text = Call("written", (found.value,))
            told = Call("coalesce", (as_text, self._beside(left, right)))
            return Call(name, (told, self._beside(right, left)))
        return Call(name, (self._beside(left, right), self._beside(right, left)))

    @staticmethod
    def _period(name: str, found: Found, other: Expression) -> Expression:
        until = found.until or found.value
        if name in _ENDS:
            return Call(name, (found.value if _ENDS[name] == "path" else until, other))
        both = Call("and", (Call("eq", (found.value, other)), Call("eq", (until, other))))
        return both if name == "eq" else Call("not", (both,))

    def _beside(self, node: Node, other: Node) -> Expression:
        """Return a side of a comparison, as it is read beside the other."""
        if isinstance(node, Constant):
            if node.sort == "day" and not _tells(other, "date"):
                return Moment(read_moment(f"{node.value}T00:00:00Z"))
            if node.sort == "text" and isinstance(other, Name) and self._is_time(other):
                return _as_moment(str(node.value))
        return self._value(node, other.sort if isinstance(other, Constant) else "")

    def _is_time(self, name: Name) -> bool:
        return find(self._entity, name.steps).time

    def _value(self, node: Node, beside: str = "") -> Expression:
        """Return a value. `beside` is the sort of what it is compared with or is an argument of."""
        match node:
            case Name(steps):
                found = find(self._entity, steps)
                wordy = beside in {"text", "truth"} and found.words is not None
                return found.words if wordy and found.words is not None else found.value
            case Constant():
                return _constant(node)
            case Apply(name) if name in LOGIC or name == "not" or name in COMPARED:
                return self.condition(node)
            case Apply("add" | "sub", (left, Constant("duration") as by)):
                return self._later(left, by, node.name)
            case Apply("now" | "mindatetime" | "maxdatetime", ()):
                return self._known_moment(node.name)
            case Apply(name, args):
                return self._call(name, args)

    def _known_moment(self, name: str) -> Moment:
        if name == "now":
            return Moment(self._now())
        return Moment(EARLIEST if name == "mindatetime" else LATEST)

    def _later(self, node: Node, by: Constant, name: str) -> Expression:
        moment = self._beside(node, by)
        if not isinstance(moment, Moment):
            message = "a duration is added to a moment: now() sub duration'P1D'"
            raise unfit(message)
        length = int(by.value or 0)
        at = moment.at + (length if name == "add" else -length)
        return Moment(min(max(at, EARLIEST), LATEST))

    def _call(self, name: str, args: tuple[Node, ...]) -> Expression:
        word = name.lower() if name[:3].lower() == "st_" else name
        refuse_count(word, len(args))
        if word in PLACES:
            return call(word, tuple(self._place(word, one) for one in args))
        beside = "text" if word in {"substringof", "contains"} or _is_text(word) else ""
        return call(word, tuple(self._value(one, beside) for one in args))

    def _place(self, function: str, node: Node) -> Expression:
        """Return an argument that must be a place, or the pattern of `st_relate`."""
        if isinstance(node, Constant) and node.sort == "place":
            return Shape(place(str(node.value)))
        if isinstance(node, Constant) and function == "st_relate" and node.sort == "text":
            return _pattern(str(node.value))
        if isinstance(node, Name) and find(self._entity, node.steps).geometry:
            return self._value(node)
        message = f"{function} takes places: a property such as location, or geography'POINT (1 2)'"
        raise unfit(message)


def _is_text(name: str) -> bool:
    return name in {
        "startswith", "endswith", "length", "indexof", "substring", "tolower", "toupper", "trim",
        "concat",
    }  # fmt: skip


def _tells(node: Node, function: str) -> bool:
    if isinstance(node, Constant):
        return node.sort == "day"
    return isinstance(node, Apply) and node.name == function


def _moved(left: Node, right: Node) -> tuple[Node, Node]:
    """Move a duration that is added to the left over to the moment on the right."""
    match left, right:
        case Apply("add" | "sub" as name, (one, Constant("duration") as by)), _:
            return one, Apply("sub" if name == "add" else "add", (right, by))
        case _:
            return left, right


def _constant(constant: Constant) -> Expression:
    match constant.sort:
        case "moment":
            return Moment(int(constant.value or 0))
        case "place":
            return Shape(place(str(constant.value)))
        case "duration":
            message = "a duration stands alone: add it to a moment, as in now() sub duration'P1D'"
            raise unfit(message)
        case _:
            return Value(constant.value)


def _is_number(node: Node) -> bool:
    """Tell whether a text is a number: numbers beside it are compared as texts, as in 1.0."""
    if not isinstance(node, Constant) or node.sort != "text":
        return False
    return _NUMBER.fullmatch(str(node.value)) is not None


def _as_moment(text: str) -> Expression:
    try:
        return Moment(read_moment(text))
    except ValueError:
        return Value(text)


def _pattern(text: str) -> Expression:
    if not _MATRIX.fullmatch(text):
        message = f"{text[:20]!r} is no pattern of nine of T, F, 0, 1, 2 and *"
        raise unfit(message)
    return Value(text.upper())
