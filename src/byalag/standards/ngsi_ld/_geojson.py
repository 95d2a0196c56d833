"""Entities as GeoJSON (GS CIM 009, 4.5.16 and 4.5.17; RFC 7946). Pure."""

from collections.abc import Iterable

from byalag.model import Json
from byalag.standards.ngsi_ld._entity import Entity
from byalag.standards.ngsi_ld._show import Shown, members, of_datasets


def feature(entity: Entity, shown: Shown, geometry: str) -> dict[str, Json]:
    """Return an entity as a Feature. `geometry` is the IRI of the attribute that is its place."""
    return {
        "id": entity.id,
        "type": "Feature",
        "geometry": _geometry(entity, shown, geometry),
        "properties": members(entity, shown),
    }


def features(entities: Iterable[Entity], shown: Shown, geometry: str) -> dict[str, Json]:
    """Return entities as a FeatureCollection."""
    return collection(feature(entity, shown, geometry) for entity in entities)


def collection(each: Iterable[Json]) -> dict[str, Json]:
    """Return Features as a FeatureCollection."""
    return {"type": "FeatureCollection", "features": list(each)}


def _geometry(entity: Entity, shown: Shown, geometry: str) -> Json:
    """Return an entity's place: the default instance's, or the one of the dataset asked for."""
    places = [
        instance
        for instance in of_datasets(entity.attributes.get(geometry, []), shown.datasets)
        if instance.kind == "GeoProperty"
    ]
    default = [instance for instance in places if instance.dataset is None]
    return (default or places)[0].value if places else None
