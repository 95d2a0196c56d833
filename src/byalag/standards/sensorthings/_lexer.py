"""Cuts the text of an expression into words. Pure, and in linear time."""

import re
from collections.abc import Iterator

from msgspec import Struct

from byalag.standards.sensorthings._problem import unfit

_CLOCK = r"\d\d:\d\d(?::\d\d(?:\.\d{1,12})?)?"
_SORTS = {
    "space": r"\s+",
    "place": r"(?i:geography|geometry)'(?:[^']|'')*'",
    "duration": r"(?i:duration)'(?:[^']|'')*'",
    "text": r"'(?:[^']|'')*'",
    # a "+" that was sent as it is in an address has become a space
    "moment": rf"\d{{4}}-\d\d-\d\d[Tt]{_CLOCK}(?:[Zz]|[+ -]\d\d:\d\d)",
    "day": r"\d{4}-\d\d-\d\d(?![\dT])",
    "clock": _CLOCK,
    "number": r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])",
    "name": r"(?:[^\W\d]|[_@])[\w.@-]*",
    "mark": r"[(),/-]",
    "end": r"\Z",
}
_WORD = re.compile("|".join(f"(?P<{sort}>{pattern})" for sort, pattern in _SORTS.items()))


class Word(Struct, frozen=True):
    """One word, of which sort it is and where it stands."""

    sort: str
    text: str
    at: int


def words(text: str) -> Iterator[Word]:
    """Yield the words of an expression, and an end.

    Raises:
        Refused: Something stands there that is no word (400).
    """
    at = 0
    while True:
        match = _WORD.match(text, at)
        if match is None or match.lastgroup is None:
            message = f"cannot read {text[at : at + 30]!r} at character {at + 1}"
            raise unfit(message)
        if match.lastgroup != "space":
            yield Word(match.lastgroup, match[0], at)
        if match.lastgroup == "end":
            return
        at = match.end()
