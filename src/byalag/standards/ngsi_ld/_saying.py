"""From entities to facts: everything that is written here, as every window sees it."""

import math
from collections.abc import Iterator

import msgspec
import shapely
from shapely.errors import ShapelyError

from byalag.mapping import rec20_codes
from byalag.model import Fact, Flag, Json, Observation, Point, Series, Thing, ThingId
from byalag.standards.ngsi_ld._entity import Entity, Instance
from byalag.standards.ngsi_ld._facts import EXTRA, STA, geometry_of
from byalag.standards.ngsi_ld._name import (
    ATTRIBUTE,
    DETAILS,
    LOCATION,
    property_of,
    series_id,
    short,
    short_type,
    thing_id,
    written_id,
)

_OWN = frozenset({"name", "description", "location"})


def facts_of(entity: Entity, dataset: str, before: Thing | None = None) -> list[Fact]:
    """Return all the facts that an entity is, said in whole by a dataset.

    `before` is the thing as it is: what is said of it in other words than NGSI-LD's stays.
    """
    thing = thing_of(entity, dataset, before)
    return [thing, *observed_facts(entity, thing.id, dataset)]


def thing_of(entity: Entity, dataset: str, before: Thing | None = None) -> Thing:
    """Return the thing that an entity is. See `facts_of`."""
    mirrored = {short(name): name for name in sorted(entity.attributes, reverse=True)}
    told = {
        name: instance
        for name, attribute in mirrored.items()
        for instance in entity.attributes[attribute]
        if instance.dataset is None
    }
    details = _details(entity, before)
    own = {name: told.pop(name).value for name in _OWN if _is_own(name, told, mirrored)}
    place = own.get("location")
    return Thing(
        id=before.id if before is not None else written_id(entity.id),
        type=short_type(entity.types[0]),
        dataset=dataset,
        name=own.get("name"),
        municipality=None if before is None else before.municipality,
        point=point_of(place),
        shape=None if place is None or _plain_point(place) else place,
        properties={name: plain_value(one) for name, one in told.items()},
        description=own.get("description"),
        relations=_relations(told, before),
        details=details,
    )


def _is_own(name: str, told: dict[str, Instance], mirrored: dict[str, str]) -> bool:
    """Return whether an attribute is what the facts have a word of their own for."""
    if name not in told:
        return False
    if name == "location":
        return mirrored[name] == LOCATION and told[name].kind == "GeoProperty"
    return told[name].kind == "Property" and isinstance(told[name].value, str)


def _details(entity: Entity, before: Thing | None) -> dict[str, Json]:
    whole = {
        "id": entity.id,
        "types": list(entity.types),
        "scopes": list(entity.scopes),
        "created": entity.created,
        "modified": entity.modified,
    }
    others = {} if before is None else before.details
    return {
        **{
            key: value
            for key, value in others.items()
            if key != DETAILS and not key.startswith(ATTRIBUTE)
        },
        DETAILS: {key: value for key, value in whole.items() if value},
        **{
            ATTRIBUTE + name: msgspec.to_builtins(instances)
            for name, instances in entity.attributes.items()
        },
    }


def plain_value(instance: Instance) -> Json:
    """Return what an instance says, as the windows that know no instances show it."""
    return instance.value


def _relations(told: dict[str, Instance], before: Thing | None) -> dict[str, tuple[ThingId, ...]]:
    others = {} if before is None else before.relations
    kept = {name: objects for name, objects in others.items() if name in STA}
    for name, instance in told.items():
        if instance.kind == "Relationship" and name not in STA:
            objects = instance.value if isinstance(instance.value, list) else [instance.value]
            kept[name] = tuple(dict.fromkeys(thing_id(one) for one in objects))
    return kept


def _plain_point(place: Json) -> bool:
    return place["type"] == "Point" and len(place["coordinates"]) == 2  # noqa: PLR2004 -- no height


def point_of(place: Json) -> Point | None:
    """Return a position for a GeoJSON geometry: its own, or one on it."""
    if place is None:
        return None
    if place["type"] == "Point":
        longitude, latitude = place["coordinates"][:2]
        return Point(latitude=latitude, longitude=longitude)
    shape = shapely.geometry.shape(place)
    try:
        found = shape.representative_point()
    except ShapelyError:
        found = shape.envelope.centroid
    return Point(latitude=found.y, longitude=found.x)


def observed_facts(entity: Entity, thing: ThingId, dataset: str) -> Iterator[Fact]:
    """Yield the series and observations that an entity's instances with `observedAt` are."""
    for name, instances in entity.attributes.items():
        for instance in instances:
            if instance.observed is not None:
                series = series_of(thing, name, instance, dataset)
                yield series
                yield observation_of(series, instance)


def series_of(thing: ThingId, attribute: str, instance: Instance, dataset: str) -> Series:
    """Return the series that an instance of an attribute is an observation in."""
    said = {"attribute": attribute, "datasetId": instance.dataset, "unitCode": instance.unit}
    identity = series_id(thing, attribute, instance.dataset)
    return Series(
        id=identity,
        thing=thing,
        property=property_of(attribute),
        dataset=dataset,
        unit=rec20_codes().get(instance.unit or "", "1"),
        sensor=identity.partition("@")[2],
        details={DETAILS: {key: value for key, value in said.items() if value is not None}},
    )


def observation_of(series: Series, instance: Instance) -> Observation:
    """Return the observation that an instance with `observedAt` is.

    Raises:
        ValueError: It has no `observedAt`.
    """
    if instance.observed is None:
        message = "an instance without observedAt is no observation"
        raise ValueError(message)
    number = instance.kind == "Property" and type(instance.value) in {int, float}
    value = float(instance.value) if number else math.nan
    simple = (
        number
        and not instance.sub
        and not any((instance.instance, instance.created, instance.modified))
        and float(instance.value) == instance.value
    )
    return Observation(
        series.id,
        instance.observed,
        value,
        Flag.NOT_EVALUATED if number else Flag.MISSING,
        None if simple else {EXTRA: msgspec.to_builtins(instance)},
    )


__all__ = ["facts_of", "geometry_of", "observation_of", "point_of", "series_of", "thing_of"]
