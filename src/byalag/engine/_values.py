"""Database values as JSON and back: nothing is rounded, and times keep the zone they came with."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any, Final, TypeAlias, cast

from byalag import Misconfigured
from byalag.model import Json

Mark: TypeAlias = int | float | str | Decimal | datetime | date | bytes  # what a watermark may be
_SECOND: Final = timedelta(seconds=1)


def plain(value: object) -> Json:
    """Return a database's value as JSON.

    A decimal is a number where a double holds it exactly, else text. Bytes are base64. A time
    without zone stays without: the mapping says whose it is.
    """
    kind = value.__class__
    if kind in _AS_IT_IS:
        return value
    as_json = _AS_JSON.get(kind)
    if as_json is not None:
        return as_json(value)
    if isinstance(value, Mapping):
        pairs = cast("Mapping[object, object]", value).items()
        return {str(name): plain(one) for name, one in pairs}
    return str(value)


def _decimal(value: Decimal) -> Json:
    if not value.is_finite():
        return None
    if value == value.to_integral_value() and abs(value) < 2**53:
        return int(value)
    near = float(value)
    return near if Decimal(repr(near)) == value else str(value)


def _base64(value: Any) -> Json:  # noqa: ANN401 -- bytes, or what views them
    return b64encode(value).decode()


def _list(value: Any) -> Json:  # noqa: ANN401 -- a list of anything
    return [plain(one) for one in value]


def _span(value: timedelta) -> Json:
    """Return a time of day as HH:MM:SS, as some drivers give it as a span; else seconds."""
    seconds = value / _SECOND
    if timedelta() <= value < timedelta(days=1) and not value.microseconds:
        whole = int(seconds)
        return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"
    return seconds


def written(mark: object, column: str) -> Json:
    """Return a watermark as it is remembered: the name of its type, and its text.

    Raises:
        Misconfigured: It is of a type that does not grow.

    """
    match mark:
        case bool():
            pass
        case datetime() | date():
            return [type(mark).__name__, mark.isoformat()]
        case int() | float() | Decimal() | str():
            return [type(mark).__name__, str(mark)]
        case bytes():
            return ["bytes", mark.hex()]
        case _:
            pass
    message = (
        f"`watermark`: {column} holds {type(mark).__name__}, which says nothing of what came "
        "before; name a column with a growing number or a time"
    )
    raise Misconfigured(message)


def read(value: Json) -> Mark | None:
    """Return a remembered watermark as the database's value; None if there is none."""
    match value:
        case [str(kind), str(text)] if kind in _READ:
            return _READ[kind](text)
        case _:
            return None


def behind(mark: Mark, overlap: timedelta) -> Mark:
    """Return the watermark from which is read: so far behind, where it is a time.

    Raises:
        Misconfigured: There is an overlap, and the watermark is no time.

    """
    if not overlap:
        return mark
    if isinstance(mark, datetime):
        return mark - overlap
    message = "`overlap`: the watermark is not a time with a clock; leave `overlap` out"
    raise Misconfigured(message)


_AS_IT_IS: Final = frozenset({str, int, bool, type(None)})
_AS_JSON: Final[dict[type, Callable[[Any], Json]]] = {
    float: lambda value: value if isfinite(value) else None,
    Decimal: _decimal,
    datetime: datetime.isoformat,
    date: date.isoformat,
    time: time.isoformat,
    timedelta: _span,
    bytes: _base64,
    bytearray: _base64,
    memoryview: _base64,
    list: _list,
    tuple: _list,
}
_READ: Final[dict[str, Callable[[str], Mark]]] = {
    "int": int,
    "float": float,
    "Decimal": Decimal,
    "str": str,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "bytes": bytes.fromhex,
}
