"""Reads a filter in CQL2 JSON: bounded before it is decoded, and named as text names it."""

from typing import Final

import msgspec

from byalag.model import Json
from byalag.standards.features._cql_text import DEEPEST
from byalag.standards.features._problem import NotAnswered

_LAYERS: Final = 2 * DEEPEST + 8  # a condition is an object in a list; a polygon has four more


def parse(filter_: str) -> Json:
    """Return a filter in CQL2 JSON.

    Raises:
        NotAnswered: It is no JSON, or nested too deep.
    """
    if _deepest(filter_) > _LAYERS:
        message = f"filter: nested deeper than {DEEPEST} levels; divide it"
        raise NotAnswered(message)
    try:
        return msgspec.json.decode(filter_)
    except msgspec.DecodeError as error:
        message = f"filter: it is not JSON: {error}"
        raise NotAnswered(message) from error


def _deepest(text: str) -> int:
    """Return how deep brackets are nested, whatever is in texts."""
    deepest = depth = 0
    inside = escaped = False
    for letter in text:
        if inside:
            inside = escaped or letter != '"'
            escaped = letter == "\\" and not escaped
        elif letter == '"':
            inside = True
        elif letter in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif letter in "]}":
            depth -= 1
    return deepest
