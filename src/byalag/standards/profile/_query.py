"""From a query string to a typed question, and from its type to what is said of its parameters."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from math import isfinite
from typing import Any, TypeVar

import msgspec
from msgspec import Struct, inspect

from byalag.model import Point
from byalag.standards.profile._allowed import shown, wrong
from byalag.standards.profile._problem import NotAnswered

Q = TypeVar("Q", bound=Struct)

_LOST_PLUS = re.compile(r"(T\d\d:\d\d.*) (\d\d:?\d\d)$")  # "+" in a query string means a space
_AT = re.compile(r"`\$\.(\w+)")  # where msgspec says that something is wrong


def read(
    ask: type[Q],
    query: Sequence[tuple[str, str]],
    params: Mapping[str, str],
    *,
    thing: str = "thing",
) -> Q:
    """Return the question that a query string asks; `thing` is what the path names, for people.

    Raises:
        NotAnswered: a parameter is unknown, repeated or cannot be read.
    """
    fields = parameters(ask)
    said: dict[str, Any] = {}
    for name, value in query:
        if name not in fields or name in params:
            known = ", ".join(each for each in fields if each not in params) or "none"
            msg = f"{name[:100]!r} is not a parameter here; the parameters are: {known}."
            raise NotAnswered(msg, trouble="unknown-parameter")
        if name in said:
            msg = f"{name} is written twice; write it once."
            raise NotAnswered(msg, trouble="malformed-question")
        said[name] = _value(name, fields[name].type, value)
    try:
        return msgspec.convert(said | dict(params), ask, strict=False)
    except msgspec.ValidationError as error:
        raise _why(str(error), fields, dict(query), params, thing) from None


def _why(
    error: str,
    fields: Mapping[str, inspect.Field],
    query: Mapping[str, str],
    params: Mapping[str, str],
    thing: str,
) -> NotAnswered:
    """Say what cannot be read, in words for whoever wrote it."""
    at = _AT.search(error)
    name = at[1] if at else ""
    if name in params:
        msg = f"There is no {thing} with the {name} {shown(params[name])}."
        return NotAnswered(msg, trouble="not-found")
    if name in query:
        return _unreadable(name, fields[name].type, query[name])
    msg = "The question cannot be read; see the API's description."
    return NotAnswered(msg, trouble="malformed-question")


def _unreadable(name: str, kind: inspect.Type, given: str) -> NotAnswered:
    return NotAnswered(wrong(name, core(kind), given), trouble="malformed-question")


@cache
def parameters(ask: type[Struct]) -> Mapping[str, inspect.Field]:
    """Return the parameters of a type of question, by the names that people write."""
    info = inspect.type_info(ask)
    if not isinstance(info, inspect.StructType):
        msg = f"{ask} is not a struct"
        raise TypeError(msg)
    return {field.encode_name: field for field in info.fields}


def core(kind: inspect.Type) -> inspect.Type:
    """Return what a type is, apart from its constraints and that it may be left out."""
    if isinstance(kind, inspect.Metadata):
        return core(kind.type)
    if isinstance(kind, inspect.UnionType):
        said = [each for each in kind.types if not isinstance(each, inspect.NoneType)]
        return core(said[0]) if len(said) == 1 else kind
    return kind


def _value(name: str, kind: inspect.Type, value: str) -> Any:  # noqa: ANN401 -- msgspec decides what it becomes
    """Prepare a text for its type: a point and a box are numbers between commas."""
    told = core(kind)
    if isinstance(told, inspect.DateTimeType):
        return _LOST_PLUS.sub(r"\1+\2", value)
    many = _many(told)
    if not many:
        return value
    numbers = _numbers(value)
    if len(numbers) != many or not all(map(isfinite, numbers)):
        raise _unreadable(name, kind, value)
    if isinstance(told, inspect.StructType):
        return dict(zip(("latitude", "longitude"), numbers, strict=True))
    return numbers if isinstance(told, inspect.TupleType) else numbers[0]


def _many(told: inspect.Type) -> int:
    """Return how many numbers with commas between a parameter is; 0 when it is something else."""
    if isinstance(told, inspect.StructType) and told.cls is Point:
        return 2
    if isinstance(told, inspect.TupleType):
        return len(told.item_types)
    return 1 if isinstance(told, inspect.FloatType) else 0


def _numbers(value: str) -> list[float]:
    try:
        return [float(part) for part in value.split(",")]
    except ValueError:
        return []


def written(query: Iterable[tuple[str, str]]) -> str:
    """Return a query string in one canonical order, for comparing questions."""
    return "&".join(f"{name}={value}" for name, value in sorted(query))
