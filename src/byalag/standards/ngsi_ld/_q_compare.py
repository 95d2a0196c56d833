"""How one value compares with what was asked for (GS CIM 009, 4.9 and 4.6.3). Pure."""

import operator
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import Struct

from byalag.model import Json, Micros
from byalag.standards.ngsi_ld._json import members
from byalag.standards.ngsi_ld._q import Literally

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)
_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"(\d\d):(\d\d):(\d\d)(?:[.,](\d{1,6}))?Z")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:\d\d)")


class At(Struct, frozen=True):
    """A time that the system keeps, apart from numbers."""

    at: Micros


def compares(value: Json | At, comparison: str, wanted: Literally) -> bool:
    """Return whether a value compares so with what was asked for.

    Values of different types are neither equal nor one before the other.
    """
    pair = _alike(members(value).get("@value", value), wanted)
    return pair is not None and _OPERATORS[comparison](*pair)


def moment(text: str) -> Micros | None:
    """Return a DateTime (4.6.3) as microseconds; None if it is none."""
    found = _MOMENT.fullmatch(text)
    if found is None:
        return None
    zone = "+00:00" if found[3] == "Z" else found[3]
    try:
        whole = datetime.fromisoformat(found[1] + zone)
    except ValueError:
        return None
    return (whole - _EPOCH) // _MICRO + int((found[2] or "").ljust(6, "0")[:6])


def _alike(value: Json | At, wanted: Literally) -> tuple[Any, Any] | None:
    """Return the two as values that can be compared; None if they are of different types."""
    said = wanted.value
    if isinstance(value, At):
        at = _start(said, wanted.kind) if isinstance(said, str) else None
        return None if at is None else (value.at, at)
    if isinstance(value, bool) or isinstance(said, bool):
        return (value, said) if isinstance(value, bool) and isinstance(said, bool) else None
    if isinstance(value, int | float) and isinstance(said, int | float):
        return value, said
    if not isinstance(value, str) or not isinstance(said, str):
        return None
    if wanted.kind in ("text", "name"):
        return value, said
    read = {"moment": moment, "date": _date, "time": _time}[wanted.kind]
    pair = read(value), read(said)
    return None if None in pair else pair


def _start(text: str, kind: str) -> Micros | None:
    """Return the moment that a text names: a date is its first moment in UTC."""
    dated = kind == "date" or _DATE.fullmatch(text)
    return moment(f"{text}T00:00:00Z" if dated else text)


def _date(text: str) -> str | None:
    return text if _DATE.fullmatch(text) else None


def _time(text: str) -> int | None:
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    hours, minutes, seconds = (int(found[each]) for each in (1, 2, 3))
    fraction = int((found[4] or "").ljust(6, "0"))
    return ((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + fraction
