"""Words that stand for something else: markers of a missing value, code lists, yes and no.

Types are kept apart: 0 is not false, and neither is "".
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from byalag.mapping._value import MISSING, Unfit, is_list, is_object, shown, text_of
from byalag.model import Json

_LISTED: Final = 20


def same(one: Json, other: Json) -> bool:
    """Return whether two values are equal and of one type; 1 and 1.0 are both numbers."""
    return (isinstance(one, bool) is isinstance(other, bool)) and bool(one == other)


def markers(words: Sequence[Json], *, blank: bool = False) -> Callable[[Json], bool]:
    """Return a test for "no value": null, no such key, or one of the source's own words.

    With `blank`, empty text is also no value, as it can be neither a number nor a time.
    """
    if not words and not blank:
        return _unsaid
    logical = frozenset(word for word in words if isinstance(word, bool))
    whole = [word for word in words if is_list(word) or is_object(word)]
    plain = frozenset(word for word in words if not (isinstance(word, bool) or word in whole))
    texts = plain | {""} if blank else plain

    def missing(value: Json) -> bool:
        if value is None or value is MISSING:
            return True
        kind = value.__class__
        if kind is str:
            return value in texts or value.strip() in texts
        if kind is bool:
            return value in logical
        if kind is list or kind is dict:
            return value in whole
        return value in plain

    return missing


def _unsaid(value: Json) -> bool:
    return value is None or value is MISSING


def among(words: Sequence[Json]) -> Callable[[Json], bool]:
    """Return a test for being one of the words, each of its own type."""

    def listed(value: Json) -> bool:
        return any(same(value, word) for word in words)

    return listed


def truth(true: Sequence[Json], false: Sequence[Json]) -> Callable[[Json], bool]:
    """Return a reader of yes and no in the source's words."""
    yes, no = among(true), among(false)

    def read(value: Json) -> bool:
        if yes(value):
            return True
        if no(value):
            return False
        reason = f"{shown(value)} is neither yes ({_list(true)}) nor no ({_list(false)})"
        raise Unfit(reason)

    return read


def decode(codes: Mapping[str, Json], *, strict: bool) -> Callable[[Json], tuple[bool, Json]]:
    """Return a reader of a code list: whether the word is in it, and what it means.

    A number or a boolean is looked up as it would be written: 1 as "1", true as "true".
    """

    def read(value: Json) -> tuple[bool, Json]:
        word = value if isinstance(value, str) else text_of(value)
        if word in codes:
            return True, codes[word]
        word = word.strip()
        if word in codes:
            return True, codes[word]
        if strict:
            reason = f"{shown(value)} is not a known word; known are {_list(tuple(codes))}"
            raise Unfit(reason)
        return False, value

    return read


def _list(words: Sequence[Json]) -> str:
    listed = ", ".join(shown(word) for word in words[:_LISTED])
    return f"{listed}, ..." if len(words) > _LISTED else listed
