"""How far it is between positions on WGS 84, and the box that holds a circle. Pure."""

import math
from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from byalag.model import Point

Box: TypeAlias = tuple[float, float, float, float]  # south, west, north, east

HALFWAY = 20_037_509.0
"""More than the distance to the farthest point there is, metres."""

_LEAST_CURVATURE = 6_335_439.0
"""The smallest radius of curvature on WGS 84 (along the meridian at the equator), metres: angles
reckoned with it are never too small."""

_MARGIN = 1.001


@cache
def _earth() -> Geod:
    return Geod(ellps="WGS84")


def distances(
    near: Point, latitudes: NDArray[np.float64], longitudes: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the distance from a point to each position, metres along the ellipsoid."""
    count = len(latitudes)
    here = (np.full(count, near.longitude), np.full(count, near.latitude))
    _, _, metres = _earth().inv(*here, longitudes, latitudes)
    return np.asarray(metres, np.float64)


def boxes_around(near: Point, radius: float) -> list[Box]:
    """Return the boxes that together hold every position within `radius` metres of a point.

    The widest part of a circle on a sphere is asin(sin(r) / cos(latitude)) wide. Two boxes where
    the circle crosses the date line.
    """
    angle = radius * _MARGIN / _LEAST_CURVATURE
    south = near.latitude - math.degrees(angle)
    north = near.latitude + math.degrees(angle)
    if angle >= math.pi / 2 or south <= -90 or north >= 90:  # noqa: PLR2004 - the poles
        return [(max(south, -90.0), -180.0, min(north, 90.0), 180.0)]
    widest = math.sin(angle) / math.cos(math.radians(near.latitude))
    if widest >= 1:
        return [(south, -180.0, north, 180.0)]
    width = math.degrees(math.asin(widest)) * _MARGIN
    return unwrapped((south, near.longitude - width, north, near.longitude + width))


def unwrapped(box: Box) -> list[Box]:
    """Return a box that may cross the date line as boxes that do not."""
    south, west, north, east = box
    if east - west >= 360:  # noqa: PLR2004 - all the way round
        return [(south, -180.0, north, 180.0)]
    if west < -180:  # noqa: PLR2004 - the date line
        return [(south, west + 360, north, 180.0), (south, -180.0, north, east)]
    if east > 180:  # noqa: PLR2004 - the date line
        return [(south, west, north, 180.0), (south, -180.0, north, east - 360)]
    if west > east:
        return [(south, west, north, 180.0), (south, -180.0, north, east)]
    return [box]
