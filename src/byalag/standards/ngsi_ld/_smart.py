"""What sources said, in the shapes of Smart Data Models: values, and entities that models divide.

An attribute whose model wants another form is shown in that form. A bathing place is also shown as
a Beach, and what was measured there as WaterQualityObserved that point at it, each with a URI of
its own: a Beach has no temperature. What has been written through NGSI-LD is shown as written.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from byalag.mapping import is_list, is_object
from byalag.model import Json, Series, Thing
from byalag.standards.ngsi_ld._entity import Entity, Instance
from byalag.standards.ngsi_ld._name import DESCRIPTION, LOCATION, NAME, iri, uri_of
from byalag.standards.ngsi_ld._when import when

BATH, BEACH, WATER = "BathingPlace", "Beach", "WaterQualityObserved"
SAMPLE: Final = "~sample"  # at the end of the URI of what a laboratory found
TEMPERATURE: Final = "waterTemperature"
_STATES: Final = frozenset({"closed", "full", "open"})
_SPOTS: Final = frozenset({"closed", "free", "occupied", "unknown"})
_BACTERIA: Final = {"escherichiaColi": "escherichiaColi", "intestinalEnterococci": "enterococci"}
_CONTROLLED: Final = {
    "availableSpotNumber": "occupancy",
    "occupiedSpotNumber": "occupancy",
    "relativeHumidity": "humidity",
    "batteryVoltage": "batterySupply",
}
_MODEL: Final = frozenset({
    "atmosphericPressure", "depth", "fillingLevel", "humidity", "noiseLevel", "occupancy", "power",
    "precipitation", "pressure", "salinity", "soilMoisture", "speed", "temperature", "turbidity",
    "waterFlow", "waterLevel", "batterySupply", "windDirection", "windSpeed", "pH", "conductivity",
})  # fmt: skip
_SHAPED: Final = re.compile(rf"urn:ngsi-ld:({BEACH}|{WATER}):(.+?)({SAMPLE})?")
_Attributes = dict[str, list[Instance]]


def shape(thing: Thing, series: Iterable[Series], attributes: _Attributes) -> None:
    """Give a source's attributes the form that their model wants."""
    if thing.type in {"OffStreetParking", "OnStreetParking"}:
        _change(attributes, "status", lambda said: [said] if said in _STATES else None)
        _change(attributes, "totalSpotNumber", lambda said: said or None)
    elif thing.type == "ParkingSpot":
        _change(attributes, "status", lambda said: said if said in _SPOTS else "unknown")
    elif thing.type == "Device" and iri("controlledProperty") not in attributes:
        if controlled := sorted({name for one in series if (name := _controlled(one.property))}):
            attributes[iri("controlledProperty")] = [Instance(kind="Property", value=controlled)]
    else:
        return
    _change(attributes, "address", _address)


def _controlled(name: str) -> str | None:
    known = "temperature" if name.endswith("Temperature") else _CONTROLLED.get(name, name)
    return known if known in _MODEL else None


def _address(said: Json) -> Json:
    return {"streetAddress": said} if isinstance(said, str) else said


def _change(attributes: _Attributes, name: str, form: Callable[[Json], Json]) -> None:
    """Give an attribute another value; take it away where its model has no word for it."""
    for instance in attributes.get(iri(name), []):
        if not is_list(instance.value) and not is_object(instance.value):
            instance.value = form(instance.value)
    kept = [one for one in attributes.get(iri(name), []) if one.value is not None]
    if kept:
        attributes[iri(name)] = kept
    else:
        attributes.pop(iri(name), None)


def source_uri(uri: str) -> str | None:
    """Return the URI of the bathing place that an entity of ours is made of; None if it is not."""
    found = _SHAPED.fullmatch(uri)
    return f"urn:ngsi-ld:{BATH}:{found[2]}" if found else None


def made_of(thing: Thing, place: Entity) -> Iterator[Entity]:
    """Yield what a bathing place is shown as besides: a beach, and what has been found there."""
    own = uri_of(thing).removeprefix(f"urn:ngsi-ld:{BATH}:")
    location, name = place.attributes.get(LOCATION), place.attributes.get(NAME)
    if thing.type != BATH or not location:
        return
    beach = f"urn:ngsi-ld:{BEACH}:{own}"
    if name:
        words = {key: place.attributes[key] for key in (DESCRIPTION,) if key in place.attributes}
        told = {NAME: name, LOCATION: location, **words}
        yield Entity(id=beach, types=(iri(BEACH),), attributes=told)
    where = {
        LOCATION: location,
        iri("refPointOfInterest"): [Instance(kind="Relationship", value=beach)],
    }
    uri = f"urn:ngsi-ld:{WATER}:{own}"
    if found := _measured(place):
        yield Entity(id=uri, types=(iri(WATER),), attributes={**where, **found})
    if found := _sampled(thing.properties.get("latestSample")):
        yield Entity(id=uri + SAMPLE, types=(iri(WATER),), attributes={**where, **found})


def _measured(place: Entity) -> _Attributes:
    """Return how warm the water was, and when."""
    dated = [one for one in place.attributes.get(iri(TEMPERATURE), []) if one.observed is not None]
    told = [one for one in dated if one.dataset is None or not one.dataset.endswith(":forecast")]
    if not told:
        return {}
    newest = max(told, key=lambda one: one.observed or 0)
    temperature = Instance(
        kind="Property", value=newest.value, observed=newest.observed, unit=newest.unit
    )
    return {
        iri("dateObserved"): [Instance(kind="Property", value=when(newest.observed or 0))],
        iri("temperature"): [temperature],
    }


def _sampled(sample: Json) -> _Attributes:
    """Return what a laboratory found. A bound such as <10 is no number, so it stays in words."""
    if not is_object(sample) or not isinstance(sample.get("at"), str):
        return {}
    found: _Attributes = {}
    bounds: list[str] = []
    for ours, theirs in _BACTERIA.items():
        said: Json = sample.get(ours)
        if not is_object(said):
            continue
        count = said.get("count")
        if not isinstance(count, int | float) or isinstance(count, bool) or count < 0:
            continue
        prefix = said.get("prefix")
        if prefix in {None, "", "="}:
            found[iri(theirs)] = [Instance(kind="Property", value=count)]
        else:
            bounds.append(f"{theirs}, {prefix}{count}, , ")
    if bounds:
        found[iri("measurand")] = [Instance(kind="Property", value=bounds)]
    if found:
        found[iri("dateObserved")] = [Instance(kind="Property", value=sample["at"])]
    return found
