"""Which ids a fact's links lead to, said or implied. Pure.

What came from a source says nothing of Locations, Sensors, ObservedProperties or
FeaturesOfInterest: the store implies them, and so does this, in the same way.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from byalag.model import Series, Thing
from byalag.standards.sensorthings._words import IMPLIED

Ids: TypeAlias = tuple[str, ...]


def locations(thing: Thing) -> Ids:
    """Return where a thing is: its Locations, else itself if it has a position."""
    said = thing.relations.get("locations")
    if said is not None:
        return said
    return (thing.id,) if thing.point is not None or thing.shape is not None else ()


def sensor(series: Series) -> Ids:
    """Return what a series is measured by."""
    said = series.relations.get("sensor")
    if said is not None:
        return said
    return (f"{IMPLIED['Sensor']}{series.dataset}{f'-{series.sensor}' if series.sensor else ''}",)


def observed_property(series: Series) -> Ids:
    """Return what a series is a measure of."""
    said = series.relations.get("observedProperty")
    return said if said is not None else (f"{IMPLIED['ObservedProperty']}{series.property}",)


def _related(name: str) -> Callable[[Thing], Ids]:
    return lambda thing: thing.relations.get(name, ())


# by entity and link: the ids that the entity's own fact leads to
AHEAD: Mapping[tuple[str, str], Callable[[Thing], Ids] | Callable[[Series], Ids]] = {
    ("Thing", "Locations"): locations,
    ("HistoricalLocation", "Thing"): _related("thing"),
    ("HistoricalLocation", "Locations"): _related("locations"),
    ("Datastream", "Thing"): lambda series: (series.thing,),
    ("Datastream", "Sensor"): sensor,
    ("Datastream", "ObservedProperty"): observed_property,
}
# by entity and link: the ids of such entities that the fact at the other end leads back to
BACK: Mapping[tuple[str, str], Callable[[Thing], Ids] | Callable[[Series], Ids]] = {
    ("Thing", "HistoricalLocations"): _related("thing"),
    ("Thing", "Datastreams"): lambda series: (series.thing,),
    ("Location", "Things"): locations,
    ("Location", "HistoricalLocations"): _related("locations"),
    ("Sensor", "Datastreams"): sensor,
    ("ObservedProperty", "Datastreams"): observed_property,
}
