"""Retrieving one entity (GS CIM 009, 5.7.1 and 6.5.3.1)."""

from typing import Final

from byalag.model import Json
from byalag.standards import Reply, Window
from byalag.standards.ngsi_ld._entity import Entity
from byalag.standards.ngsi_ld._facts import entity_of, known
from byalag.standards.ngsi_ld._geojson import collection, feature
from byalag.standards.ngsi_ld._join import flattened, joined
from byalag.standards.ngsi_ld._operation import GEO_JSON, JSON, LD_JSON, Operation
from byalag.standards.ngsi_ld._page import told_entities
from byalag.standards.ngsi_ld._refuse import refuse_missing
from byalag.standards.ngsi_ld._request import Request
from byalag.standards.ngsi_ld._show import Shown, show
from byalag.standards.ngsi_ld._smart_find import shaped
from byalag.standards.ngsi_ld._value import uri
from byalag.standards.ngsi_ld._wanted import Wanted, wanted


async def retrieve(request: Request, window: Window) -> Reply:
    """Answer with one entity."""
    entity_id = uri(request.named["entityId"], "an entity's id")
    request.flag("local")
    shown = wanted(request)
    thing = known(window.reading, entity_id)
    reading = window.reading
    entity = shaped(reading, entity_id) if thing is None else entity_of(reading, thing)
    if entity is None:
        refuse_missing(f"there is no entity {entity_id[:200]}")
    _refuse_nothing(entity, shown.shown)
    if shown.join != "@none":
        content = await window.beside(lambda: _joined(request, window, entity, shown))
        return told_entities(request, content)
    if request.gives == GEO_JSON:
        return told_entities(request, feature(entity, shown.shown, shown.geometry))
    return told_entities(request, show(entity, shown.shown))


def _refuse_nothing(entity: Entity, shown: Shown) -> None:
    """Refuse to show an entity that has nothing of what is to be shown."""
    attributes = any(shown(iri) for iri in entity.attributes)
    if shown.attrs is not None and not attributes:
        refuse_missing("the entity has none of the attributes that attrs names")
    members = ("id", "type", "scope") if entity.scopes else ("id", "type")
    if not attributes and not any(shown(name) for name in members):
        refuse_missing("the entity has nothing of what pick and omit leave")


def _joined(request: Request, window: Window, entity: Entity, shown: Wanted) -> Json:
    how = joined(window.reading, [entity], shown.shown)
    geojson = request.gives == GEO_JSON
    if shown.join == "inline":
        return feature(entity, how, shown.geometry) if geojson else show(entity, how)
    parts = flattened([entity], how)
    if geojson:
        return collection(feature(one, part, shown.geometry) for one, part in parts)
    each = [show(one, part) for one, part in parts]
    return each if len(each) > 1 else each[0]


_EXAMPLE: Final[Json] = {
    "id": "urn:ngsi-ld:OffStreetParking:2480:parking:umea:1",
    "type": "OffStreetParking",
    "name": {"type": "Property", "value": "Nanna"},
    "availableSpotNumber": {
        "type": "Property",
        "value": 87,
        "observedAt": "2026-07-01T10:00:00Z",
    },
}
RETRIEVAL: Final = Operation(
    method="GET",
    path="/entities/{entityId}",
    run=retrieve,
    summary={"sv": "Hämta en entitet", "en": "Retrieve an entity"},
    clause="5.7.1",
    parameters=(
        "options", "format", "attrs", "pick", "omit", "lang", "datasetId", "geometryProperty",
        "join", "joinLevel", "containedBy", "local", "type", "jsonKeys",
    ),
    gives=(JSON, LD_JSON, GEO_JSON),
    reads=True,
    answers={"200": ({"sv": "Entiteten.", "en": "The entity."}, _EXAMPLE)},
)  # fmt: skip
OPERATIONS: Final = (RETRIEVAL,)
