"""Reads numbers as people and systems write them: 61.5, "61,5", "1 250", "1.250,5"."""

import math
import re
from collections.abc import Callable
from typing import Final, Literal

from byalag.mapping._value import Unfit, shown
from byalag.model import Json

LONGEST_NUMBER: Final = 64  # characters
_PLAIN: Final = {
    ".": re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?"),
    ",": re.compile(r"[+-]?[0-9]{1,30}(?:,[0-9]{1,30})?"),
}
_DIGITS: Final = 15  # of a whole number that a float holds
_NO_DIGIT = re.compile(r"[^0-9]+")
_SPACE: Final = "[ \u00a0\u2007\u2009\u202f]"
_GROUPED = re.compile(rf"\d{{1,3}}(?:{_SPACE}\d{{3}}){{1,9}}", re.ASCII)
_FORMS: Final = {
    ".": re.compile(
        rf"(?P<sign>[+-]?)(?P<whole>\d{{1,3}}(?:{_SPACE}\d{{3}})+|\d+|(?=\.\d))"
        r"(?:\.(?P<part>\d*))?(?P<power>[eE][+-]?\d{1,3})?",
        re.ASCII,
    ),
    ",": re.compile(
        rf"(?P<sign>[+-]?)(?P<whole>\d{{1,3}}(?:{_SPACE}\d{{3}})+|\d{{1,3}}(?:\.\d{{3}})+(?=,)|\d+|(?=,\d))"
        r"(?:,(?P<part>\d*))?(?P<power>[eE][+-]?\d{1,3})?",
        re.ASCII,
    ),
}


def compile_number(decimal: Literal[".", ","] = ".") -> Callable[[Json], float]:
    """Return a reader of finite numbers, given as numbers or as text with this decimal mark.

    Thousands may be parted by spaces, also by those that do not break a line, and where the
    decimal mark is a comma by points ("1.250,5").
    """
    plain, form, point = _PLAIN[decimal].fullmatch, _FORMS[decimal], decimal == "."
    grouped = _GROUPED.fullmatch

    def read(value: Json) -> float:
        kind = value.__class__
        if kind is float or kind is int:
            return _finite(value)
        if kind is str:
            if value.isdecimal() and value.isascii() and len(value) <= _DIGITS:
                return float(value)
            if plain(value):
                return float(value if point else value.replace(",", "."))
            if grouped(value):
                return float("".join(value.split()))
            return _parse(value, form, decimal)
        reason = f"{shown(value)} is not a number"
        raise Unfit(reason)

    return read


def _finite(value: float) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        reason = f"{shown(value)} is not a finite number"
        raise Unfit(reason)
    return number


def _parse(text: str, form: re.Pattern[str], decimal: str) -> float:
    found = form.fullmatch(text.strip().replace("\u2212", "-")) if _short(text) else None
    if found is None:
        other = "," if decimal == "." else "."
        hint = f'; if "{other}" is its decimal mark, say decimal = "{other}"' * (other in text)
        reason = f"{shown(text)} is not a number{hint}"
        raise Unfit(reason)
    digits = _NO_DIGIT.sub("", found["whole"])
    return _finite(
        float(f"{found['sign']}{digits or '0'}.{found['part'] or '0'}{found['power'] or ''}")
    )


def _short(text: str) -> bool:
    return len(text) <= LONGEST_NUMBER


def whole(number: float) -> int:
    """Return a number that must be whole as an integer.

    Raises:
        Unfit: If it has a fraction.

    """
    if not number.is_integer():
        reason = f"{number:g} is not a whole number"
        raise Unfit(reason)
    return int(number)
