"""From entities to facts: everything that is written here, as every window sees it."""

import math
from collections.abc import Iterator

import msgspec
import shapely
from shapely.errors import ShapelyError

from byalag.mapping import is_list, rec20_codes
from byalag.model import Fact, Flag, Json, Micros, Observation, Point, Series, Thing, ThingId
from byalag.standards.ngsi_ld._entity import Entity, Instance
from byalag.standards.ngsi_ld._facts import EXTRA, STA, by_short, geometry_of
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
from byalag.standards.ngsi_ld._odd import odd

_OWN = ("name", "description", "location")


def facts_of(
    entity: Entity, dataset: str, before: Thing | None = None, now: Micros | None = None
) -> list[Fact]:
    """Return all the facts that an entity is, to be said in whole by its dataset.

    `before` is the thing as it is: what is said of it in other words than NGSI-LD's stays, and of
    its attributes only those are said that were kept or have been changed `now`.
    """
    thing = thing_of(entity, dataset, before, now)
    return [thing, *observed_facts(entity, thing.id, dataset, now)]


def thing_of(
    entity: Entity, dataset: str, before: Thing | None = None, now: Micros | None = None
) -> Thing:
    """Return the thing that an entity is. See `facts_of`."""
    known = before or Thing(id=written_id(entity.id), type="", dataset=dataset)
    ours = _ours(entity, known, now) if before is not None else entity.attributes
    shorts = by_short(entity.attributes)
    told = _told(ours, shorts)
    own = {name: told.pop(name).value for name in _OWN if _is_own(name, told, shorts)}
    place = own.get("location", geometry_of(known) if _stays("location", shorts, ours) else None)
    return Thing(
        id=known.id,
        type=short_type(entity.types[0]),
        dataset=dataset,
        name=own.get("name", known.name if _stays("name", shorts, ours) else None),
        municipality=known.municipality,
        point=point_of(place),
        shape=None if place is None or _plain_point(place) else place,
        properties={
            **{name: value for name, value in known.properties.items() if name in shorts},
            **{name: one.value for name, one in told.items()},
        },
        description=own.get(
            "description", known.description if _stays("description", shorts, ours) else None
        ),
        relations=_relations(told, known, moved=place != geometry_of(known)),
        details=_details(entity, ours, known),
    )


def words_beside(entity: Entity, dataset: str, before: Thing, now: Micros) -> list[Fact]:
    """Return what is said of another dataset's thing: only what has been changed now.

    It is laid over what the thing's own dataset says. What that says cannot be taken away.
    """
    ours = _ours(entity, before, now)
    shorts = by_short(entity.attributes)
    told = _told(ours, shorts)
    own = {name: told.pop(name).value for name in _OWN if _is_own(name, told, shorts)}
    kept = {key for key in before.details if key.startswith(ATTRIBUTE)}
    lost: dict[str, None] = {key: None for key in kept if key[len(ATTRIBUTE) :] not in ours}
    details = _details(entity, ours, Thing(id=before.id, type="", dataset=dataset))
    place = own.get("location")
    thing = Thing(
        id=before.id,
        type=before.type,
        dataset=dataset,
        name=own.get("name"),
        point=point_of(place),
        shape=place if place is not None and (before.shape or not _plain_point(place)) else None,
        properties={
            **{short(key[len(ATTRIBUTE) :]): None for key in lost},
            **{name: one.value for name, one in told.items()},
        },
        description=own.get("description"),
        relations=_relations(told, Thing(id=before.id, type="", dataset=dataset), moved=False),
        details={**lost, **details},
    )
    return [thing, *observed_facts(entity, before.id, dataset, now)]


def _ours(entity: Entity, before: Thing, now: Micros | None) -> dict[str, list[Instance]]:
    """Return the attributes that are ours to say: those kept, and those changed now."""
    return {
        name: instances
        for name, instances in entity.attributes.items()
        if ATTRIBUTE + name in before.details
        or any(now is None or one.modified == now for one in instances)
    }


def _told(ours: dict[str, list[Instance]], shorts: dict[str, str]) -> dict[str, Instance]:
    """Return the default instance of each attribute that has the word for it, by short name."""
    return {
        name: instance
        for name, attribute in shorts.items()
        for instance in ours.get(attribute, ())
        if instance.dataset is None
    }


def _stays(name: str, shorts: dict[str, str], ours: dict[str, list[Instance]]) -> bool:
    """Return whether the facts' own word stays as it is: nobody has said or taken it away."""
    return name in shorts and shorts[name] not in ours


def _is_own(name: str, told: dict[str, Instance], shorts: dict[str, str]) -> bool:
    """Return whether an attribute is what the facts have a word of their own for."""
    if name not in told:
        return False
    if name == "location":
        return shorts[name] == LOCATION and told[name].kind == "GeoProperty"
    return told[name].kind == "Property" and isinstance(told[name].value, str)


def _details(entity: Entity, ours: dict[str, list[Instance]], before: Thing) -> dict[str, Json]:
    whole = {
        "id": entity.id,
        "types": list(entity.types),
        "scopes": list(entity.scopes),
        "created": entity.created,
        "modified": entity.modified,
        "gone": entity.gone,
        **odd(entity.types, ours, by_short(entity.attributes)),
    }
    details = {
        key: value
        for key, value in before.details.items()
        if key != DETAILS and not key.startswith(ATTRIBUTE)
    }
    details[DETAILS] = {key: value for key, value in whole.items() if value}
    for name, instances in ours.items():
        details[ATTRIBUTE + name] = msgspec.to_builtins(instances)
    return details


def _relations(
    told: dict[str, Instance], before: Thing, *, moved: bool
) -> dict[str, tuple[ThingId, ...]]:
    """Return what a thing points to. One that has moved is no longer at a Location of before."""
    stays = STA - {"locations"} if moved else STA
    kept = {name: objects for name, objects in before.relations.items() if name in stays}
    for name, instance in told.items():
        if instance.kind == "Relationship" and name not in STA:
            objects = instance.value if is_list(instance.value) else [instance.value]
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


def observed_facts(
    entity: Entity, thing: ThingId, dataset: str, now: Micros | None = None
) -> Iterator[Fact]:
    """Yield the series and observations that instances with `observedAt` are, changed now."""
    for name, instances in entity.attributes.items():
        for instance in instances:
            if instance.observed is not None and (now is None or instance.modified == now):
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
        and instance.instance is None
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
