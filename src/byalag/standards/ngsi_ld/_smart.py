"""What sources said, in the shapes of Smart Data Models: values, and entities that models divide.

An attribute whose model wants another form is shown in that form. A bathing place is also shown as
a Beach, and what was measured there as WaterQualityObserved that point at it, each with a URI of
its own: a Beach has no temperature. So is a room's air, as IndoorEnvironmentObserved. What has been
written through NGSI-LD is shown as written.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from byalag.mapping import is_list, is_object
from byalag.model import Json, Series, Thing
from byalag.standards.ngsi_ld._entity import Entity, Instance
from byalag.standards.ngsi_ld._name import DESCRIPTION, LOCATION, NAME, iri
from byalag.standards.ngsi_ld._when import when

BATH, BEACH, WATER = "BathingPlace", "Beach", "WaterQualityObserved"
ROOM, INDOOR = "Room", "IndoorEnvironmentObserved"
SOURCES: Final = {BEACH: BATH, WATER: BATH, INDOOR: ROOM}  # what each model is made of
SAMPLE: Final = "~sample"  # at the end of the URI of what a laboratory found
TEMPERATURE: Final = "waterTemperature"
_STATES: Final = frozenset({"closed", "full", "open"})
_SPOTS: Final = frozenset({"closed", "free", "occupied", "unknown"})
_BACTERIA: Final = {"escherichiaColi": "escherichiaColi", "intestinalEnterococci": "enterococci"}
_AIR: Final = (
    "temperature", "relativeHumidity", "co2", "atmosphericPressure", "illuminance", "peopleCount",
)  # fmt: skip
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
_SHAPED: Final = re.compile(rf"urn:ngsi-ld:({'|'.join(SOURCES)}):(.+?)({SAMPLE})?")
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
    elif thing.type == INDOOR and iri("dateObserved") not in attributes:
        attributes.update(_dated(_air(attributes).values()))
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
    """Return the URI of what an entity of ours is made of; None if it is not."""
    found = _SHAPED.fullmatch(uri)
    return f"urn:ngsi-ld:{SOURCES[found[1]]}:{found[2]}" if found else None


def made_of(thing: Thing, place: Entity) -> Iterator[Entity]:
    """Yield what a place is shown as besides: a beach and what its water is, or a room's air."""
    location = place.attributes.get(LOCATION)
    if location and thing.type == BATH:
        yield from _made_of_bath(thing, place, location)
    elif location and thing.type == ROOM and (found := _air(place.attributes)):
        where = _where(location, place.id)
        own = place.id.removeprefix(f"urn:ngsi-ld:{ROOM}:")
        yield _made(INDOOR, own, {**where, **found, **_dated(found.values())})


def _made_of_bath(thing: Thing, place: Entity, location: list[Instance]) -> Iterator[Entity]:
    own, name = place.id.removeprefix(f"urn:ngsi-ld:{BATH}:"), place.attributes.get(NAME)
    if name:
        words = {key: place.attributes[key] for key in (DESCRIPTION,) if key in place.attributes}
        yield _made(BEACH, own, {NAME: name, LOCATION: location, **words})
    where = _where(location, f"urn:ngsi-ld:{BEACH}:{own}")
    if newest := _newest(place.attributes, TEMPERATURE):
        told = {iri("temperature"): [newest], **_dated([[newest]])}
        yield _made(WATER, own, {**where, **told})
    if found := _sampled(thing.properties.get("latestSample")):
        yield _made(WATER, own + SAMPLE, {**where, **found})


def _made(kind: str, own: str, attributes: _Attributes) -> Entity:
    return Entity(id=f"urn:ngsi-ld:{kind}:{own}", types=(iri(kind),), attributes=attributes)


def _where(location: list[Instance], uri: str) -> _Attributes:
    pointing = Instance(kind="Relationship", value=uri)
    return {LOCATION: location, iri("refPointOfInterest"): [pointing]}


def _air(attributes: _Attributes) -> _Attributes:
    """Return how the air is indoors. The model knows no number below zero."""
    found = {iri(name): _newest(attributes, name) for name in _AIR}
    return {name: [one] for name, one in found.items() if one is not None and _counts(one.value)}


def _counts(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _newest(attributes: _Attributes, name: str) -> Instance | None:
    """Return what an attribute was when it was last observed, forecasts left out."""
    told = [
        one
        for one in attributes.get(iri(name), [])
        if one.observed is not None and not (one.dataset or "").endswith(":forecast")
    ]
    newest = max(told, key=lambda one: one.observed or 0, default=None)
    if newest is None:
        return None
    return Instance(kind="Property", value=newest.value, observed=newest.observed, unit=newest.unit)


def _dated(found: Iterable[Sequence[Instance]]) -> _Attributes:
    """Return when the newest of these was observed, as the models say it; nothing of nothing."""
    times = [one.observed for several in found for one in several if one.observed is not None]
    if not times:
        return {}
    return {iri("dateObserved"): [Instance(kind="Property", value=when(max(times)))]}


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
