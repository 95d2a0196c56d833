"""Coordinate reference systems by reference (OGC 18-058r1): names, order of axes, and back."""

import math
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final, TypeAlias

from pyproj import CRS, Transformer

from byalag.model import Json
from byalag.standards.features._problem import NotAnswered, shown

CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG: Final = "http://www.opengis.net/def/crs/EPSG/0/"
# WGS 84 with latitude first, SWEREF 99 TM, the twelve local SWEREF 99 zones, web maps
_CODES: Final = (4326, 3006, *range(3007, 3019), 3857)
CRSES: Final = (CRS84, *(f"{_EPSG}{code}" for code in _CODES))
STORED: Final = CRS84
_SHORT: Final = re.compile(r"\[?(?:EPSG:|urn:ogc:def:crs:EPSG:[\d.]*:)(\d+)\]?", re.IGNORECASE)
_MILLIMETRES: Final = 3
_BOX_STEPS: Final = 16  # a straight edge in a grid is bent in degrees
_WORLD: Final = (-180.0, -90.0, 180.0, 90.0)

Move: TypeAlias = Callable[[Json], Json]  # a geometry into the same one in another system


def named(name: str, parameter: str) -> str:
    """Return a system by its address, or its short name `EPSG:3006`.

    Raises:
        NotAnswered: It is not offered; the message lists what is.
    """
    short = _SHORT.fullmatch(name)
    whole = f"{_EPSG}{short[1]}" if short else name
    if whole.upper().endswith("CRS:84") or name.upper() == "CRS84":
        whole = CRS84
    if whole not in CRSES:
        known = ", ".join(CRSES)
        message = f"{parameter}: {shown(name)} is not offered; there is {known}"
        raise NotAnswered(message)
    return whole


def outward(crs: str) -> Move | None:
    """Return what turns a geometry in CRS84 into another system; None where it is the same."""
    return None if crs == CRS84 else _outward(crs)


def inward(crs: str) -> Move | None:
    """Return what turns a geometry of another system into CRS84; None where it is the same."""
    return None if crs == CRS84 else _inward(crs)


def box(edges: Sequence[float], crs: str) -> Json:
    """Return the area of a box in CRS84, from its lower corner to its upper in any system.

    In degrees a box whose west is east of its east crosses the antimeridian, so it is two.
    """
    west, south, east, north = edges
    if crs == f"{_EPSG}4326":
        south, west, north, east = edges
    if crs in {CRS84, f"{_EPSG}4326"}:
        if west <= east:
            return _rectangle(west, south, east, north)
        parts = [_rectangle(west, south, 180, north), _rectangle(-180, south, east, north)]
        return {"type": "GeometryCollection", "geometries": parts}
    ring = [_between(a, b, step) for a, b in _edges(edges) for step in range(_BOX_STEPS)]
    moved: Json = _inward(crs)({"type": "Polygon", "coordinates": [[*ring, ring[0]]]})
    return moved


def _edges(edges: Sequence[float]) -> list[tuple[list[float], list[float]]]:
    low, left, high, right = edges
    corners = [[low, left], [low, right], [high, right], [high, left]]
    return list(zip(corners, [*corners[1:], corners[0]], strict=True))


def _between(a: Sequence[float], b: Sequence[float], step: int) -> list[float]:
    return [a[i] + (b[i] - a[i]) * step / _BOX_STEPS for i in (0, 1)]


def _rectangle(west: float, south: float, east: float, north: float) -> dict[str, Json]:
    """Return a box; a line or a point where it has no width or no height."""
    if west == east and south == north:
        return {"type": "Point", "coordinates": [west, south]}
    if west == east or south == north:
        return {"type": "LineString", "coordinates": [[west, south], [east, north]]}
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


@lru_cache(maxsize=32)
def _outward(crs: str) -> Move:
    code = int(crs.rpartition("/")[2])
    apply = Transformer.from_crs(4326, code, always_xy=True).transform
    swap, digits = _north_first(code), None if code == _CODES[0] else _MILLIMETRES

    def move(position: Sequence[float]) -> list[float]:
        x, y = apply(position[0], position[1])
        pair = (y, x) if swap else (x, y)
        return [*(value if digits is None else round(value, digits) for value in pair)]

    return lambda geometry: _moved(geometry, move)


@lru_cache(maxsize=32)
def _inward(crs: str) -> Move:
    code = int(crs.rpartition("/")[2])
    apply = Transformer.from_crs(code, 4326, always_xy=True).transform
    swap = _north_first(code)
    west, south, east, north = _WORLD

    def move(position: Sequence[float]) -> list[float]:
        first, second = position[0], position[1]
        x, y = apply(*((second, first) if swap else (first, second)))
        if not (math.isfinite(x) and math.isfinite(y)):
            message = f"{first:.10g}, {second:.10g} lies outside of {crs}"
            raise NotAnswered(message)
        return [min(max(x, west), east), min(max(y, south), north)]

    return lambda geometry: _moved(geometry, move)


def _north_first(code: int) -> bool:
    return str(CRS.from_epsg(code).axis_info[0].direction) == "north"


def _moved(geometry: Json, move: Callable[[Sequence[float]], list[float]]) -> Json:
    if "geometries" in geometry:
        parts = [_moved(part, move) for part in geometry["geometries"]]
        return {"type": geometry["type"], "geometries": parts}
    return {"type": geometry["type"], "coordinates": _each(geometry["coordinates"], move)}


def _each(coordinates: Json, move: Callable[[Sequence[float]], list[float]]) -> Json:
    if coordinates and not isinstance(coordinates[0], list | tuple):
        return move(coordinates)
    return [_each(part, move) for part in coordinates]
