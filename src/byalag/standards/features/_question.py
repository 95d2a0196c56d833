"""Reads a query string: which parameters there are, and what each one means."""

import base64
import binascii
import re
from collections.abc import Collection, Mapping
from typing import Final
from urllib.parse import parse_qsl

from msgspec import Struct

from byalag.asking import Call, Expression, Field, Value
from byalag.standards.features import _cql_json, _cql_places, _cql_text, _cql_times, _crs
from byalag.standards.features._cql_bind import Binder
from byalag.standards.features._problem import NotAnswered, shown
from byalag.standards.features._queryable import Queryable, Queryables

LIMIT: Final = 20
MOST: Final = 1_000
COMMON: Final = ("f", "lang")
ITEMS: Final = (
    "limit",
    "bbox",
    "bbox-crs",
    "datetime",
    "crs",
    "filter",
    "filter-lang",
    "filter-crs",
    "after",
    *COMMON,
)
TEXT, JSON = "cql2-text", "cql2-json"
_LONGEST: Final = 16_000
_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_MARK: Final = 4  # bytes at the end of a token that tell it from a guess
_DIGITS: Final = 18


class Items(Struct, frozen=True, kw_only=True):
    """What is asked of a collection's items.

    `where` is what all pages of the answer hold, `box` where they are (`edges`, if it is
    a plain one); `after` is the number of the last thing of the page before. `crs` is what the
    answer's places are written in.
    """

    where: tuple[Expression, ...]
    box: Expression | None
    edges: tuple[float, ...]
    limit: int
    after: int
    crs: str


def pairs(query: str) -> dict[str, str]:
    """Return the parameters of a query string.

    Raises:
        NotAnswered: One stands twice, or it is too long.
    """
    if len(query) > 4 * _LONGEST:
        message = f"the query is longer than {4 * _LONGEST} characters; ask in parts"
        raise NotAnswered(message)
    try:
        found = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError as error:
        message = "the query is not UTF-8, or has more than 100 parameters"
        raise NotAnswered(message) from error
    names = [name for name, _ in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        message = f"{shown(twice[0])} stands twice; once is enough"
        raise NotAnswered(message)
    return dict(found)


def check(asked: Collection[str], known: Collection[str]) -> None:
    """Refuse a parameter that is not declared (requirement /req/core/query-param-unknown).

    Raises:
        NotAnswered: One is not known; the message lists those that are.
    """
    for name in asked:
        if name not in known:
            message = f"there is no parameter {shown(name)} here; there is {', '.join(known)}"
            raise NotAnswered(message, "unknown-parameter")


def items(asked: Mapping[str, str], known: Queryables) -> Items:
    """Read what is asked of a collection's items.

    Raises:
        NotAnswered: It cannot be read; the message says what to mend.
    """
    own = [name for name, one in known.items() if one.asked and name != "geometry"]
    check(asked, [*ITEMS, *own])
    where = [
        *_datetime(asked),
        *_filter(asked, known),
        *(_same(known[name], text) for name, text in asked.items() if name not in ITEMS),
    ]
    return Items(
        where=tuple(where),
        box=_box(asked),
        edges=_edges(asked),
        limit=_limit(asked.get("limit")),
        after=_after(asked.get("after")),
        crs=_crs.named(asked.get("crs", _crs.CRS84), "crs"),
    )


def mark(no: int) -> str:
    """Return what a next link says of the last thing of a page."""
    told = str(no).encode()
    return base64.urlsafe_b64encode(told + _checksum(told)).decode().rstrip("=")


def _checksum(told: bytes) -> bytes:
    return binascii.crc32(told).to_bytes(_MARK, "big")


def _after(given: str | None) -> int:
    if given is None:
        return 0
    try:
        whole = base64.b64decode(given + "=" * (-len(given) % 4), altchars=b"-_", validate=True)
        told, sum_ = whole[:-_MARK], whole[-_MARK:]
        if told.isdigit() and len(told) <= _DIGITS and sum_ == _checksum(told):
            return int(told)
    except ValueError:
        pass
    message = "after is what a next link says; follow the link as it stands"
    raise NotAnswered(message)


def _limit(given: str | None) -> int:
    if given is None:
        return LIMIT
    if not (given.isascii() and given.isdigit() and int(given[:10])):
        message = f"limit: a whole number from 1 to {MOST}; {shown(given)!r} is not"
        raise NotAnswered(message)
    return min(int(given[:10]), MOST)


def _box(asked: Mapping[str, str]) -> Expression | None:
    crs = _crs.named(asked.get("bbox-crs", _crs.CRS84), "bbox-crs")
    if "bbox" not in asked:
        return None
    parts = asked["bbox"].split(",", 6)
    numbers = [float(part) for part in parts if _NUMBER.fullmatch(part.strip())]
    if len(numbers) != len(parts):
        numbers = []
    shape = _cql_places.box(numbers, crs, "bbox")
    return Call("intersects", (Field(("geometry",)), shape))


def _edges(asked: Mapping[str, str]) -> tuple[float, ...]:
    """Return west, south, east, north of a box in degrees that crosses nothing; else nothing."""
    if "bbox" not in asked or _crs.named(asked.get("bbox-crs", _crs.CRS84), "") != _crs.CRS84:
        return ()
    numbers = [float(part) for part in asked["bbox"].split(",")]
    half = len(numbers) // 2
    west, south, east, north = (*numbers[:2], *numbers[half : half + 2])
    return (west, south, east, north) if west <= east else ()


def _datetime(asked: Mapping[str, str]) -> list[Expression]:
    """Read when something was observed last: an instant, or an interval open at either end."""
    said = asked.get("datetime")
    if said is None:
        return []
    start, slash, end = said.partition("/")
    if not slash:
        end = start
    if not slash and start in {"", ".."}:
        message = "datetime: a time, or two with / between them, as 2026-07-01T00:00:00Z/.."
        raise NotAnswered(message)
    first = None if start in {"", ".."} else _cql_times.first(start, "datetime")
    last = None if end in {"", ".."} else _cql_times.last(end, "datetime")
    if first is not None and last is not None and first > last:
        message = f"datetime: {shown(said)} ends before it begins"
        raise NotAnswered(message)
    time = Field(("series", "last"))
    never = Call("not", (Call("exists", (time,)),))
    return [Call("or", (_cql_times.within(time, first, last), never))]


def _filter(asked: Mapping[str, str], known: Queryables) -> list[Expression]:
    crs = _crs.named(asked.get("filter-crs", _crs.CRS84), "filter-crs")
    language = asked.get("filter-lang", TEXT)
    if language not in {TEXT, JSON}:
        message = f"filter-lang: {shown(language)} is not offered; there is {TEXT} and {JSON}"
        raise NotAnswered(message)
    said = asked.get("filter")
    if said is None:
        return []
    if len(said) > _LONGEST:
        message = f"filter: longer than {_LONGEST} characters; ask in parts"
        raise NotAnswered(message)
    tree = (_cql_text if language == TEXT else _cql_json).parse(said)
    return [Binder(known, crs).condition(tree)]


def _same(queryable: Queryable, text: str) -> Expression:
    """Return that a property has a value, written as in an address."""
    value: object = text
    if queryable.type in {"number", "integer"}:
        if not _NUMBER.fullmatch(text):
            message = f"{queryable.name}: a number; {shown(text)!r} is not"
            raise NotAnswered(message)
        value = float(text)
    elif queryable.type == "boolean":
        if text not in {"true", "false"}:
            message = f"{queryable.name}: true or false; {shown(text)!r} is neither"
            raise NotAnswered(message)
        value = text == "true"
    elif queryable.name == "updated":
        at = _cql_times.instant(text, queryable.name)
        return _cql_times.within(queryable.field, at, at)
    return Call("eq", (queryable.field, Value(value)))


def crs(asked: Mapping[str, str]) -> str:
    """Return the system that an answer's places are wanted in.

    Raises:
        NotAnswered: It is not offered.
    """
    return _crs.named(asked.get("crs", _crs.CRS84), "crs")
