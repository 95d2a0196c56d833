"""Places as they are written: GeoJSON of WGS 84 degrees, longitude first (RFC 7946). Pure."""

import math
from collections.abc import Iterator
from typing import Final

import shapely
from shapely.geometry import shape as build

from byalag.mapping import is_list, is_object
from byalag.model import Json, Point
from byalag.standards.sensorthings._problem import known, unfit

_LEVELS: Final = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
_MOST: Final = 20_000  # positions
_GEO: Final = "geo+json"
_LONGITUDE, _LATITUDE = 180.0, 90.0
_DIMENSIONS: Final = (2, 3)


def is_geojson(encoding: Json) -> bool:
    """Tell whether an encodingType means GeoJSON (`application/geo+json` or 1.0's `vnd`)."""
    return isinstance(encoding, str) and _GEO in encoding.lower()


def check_place(value: Json, encoding: Json, where: str) -> None:
    """Check that a place that says it is GeoJSON is so; what looks like one must be one.

    Raises:
        Refused: It is not.
    """
    looks = is_object(value) and value.get("type") in {*_LEVELS, "Feature"}
    if not is_geojson(encoding) and not looks:
        return
    geometry = shape_of(value)
    if geometry is None:
        message = f"{where} must be a GeoJSON geometry or Feature: {known(_LEVELS)}"
        raise unfit(message)
    positions = _positions(geometry["coordinates"], _LEVELS[geometry["type"]], where)
    for count, position in enumerate(positions, 1):
        if count > _MOST or not _is_position(position):
            message = (
                f"{where}: every position is [longitude, latitude] in degrees, {_MOST} at most"
            )
            raise unfit(message)
    try:
        empty = build(geometry).is_empty
    except (shapely.errors.ShapelyError, ValueError, TypeError, IndexError) as error:
        message = f"{where} is not a {geometry['type']}: {error}"
        raise unfit(message) from error
    if empty:
        message = f"{where} has no positions"
        raise unfit(message)


def shape_of(value: Json) -> dict[str, Json] | None:
    """Return the geometry of a GeoJSON geometry or Feature; None if it is neither."""
    if is_object(value) and value.get("type") == "Feature":
        value = value.get("geometry")
    if not is_object(value):
        return None
    kind, coordinates = value.get("type"), value.get("coordinates")
    if not isinstance(kind, str) or kind not in _LEVELS or not is_list(coordinates):
        return None
    return {"type": kind, "coordinates": coordinates}


def middle(shape: dict[str, Json]) -> Point:
    """Return a point for a shape that has been checked: itself, or the middle of its box."""
    found = list(_positions(shape["coordinates"], _LEVELS[shape["type"]], ""))
    longitudes, latitudes = [one[0] for one in found], [one[1] for one in found]
    return Point(
        latitude=(min(latitudes) + max(latitudes)) / 2,
        longitude=(min(longitudes) + max(longitudes)) / 2,
    )


def _positions(coordinates: Json, levels: int, where: str) -> Iterator[list[Json]]:
    if not is_list(coordinates):
        message = f"{where}: the coordinates are not nested as the geometry's type wants"
        raise unfit(message)
    if not levels:
        yield coordinates
        return
    for inner in coordinates:
        yield from _positions(inner, levels - 1, where)


def _is_position(position: list[Json]) -> bool:
    if len(position) not in _DIMENSIONS:
        return False
    if not all(type(one) in {int, float} and math.isfinite(one) for one in position):
        return False
    return bool(abs(position[0]) <= _LONGITUDE and abs(position[1]) <= _LATITUDE)
