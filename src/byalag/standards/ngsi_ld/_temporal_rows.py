"""The rows of the table for histories."""

from byalag.model import Json
from byalag.standards.ngsi_ld import _temporal, _temporal_query, _temporal_retrieve
from byalag.standards.ngsi_ld._example import URI
from byalag.standards.ngsi_ld._operation import BODIES, JSON, LD_JSON, PATCHES, Operation

_FREE: Json = {
    "type": "Property",
    "value": 41,
    "observedAt": "2026-06-01T08:00:00Z",
    "unitCode": "C62",
}
_FREED: Json = {**_FREE, "value": 44, "observedAt": "2026-06-01T09:00:00Z"}
_FRAGMENT: Json = {"availableSpotNumber": [_FREE, _FREED]}
_HISTORY: Json = {"id": URI, "type": "OffStreetParking", **_FRAGMENT}
_ID: Json = "urn:ngsi-ld:instance:618475290624001780272000000"
_TOLD: Json = {
    "id": URI,
    "type": "OffStreetParking",
    "availableSpotNumber": [{**_FREE, "instanceId": _ID}],
}
_QUERY: Json = {
    "type": "Query",
    "entities": [{"type": "OffStreetParking"}],
    "temporalQ": {"timerel": "after", "timeAt": "2026-06-01T00:00:00Z"},
}
_GIVES = (JSON, LD_JSON)
_TIMES = (
    "timerel", "timeAt", "endTimeAt", "timeproperty", "lastN", "options", "format",
    "aggrMethods", "aggrPeriodDuration", "attrs", "pick", "omit", "datasetId", "lang", "local",
)  # fmt: skip
_CHOICE = (
    "type", "id", "idPattern", "q", "scopeQ", "georel", "geometry", "coordinates", "geoproperty",
    "csf", "expandValues", "jsonKeys", "limit", "offset", "count", "orderBy",
)  # fmt: skip
_DONE = {"204": ({"sv": "Det är gjort.", "en": "It is done."}, None)}
_PART = {"sv": "Det som ryms; Content-Range säger från när till när.",
         "en": "What fits; Content-Range says from when to when."}  # fmt: skip

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        method="POST",
        path="/temporal/entities",
        run=_temporal.create,
        summary={"sv": "Skapa eller fyll på en historik", "en": "Create or add to a history"},
        clause="5.6.11",
        parameters=("local",),
        takes=BODIES,
        example=_HISTORY,
        answers={"201": ({"sv": "Entiteten är ny.", "en": "The entity is new."}, None), **_DONE},
    ),
    Operation(
        method="GET",
        path="/temporal/entities",
        run=_temporal_query.query,
        summary={"sv": "Fråga efter historik", "en": "Query histories"},
        clause="5.7.4",
        parameters=_TIMES + _CHOICE,
        gives=_GIVES,
        answers={
            "200": ({"sv": "Entiteterna med historik.", "en": "Entities with history."}, [_TOLD]),
            "206": (_PART, [_TOLD]),
        },
    ),
    Operation(
        method="POST",
        path="/temporal/entityOperations/query",
        run=_temporal_query.query_posted,
        summary={"sv": "Fråga efter historik", "en": "Query histories"},
        clause="5.7.4",
        parameters=("options", "format", "limit", "offset", "count", "local"),
        gives=_GIVES,
        takes=BODIES,
        reads=True,
        example=_QUERY,
        answers={
            "200": ({"sv": "Entiteterna med historik.", "en": "Entities with history."}, [_TOLD]),
            "206": (_PART, [_TOLD]),
        },
    ),
    Operation(
        method="GET",
        path="/temporal/entities/{entityId}",
        run=_temporal_retrieve.retrieve,
        summary={"sv": "Läs en historik", "en": "Retrieve a history"},
        clause="5.7.3",
        parameters=_TIMES,
        gives=_GIVES,
        answers={
            "200": ({"sv": "Entiteten med historik.", "en": "The entity with history."}, _TOLD),
            "206": (_PART, _TOLD),
        },
    ),
    Operation(
        method="DELETE",
        path="/temporal/entities/{entityId}",
        up=("entityId",),
        run=_temporal.delete,
        summary={"sv": "Ta bort en historik", "en": "Delete a history"},
        clause="5.6.16",
        parameters=("local",),
        answers=_DONE,
    ),
    Operation(
        method="POST",
        path="/temporal/entities/{entityId}/attrs",
        run=_temporal.add,
        summary={"sv": "Lägg till instanser", "en": "Add instances"},
        clause="5.6.12",
        parameters=("local",),
        takes=BODIES,
        example=_FRAGMENT,
        answers=_DONE,
    ),
    Operation(
        method="DELETE",
        path="/temporal/entities/{entityId}/attrs/{attrId}",
        run=_temporal.delete_attribute,
        summary={"sv": "Ta bort ett attributs historik", "en": "Delete an attribute's history"},
        clause="5.6.13",
        parameters=("deleteAll", "datasetId", "local"),
        answers=_DONE,
    ),
    Operation(
        method="PATCH",
        path="/temporal/entities/{entityId}/attrs/{attrId}/{instanceId}",
        up=("attrId", "instanceId"),
        run=_temporal.change_instance,
        summary={"sv": "Ändra en instans", "en": "Change an instance"},
        clause="5.6.14",
        parameters=("local",),
        takes=PATCHES,
        example={"type": "Property", "value": 42},
        answers=_DONE,
    ),
    Operation(
        method="DELETE",
        path="/temporal/entities/{entityId}/attrs/{attrId}/{instanceId}",
        run=_temporal.delete_instance,
        summary={"sv": "Ta bort en instans", "en": "Delete an instance"},
        clause="5.6.15",
        parameters=("local",),
        answers=_DONE,
    ),
)
