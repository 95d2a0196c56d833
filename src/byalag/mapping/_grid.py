"""Coordinate systems that sources write positions in, said in WGS 84 degrees."""

import re
from collections.abc import Callable
from difflib import get_close_matches
from functools import lru_cache
from math import isfinite
from typing import Final

from pyproj import CRS, Transformer

from byalag import Misconfigured
from byalag.mapping._value import MISSING, Unfit, is_object, shown
from byalag.model import Json

Place = tuple[float, float]  # longitude and latitude, degrees
ToDegrees = Callable[[float, float], Place]

_DEGREES: Final = frozenset({4326, 4258, 4619})  # WGS 84, ETRS89, SWEREF 99: within a metre
_METRES: Final = frozenset(
    {
        3006,  # SWEREF 99 TM
        *range(3007, 3019),  # SWEREF 99 12 00 to 23 15
        *range(3019, 3025),  # RT 90 7.5 gon V to 5 gon O
        *range(25832, 25836),  # ETRS89 / UTM
        *range(32632, 32636),  # WGS 84 / UTM
        *range(31466, 31470),  # DHDN / 3-degree Gauss-Krüger zones 2 to 5
        2056,  # Swiss LV95
        21781,  # Swiss LV03
        3857,  # Web Mercator
    }
)
_ALIASES: Final = {102100: 3857, 900913: 3857, 2400: 3021}  # ESRI's and EPSG's former numbers
_SWEDISH: Final = range(3006, 3025)
_SWEDEN: Final = (8.0, 53.0, 27.0, 71.0)  # where Swedish grids may lie: west, south, east, north
_MARGIN: Final = 5.0  # degrees outside of where a grid is meant for
_CODE = re.compile(r"(?:EPSG|WKID|ESRI)?[:/]*(?:[\d.]*[:/]+)?(?P<code>\d{4,6})", re.IGNORECASE)


def to_degrees(crs: int) -> ToDegrees | None:
    """Return what turns easting and northing into longitude and latitude; None for degrees."""
    return None if crs in _DEGREES else _transform(crs)


@lru_cache(maxsize=64)
def _transform(crs: int) -> ToDegrees:
    transformer = Transformer.from_crs(crs, 4326, always_xy=True)
    west, south, east, north = _extent(crs)
    apply = transformer.transform

    def degrees(x: float, y: float) -> Place:
        longitude, latitude = apply(x, y)
        if not (west <= longitude <= east and south <= latitude <= north):
            swapped = "; are x and y swapped?" if isfinite(x) and isfinite(y) else ""
            reason = f"x {x:.10g}, y {y:.10g} lies far outside of EPSG:{crs}{swapped}"
            raise Unfit(reason)
        return longitude, latitude

    return degrees


def _extent(crs: int) -> tuple[float, float, float, float]:
    if crs in _SWEDISH:
        return _SWEDEN
    area = CRS.from_epsg(crs).area_of_use
    if area is None:
        return -180, -90, 180, 90
    return area.west - _MARGIN, area.south - _MARGIN, area.east + _MARGIN, area.north + _MARGIN


def crs_named(name: str, where: str) -> int:
    """Return the EPSG number of a coordinate system as settings name it.

    Raises:
        Misconfigured: If it is not known; the message lists those that are.

    """
    found = _number(name)
    if found is None:
        known = [f"EPSG:{crs}" for crs in sorted(_DEGREES | _METRES, key=_nearness)]
        near = get_close_matches(name.upper(), known, n=3, cutoff=0.6)
        hint = f"near ones are {', '.join(near)}; " if near else ""
        reason = f"{where}: the coordinate system {name!r} is not known; {hint}known are auto, "
        raise Misconfigured(reason + ", ".join(known))
    return found


def _nearness(crs: int) -> tuple[bool, int]:
    """Put Swedish systems first."""
    return crs not in _SWEDISH, crs


def crs_stated(stated: Json) -> int:
    """Return the EPSG number that a GeoJSON `crs` or an ESRI `spatialReference` states.

    WGS 84 where nothing is stated (RFC 7946).

    Raises:
        Unfit: If it states a system that is not known.

    """
    if stated is None or stated is MISSING:
        return 4326
    if is_object(stated):
        properties = stated.get("properties")
        name = properties.get("name") if is_object(properties) else None
        stated = name or stated.get("latestWkid") or stated.get("wkid")
    found = _number(str(stated)[:200])
    if found is None:
        reason = f"the coordinate system {shown(stated)} is not known"
        raise Unfit(reason)
    return found


def _number(name: str) -> int | None:
    short = name.strip().removeprefix("urn:ogc:def:crs:")
    short = short.removeprefix("http://www.opengis.net/def/crs/")
    short = short.removeprefix("https://www.opengis.net/def/crs/")
    if short.upper().endswith("CRS84"):
        return 4326
    found = _CODE.fullmatch(short)
    code = int(found["code"]) if found else 0
    code = _ALIASES.get(code, code)
    return code if code in _DEGREES or code in _METRES else None
