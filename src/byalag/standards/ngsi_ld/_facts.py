"""From facts to entities: what has been written as NGSI-LD, and what everyone else has said.

A thing's own words win where they differ from the kept instance: they were said later, through
another window (what is written here is written in both places). A newer observation of a series
is shown in the place of the instance that is kept.
"""

import math
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from byalag.mapping import rec20_codes
from byalag.model import Json, Micros, Observation, Series, Thing
from byalag.standards.ngsi_ld._entity import Entity, Instance
from byalag.standards.ngsi_ld._name import (
    ATTRIBUTE,
    DESCRIPTION,
    DETAILS,
    LOCATION,
    NAME,
    SCOPE,
    SIDES,
    from_source,
    iri,
    short,
    uri_of,
    written_id,
)
from byalag.standards.ngsi_ld._smart import shape
from byalag.store import Here, Reading

EXTRA = "ngsi-ld"  # the whole instance, in an observation that is more than a number
STA = frozenset({"locations", "sensor", "observedProperty", "feature", "thing"})
_NEVER = -(1 << 63)
_DATASET = "urn:ngsi-ld:Dataset:"
_INSTANCES = list[Instance]
_OWN = {"name": NAME, "description": DESCRIPTION, "location": LOCATION}


def known(reading: Reading, uri: str) -> Thing | None:
    """Return the thing that an entity is, by its URI."""
    thing = reading.thing(written_id(uri))
    source = None if thing is not None else from_source(uri)
    if source is not None:
        found = reading.thing(source)
        thing = found if found is not None and uri_of(found) == uri else None
    return None if thing is None or thing.type in SIDES else thing


def refuse_hidden(here: Here, uris: Iterable[str]) -> None:
    """Refuse new entities that would be taken for things which may not be seen here.

    Raises:
        NotAllowed: There is such a thing.
    """
    here.refuse_hidden(one for one in map(from_source, uris) if one is not None)


def known_all(reading: Reading, uris: Sequence[str]) -> dict[str, Thing]:
    """Return the things that entities are, by their URIs; those that are there. One question."""
    ids = {uri: [one for one in (written_id(uri), from_source(uri)) if one] for uri in uris}
    things = reading.things(one for several in ids.values() for one in several)
    found: dict[str, Thing] = {}
    for uri, several in ids.items():
        for place, one in enumerate(several):
            thing = things.get(one)
            if thing is None or thing.type in SIDES or (place and uri_of(thing) != uri):
                continue
            found[uri] = thing
            break
    return found


def entity_of(reading: Reading, thing: Thing) -> Entity:
    """Return the entity that a thing is, as it is now."""
    return entities_of(reading, [thing])[0]


def entities_of(reading: Reading, things: Sequence[Thing]) -> list[Entity]:
    """Return the entities that things are, in the same order. Few questions, however many."""
    series = named_series(reading, [thing.id for thing in things])
    newest = reading.latest({one.id for several in series.values() for _, one in several})
    return [_entity(reading, thing, series[thing.id], newest) for thing in things]


def named_series(reading: Reading, things: Sequence[str]) -> dict[str, list[tuple[str, Series]]]:
    """Return the series of each thing, each with the IRI of the attribute that it tells of.

    What is linked to a thing tells of the property that the link names.
    """
    found = reading.series_of(things)
    lent = [thing for thing, several in found.items() if any(one.thing != thing for one in several)]
    links: dict[tuple[str, str], list[str]] = {}
    for link in reading.links_to(lent) if lent else ():
        links.setdefault((link.thing, link.series), []).append(iri(link.property))
    return {
        thing: [
            (name, one)
            for one in several
            for name in ([attribute_of(one)] if one.thing == thing else links[thing, one.id])
        ]
        for thing, several in found.items()
    }


def instance_of(series: Series, observation: Observation) -> Instance | None:
    """Return the temporal instance that an observation is; None where its value is missing."""
    whole = (observation.extra or {}).get(EXTRA)
    if whole is not None:
        return msgspec.convert(whole, Instance)
    if math.isnan(observation.value):
        return None
    return Instance(
        kind="Property",
        value=_number(observation.value),
        observed=observation.at,
        unit=unit_code(series),
        dataset=dataset_of(series),
    )


def attribute_of(series: Series) -> str:
    """Return the IRI of the attribute that a series is the history of."""
    said = series.details.get(DETAILS)
    return said["attribute"] if said else iri(series.property)


def dataset_of(series: Series) -> str | None:
    """Return the datasetId of the instances that a series is the history of."""
    said = series.details.get(DETAILS)
    if said:
        dataset: str | None = said.get("datasetId")
        return dataset
    return _DATASET + series.sensor if series.sensor else None


def unit_code(series: Series) -> str | None:
    """Return a series' unit as NGSI-LD says it: a code of UN/CEFACT's, where there is one."""
    said = series.details.get(DETAILS)
    if said and "unitCode" in said:
        code: str | None = said["unitCode"]
        return code
    return None if series.unit == "1" else _CODES.get(series.unit, series.unit)


def _codes() -> dict[str, str]:
    codes: dict[str, str] = {}
    for code, unit in sorted(rec20_codes().items()):
        codes.setdefault(unit, code)
    return codes


_CODES = _codes()


def _number(value: float) -> float | int:
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _entity(
    reading: Reading,
    thing: Thing,
    series: Sequence[tuple[str, Series]],
    newest: dict[str, Observation],
) -> Entity:
    said: dict[str, Json] = thing.details.get(DETAILS) or {}
    attributes = _kept(thing)
    _agree(thing, attributes)
    for name, objects in thing.relations.items():
        if name not in STA and name not in by_short(attributes):
            attributes.setdefault(iri(name), _relationships(reading, objects))
    gone: dict[str, Micros] = said.get("gone", {})
    for name, one in series:
        if one.id in newest and newest[one.id].at > gone.get(one.id, _NEVER):
            _renew(attributes, name, instance_of(one, newest[one.id]), newest[one.id].at)
    if not said:
        shape(thing, [one for _, one in series], attributes)
    return Entity(
        id=uri_of(thing),
        types=tuple(said.get("types", ())) or (iri(thing.type),),
        scopes=tuple(said.get("scopes", ())),
        created=said.get("created"),
        modified=said.get("modified"),
        attributes=attributes,
        gone=gone,
    )


def _kept(thing: Thing) -> dict[str, list[Instance]]:
    return {
        key[len(ATTRIBUTE) :]: msgspec.convert(instances, _INSTANCES)
        for key, instances in thing.details.items()
        if key.startswith(ATTRIBUTE)
    }


def by_short(attributes: Iterable[str]) -> dict[str, str]:
    """Return the attribute that each short name is mirrored from: the first by its IRI."""
    found: dict[str, str] = {}
    for attribute in sorted(attributes):
        found.setdefault(short(attribute), attribute)
    return found


def _agree(thing: Thing, attributes: dict[str, list[Instance]]) -> None:
    """Lay a thing's own words over the kept instances, and take away what it no longer says."""
    told = dict(_words(thing))
    for name, attribute in by_short(attributes).items():
        value = told.pop(name, None)
        kept = next((one for one in attributes[attribute] if one.dataset is None), None)
        if kept is None:
            continue
        if value is None:
            attributes[attribute].remove(kept)
        elif value != kept.value:
            kept.value = value
        if not attributes[attribute]:
            del attributes[attribute]
    for name, value in told.items():
        place = name == "location" and geometry_of(thing) == value
        instance = Instance(kind="GeoProperty" if place else "Property", value=value)
        attributes[_OWN.get(name) or iri(name)] = [instance]


def _words(thing: Thing) -> Iterator[tuple[str, Json]]:
    """Yield what a thing says of itself, by short name."""
    yield from thing.properties.items()
    for name, value in (
        ("name", thing.name),
        ("description", thing.description),
        ("location", geometry_of(thing)),
    ):
        if value is not None:
            yield name, value


def geometry_of(thing: Thing) -> Json:
    """Return where a thing is, as GeoJSON."""
    if thing.shape is not None or thing.point is None:
        return thing.shape
    coordinates = [_number(thing.point.longitude), _number(thing.point.latitude)]
    return {"type": "Point", "coordinates": coordinates}


def _relationships(reading: Reading, objects: Iterable[str]) -> list[Instance]:
    found: list[Instance] = []
    for object_ in objects:
        thing = reading.thing(object_)
        uri = uri_of(thing) if thing is not None else uri_of(Thing(id=object_, type="", dataset=""))
        dataset = _DATASET + object_ if found else None
        found.append(Instance(kind="Relationship", value=uri, dataset=dataset))
    return found


def _renew(
    attributes: dict[str, list[Instance]], attribute: str, told: Instance | None, at: Micros
) -> None:
    if told is None or told.deleted is not None or attribute == SCOPE:
        return
    instances = attributes.setdefault(attribute, [])
    kept = next((one for one in instances if one.dataset == told.dataset), None)
    if kept is None:
        instances.append(told)
    elif told.observed is not None and at > _when(kept):
        told.created = told.created or kept.created
        told.sub = told.sub or kept.sub
        instances[instances.index(kept)] = told


def _when(kept: Instance) -> Micros:
    return (kept.modified or 0) if kept.observed is None else kept.observed
