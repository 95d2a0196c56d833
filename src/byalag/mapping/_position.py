"""Turns what a record says of its place into a position, or refuses what cannot be one."""

import re
from collections.abc import Callable
from typing import Final

from shapely.geometry.base import BaseGeometry

from byalag import Misconfigured
from byalag.mapping._code import Code
from byalag.mapping._context import Context
from byalag.mapping._geometry import as_geojson, flat_in_degrees, from_json, from_wkt, inside
from byalag.mapping._grid import Place, crs_named, crs_stated, to_degrees
from byalag.mapping._number import compile_number
from byalag.mapping._path import path_at
from byalag.mapping._spec import PointSpec
from byalag.mapping._value import MISSING, Read, Unfit, is_list, is_object, shown
from byalag.mapping._word import markers
from byalag.model import Json, Point

ReadPlace = Callable[[Json, Context], Place | None]
ReadPoint = Callable[[Json, Context], Point | None]
ReadShape = Callable[[Json, Context], BaseGeometry | Place | None]
Shape = tuple[dict[str, Json] | None, Point | None]

_FORMS: Final = "lat and lon, x and y, pair, wkt, or geometry"
_IN_PAIR = re.compile(r"-?\d{1,9}(?:\.\d{1,20})?", re.ASCII)
_TWO: Final = 2
_AUTO: Final = "auto"
_POLE: Final = 90  # degrees
_ROUND: Final = 180
EARTH: Final = (-_POLE, -_ROUND, _POLE, _ROUND)
_CRS: Final[Read] = path_at("$crs", "point.crs")


def compile_point(spec: PointSpec, where: str) -> ReadPoint:
    """Turn the setting into a reader of positions; None where a record has none.

    Raises:
        Misconfigured: If it does not say exactly one way to find the position.

    """
    place = _place(spec, where)
    _check_box(spec, where)
    within = spec.within

    def read(record: Json, context: Context) -> Point | None:
        try:
            found = place(record, context)
            if found is None and spec.required:
                _refuse("there is no position, and one is required")
            return None if found is None else checked(found, within)
        except Unfit as error:
            reason = f"point: {error}"
            raise Unfit(reason) from error

    return read


def write_point(code: Code, spec: PointSpec, where: str) -> None:
    """Write the lines that find `point`; two plain numbers in degrees are read in place.

    Raises:
        Misconfigured: If the setting does not say exactly one way to find the position.

    """
    careful = f"point = {code.value(compile_point(spec, where))}(record, context)"
    if spec.lat is None or spec.lon is None or spec.missing:
        code.add(careful)
        return
    south, west, north, east = (code.value(limit) for limit in spec.within or EARTH)
    code.add(
        f"""
y, x = {code.read(spec.lat, f"{where}.lat")}, {code.read(spec.lon, f"{where}.lon")}
if (
    y.__class__ is float and x.__class__ is float
    and {south} <= y <= {north} and {west} <= x <= {east} and (y or x)
):
    point = Point(y, x)
else:
    {careful}
"""
    )


def checked(place: Place, within: tuple[float, float, float, float] | None = None) -> Point:
    """Return the position if it can be one.

    Raises:
        Unfit: If it is no place on earth, is 0, 0, or lies outside of `within`.

    """
    longitude, latitude = place
    if not (-_POLE <= latitude <= _POLE and -_ROUND <= longitude <= _ROUND):
        _refuse(f"latitude {latitude:.10g}, longitude {longitude:.10g} is no place on earth")
    if latitude == 0 and longitude == 0:
        _refuse("0, 0 is in the sea off Africa; if it means no position, name it in `missing`")
    if within is not None:
        south, west, north, east = within
        if not (south <= latitude <= north and west <= longitude <= east):
            _refuse(
                f"latitude {latitude:.7g}, longitude {longitude:.7g} lies outside of "
                f"{south:g} to {north:g} and {west:g} to {east:g}"
            )
    return Point(latitude, longitude)


def compile_shape(
    path: str, point: PointSpec | None, where: str
) -> Callable[[Json, Context], Shape]:
    """Turn a path to geometry into a reader of a shape and of a position inside it.

    The shape is None where the geometry is a mere point.

    Raises:
        Misconfigured: If the path or the coordinate system cannot be understood.

    """
    read = _geometry(path, point.crs if point else _AUTO, where)
    within = point.within if point else None

    def shape(record: Json, context: Context) -> Shape:
        try:
            found = read(record, context)
            if found is None:
                return None, None
            if isinstance(found, tuple):
                return None, checked(found, within)
            place = inside(found)
            return (None, None) if place is None else (as_geojson(found), checked(place, within))
        except Unfit as error:
            reason = f"shape: {error}"
            raise Unfit(reason) from error

    return shape


def _place(spec: PointSpec, where: str) -> ReadPlace:
    forms = ((spec.lat, spec.lon), (spec.x, spec.y), (spec.wkt,), (spec.geometry,), (spec.pair,))
    given = [paths for paths in forms if any(path is not None for path in paths)]
    if len(given) != 1 or None in given[0]:
        reason = f"{where}: say where the position is in exactly one way: {_FORMS}"
        raise Misconfigured(reason)
    if spec.lat is not None and spec.lon is not None:
        if spec.crs != _AUTO and to_degrees(crs_named(spec.crs, f"{where}.crs")) is not None:
            reason = f"{where}: {spec.crs} is in metres; give `x` and `y` instead of lat and lon"
            raise Misconfigured(reason)
        return _numbers(spec, (f"{where}.lon", spec.lon), (f"{where}.lat", spec.lat))
    if spec.x is not None and spec.y is not None:
        return _projected(
            _numbers(spec, (f"{where}.x", spec.x), (f"{where}.y", spec.y)), spec.crs, where
        )
    if spec.pair is not None:
        crs = "EPSG:4326" if spec.crs == _AUTO else spec.crs
        return _projected(_paired(spec, spec.pair, f"{where}.pair"), crs, where)
    path = spec.wkt or spec.geometry or ""
    shape = _geometry(path, spec.crs, where)

    def place(record: Json, context: Context) -> Place | None:
        found = shape(record, context)
        return inside(found) if isinstance(found, BaseGeometry) else found

    return place


def _numbers(spec: PointSpec, across: tuple[str, str], up: tuple[str, str]) -> ReadPlace:
    read_across, read_up = path_at(across[1], across[0]), path_at(up[1], up[0])
    missing = markers(spec.missing, blank=True)
    number = compile_number(spec.decimal)

    def place(record: Json, _context: Context) -> Place | None:
        x, y = read_across(record), read_up(record)
        if x.__class__ is float and y.__class__ is float and not spec.missing:
            return x, y
        if missing(x) or missing(y):
            if not (missing(x) and missing(y)):
                _refuse(f"only one of {across[1]} and {up[1]} is there")
            return None
        return number(x), number(y)

    return place


def _paired(spec: PointSpec, path: str, where: str) -> ReadPlace:
    """Read both numbers from one text ("59.33, 18.06") or one list."""
    read, missing = path_at(path, where), markers(spec.missing, blank=True)
    number, swapped = compile_number(), spec.order == "lat lon"

    def place(record: Json, _context: Context) -> Place | None:
        value = read(record)
        if missing(value):
            return None
        found: list[Json] = list(_IN_PAIR.findall(value)) if isinstance(value, str) else value
        if not is_list(found) or len(found) < _TWO or (found is not value and len(found) > _TWO):
            _refuse(f"{shown(value)} is not two numbers")
        first, second = number(found[0]), number(found[1])
        return (second, first) if swapped else (first, second)

    return place


def _projected(place: ReadPlace, crs: str, where: str) -> ReadPlace:
    """Say a place in degrees; only a fixed system is looked up before there are records."""
    fixed = None if crs == _AUTO else crs_named(crs, f"{where}.crs")
    same = None if fixed is None else to_degrees(fixed)

    def degrees(record: Json, context: Context) -> Place | None:
        found = place(record, context)
        if found is None:
            return None
        convert = to_degrees(_stated(record, None)) if fixed is None else same
        return found if convert is None else convert(*found)

    return degrees


def _geometry(path: str, crs: str, where: str) -> ReadShape:
    """Read geometry in degrees, whatever it is written in."""
    read = path_at(path, where)
    fixed = None if crs == _AUTO else crs_named(crs, f"{where}.crs")

    def shape(record: Json, context: Context) -> BaseGeometry | Place | None:
        value = read(record, context)
        if value is None or value is MISSING or value == "":
            return None
        found, own = from_wkt(value) if isinstance(value, str) else (from_json(value), None)
        number = crs_stated(own) if own else fixed or _stated(record, value)
        if found is None or (isinstance(found, BaseGeometry) and found.is_empty):
            return None
        if isinstance(found, BaseGeometry):
            return flat_in_degrees(found, number)
        convert = to_degrees(number)
        return found if convert is None else convert(*found)

    return shape


def _stated(record: Json, geometry: Json) -> int:
    """Return what the geometry itself, or else its answer, states as coordinate system."""
    own = geometry.get("spatialReference") if is_object(geometry) else None
    return crs_stated(own or _CRS(record))


def _check_box(spec: PointSpec, where: str) -> None:
    if spec.within is not None:
        south, west, north, east = spec.within
        if not (-_POLE <= south < north <= _POLE and -_ROUND <= west < east <= _ROUND):
            reason = f"{where}.within: write [south, west, north, east] in degrees"
            raise Misconfigured(reason)


def _refuse(reason: str) -> None:
    raise Unfit(reason)
