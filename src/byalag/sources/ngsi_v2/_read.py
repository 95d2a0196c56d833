"""Reads an NGSIv2 entity, normalized or as key-values (FIWARE NGSIv2, and what Orion adds)."""

from typing import Final

from byalag.mapping import is_list, is_object
from byalag.model import Json
from byalag.sources._entity import Entity, Instance
from byalag.sources._entity_body import Unlike
from byalag.sources._local_id import last_part, type_in

ABOUT: Final = {"id", "type", "dateCreated", "dateModified", "dateExpires", "alterationType"}
TIMES: Final = ("TimeInstant", "observedAt", "timestamp", "dateObserved")  # metadata, by rank
UNITS: Final = ("unitCode", "unit")
DELETED: Final = "entityDelete"
SIMPLE: Final = {"geo:line": "LineString", "geo:polygon": "Polygon", "geo:box": "Polygon"}
LINKS: Final = {"Relationship", "Reference"}
_ATTRIBUTE: Final = {"type", "value", "metadata"}
_CORNERS: Final = 2


def read(where: str, record: dict[str, Json], _told_at: Json) -> Entity:
    """Return an entity in our form.

    Raises:
        Unlike: It has no id or no type.
    """
    known, kind = record.get("id"), record.get("type")
    if not isinstance(known, str) or not known:
        reason = "it has no id"
        raise Unlike(reason)
    if not isinstance(kind, str) or not kind:
        reason = f"{known!r} has no type"
        raise Unlike(reason)
    return Entity(
        where=where,
        id=known,
        type=last_part(kind),
        record=record,
        instances=[_instance(name, told) for name, told in record.items() if name not in ABOUT],
        modified=_held(record.get("dateModified")),
        gone=_held(record.get("alterationType")) == DELETED,
    )


def _instance(name: str, told: Json) -> Instance:
    if not _is_attribute(told):
        return _plain(name, told)
    value, kind = told.get("value"), told.get("type")
    about = told.get("metadata")
    about = about if is_object(about) else {}
    instance = Instance(
        name=name,
        value=value,
        at=_first(about, TIMES),
        modified=_held(about.get("dateModified")),
        unit=_first(about, UNITS),
    )
    if kind in LINKS:
        instance.form = "link"
    elif isinstance(kind, str) and kind.startswith("geo:") and value is not None:
        instance.form = "geometry"
        _place(instance, kind, value)
    return instance


def _is_attribute(told: Json) -> bool:
    return is_object(told) and "value" in told and told.keys() <= _ATTRIBUTE


def _plain(name: str, value: Json) -> Instance:
    """Return a value without anything said of it, as key-values have them."""
    if isinstance(value, str) and type_in(value):
        return Instance(name=name, value=value, form="link")
    if is_object(value) and "coordinates" in value and "type" in value:
        return Instance(name=name, value=value, form="geometry")
    return Instance(name=name, value=value)


def _place(instance: Instance, kind: str, value: Json) -> None:
    """Write the simple forms, which are "latitude, longitude" in text, as GeoJSON."""
    if kind == "geo:json":
        return
    corners = value if is_list(value) else [value]
    try:
        places = [_position(corner) for corner in corners]
    except ValueError:
        instance.fault = f"a {kind} is written as latitude, longitude"
        return
    if kind == "geo:point":
        instance.value = {"type": "Point", "coordinates": places[0]}
        return
    if kind == "geo:box" and len(places) == _CORNERS:
        (west, south), (east, north) = places
        places = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    shape = SIMPLE.get(kind, "")
    rings = [places] if shape == "Polygon" else places
    instance.value = {"type": shape, "coordinates": rings}


def _position(text: Json) -> list[float]:
    latitude, longitude = str(text).split(",")
    return [float(longitude), float(latitude)]


def _first(about: dict[str, Json], names: tuple[str, ...]) -> Json:
    return next((_held(about[name]) for name in names if name in about), None)


def _held(told: Json) -> Json:
    """Return the value of an attribute or of metadata, or what stands in its place."""
    return told.get("value") if is_object(told) else told
