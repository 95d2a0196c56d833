"""Histories as facts: what is said when instances are added, changed and taken back."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from byalag.model import Fact, Micros, Observation, Retracted, Series, Thing
from byalag.standards.ngsi_ld._entity import Entity, Instance
from byalag.standards.ngsi_ld._facts import EXTRA, attribute_of, dataset_of
from byalag.standards.ngsi_ld._name import (
    ATTRIBUTE,
    DETAILS,
    LOCATION,
    WRITTEN,
    short_type,
    written_id,
)
from byalag.standards.ngsi_ld._saying import point_of, series_of
from byalag.standards.ngsi_ld._temporal_evolution import FORGOTTEN, place
from byalag.standards.ngsi_ld._temporal_instance import as_instance, as_observation, place_of
from byalag.standards.ngsi_ld._value import NULL
from byalag.store import Reading

EVERY = "*"  # no datasetId: these are URIs
_EVER = (-(1 << 62), 1 << 62)


def said(
    reading: Reading, entity: Entity, before: Thing | None, dataset: str, now: Micros
) -> list[Fact]:
    """Return the facts that an entity's instances are, added to those that there are.

    One at the time of another, of the same attribute and datasetId, takes its place.
    """
    thing = _thing(entity, before, dataset, now)
    facts: list[Fact] = [thing]
    for attribute, instances in entity.attributes.items():
        facts += added(reading, thing.id, attribute, instances, dataset)
    return facts


def _thing(entity: Entity, before: Thing | None, dataset: str, now: Micros) -> Thing:
    """Return what is said of an entity as a whole; of its attributes only where it is."""
    known: dict[str, Any] = {} if before is None else before.details.get(DETAILS) or {}
    types = list(dict.fromkeys((*known.get("types", ()), *entity.types)))
    whole = {
        "created": now,
        **known,
        "id": entity.id,
        "types": types,
        "scopes": list(entity.scopes) or known.get("scopes", []),
        "modified": now,
    }
    here = None if before is None else before.details.get(ATTRIBUTE + LOCATION)
    spot = _newest_place(entity.attributes.get(LOCATION, [])) if here is None else None
    return Thing(
        id=written_id(entity.id) if before is None else before.id,
        type=short_type(types[0]) if before is None else before.type,
        dataset=dataset,
        point=None if spot is None else point_of(spot.value),
        shape=None if spot is None or spot.value["type"] == "Point" else spot.value,
        relations={} if spot is None else {"locations": ()},  # it is no longer at one of before
        details={DETAILS: {name: value for name, value in whole.items() if value}},
    )


def _newest_place(instances: Iterable[Instance]) -> Instance | None:
    places = (one for one in instances if one.kind == "GeoProperty" and one.value != NULL)
    return max(places, key=_when, default=None)


def _when(one: Instance) -> Micros:
    return (one.modified or 0) if one.observed is None else one.observed


def added(
    reading: Reading,
    thing: str,
    attribute: str,
    instances: Iterable[Instance],
    dataset: str,
) -> Iterator[Fact]:
    """Yield the series that instances are in, as they are or new, and the observations."""
    known: dict[str, Series] = {}
    taken: set[tuple[str, Micros]] = set()
    for one in instances:
        series = series_of(thing, attribute, one, dataset)
        if series.id not in known:
            found = reading.series(series.id)
            known[series.id] = series if found is None else found
            if found is None:
                yield series
        at = _when(one)
        while one.observed is None and (series.id, at) in taken:
            at += 1
        taken.add((series.id, at))
        yield as_observation(known[series.id], at, one)


def removed(
    reading: Reading, thing: Thing, attribute: str, which: str | None, now: Micros
) -> list[Fact]:
    """Return what takes an attribute's history back: of one datasetId, or of every one ("*").

    None where there is none.
    """
    every = which == EVERY
    facts: list[Fact] = [
        Retracted(series=series.id)
        for series in own_series(reading, thing)
        if attribute_of(series) == attribute and (every or dataset_of(series) == which)
    ]
    kept = msgspec.convert(thing.details.get(ATTRIBUTE + attribute) or [], list[Instance])
    marks = {place(attribute, one.dataset): now for one in kept if every or one.dataset == which}
    return facts if not marks else [*facts, _forgetting(thing, marks)]


def erased(reading: Reading, thing: Thing, now: Micros) -> list[Fact]:
    """Return what takes an entity's whole history back, and an entity that was nothing else."""
    if thing.id.startswith(WRITTEN) and not any(key.startswith(ATTRIBUTE) for key in thing.details):
        return [Retracted(thing=thing.id)]
    facts: list[Fact] = [Retracted(series=one.id) for one in own_series(reading, thing)]
    return [*facts, _forgetting(thing, {"": now})]


def _forgetting(thing: Thing, marks: dict[str, Micros]) -> Thing:
    before: dict[str, Micros] = thing.details.get(FORGOTTEN) or {}
    details = {FORGOTTEN: {**before, **marks}}
    return Thing(id=thing.id, type=thing.type, dataset=thing.dataset, details=details)


def own_series(reading: Reading, thing: Thing) -> list[Series]:
    """Return an entity's own series: not those that are only linked to it."""
    return [one for one in reading.series_of([thing.id])[thing.id] if one.thing == thing.id]


def located(
    reading: Reading, thing: Thing, attribute: str, id_: str
) -> tuple[Series, Micros, Instance] | None:
    """Return where the instance of an attribute with an id is, and the instance."""
    ours = [one for one in own_series(reading, thing) if attribute_of(one) == attribute]
    found = place_of(id_)
    for series in ours:
        no = reading.series_number(series.id) or 0
        if found is not None and found[0] == no and (one := _at(reading, series, no, found[1])):
            return series, found[1], one
    for series in ours:  # one that was moved in time keeps the id that it was given
        no = reading.series_number(series.id) or 0
        for seen in reading.extras(series.id, *_EVER):
            if (seen.extra or {}).get(EXTRA, {}).get("instance") == id_:
                one = as_instance(series, no, seen)
                return None if one is None else (series, seen.at, one)
    return None


def _at(reading: Reading, series: Series, no: int, at: Micros) -> Instance | None:
    extras = reading.extras(series.id, at, at + 1)
    if extras:
        return as_instance(series, no, extras[0])
    run = reading.history(series.id, start=at, end=at + 1)
    if not len(run.times):
        return None
    return as_instance(series, no, Observation(series.id, at, float(run.values[0])))


def moved(series: Series, at: Micros, one: Instance, was: str | None) -> list[Fact]:
    """Return what changes an instance; it keeps its id though it is at another time."""
    after = at if one.observed is None else one.observed
    if after == at:
        one.instance = None if place_of(was or "") else was
        return [as_observation(series, at, one)]
    one.instance = was
    return [Retracted(series=series.id, at=at), as_observation(series, after, one)]
