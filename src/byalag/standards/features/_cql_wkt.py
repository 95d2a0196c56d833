"""Reads geometries as text (WKT) in a filter into GeoJSON."""

from collections.abc import Callable
from typing import Final, NoReturn, Protocol

from byalag.model import Json
from byalag.standards.features._cql_tokens import Token

GEOMETRIES: Final = {
    "POINT": "Point",
    "LINESTRING": "LineString",
    "POLYGON": "Polygon",
    "MULTIPOINT": "MultiPoint",
    "MULTILINESTRING": "MultiLineString",
    "MULTIPOLYGON": "MultiPolygon",
    "GEOMETRYCOLLECTION": "GeometryCollection",
}
_DEEP: Final = {"POINT": 0, "LINESTRING": 1, "POLYGON": 2, "MULTILINESTRING": 2, "MULTIPOLYGON": 3}


class Words(Protocol):
    """The words of a filter, one after the other."""

    def peek(self, ahead: int = 0) -> Token:
        """Return a word that has not been read yet."""
        ...

    def take(self) -> Token:
        """Read one word."""
        ...

    def takes(self, *words: str) -> str | None:
        """Read one of these words if it comes next."""
        ...

    def need(self, word: str) -> None:
        """Read this word."""
        ...

    def wrong(self, wanted: str) -> NoReturn:
        """Say that another word was wanted here."""
        ...

    def whole(self, rule: Callable[[], Json]) -> Json:
        """Read a rule one level deeper."""
        ...


def geometry(words: Words, kind: Token) -> Json:
    """Return the geometry that follows the name of its kind."""
    words.takes("Z")
    name = GEOMETRIES[kind.upper]
    if kind.upper == "GEOMETRYCOLLECTION":
        return {"type": name, "geometries": _several(words, lambda: _member(words))}
    if kind.upper == "MULTIPOINT":
        return {"type": name, "coordinates": _several(words, lambda: _point(words))}
    return {"type": name, "coordinates": _nested(words, _DEEP[kind.upper])}


def _member(words: Words) -> Json:
    token = words.take()
    if token.upper not in GEOMETRIES:
        words.wrong("a geometry is wanted")
    return words.whole(lambda: geometry(words, token))


def _nested(words: Words, deep: int) -> Json:
    if deep == 0:
        words.need("(")
        found = _position(words)
        words.need(")")
        return found
    if deep == 1:
        return _several(words, lambda: _position(words))
    return _several(words, lambda: _nested(words, deep - 1))


def _several(words: Words, one: Callable[[], Json]) -> list[Json]:
    words.need("(")
    found = [one()]
    while words.takes(","):
        found.append(one())
    words.need(")")
    return found


def _point(words: Words) -> Json:
    """Read a point of several, with its own parentheses or without."""
    return _nested(words, 0) if words.peek().upper == "(" else _position(words)


def _position(words: Words) -> list[float]:
    found = [_number(words), _number(words)]
    if words.peek().upper not in {",", ")"}:
        found.append(_number(words))
    return found


def _number(words: Words) -> float:
    sign = -1 if words.takes("-") else 1
    words.takes("+")
    if words.peek().kind != "number":
        words.wrong("a number is wanted")
    return sign * float(words.take().text)
