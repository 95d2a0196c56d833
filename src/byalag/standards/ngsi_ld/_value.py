"""The values of attributes and what they must be (GS CIM 009, 4.5 to 4.7)."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from byalag.mapping import is_list, is_object
from byalag.model import Json, Micros
from byalag.standards.ngsi_ld._context import Context
from byalag.standards.ngsi_ld._entity import AttributeKind
from byalag.standards.ngsi_ld._problem import Refused

NULL = "urn:ngsi-ld:null"
LONGEST_URI = 2_000
MOST_POSITIONS = 20_000
MEMBER: dict[str, AttributeKind] = {
    "value": "Property",
    "object": "Relationship",
    "languageMap": "LanguageProperty",
    "vocab": "VocabProperty",
    "json": "JsonProperty",
    "valueList": "ListProperty",
    "objectList": "ListRelationship",
}
KINDS: dict[str, str] = {"GeoProperty": "value", **{kind: one for one, kind in MEMBER.items()}}
# how deep the positions of each geometry are
GEOMETRIES = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20]+")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)")
_EAST, _NORTH = 180, 90  # degrees
_NUMBERS = (int, float)  # a truth is no number
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def uri(value: Json, what: str) -> str:
    """Return a value that is a URI.

    Raises:
        Refused: It is none.
    """
    if isinstance(value, str) and len(value) <= LONGEST_URI and _URI.fullmatch(value):
        return value
    message = f"{what} is a URI, not {str(value)[:100]!r}"
    raise Refused(message)


def moment(value: Json, what: str) -> Micros:
    """Return a time as microseconds.

    Raises:
        Refused: It is no date and time with an offset (4.6.3).
    """
    if isinstance(value, str) and len(value) < 50 and _TIME.fullmatch(value):  # noqa: PLR2004 -- longer than any
        text = value.upper().replace(",", ".")
        whole, dot, rest = text.partition(".")
        if dot:
            digits = re.match(r"\d+", rest)
            fraction = digits[0] if digits else ""
            text = f"{whole}.{fraction[:6]:0<6}{rest[len(fraction) :]}"
        try:
            return (datetime.fromisoformat(text) - _EPOCH) // _MICROSECOND
        except (ValueError, OverflowError):
            pass
    message = f"{what} is a date and time as 2026-01-31T12:00:00Z, not {str(value)[:100]!r}"
    raise Refused(message)


def is_geometry(value: Json) -> bool:
    """Return whether a value looks like a GeoJSON geometry."""
    return is_object(value) and value.get("type") in GEOMETRIES and "coordinates" in value


def geometry(value: Json) -> Json:
    """Return a GeoJSON geometry with nothing but its type and coordinates.

    Raises:
        Refused: It is none (RFC 7946).
    """
    if not is_geometry(value):
        message = f"a GeoProperty's value is a GeoJSON geometry: {', '.join(GEOMETRIES)}"
        raise Refused(message)
    kind, coordinates = value["type"], value["coordinates"]
    if _positions(coordinates, GEOMETRIES[kind], kind) > MOST_POSITIONS:
        message = f"a geometry has at most {MOST_POSITIONS} positions"
        raise Refused(message)
    return {"type": kind, "coordinates": coordinates}


def _positions(coordinates: Json, depth: int, kind: str) -> int:
    if not is_list(coordinates) or not coordinates:
        message = f"the coordinates of a {kind} are not what RFC 7946 says"
        raise Refused(message)
    if depth:
        ring = depth == 1 and kind.endswith("Polygon")
        least = 4 if ring else 2 if depth == 1 and kind.endswith("LineString") else 1
        if len(coordinates) < least or (ring and coordinates[0] != coordinates[-1]):
            message = f"a {kind} has lines of at least {least} positions, and rings that close"
            raise Refused(message)
        return sum(_positions(one, depth - 1, kind) for one in coordinates)
    if len(coordinates) not in {2, 3} or any(type(one) not in _NUMBERS for one in coordinates):
        message = f"a position of a {kind} is longitude, latitude and perhaps height, in numbers"
        raise Refused(message)
    if abs(coordinates[0]) > _EAST or abs(coordinates[1]) > _NORTH:
        message = f"a position is longitude, latitude in degrees, not {coordinates[:2]}"
        raise Refused(message)
    return 1


def value_of(kind: AttributeKind, value: Json, context: Context) -> Json:
    """Return the value of an attribute as it is kept. A null is kept as it is.

    Raises:
        Refused: Its kind cannot have it.
    """
    if value == NULL:
        return NULL
    if value is None and kind != "JsonProperty":
        message = f"a {kind} is not null; {NULL!r} takes one away"
        raise Refused(message)
    return _VALUES[kind](value, context)


def _property(value: Json, _: Context) -> Json:
    return value


def _relationship(value: Json, _: Context) -> Json:
    if not is_list(value):
        return uri(value, "a Relationship's object")
    if not value:
        message = "a Relationship's object is a URI or a list of them"
        raise Refused(message)
    return [uri(one, "a Relationship's object") for one in value]


def _language(value: Json, _: Context) -> Json:
    def text(one: Json) -> bool:
        return isinstance(one, str) or (is_list(one) and all(isinstance(each, str) for each in one))

    if not is_object(value) or not value or not all(text(one) for one in value.values()):
        message = "a languageMap has languages with a text or a list of texts each"
        raise Refused(message)
    return NULL if set(value.values() if all_texts(value) else ()) == {NULL} else value


def all_texts(value: dict[str, Json]) -> bool:
    """Return whether all values of an object are texts."""
    return all(isinstance(one, str) for one in value.values())


def _vocab(value: Json, context: Context) -> Json:
    listed = value if is_list(value) else [value]
    if not listed or not all(isinstance(one, str) and one for one in listed):
        message = "a VocabProperty's vocab is a word or a list of them"
        raise Refused(message)
    return context.expand_value(value)


def _values(value: Json, _: Context) -> Json:
    if not is_list(value):
        message = "a ListProperty's valueList is a list"
        raise Refused(message)
    return value


def _objects(value: Json, _: Context) -> Json:
    if not is_list(value):
        message = "a ListRelationship's objectList is a list"
        raise Refused(message)
    return [
        uri(one.get("object") if is_object(one) else one, "an object of an objectList")
        for one in value
    ]


_VALUES: dict[AttributeKind, Callable[[Json, Context], Json]] = {
    "Property": _property,
    "Relationship": _relationship,
    "GeoProperty": lambda value, _: geometry(value),
    "LanguageProperty": _language,
    "VocabProperty": _vocab,
    "JsonProperty": _property,
    "ListProperty": _values,
    "ListRelationship": _objects,
}
