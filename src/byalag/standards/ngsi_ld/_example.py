"""Examples of bodies and answers, as the description shows them. They are true: tests send them."""

from byalag.model import Json

URI = "urn:ngsi-ld:OffStreetParking:2482:torget"
LOCATION: Json = {
    "type": "GeoProperty",
    "value": {"type": "Point", "coordinates": [20.95, 64.75]},
}
FREE: Json = {
    "type": "Property",
    "value": 41,
    "observedAt": "2026-06-01T08:00:00Z",
    "unitCode": "C62",
}
ENTITY: Json = {
    "id": URI,
    "type": "OffStreetParking",
    "name": {"type": "Property", "value": "Torget"},
    "totalSpotNumber": {"type": "Property", "value": 120},
    "availableSpotNumber": FREE,
    "location": LOCATION,
}
FRAGMENT: Json = {"availableSpotNumber": {**FREE, "value": 38}}
PART: Json = {"value": 37, "observedAt": "2026-06-01T08:05:00Z"}
BATCH: Json = [ENTITY, {**ENTITY, "id": "urn:ngsi-ld:OffStreetParking:2482:stationen"}]
IDS: Json = [URI]
PARTLY: Json = {
    "success": [URI],
    "errors": [
        {
            "entityId": "urn:ngsi-ld:OffStreetParking:2482:stationen",
            "error": {
                "type": "https://uri.etsi.org/ngsi-ld/errors/AlreadyExists",
                "title": "It is there already",
                "status": 409,
                "detail": "there is an entity urn:ngsi-ld:OffStreetParking:2482:stationen already",
            },
        }
    ],
}
NOT_ALL: Json = {
    "updated": [],
    "notUpdated": [{"attributeName": "name", "reason": "the entity has it already"}],
}
CONTEXT: Json = {"@context": {"OffStreetParking": "https://example.org/words#OffStreetParking"}}
CONTEXTS: Json = ["https://example.org/ngsi-ld/v1/jsonldContexts/0b6f3a"]
PROBLEM: Json = {
    "type": "https://uri.etsi.org/ngsi-ld/errors/ResourceNotFound",
    "title": "There is no such thing",
    "status": 404,
    "detail": f"there is no entity {URI}",
    "instance": "urn:trace:0af7651916cd43dd8448eb211c80319c",
}
