"""How places stand to one another: OGC Simple Features by GEOS, and metres along the ellipsoid."""

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final, cast

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from byalag.model import Point
from byalag.store._distance import distances

Place = BaseGeometry
_REMEMBERED: Final = 2_000  # characters
_MENDED: Final = 500  # positions; to mend a crossed shape may take the square of them


def place(text: str) -> Place | None:
    """Return the place that a text says: GeoJSON, or longitude and latitude; None if none."""
    return _remembered(text) if len(text) <= _REMEMBERED else _placed(text)


def _placed(text: str) -> Place | None:
    if not text.startswith("{"):
        longitude, _, latitude = text.partition(" ")
        return shapely.Point(float(longitude), float(latitude))
    read = _read(text)
    if read is None:
        return None
    if not read.is_valid:
        if len(shapely.get_coordinates(read)) > _MENDED:
            return None
        read = shapely.make_valid(read)
    shapely.prepare(read)
    return read


_remembered = lru_cache(maxsize=4_096)(_placed)


def _read(text: str) -> Place | None:
    with np.errstate(over="ignore"):  # what is too large for a number is endless, and is refused
        read = cast("Place | None", shapely.from_geojson(text, on_invalid="ignore"))
    if read is None or read.is_empty or not all(map(math.isfinite, read.bounds)):
        return None
    return read


@lru_cache(maxsize=32)
def asked_place(text: str) -> Place:
    """Return a place to ask with.

    Raises:
        ValueError: It is no GeoJSON geometry, or crosses itself: it has no inside.
    """
    read = _read(text)
    if read is None or not read.is_valid:
        message = "the shape is not a GeoJSON geometry that is whole; see RFC 7946, section 3.1"
        raise ValueError(message)
    shapely.prepare(read)
    return read


def is_box(asked: Place) -> bool:
    """Return whether a place is a rectangle along the meridians and the parallels."""
    if asked.geom_type != "Polygon":
        return False
    corners = shapely.get_coordinates(asked)
    sides = np.count_nonzero(np.diff(corners, axis=0), axis=1)
    return len(corners) == 5 and bool((sides == 1).all())  # noqa: PLR2004 -- four, and the first again


def metres(one: Place, other: Place) -> float:
    """Return how far it is between the nearest points of two places, metres."""
    latitude = math.radians((one.centroid.y + other.centroid.y) / 2)
    narrow = max(math.cos(latitude), 1e-6)
    a, b = (shapely.transform(each, lambda at: at * (narrow, 1.0)) for each in (one, other))
    line = cast("Place", shapely.shortest_line(a, b))  # pyright: ignore[reportUnknownMemberType]  # the types say it half
    near, far = shapely.get_coordinates(line) / (narrow, 1.0)
    there = (np.array([min(max(far[1], -90.0), 90.0)]), np.array([far[0]]))
    return float(distances(Point(min(max(near[1], -90.0), 90.0), near[0]), *there)[0])


def _stands(name: str, *, turned: bool = False) -> Callable[[Place, Place], bool]:
    """Return what says how one place stands to another.

    GEOS is quick where the first is prepared, and it is mostly the second that was asked with:
    `turned`, they are given in the other order.
    """
    function: Callable[[Place, Place], Any] = getattr(shapely, name)

    def stands(one: Place, other: Place) -> bool:
        return bool(function(other, one) if turned else function(one, other))

    return stands


def _relate(one: Place, other: Place, matrix: str) -> bool:
    return bool(shapely.relate_pattern(one, other, matrix))


def _degrees(one: Place, other: Place) -> float:
    return float(one.distance(other))


def _extent(one: Place) -> float:
    return float(one.length)


PLACES: Final[Mapping[str, Callable[..., Any]]] = {
    "intersects": _stands("intersects", turned=True),
    "disjoint": _stands("disjoint", turned=True),
    "touches": _stands("touches", turned=True),
    "within": _stands("contains", turned=True),
    "overlaps": _stands("overlaps", turned=True),
    "crosses": _stands("crosses"),
    "contains_place": _stands("contains"),
    "equals": _stands("equals"),
    "relate": _relate,
    "distance": metres,
    "degrees": _degrees,
    "extent": _extent,
}
