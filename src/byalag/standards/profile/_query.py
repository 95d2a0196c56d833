"""From a query string to a typed question, and from its type to what is said of its parameters."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from math import isfinite
from typing import Any, TypeVar

import msgspec
from msgspec import Struct, inspect

from byalag.model import Point
from byalag.standards.profile._problem import NotAnswered

Q = TypeVar("Q", bound=Struct)

_LOST_PLUS = re.compile(r"(T\d\d:\d\d.*) (\d\d:?\d\d)$")  # "+" in a query string means a space


def read(ask: type[Q], query: Sequence[tuple[str, str]], params: Mapping[str, str]) -> Q:
    """Return the question that a query string asks.

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
        said[name] = _value(fields[name].type, value)
    try:
        return msgspec.convert(said | dict(params), ask, strict=False)
    except msgspec.ValidationError as error:
        in_path = any(f"`$.{name}`" in str(error) for name in params)
        trouble = "not-found" if in_path else "malformed-question"
        msg = f"{error}."
        raise NotAnswered(msg, trouble=trouble) from None


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


def _value(kind: inspect.Type, value: str) -> Any:  # noqa: ANN401 -- msgspec decides what it becomes
    """Prepare a text for its type: a point and a box are numbers between commas."""
    told = core(kind)
    if isinstance(told, inspect.StructType) and told.cls is Point:
        numbers = _numbers(value, 2)
        return dict(zip(("latitude", "longitude"), numbers, strict=True))
    if isinstance(told, inspect.TupleType):
        return _numbers(value, len(told.item_types))
    if isinstance(told, inspect.FloatType):
        return _numbers(value, 1)[0]
    if isinstance(told, inspect.DateTimeType):
        return _LOST_PLUS.sub(r"\1+\2", value)
    return value


def _numbers(value: str, many: int) -> list[float]:
    try:
        numbers = [float(part) for part in value.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != many or not all(map(isfinite, numbers)):
        wanted = "a number" if many == 1 else f"{many} numbers with commas between"
        msg = f"{value[:100]!r} is not {wanted}."
        raise NotAnswered(msg, trouble="malformed-question")
    return numbers


def written(query: Iterable[tuple[str, str]]) -> str:
    """Return a query string in one canonical order, for comparing questions."""
    return "&".join(f"{name}={value}" for name, value in sorted(query))
