"""Words that stand for something else: markers of a missing value, code lists, yes and no.

Types are kept apart: 0 is not false, and neither is "".
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from byalag.mapping._value import MISSING, Unfit, is_list, is_object, shown, text_of
from byalag.model import Json

_LISTED: Final = 20


def markers(words: Sequence[Json], *, blank: bool = False) -> Callable[[Json], bool]:
    """Return a test for "no value": null, no such key, or one of the source's own words.

    With `blank`, empty text is also no value, as it can be neither a number nor a time.
    """
    if not words and not blank:
        return _unsaid
    logical, plain, whole = _sorted_out(words)
    texts = plain | {""} if blank else plain

    def missing(value: Json) -> bool:
        kind = value.__class__
        if kind is str:
            return value in texts or value.strip() in texts
        if value is None or value is MISSING:
            return True
        if kind is bool:
            return value in logical
        if kind is list or kind is dict:
            return value in whole
        return value in plain

    return missing


def numbers_of(words: Sequence[Json]) -> frozenset[Json]:
    """Return the words that a number could be; without any, a number is never missing."""
    return frozenset(word for word in _sorted_out(words)[1] if not isinstance(word, str))


def _unsaid(value: Json) -> bool:
    return value is None or value is MISSING


def among(words: Sequence[Json]) -> Callable[[Json], bool]:
    """Return a test for being one of the words, each of its own type."""
    logical, plain, whole = _sorted_out(words)

    def listed(value: Json) -> bool:
        kind = value.__class__
        if kind is bool:
            return value in logical
        if kind is list or kind is dict:
            return value in whole
        return value in plain

    return listed


def _sorted_out(words: Sequence[Json]) -> tuple[frozenset[Json], frozenset[Json], list[Json]]:
    """Tell true and false from what equals them, and single values from lists and objects."""
    whole = [word for word in words if is_list(word) or is_object(word)]
    single = [word for word in words if not (is_list(word) or is_object(word))]
    logical = frozenset(word for word in single if isinstance(word, bool))
    return logical, frozenset(word for word in single if not isinstance(word, bool)), whole


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
