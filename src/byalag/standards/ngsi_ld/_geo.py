"""Choosing entities by place: georel, geometry and coordinates (GS CIM 009, 4.10). Pure."""

import math
import re
from collections.abc import Callable, Mapping
from typing import Final

import msgspec
import shapely
from msgspec import Struct
from shapely.geometry import shape as read_shape
from shapely.geometry.base import BaseGeometry

from byalag.asking import Call, Expression, Field, Shape, Value
from byalag.model import Json
from byalag.standards.ngsi_ld._bounds import Bounds, exactly, there
from byalag.standards.ngsi_ld._entity import Entity
from byalag.standards.ngsi_ld._json import listed
from byalag.standards.ngsi_ld._name import ATTRIBUTE, LOCATION
from byalag.standards.ngsi_ld._refuse import refuse_data

MOST_POSITIONS: Final = 5_000
_LONGEST: Final = 250_000
_DEPTHS: Final[Mapping[str, int]] = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
_RELATIONS: Final[Mapping[str, str]] = {
    "within": "within",
    "contains": "contains_place",
    "overlaps": "overlaps",
    "intersects": "intersects",
    "equals": "equals",
    "disjoint": "disjoint",
}
_NEAR = re.compile(r"near;(max|min)Distance==(\d{1,9}(?:\.\d{1,6})?)")
_EARTH: Final = 6_371_008.8  # metres


class GeoQuery(Struct, frozen=True):
    """Where entities are asked for. `relation` is one of OGC's, or "near" within or beyond."""

    relation: str
    geometry: dict[str, Json]
    attribute: str = LOCATION
    nearest: float | None = None
    furthest: float | None = None


def read_geo(georel: str, geometry: str, coordinates: Json, attribute: str) -> GeoQuery:
    """Return a place that is asked for. `coordinates` are JSON, or a text of it.

    Raises:
        Refused: They are no place or no relation to one (BadRequestData).
    """
    where = {"type": geometry, "coordinates": _coordinates(geometry, coordinates)}
    try:
        read = read_shape(where)
        sound = not read.is_empty and all(map(math.isfinite, read.bounds))
    except (ValueError, TypeError, shapely.GEOSException) as error:
        refuse_data(f"coordinates are not those of a {geometry}: {error}")
    if not sound:
        refuse_data(f"coordinates are not those of a {geometry}")
    if not read.is_valid:  # rings that cross themselves are taken as the areas that they enclose
        where = msgspec.json.decode(shapely.to_geojson(shapely.make_valid(read)))
    near = _NEAR.fullmatch(georel.replace(" ", ""))
    if near is not None:
        bounds = {"nearest" if near[1] == "min" else "furthest": float(near[2])}
        return GeoQuery("near", where, attribute, **bounds)
    if georel not in _RELATIONS:
        known = ", ".join(_RELATIONS)
        refuse_data(f"georel is near;maxDistance==100, near;minDistance==100, {known}")
    return GeoQuery(georel, where, attribute)


def _coordinates(geometry: str, coordinates: Json) -> Json:
    if geometry not in _DEPTHS:
        refuse_data(f"geometry is one of {', '.join(_DEPTHS)}, not {geometry[:50]!r}")
    if isinstance(coordinates, str):
        if len(coordinates) > _LONGEST:
            refuse_data(f"coordinates are at most {_LONGEST} characters")
        try:
            coordinates = msgspec.json.decode(coordinates)
        except (msgspec.DecodeError, RecursionError):
            refuse_data("coordinates are not a JSON array")
    _refuse_others(coordinates, _DEPTHS[geometry])
    return coordinates


def _refuse_others(coordinates: Json, depth: int) -> None:
    """Refuse what is not positions within so many arrays.

    Raises:
        Refused: They are not nested so, are too many, or one is no position.
    """
    level: list[Json] = [coordinates]
    for _ in range(depth):
        if not all(isinstance(each, list) for each in level):
            refuse_data("coordinates are not nested as the geometry's are (RFC 7946)")
        level = [inner for each in level for inner in each]
        if len(level) > MOST_POSITIONS:
            refuse_data(f"a place has at most {MOST_POSITIONS} positions")
    for each in level:
        numbers = listed(each)
        if len(numbers) not in (2, 3) or not all(map(_is_number, numbers)):
            refuse_data("a position is [longitude, latitude] in degrees")
        if abs(numbers[0]) > 180 or abs(numbers[1]) > 90:  # noqa: PLR2004 -- the most degrees there are
            refuse_data("a longitude is -180 to 180 and a latitude -90 to 90")


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def asked(geo: GeoQuery) -> Bounds:
    """Return what asks a store for the things of a place."""
    if geo.attribute != LOCATION:
        return Bounds(there("details", ATTRIBUTE + geo.attribute), None)
    place: tuple[Expression, Expression] = (Field(("geometry",)), Shape(geo.geometry))
    if geo.nearest is not None:
        return exactly(Call("ge", (Call("distance", place), Value(geo.nearest))))
    if geo.furthest is not None:
        return exactly(Call("le", (Call("distance", place), Value(geo.furthest))))
    return exactly(Call(_RELATIONS[geo.relation], place))


def is_there(geo: GeoQuery, entity: Entity) -> bool:
    """Return whether any of an entity's places by the attribute is as asked for."""
    asked = _sound(geo.geometry)
    places = [
        _sound(instance.value)
        for instance in entity.attributes.get(geo.attribute, ())
        if instance.kind == "GeoProperty"
    ]
    return any(
        asked is not None and place is not None and _related(geo, place, asked) for place in places
    )


def _sound(geometry: Json) -> BaseGeometry | None:
    try:
        read = read_shape(geometry)
        return read if read.is_valid else shapely.make_valid(read)
    except (ValueError, TypeError, KeyError, AttributeError, shapely.GEOSException):
        return None


def _related(geo: GeoQuery, place: BaseGeometry, asked: BaseGeometry) -> bool:
    if geo.nearest is not None:
        return _metres(place, asked) >= geo.nearest
    if geo.furthest is not None:
        return _metres(place, asked) <= geo.furthest
    relations: Mapping[str, Callable[[BaseGeometry], object]] = {
        "within": place.within,
        "contains": place.contains,
        "overlaps": place.overlaps,
        "intersects": place.intersects,
        "equals": place.equals,
        "disjoint": place.disjoint,
    }
    return bool(relations[geo.relation](asked))


def _metres(one: BaseGeometry, other: BaseGeometry) -> float:
    """Return how far it is between the nearest points of two places, on a sphere."""
    near, far = shapely.get_coordinates(shapely.shortest_line(one, other))[:, :2]  # pyright: ignore[reportUnknownMemberType]  # of its own types
    longitude, latitude = math.radians(near[0]), math.radians(near[1])
    there_longitude, there_latitude = math.radians(far[0]), math.radians(far[1])
    half = (
        math.sin((there_latitude - latitude) / 2) ** 2
        + math.cos(latitude)
        * math.cos(there_latitude)
        * math.sin((there_longitude - longitude) / 2) ** 2
    )
    return 2 * _EARTH * math.asin(math.sqrt(min(1.0, half)))
