"""Places in a filter: GeoJSON geometries and boxes, bounded and turned into CRS84."""

import math
from typing import Final

from byalag.asking import Shape
from byalag.mapping import is_list, is_object
from byalag.model import Json
from byalag.standards.features import _crs
from byalag.standards.features._problem import NotAnswered

MOST_POSITIONS: Final = 2_000
_DEEP: Final = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
_BOX: Final = (4, 6)
_POSITION: Final = (2, 3)
_RING: Final = 4


def place(geometry: Json, crs: str) -> Shape:
    """Return a geometry that a filter holds.

    Raises:
        NotAnswered: It is no geometry, or has too many positions.
    """
    left = [MOST_POSITIONS]
    _check(geometry, left, 1)
    move = _crs.inward(crs)
    return Shape(geometry if move is None else move(geometry))


def box(edges: Json, crs: str, where: str = "filter: BBOX") -> Shape:
    """Return the area of a box of four numbers, or of six, whose heights say nothing here.

    Raises:
        NotAnswered: It is no box.
    """
    numbers: list[Json] = edges if is_list(edges) else []
    if len(numbers) not in _BOX or not all(map(_is_number, numbers)):
        message = f"{where} is four or six numbers: the lower corner, then the upper one"
        raise NotAnswered(message)
    half = len(numbers) // 2
    flat = [*numbers[:2], *numbers[half : half + 2]]
    degrees = crs == _crs.CRS84 or crs.endswith("/4326")
    south, north = (flat[0], flat[2]) if crs.endswith("/4326") else (flat[1], flat[3])
    west, east = (flat[1], flat[3]) if crs.endswith("/4326") else (flat[0], flat[2])
    wide = degrees and not (-180 <= west <= 180 and -180 <= east <= 180)  # noqa: PLR2004 -- how far degrees go
    high = degrees and not (south >= -90 and north <= 90)  # noqa: PLR2004 -- how far degrees go
    if south > north or wide or high or (not degrees and west > east):
        message = (
            f"{where}: the lower corner comes first, then the upper one, within the system: "
            f"{', '.join(f'{number:.10g}' for number in numbers)} is not"
        )
        raise NotAnswered(message)
    return Shape(_crs.box(flat, crs))


def _check(geometry: Json, left: list[int], level: int) -> None:
    kind = geometry.get("type") if is_object(geometry) else None
    if kind == "GeometryCollection" and level == 1:
        parts = geometry.get("geometries")
        if not is_list(parts) or not parts:
            raise _no_geometry()
        for part in parts:
            _check(part, left, level + 1)
        return
    if not isinstance(kind, str) or kind not in _DEEP:
        raise _no_geometry()
    coordinates = geometry.get("coordinates")
    _positions(coordinates, _DEEP[kind], left)
    _lengths(kind, coordinates)


def _positions(coordinates: Json, deep: int, left: list[int]) -> None:
    if not is_list(coordinates) or not coordinates:
        raise _no_geometry()
    if deep:
        for part in coordinates:
            _positions(part, deep - 1, left)
        return
    if len(coordinates) not in _POSITION or not all(map(_is_number, coordinates)):
        raise _no_geometry()
    left[0] -= 1
    if left[0] < 0:
        message = f"filter: a geometry has more than {MOST_POSITIONS} positions; make it simpler"
        raise NotAnswered(message)


def _lengths(kind: str, coordinates: Json) -> None:
    if kind == "LineString" and len(coordinates) < 2:  # noqa: PLR2004 -- a line has two ends
        raise _no_geometry()
    polygons = [coordinates] if kind == "Polygon" else coordinates
    if kind.endswith("Polygon"):
        for ring in (ring for polygon in polygons for ring in polygon):
            if len(ring) < _RING or ring[0] != ring[-1]:
                message = "filter: a ring of a polygon ends where it begins, with four positions"
                raise NotAnswered(message)


def _is_number(value: Json) -> bool:
    good = isinstance(value, int | float) and not isinstance(value, bool)
    return good and math.isfinite(value)


def _no_geometry() -> NotAnswered:
    return NotAnswered("filter: a geometry is WKT in text and GeoJSON in JSON; this is neither")
