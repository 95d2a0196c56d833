"""The query parameters of NGSI-LD (GS CIM 009, 6.4 and on), for reading and for describing them."""

from collections.abc import Mapping

from byalag.model import Json, Words

_TEXT: Json = {"type": "string", "maxLength": 8000}
_FLAG: Json = {"type": "boolean"}
_COUNT: Json = {"type": "integer", "minimum": 0}


def _said(schema: Json, swedish: str, english: str) -> tuple[Json, Words]:
    return schema, {"sv": swedish, "en": english}


PARAMETERS: Mapping[str, tuple[Json, Words]] = {
    "options": _said(_TEXT, "Val, åtskilda av komma.", "Options, divided by commas."),
    "format": _said(
        {"type": "string", "enum": ["normalized", "concise", "simplified", "keyValues"]},
        "Hur svaret eller innehållet är skrivet.",
        "How the answer or the body is written.",
    ),
    "type": _said(_TEXT, "Entitetens typ.", "The entity's type."),
    "id": _said(_TEXT, "Entiteters id, åtskilda av komma.", "Entities' ids, divided by commas."),
    "idPattern": _said(_TEXT, "Reguljärt uttryck för id.", "A regular expression that ids match."),
    "attrs": _said(_TEXT, "Attribut, åtskilda av komma.", "Attributes, divided by commas."),
    "pick": _said(_TEXT, "Det som ska visas.", "What is shown."),
    "omit": _said(_TEXT, "Det som inte ska visas.", "What is not shown."),
    "q": _said(_TEXT, "Villkor på attribut.", "A condition on attributes."),
    "csf": _said(_TEXT, "Villkor på kontextkällor.", "A condition on context sources."),
    "scopeQ": _said(_TEXT, "Villkor på räckvidd.", "A condition on scopes."),
    "georel": _said(_TEXT, "Förhållande till geometrin.", "The relation to the geometry."),
    "geometry": _said(_TEXT, "Geometrins typ.", "The geometry's type."),
    "coordinates": _said(_TEXT, "Geometrins koordinater.", "The geometry's coordinates."),
    "geoproperty": _said(_TEXT, "Det attribut som är platsen.", "The attribute that is the place."),
    "geometryProperty": _said(
        _TEXT, "Det attribut som blir geometri.", "The attribute that becomes geometry."
    ),
    "lang": _said(_TEXT, "Språk som önskas.", "The languages that are wanted."),
    "datasetId": _said(_TEXT, "Attributets datasetId.", "The attribute's datasetId."),
    "deleteAll": _said(_FLAG, "Om alla instanser tas bort.", "Whether all instances are deleted."),
    "join": _said(_TEXT, "Hur relaterade visas.", "How what is related is shown."),
    "joinLevel": _said(_COUNT, "Hur djupt.", "How deep."),
    "containedBy": _said(_TEXT, "Det som redan visas.", "What is shown already."),
    "jsonKeys": _said(_TEXT, "Attribut som är JSON.", "Attributes that are JSON."),
    "expandValues": _said(_TEXT, "Attribut med ord som IRI.", "Attributes whose words are IRIs."),
    "orderBy": _said(_TEXT, "Ordningen.", "The order."),
    "local": _said(_FLAG, "Bara det som finns här.", "Only what is here."),
    "count": _said(_FLAG, "Om antalet ska sägas.", "Whether the count is told."),
    "limit": _said(_COUNT | {"default": 20}, "Högst så många.", "At most so many."),
    "offset": _said(_COUNT, "Så många hoppas över.", "So many are skipped."),
    "details": _said(_FLAG, "Om allt ska visas.", "Whether everything is shown."),
    "kind": _said(
        {"type": "string", "enum": ["Hosted", "Cached", "ImplicitlyCreated"]},
        "Slag av kontext.",
        "The kind of context.",
    ),
    "reload": _said(_FLAG, "Om den ska hämtas på nytt.", "Whether it is fetched again."),
    "observedAt": _said(
        {"type": "string", "format": "date-time"},
        "Tiden för det som inte säger någon.",
        "The time of what states none.",
    ),
    "drop": _said(_TEXT, "Attribut som tas bort.", "Attributes that are deleted."),
    "keep": _said(_TEXT, "Attribut som behålls.", "Attributes that are kept."),
    "timerel": _said(_TEXT, "Förhållande till tiden.", "The relation to the time."),
    "timeAt": _said({"type": "string", "format": "date-time"}, "Tiden.", "The time."),
    "endTimeAt": _said(
        {"type": "string", "format": "date-time"}, "Sluttiden.", "The time of the end."
    ),
    "timeproperty": _said(_TEXT, "Den tid som avses.", "The time that is meant."),
    "lastN": _said(_COUNT, "De senaste så många.", "The newest so many."),
    "aggrMethods": _said(_TEXT, "Sammanfattningar.", "Aggregations."),
    "aggrPeriodDuration": _said(_TEXT, "Periodens längd.", "The length of a period."),
}
