"""A thing as a GeoJSON feature: its words, and the newest value of each of its series."""

import math
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from msgspec import Struct

from byalag.model import Flag, Json, Micros, Observation, Series, Thing
from byalag.standards.features._cql_times import EPOCH
from byalag.standards.features._crs import Move
from byalag.store import Reading

_BAD: Final = frozenset({Flag.FAIL, Flag.MISSING})
_FORECAST: Final = "forecast"


class Newest(Struct, frozen=True):
    """The newest value of a property, and which series it is of."""

    series: Series
    latest: Observation


def newest(reading: Reading, things: Sequence[str]) -> dict[str, dict[str, Newest]]:
    """Return the newest value of each property of each thing, by its own series or linked ones.

    Forecasts are left out: they are not of now. So are values that are missing or failed.
    """
    series = reading.series_of(things)
    latest = reading.latest(one.id for several in series.values() for one in several)
    links = {(link.thing, link.series): link.property for link in reading.links_to(things)}
    found: dict[str, dict[str, Newest]] = {}
    for thing, several in series.items():
        shown = found[thing] = {}
        for one in several:
            heard = latest.get(one.id)
            if heard is None or one.kind == _FORECAST or not _good(heard):
                continue
            name = one.property if one.thing == thing else links.get((thing, one.id), one.property)
            known = shown.get(name)
            if known is None or heard.at > known.latest.at:
                shown[name] = Newest(one, heard)
    return found


def _good(heard: Observation) -> bool:
    return heard.flag not in _BAD and math.isfinite(heard.value)


def geometry(thing: Thing) -> Json:
    """Return where a thing is, as GeoJSON in CRS84; None if nobody has said."""
    if thing.shape is not None:
        shape: Json = thing.shape
        return shape.get("geometry") if shape.get("type") == "Feature" else shape
    if thing.point is None:
        return None
    return {"type": "Point", "coordinates": [thing.point.longitude, thing.point.latitude]}


def properties(thing: Thing, values: Mapping[str, Newest]) -> dict[str, Json]:
    """Return what a feature says of a thing; what nobody has said is left out."""
    said: dict[str, Json] = {
        "name": thing.name,
        "description": thing.description,
        "type": thing.type,
        "municipality": thing.municipality,
    }
    found = {name: value for name, value in said.items() if value is not None}
    found |= {name: value for name, value in thing.properties.items() if name not in said}
    for name, value in values.items():
        if name not in said:
            found[name] = number(value.latest.value)
            found[f"{name}Time"] = time(value.latest.at)
    newest_at = max((value.latest.at for value in values.values()), default=None)
    if newest_at is not None:
        found["updated"] = time(newest_at)
    return found


def feature(thing: Thing, values: Mapping[str, Newest], move: Move | None) -> dict[str, Json]:
    """Return a thing as a feature, its place moved into another system if that is asked."""
    place = geometry(thing)
    return {
        "type": "Feature",
        "id": thing.id,
        "geometry": place if place is None or move is None else move(place),
        "properties": properties(thing, values),
    }


def number(value: float) -> float:
    """Return a number as it is read: a whole one without decimals."""
    return int(value) if value.is_integer() and abs(value) < 1 << 53 else value


def time(at: Micros) -> str:
    """Return a time as RFC 3339 in UTC, with no more decimals than it needs."""
    when = EPOCH + timedelta(microseconds=at)
    return when.isoformat(timespec="auto").replace("+00:00", "Z")
