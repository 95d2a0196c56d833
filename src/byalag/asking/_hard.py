"""What is not answered, as it would take too long: the limits on what may be asked."""

from collections.abc import Iterator

from byalag.asking._words import Ask, Call, Expression, Field, Shape, Value
from byalag.model import Json

_DEPTH = 50
_TERMS = 500
_VERTICES = 10_000
_TEXT = 10_000
_PATH = 50
_LIST = 1_000
_NESTED = 8


class TooHard(ValueError):
    """What was asked would take too long to answer; the message says what to do."""


def refuse_hard(ask: Ask) -> None:
    """Refuse what would take too long, before anything of it is tried. Takes no recursion.

    Raises:
        TooHard: It is too deep, has too many terms, or holds too long a text or too large a shape.
    """
    for terms, (expression, depth) in enumerate(_parts(ask)):
        if depth > _DEPTH:
            message = f"the expression is more than {_DEPTH} calls deep; ask in simpler words"
            raise TooHard(message)
        if terms >= _TERMS:
            message = f"the expression has more than {_TERMS} terms; ask in several requests"
            raise TooHard(message)
        _refuse_large(expression)


def _parts(ask: Ask) -> Iterator[tuple[Expression, int]]:
    waiting = [(order.by, 1) for order in ask.order]
    if ask.where is not None:
        waiting.append((ask.where, 1))
    while waiting:
        expression, depth = waiting.pop()
        yield expression, depth
        if isinstance(expression, Call):
            waiting += [(arg, depth + 1) for arg in expression.args]


def _refuse_large(expression: Expression) -> None:
    match expression:
        case Field(path):
            if len(path) > _PATH or sum(map(len, path)) > _TEXT:
                message = f"a path has more than {_PATH} steps or {_TEXT} characters"
                raise TooHard(message)
        case Value(str() as text) if len(text) > _TEXT:
            message = f"a text is longer than {_TEXT} characters; ask for a part of it"
            raise TooHard(message)
        case Value(value) if isinstance(value, list):
            listed: list[Json] = value  # pyright: ignore[reportUnknownVariableType]  # any JSON
            if len(listed) > _LIST:
                message = f"a list has more than {_LIST} values; ask in several requests"
                raise TooHard(message)
        case Shape(geometry):
            if _vertices(geometry) > _VERTICES:
                message = f"a shape has more than {_VERTICES} positions; simplify it"
                raise TooHard(message)
        case _:
            pass


def _vertices(geometry: Json) -> int:
    """Return how many lists of no lists a geometry holds, or one too many as soon as that is so."""
    count = 0
    waiting: list[tuple[Json, int]] = [(geometry, 0)]
    while waiting and count <= _VERTICES:
        part, depth = waiting.pop()
        if isinstance(part, dict):
            held: dict[str, Json] = part  # pyright: ignore[reportUnknownVariableType]  # any JSON
            waiting += [(inner, depth + 1) for inner in held.values()]
        elif isinstance(part, list):
            if depth > _NESTED:
                return _VERTICES + 1
            listed: list[Json] = part  # pyright: ignore[reportUnknownVariableType]  # any JSON
            if listed and _is_position(listed[0]):
                count += len(listed)
                continue
            waiting += [(inner, depth + 1) for inner in listed if isinstance(inner, list | dict)]
            count += 1
    return count


def _is_position(part: Json) -> bool:
    if not isinstance(part, list):
        return False
    listed: list[Json] = part  # pyright: ignore[reportUnknownVariableType]  # any JSON
    return bool(listed) and isinstance(listed[0], int | float)
