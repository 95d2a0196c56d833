"""What the functions mean, one value at a time. Pure; what they cannot read is null.

The store's statements call these, so that nothing means one thing here and another there.
"""

import math
import operator
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, Protocol, TypeAlias, cast

import re2  # type: ignore[import-untyped]  # a C module without types

from byalag.model import Micros

Meaning: TypeAlias = Callable[..., Any]


class _Pattern(Protocol):
    """What is used of an expression that is made."""

    def search(self, text: str, /) -> object | None: ...
    def fullmatch(self, text: str, /) -> object | None: ...


_compile = cast("Callable[[str, object], _Pattern]", re2.compile)  # pyright: ignore[reportUnknownMemberType]  # without types
_escape = cast("Callable[[str], str]", re2.escape)  # pyright: ignore[reportUnknownMemberType]  # without types
_UNREADABLE = cast("type[Exception]", re2.error)  # pyright: ignore[reportUnknownMemberType]  # without types
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 1_000_000
_DATE = 10  # characters of a date alone
_LONGEST = 1_000  # characters of a pattern
_MOST_MEMORY = 1 << 20


@lru_cache(maxsize=4_096)
def moment(text: str) -> Micros | None:
    """Return the microseconds of an RFC 3339 text; a date alone is its midnight, UTC."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    if len(text) < _DATE or text[4] != "-":
        return None
    if read.tzinfo is None:
        if len(text) != _DATE:
            return None
        read = read.replace(tzinfo=UTC)
    return (read - _EPOCH) // timedelta(microseconds=1)


def _when(at: Micros) -> datetime | None:
    try:
        return _EPOCH + timedelta(microseconds=at)
    except OverflowError:
        return None


def _part(name: str) -> Meaning:
    def part(at: Micros) -> int | None:
        when = _when(at)
        return None if when is None else int(getattr(when, name))

    return part


def _date(at: Micros) -> str | None:
    when = _when(at)
    return None if when is None else when.date().isoformat()


def _time(at: Micros) -> str | None:
    when = _when(at)
    return None if when is None else when.time().isoformat()


def _round(number: float) -> float:
    """Round halves away from zero."""
    if abs(number) >= 1 << 52:
        return float(number)
    whole = math.floor(abs(number))
    return math.copysign(whole + (abs(number) - whole >= 0.5), number)  # noqa: PLR2004 -- a half


def _whole(name: str) -> Meaning:
    function = getattr(math, name)

    def whole(number: float) -> float:
        return float(number) if math.isinf(number) else float(function(number))

    return whole


def _mod(number: float, by: float) -> float | None:
    if not by or math.isinf(number):
        return None
    return math.fmod(number, by)


@lru_cache(maxsize=512)
def pattern(text: str) -> _Pattern:
    """Return a regular expression that takes time in proportion to what it reads.

    Raises:
        ValueError: It cannot be read, or holds what only a backtracking engine can match.
    """
    if len(text) > _LONGEST:
        message = f"a pattern is longer than {_LONGEST} characters; ask in simpler words"
        raise ValueError(message)
    try:
        return _compile(text, _options())
    except _UNREADABLE as error:
        told = error.args[0]
        why = told.decode() if isinstance(told, bytes) else str(told)
        message = f"the pattern {text!r} cannot be matched: {why}; see RE2's syntax"
        raise ValueError(message) from error


@lru_cache(maxsize=512)
def _wild(text: str) -> _Pattern:
    signs = {"%": ".*", "_": "."}
    return _compile("(?s)" + "".join(signs.get(c) or _escape(c) for c in text), _options())


def _options() -> object:
    options: Any = re2.Options()  # pyright: ignore[reportUnknownMemberType]  # without types
    options.max_mem = _MOST_MEMORY
    options.log_errors = False
    return options


def _like(text: str, wild: str) -> bool | None:
    if len(wild) > _LONGEST:
        return None
    if "_" in wild or "%" not in wild:
        return text == wild if "_" not in wild else _wild(wild).fullmatch(text) is not None
    first, *between, last = wild.split("%")
    begin, end = len(first), len(text) - len(last)
    if begin > end or not (text.startswith(first) and text.endswith(last)):
        return False
    for part in between:
        found = text.find(part, begin, end)
        if found < 0:
            return False
        begin = found + len(part)
    return True


def _matches(text: str, expression: str) -> bool | None:
    try:
        return pattern(expression).search(text) is not None
    except ValueError:
        return None


def _substring(text: str, start: float, length: float | None = None) -> str:
    begin = max(0, int(start))
    return text[begin:] if length is None else text[begin : begin + max(0, int(length))]


def _accentless(text: str) -> str:
    folded = unicodedata.normalize("NFD", text)
    return "".join(c for c in folded if not unicodedata.combining(c))


def _concat(*texts: str) -> str:
    return "".join(texts)


def _fraction(at: Micros) -> float:
    return at % _SECOND / _SECOND


def _offset(_: Micros) -> int:
    return 0


def _written(number: float) -> str:
    return str(int(number)) if float(number).is_integer() else repr(number)


TEXTS: Final[Mapping[str, Meaning]] = {
    "contains": operator.contains,
    "startswith": str.startswith,
    "endswith": str.endswith,
    "like": _like,
    "matches": _matches,
    "length": len,
    "indexof": str.find,
    "substring": _substring,
    "tolower": str.lower,
    "toupper": str.upper,
    "trim": str.strip,
    "concat": _concat,
    "casei": str.casefold,
    "accenti": _accentless,
}
TIMES: Final[Mapping[str, Meaning]] = {
    **{name: _part(name) for name in ("year", "month", "day", "hour", "minute", "second")},
    "fractionalseconds": _fraction,
    "date": _date,
    "time": _time,
    "totaloffsetminutes": _offset,
}
NUMBERS: Final[Mapping[str, Meaning]] = {
    "round": _round,
    "floor": _whole("floor"),
    "ceiling": _whole("ceil"),
    "mod": _mod,
    "written": _written,
}
