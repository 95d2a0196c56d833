"""Reads an NGSI-LD entity in any of its forms: normalized, concise, key-values (ETSI GS CIM 009).

An attribute that is taken away is told by `urn:ngsi-ld:null` (clause 4.5.0), an entity that is
deleted by `deletedAt` beside its id.
"""

from collections.abc import Iterator
from typing import Final

from byalag.mapping import is_list, is_object
from byalag.model import Json
from byalag.sources._entity import Entity, Form, Instance
from byalag.sources._entity_body import Unlike
from byalag.sources._local_id import URN, escaped, last_part, type_in

NULL: Final = "urn:ngsi-ld:null"
ABOUT: Final = {
    "id", "@id", "type", "@type", "@context",
    "createdAt", "modifiedAt", "deletedAt", "expiresAt",
}  # fmt: skip
HOLDS: Final[dict[str, Form]] = {
    "value": "value",
    "object": "link",
    "languageMap": "value",
    "vocab": "value",
    "json": "value",
    "valueList": "value",
    "objectList": "link",
}
GEOMETRIES: Final = {
    "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon",
}  # fmt: skip
ATTRIBUTES: Final = {
    "Property", "GeoProperty", "Relationship", "LanguageProperty", "VocabProperty", "JsonProperty",
    "ListProperty", "ListRelationship",
}  # fmt: skip
DATASET: Final = f"{URN}Dataset:"


def read(where: str, record: dict[str, Json], told_at: Json) -> Entity:
    """Return an entity in our form. `told_at` is when a notification of it was sent.

    Raises:
        Unlike: It has no id or no type.
    """
    known = record.get("id", record.get("@id"))
    kinds = record.get("type", record.get("@type"))
    kinds = kinds if is_list(kinds) else [kinds]
    if not isinstance(known, str) or not known:
        reason = "it has no id"
        raise Unlike(reason)
    named = [last_part(kind) for kind in kinds if isinstance(kind, str) and kind]
    if not named:
        reason = f"{known!r} has no type"
        raise Unlike(reason)
    stated = type_in(known)
    return Entity(
        where=where,
        id=known,
        type=stated if stated in named else named[0],
        record=record,
        instances=[
            instance
            for name, value in record.items()
            if name not in ABOUT
            for instance in _instances(name, value, told_at)
        ],
        modified=record.get("modifiedAt"),
        gone="deletedAt" in record,
    )


def _instances(name: str, value: Json, told_at: Json) -> Iterator[Instance]:
    """Yield each value of an attribute; several are told apart by `datasetId`."""
    if is_list(value) and value and all(_is_attribute(one) for one in value):
        for one in value:
            yield _instance(name, one, told_at)
    elif is_object(value) and value.keys() == {"dataset"} and is_object(value["dataset"]):
        for dataset, one in value["dataset"].items():
            found = _instance(name, one, told_at)
            found.dataset = "" if dataset == "@none" else _dataset(dataset)
            yield found
    else:
        yield _instance(name, value, told_at)


def _is_attribute(value: Json) -> bool:
    return is_object(value) and not value.keys().isdisjoint(HOLDS)


def _instance(name: str, value: Json, told_at: Json) -> Instance:
    if not is_object(value):
        return _plain(name, value, told_at)
    holder = next((one for one in HOLDS if one in value), None)
    if holder is None:
        if value.get("type") in ATTRIBUTES and not _is_geometry(value):
            return _without_value(name, value)
        return _plain(name, value, told_at)
    held = _unwrapped(value[holder])
    gone = is_null(held) or "deletedAt" in value
    form: Form = (
        "geometry" if _is_geometry(held) or value.get("type") == "GeoProperty" else HOLDS[holder]
    )
    at = value.get("observedAt")
    if gone:
        at = value.get("deletedAt") or value.get("modifiedAt") or told_at or at
    return Instance(
        name=name,
        value=None if gone else held,
        form=form,
        at=at,
        modified=value.get("modifiedAt"),
        unit=value.get("unitCode"),
        dataset=_dataset(value.get("datasetId")),
        gone=gone,
    )


def _without_value(name: str, value: dict[str, Json]) -> Instance:
    if "deletedAt" in value:
        return Instance(name=name, gone=True, at=value["deletedAt"])
    return Instance(name=name, fault=f"it is a {value['type']} and has no {', '.join(HOLDS)}")


def _plain(name: str, value: Json, told_at: Json) -> Instance:
    """Return a value without anything said of it, as key-values and concise entities have them."""
    if is_null(value):
        return Instance(name=name, gone=True, at=told_at)
    form: Form = "geometry" if _is_geometry(value) else "value"
    if isinstance(value, str) and type_in(value):
        form = "link"
    return Instance(name=name, value=_unwrapped(value), form=form)


def is_null(value: Json) -> bool:
    """Return whether a value says that there is none any more; in a language map, in any word."""
    if is_object(value):
        return value.get("@none") == NULL
    if is_list(value):
        return value == [NULL]
    return bool(value == NULL)


def _unwrapped(value: Json) -> Json:
    """Take a JSON-LD typed value out of its wrapping."""
    return value["@value"] if is_object(value) and "@value" in value else value


def _is_geometry(value: Json) -> bool:
    return is_object(value) and value.get("type") in GEOMETRIES and "coordinates" in value


def _dataset(name: Json) -> str:
    return escaped(name.removeprefix(DATASET)) if isinstance(name, str) else ""
