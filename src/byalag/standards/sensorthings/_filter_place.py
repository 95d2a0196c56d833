"""Places in an expression: WKT as GeoJSON. Longitude stands first, in degrees. Pure."""

from typing import Final

import shapely
from shapely.geometry import mapping

from byalag.model import Json
from byalag.standards.sensorthings._problem import unfit

LONGEST: Final = 8_000
MOST: Final = 500  # positions
_WHOLE_EARTH: Final = (-180.0, -90.0, 180.0, 90.0)


def place(wkt: str) -> dict[str, Json]:
    """Read a place.

    Raises:
        Refused: It is no place on earth, or too detailed (400).
    """
    text = wkt[10:] if wkt[:10].upper() == "SRID=4326;" else wkt
    _refuse_large(text)
    try:
        shape = shapely.from_wkt(text)
    except shapely.GEOSException as error:
        message = f"cannot read the place {text[:60]!r}: write as POINT (20.95 64.75)"
        raise unfit(message) from error
    if shape.is_empty or not _on_earth(shape.bounds):
        message = f"{text[:60]!r} is no place: longitude first (-180 to 180), then latitude"
        raise unfit(message)
    if not shape.is_valid:
        message = f"{text[:60]!r} is no simple shape: {shapely.is_valid_reason(shape)}"
        raise unfit(message)
    told: dict[str, Json] = mapping(shape)
    return told


def _refuse_large(text: str) -> None:
    positions = text.count(",") + 1
    if len(text) > LONGEST or positions > MOST:
        message = f"a place has at most {MOST} positions; this has {positions}"
        raise unfit(message)
    if text.upper().count("COLLECTION") > 1:
        message = "a collection of places holds no other collection"
        raise unfit(message)


def _on_earth(bounds: tuple[float, float, float, float]) -> bool:
    west, south, east, north = _WHOLE_EARTH
    return west <= bounds[0] <= bounds[2] <= east and south <= bounds[1] <= bounds[3] <= north
