"""Reads geometry as GeoJSON, ESRI JSON and well-known text write it, and says it in degrees."""

import math
import re
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import wkt
from shapely.geometry import MultiLineString, MultiPoint, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from byalag.mapping._grid import Place, to_degrees
from byalag.mapping._value import Unfit, is_list, is_object, shown
from byalag.model import Json

LONGEST_WKT: Final = 2_000_000  # characters
MOST_POSITIONS: Final = 200_000
_DIGITS: Final = 7  # of a degree: about a centimetre
_DEEPEST: Final = 5
_NUMBER = r"[^\s()]{1,40}"
_POINT = re.compile(
    rf"\s*POINT\s*Z?\s*\(\s*({_NUMBER})\s+({_NUMBER})(?:\s+{_NUMBER})?\s*\)\s*", re.IGNORECASE
)
_SRID = re.compile(r"\s*SRID\s*=\s*(?P<crs>\d{4,6})\s*;", re.IGNORECASE)


def from_wkt(text: Json) -> tuple[BaseGeometry | Place, int | None]:
    """Read well-known text, and the coordinate system if it says one (`SRID=3006;POINT (…)`).

    Raises:
        Unfit: If it cannot be read.

    """
    if not isinstance(text, str) or len(text) > LONGEST_WKT:
        reason = f"{shown(text)} is not well-known text"
        raise Unfit(reason)
    prefix = _SRID.match(text)
    crs = int(prefix["crs"]) if prefix else None
    text = text[prefix.end() :] if prefix else text
    if (point := _POINT.fullmatch(text)) is not None:
        try:
            return (float(point[1]), float(point[2])), crs
        except ValueError as error:
            reason = f"{shown(text)} is not a position"
            raise Unfit(reason) from error
    try:
        return wkt.loads(text), crs
    except shapely.errors.ShapelyError as error:
        reason = f"{shown(text)} is not well-known text"
        raise Unfit(reason) from error


def from_json(geometry: Json) -> BaseGeometry | Place | None:
    """Read a GeoJSON or ESRI geometry; None if it is empty.

    Raises:
        Unfit: If it cannot be read.

    """
    if not is_object(geometry):
        reason = f"{shown(geometry)} is not a geometry"
        raise Unfit(reason)
    try:
        if "type" in geometry:
            return _geojson(geometry)
        return _esri(geometry)
    except Unfit:
        raise
    except (TypeError, ValueError, KeyError, IndexError, OverflowError) as error:
        reason = "the geometry cannot be read"
        raise Unfit(reason) from error
    except shapely.errors.ShapelyError as error:
        reason = "the geometry cannot be read"
        raise Unfit(reason) from error


def _geojson(geometry: dict[str, Json]) -> BaseGeometry | Place | None:
    kind, coordinates = geometry["type"], geometry.get("coordinates")
    if kind == "Point":
        return (_degree(coordinates[0]), _degree(coordinates[1])) if coordinates else None
    if kind not in ("Polygon", "MultiPolygon", "LineString", "MultiLineString", "MultiPoint"):
        reason = f"geometry of the type {shown(kind)} is not read"
        raise Unfit(reason)
    _bounded(coordinates)
    return shapely.geometry.shape(geometry) if coordinates else None


def _esri(geometry: dict[str, Json]) -> BaseGeometry | Place | None:
    if "x" in geometry:
        x, y = geometry["x"], geometry.get("y")
        return None if x is None or y is None or x == "NaN" else (_degree(x), _degree(y))
    for name, make in (("rings", _polygons), ("paths", MultiLineString), ("points", MultiPoint)):
        if parts := geometry.get(name):
            _bounded(parts)
            return make(parts)
    return None


def _degree(value: Json) -> float:
    if isinstance(value, bool):
        raise TypeError
    return float(value)


def _bounded(coordinates: Json, depth: int = 0) -> int:
    """Count positions, refusing what is nested deeper or is longer than any geometry.

    Raises:
        Unfit: If it is.

    """
    if not is_list(coordinates):
        return 0
    count = len(coordinates)
    if depth < _DEEPEST and count <= MOST_POSITIONS:
        count += sum(_bounded(part, depth + 1) for part in coordinates)
    if depth >= _DEEPEST or count > MOST_POSITIONS * _DEEPEST:
        reason = f"the geometry is too large; {MOST_POSITIONS} positions are allowed"
        raise Unfit(reason)
    return count


def _polygons(rings: list[Json]) -> BaseGeometry:
    """Build polygons of ESRI's rings: clockwise ones are outlines, the others are holes."""
    outlines = [ring for ring in rings if not shapely.geometry.LinearRing(ring).is_ccw]
    holes = [ring for ring in rings if ring not in outlines]
    outlines, holes = (outlines, holes) if outlines else (rings, [])
    built: list[Polygon] = []
    for outline in outlines:
        shell = Polygon(outline)
        built.append(Polygon(outline, [h for h in holes if shell.contains(Point(h[0][:2]))]))
    return built[0] if len(built) == 1 else MultiPolygon(built)


def flat_in_degrees(geometry: BaseGeometry, crs: int) -> BaseGeometry:
    """Return the geometry without heights, in degrees.

    Raises:
        Unfit: If a position lies far outside of the coordinate system.

    """
    degrees = to_degrees(crs)
    if degrees is None:
        return shapely.transform(geometry, np.asarray, include_z=False)

    def each(positions: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.array([degrees(x, y) for x, y in positions.tolist()])

    return shapely.transform(geometry, each, include_z=False)


def inside(geometry: BaseGeometry) -> Place | None:
    """Return a position inside the geometry, also where it is bent; None if it is empty.

    Raises:
        Unfit: If the geometry crosses itself so that nothing is inside.

    """
    if geometry.is_empty:
        return None
    try:
        point = shapely.point_on_surface(geometry)
    except shapely.errors.ShapelyError:
        point = shapely.point_on_surface(shapely.make_valid(geometry))
    if point.is_empty or not (math.isfinite(point.x) and math.isfinite(point.y)):
        reason = "the geometry has nothing inside"
        raise Unfit(reason)
    return point.x, point.y


def as_geojson(geometry: BaseGeometry) -> dict[str, Json]:
    """Write the geometry as GeoJSON, rounded to a centimetre."""
    return {
        "type": geometry.geom_type,
        "coordinates": _rounded(shapely.geometry.mapping(geometry)["coordinates"]),
    }


def _rounded(coordinates: Json) -> Json:
    if isinstance(coordinates, float):
        return round(coordinates, _DIGITS)
    return [_rounded(part) for part in coordinates]
