"""What is asked with its constants taken out, so that what is asked again is not made again."""

import math
from typing import Any, Final

import msgspec
from msgspec import Struct

from byalag.asking import Ask, Call, Expression, Field, Kind, Moment, Shape, Value
from byalag.asking._meaning import pattern
from byalag.store._ask_code import Slot, Sort
from byalag.store._ask_place import Place, asked_place, is_box

_LARGEST: Final = 1 << 63


class Form(Struct, frozen=True):
    """A question without its constants."""

    of: Kind
    where: Any
    order: tuple[tuple[Any, bool], ...] = ()
    by: tuple[str, ...] = ()


class Constants:
    """The constants of a question, in the order in which they were met."""

    def __init__(self) -> None:
        """Begin with none."""
        self.values: list[Any] = []

    def form(self, ask: Ask, by: tuple[str, ...] = ()) -> Form:
        """Return a question without its constants, which are kept.

        Raises:
            ValueError: A constant is none that can be asked with.
        """
        where = None if ask.where is None else self.slots(ask.where)
        order = tuple((self.slots(one.by), one.descending) for one in ask.order)
        return Form(ask.of, where, order, by)

    def slots(self, expression: Expression) -> Any:  # noqa: ANN401 -- as Form's
        """Return an expression with slots for its constants."""
        match expression:
            case Field():
                return expression
            case Call("matches", (_, Value(str() as text))):
                pattern(text)
            case Moment(at):
                return self._slot("moment", _whole(at))
            case Shape(geometry):
                return self._slot("place", _place(geometry))
            case Value(value):
                return self._value(value)
            case _:
                pass
        return Call(expression.name, tuple(self.slots(arg) for arg in _spread(expression)))

    def _value(self, value: Any) -> Slot:  # noqa: ANN401 -- any JSON can be asked with
        match value:
            case None:
                return Slot(-1, "null")
            case bool():
                return self._slot("truth", int(value))
            case str():
                return self._slot("text", _readable(value))
            case int():
                return self._slot("number", value if abs(value) < _LARGEST else _endless(value))
            case float() if not math.isnan(value):
                return self._slot("number", value)
            case _:
                message = f"{value!r} is not a text, a number, true, false or null"
                raise ValueError(message)

    def _slot(self, sort: Sort, value: Any) -> Slot:  # noqa: ANN401 -- what SQLite can bind
        self.values.append(value)
        return Slot(len(self.values) - 1, sort, _is_plain(sort, value))


def _spread(call: Call) -> tuple[Expression, ...]:
    """Return arguments, a list given to `in` as the values it holds."""
    match call:
        case Call("in", (first, Value(values))) if isinstance(values, list):
            listed: list[Any] = values  # pyright: ignore[reportUnknownVariableType]  # any JSON
            return (first, *(Value(value) for value in listed))
        case _:
            return call.args


def _is_plain(sort: Sort, value: Any) -> bool:  # noqa: ANN401 -- as above
    if sort == "place":
        return is_box(value)
    if sort == "number":
        return value not in {0, 1}
    return sort == "text" and not value.startswith(("{", "["))


def _readable(text: str) -> str:
    if not text.isascii():
        text.encode()  # half a surrogate pair is no text, and is told as a ValueError
    return text


def _endless(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _whole(at: int) -> int:
    if abs(at) >= _LARGEST:
        message = f"{at} microseconds is not a time that can be asked for"
        raise ValueError(message)
    return at


def _place(geometry: dict[str, Any]) -> Place:
    return asked_place(msgspec.json.encode(geometry).decode())
