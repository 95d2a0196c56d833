"""The eight kinds of entity as the description shows them: in words, by schema, by example."""

from collections.abc import Mapping
from typing import Final

from byalag.model import Json, Words
from byalag.standards.sensorthings._words import ENTITIES, GEOJSON, MEASUREMENT, Entity, Link

WORDS: Final[Mapping[str, Words]] = {
    "Thing": {"sv": "saker som beskrivs och mäts", "en": "things that are described and measured"},
    "Location": {"sv": "var saker är", "en": "where things are"},
    "HistoricalLocation": {"sv": "var saker har varit", "en": "where things have been"},
    "Datastream": {"sv": "mätserier", "en": "series of observations"},
    "Sensor": {"sv": "det som mäter", "en": "what measures"},
    "ObservedProperty": {"sv": "det som mäts", "en": "what is measured"},
    "Observation": {"sv": "observationer", "en": "observations"},
    "FeatureOfInterest": {"sv": "det som observeras", "en": "what observations are of"},
}
_POINT: Final[Json] = {"type": "Point", "coordinates": [20.95, 64.75]}
_PLACE: Final[Json] = {"encodingType": GEOJSON}
_UNIT: Final[Json] = {"name": "degree Celsius", "symbol": "°C", "definition": "ucum:Cel"}
_SENSOR: Final[Json] = {
    "name": "DS18B20",
    "description": "Termometer i vattnet",
    "encodingType": "application/pdf",
    "metadata": "https://example.com/ds18b20.pdf",
}
_PROPERTY: Final[Json] = {
    "name": "waterTemperature",
    "definition": "https://example.com/terms/waterTemperature",
    "description": "Hur varmt vattnet är",
}
_SAID: Final[Mapping[str, Json]] = {
    "Thing": {
        "name": "Badplatsen",
        "description": "En badplats vid älven",
        "properties": {"waterType": "river"},
    },
    "Location": _PLACE | {"name": "Bryggan", "description": "Vid bryggan", "location": _POINT},
    "HistoricalLocation": {"time": "2026-06-21T10:00:00Z"},
    "Datastream": {
        "name": "Vattentemperatur",
        "description": "Vattnets temperatur vid bryggan",
        "unitOfMeasurement": _UNIT,
        "observationType": MEASUREMENT,
    },
    "Sensor": _SENSOR,
    "ObservedProperty": _PROPERTY,
    "Observation": {"phenomenonTime": "2026-06-21T10:00:00Z", "result": 18.5},
    "FeatureOfInterest": _PLACE | {"name": "Älven", "description": "Vattnet", "feature": _POINT},
}
_LINKED: Final[Mapping[str, Json]] = {
    "HistoricalLocation": {"Thing": {"@iot.id": 1}, "Locations": [{"@iot.id": 1}]},
    "Datastream": {
        "Thing": {"@iot.id": 1},
        "Sensor": {"@iot.id": 1},
        "ObservedProperty": {"@iot.id": 1},
    },
    "Observation": {"Datastream": {"@iot.id": 1}},
}
_TEXT: Final[Json] = {"type": "string"}
_SORTS: Final[Mapping[str, Json]] = {
    "properties": {"type": "object"},
    "location": {"type": "object"},
    "feature": {"type": "object"},
    "unitOfMeasurement": {"type": "object"},
    "observedArea": {"type": ["object", "null"]},
    "parameters": {},
    "result": {},
    "resultQuality": {},
    "metadata": {},
    "time": {"type": "string", "format": "date-time"},
    "resultTime": {"type": ["string", "null"], "format": "date-time"},
    "phenomenonTime": {"type": ["string", "null"]},
}


def example(entity: Entity, root: str) -> Json:
    """Return an entity as it is answered."""
    own = f"{root}/{entity.plural}(1)"
    links = {f"{name}@iot.navigationLink": f"{own}/{name}" for name in entity.links}
    told: Json = {"resultTime": None} if entity.name == "Observation" else {}
    return {"@iot.id": 1, "@iot.selfLink": own, **_SAID[entity.name], **told, **links}


def written(entity: Entity) -> Json:
    """Return an entity as it is created."""
    return {**_SAID[entity.name], **_LINKED.get(entity.name, {})}


def changed(entity: Entity) -> Json:
    """Return what is written to change one property."""
    name, value = next(iter(_SAID[entity.name].items()))
    return {name: value}


def schemas() -> Json:
    """Return what the answers and the bodies hold."""
    told: dict[str, Json] = {}
    for name, entity in ENTITIES.items():
        members = {member: _SORTS.get(member, _TEXT) for member in entity.members}
        required = [one.name for one in entity.members.values() if one.mandatory]
        own = {member: sort for member, sort in members.items() if not entity.members[member].made}
        linked = {link: _linked(entity.links[link]) for link in entity.links}
        told[name] = {"type": "object", "properties": _control() | members}
        told[f"{name}List"] = _list(name)
        told[f"{name}Write"] = {
            "type": "object",
            "properties": own | linked,
            "required": required,
        }
        told[f"{name}Change"] = {"type": "object", "properties": own}
    return told


def _control() -> dict[str, Json]:
    return {"@iot.id": {"type": "integer"}, "@iot.selfLink": {"type": "string", "format": "uri"}}


def _linked(link: Link) -> Json:
    one: Json = {"type": "object"}
    return {"type": "array", "items": one} if link.many else one


def _list(name: str) -> Json:
    return {
        "type": "object",
        "required": ["value"],
        "properties": {
            "@iot.count": {"type": "integer", "minimum": 0},
            "@iot.nextLink": {"type": "string", "format": "uri"},
            "value": {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}},
        },
    }
