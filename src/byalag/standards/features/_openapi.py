"""The API described by OpenAPI 3.0, which oas30 asks for, in Swedish and English."""

from collections.abc import Mapping
from typing import Final

from byalag.model import Contact, Json, Words
from byalag.standards.features import _example as example
from byalag.standards.features._describe import DESCRIPTION, TITLE
from byalag.standards.features._negotiate import GEOJSON, HTML, JSON, OPENAPI, SCHEMA
from byalag.standards.features._openapi_parameters import PARAMETERS, both, said
from byalag.standards.features._problem import PROBLEM_JSON

ROOT: Final = "/features/v1"
VERSION: Final = "1.0.0"
LIMITATIONS: Final[Words] = {
    "sv": "Kända begränsningar: bara läsning. Prognoser visas inte som värden. Värden från en "
    "givare som hör till en annan sak visas, men kan inte filtreras. `^` i filter tar en heltals"
    "exponent från 1 till 8. Ett filter har högst 250 termer i 32 nivåer och 2 000 positioner.",
    "en": "Known limitations: read only. Forecasts are not shown as values. Values of a sensor "
    "that belongs to another thing are shown but cannot be filtered by. `^` in filters takes a "
    "whole exponent from 1 to 8. A filter has at most 250 terms, 32 levels and 2,000 positions.",
}
EXCEPTIONS: Final[Mapping[str, Words]] = {
    "FNS.07": {
        "sv": "Standarden bläddrar med `limit` och en länk till nästa sida, inte med `offset`.",
        "en": "The standard pages by `limit` and a link to the next page, not by `offset`.",
    },
    "FNS.01": {
        "sv": "Standarden skriver både `bbox` och `bbox-crs`.",
        "en": "The standard writes both `bbox` and `bbox-crs`.",
    },
    "DOK.17": {
        "sv": "Standarden (oas30) föreskriver OpenAPI 3.0.",
        "en": "The standard (oas30) prescribes OpenAPI 3.0.",
    },
}
_SLA: Final = {
    "availability": "Enligt den kommun som driver navet. / As the municipality that runs the hub.",
    "responseTime": "95 % < 500 ms",
    "support": "Se kontakt. / See contact.",
}
_TRACE: Final[Json] = {
    "description": "Spårning enligt W3C Trace Context. / Tracing by W3C Trace Context.",
    "schema": {"type": "string", "maxLength": 200},
}


def document(hub: str, contact: Contact | None) -> Json:
    """Return the description, for the hub at an address."""
    who = contact or Contact()
    known = {"name": who.name, "url": who.url or f"{hub}/", "email": who.email}
    return {
        "openapi": "3.0.3",
        "info": {
            "title": " / ".join(TITLE.values()),
            "version": VERSION,
            "description": both(DESCRIPTION) + "\n\n" + both(LIMITATIONS),
            "termsOfService": f"{hub}/conditions",
            "contact": {name: text for name, text in known.items() if text},
            "license": {
                "name": "CC0-1.0",
                "url": "https://creativecommons.org/publicdomain/zero/1.0/",
            },
            "x-sla": _SLA,
            "x-limitations": both(LIMITATIONS),
        },
        "externalDocs": {
            "url": f"{hub}/",
            "description": "Sidor för alla och dokumentation. / Pages for all and documentation.",
        },
        "servers": [{"url": hub + ROOT}],
        "security": [],
        "tags": [{"name": "features", "description": both(TITLE)}],
        "paths": _paths(hub + ROOT),
        "components": _components(hub),
    }


def _paths(root: str) -> Json:
    json_page = (JSON, example.of(root))
    return {
        "/": _get("getLandingPage", _LANDING, "landing", json_page),
        "/conformance": _get("getConformance", _CONFORMANCE, "conformance", json_page),
        "/api": _get("getApi", _API, "api", (OPENAPI, example.of(root))),
        "/functions": _get("getFunctions", _FUNCTIONS, "functions", json_page),
        "/collections": _get("getCollections", _COLLECTIONS, "collections", json_page),
        "/collections/{collectionId}": _get(
            "getCollection", _COLLECTION, "collection", json_page, "collectionId"
        ),
        "/collections/{collectionId}/queryables": _get(
            "getQueryables", _QUERYABLES, "queryables", (SCHEMA, example.of(root)), "collectionId"
        ),
        "/collections/{collectionId}/schema": _get(
            "getSchema", _SCHEMA, "schema", (SCHEMA, example.of(root)), "collectionId"
        ),
        "/collections/{collectionId}/items": _get(
            "getFeatures",
            _ITEMS,
            "items",
            (GEOJSON, example.of(root)),
            "collectionId",
            *_FILTERS,
        ),
        "/collections/{collectionId}/items/{featureId}": _get(
            "getFeature",
            _ITEM,
            "item",
            (GEOJSON, example.of(root)),
            "collectionId",
            "featureId",
            "crs",
        ),
        "/api-info": _api_info(root),
    }


_LANDING: Final = said("Landningssidan: länkar till allt.", "The landing page: links to all.")
_CONFORMANCE: Final = said("Vad API:et följer.", "What the API conforms to.")
_API: Final = said("Den här beskrivningen.", "This description.")
_FUNCTIONS: Final = said("Funktioner i filter.", "Functions that filters may use.")
_COLLECTIONS: Final = said("Alla samlingar.", "All collections.")
_COLLECTION: Final = said("En samling: utbredning, länkar.", "A collection: extent, links.")
_QUERYABLES: Final = said("Vad man kan fråga efter.", "What can be asked for.")
_SCHEMA: Final = said("Vad objekten innehåller.", "What the features hold.")
_ITEMS: Final = said(
    "Objekt ur en samling. Egenskaperna i `queryables` är också frågeparametrar.",
    "Features of a collection. The properties in `queryables` are query parameters too.",
)
_ITEM: Final = said("Ett objekt.", "One feature.")
_FILTERS: Final = (
    "limit",
    "bbox",
    "bbox-crs",
    "datetime",
    "crs",
    "filter",
    "filter-lang",
    "filter-crs",
    "after",
    "properties",
)


def _get(
    name: str, description: str, what: str, answer: tuple[str, Mapping[str, Json]], *takes: str
) -> Json:
    media, examples = answer
    schema = {"$ref": f"#/components/schemas/{what}"}
    content = {
        media: {"schema": schema, "examples": {"one": {"value": examples[what]}}},
        HTML: {
            "schema": {"type": "string"},
            "examples": {"one": {"value": '<!doctype html><html lang="sv">…</html>'}},
        },
    }
    responses = {
        "200": {
            "description": "Svaret. / The answer.",
            "headers": _headers("ETag", *(["Content-Crs"] if "crs" in takes else [])),
            "content": content,
        },
        "304": {
            "description": "Inget har ändrats sedan ETag. / Nothing has changed since ETag.",
            "headers": _headers("ETag"),
        },
        "400": {"$ref": "#/components/responses/bad"},
        "401": {"$ref": "#/components/responses/closed"},
        "403": {"$ref": "#/components/responses/notAllowed"},
        "406": {"$ref": "#/components/responses/unacceptable"},
        "429": {"$ref": "#/components/responses/tooMany"},
        "500": {"$ref": "#/components/responses/fault"},
    }
    if "collectionId" in takes:
        responses["404"] = {"$ref": "#/components/responses/missing"}
    return {
        "parameters": [{"$ref": "#/components/parameters/traceparent"}],
        "get": {
            "operationId": name,
            "tags": ["features"],
            "summary": description.partition("\n")[0],
            "description": description,
            "parameters": [
                {"$ref": f"#/components/parameters/{each}"} for each in (*takes, "f", "lang")
            ],
            "responses": dict(sorted(responses.items())),
            "security": [],
        },
    }


def _api_info(root: str) -> Json:
    told = {
        "apiName": "features",
        "apiVersion": VERSION,
        "apiReleased": "2026-11-22",
        "apiDocumentation": f"{root}/openapi.json",
        "apiStatus": "active",
    }
    schema = {"$ref": "#/components/schemas/apiInfo"}
    return {
        "parameters": [{"$ref": "#/components/parameters/traceparent"}],
        "get": {
            "operationId": "getApiInfo",
            "tags": ["features"],
            "summary": "Om detta API / About this API",
            "description": said("API:ets namn och version.", "The API's name and version."),
            "parameters": [],
            "responses": {
                "200": {
                    "description": "Om API:et. / About the API.",
                    "headers": _headers(),
                    "content": {JSON: {"schema": schema, "examples": {"one": {"value": told}}}},
                },
                "500": {"$ref": "#/components/responses/fault"},
            },
            "security": [],
        },
    }


def _headers(*names: str) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in ("traceparent", *names)}


def _components(hub: str) -> Json:
    return {
        "schemas": _schemas(),
        "parameters": {name: _parameter(name) for name in PARAMETERS}
        | {"traceparent": {**_TRACE, "name": "traceparent", "in": "header", "required": False}},
        "headers": {
            "traceparent": _TRACE,
            "ETag": {
                "description": "Ändras när svaret kan ha ändrats. / Changes as the answer may.",
                "schema": {"type": "string"},
            },
            "Content-Crs": {
                "description": "Svarets koordinatsystem. / The answer's reference system.",
                "schema": {"type": "string"},
            },
        },
        "responses": {
            "bad": _problem(hub, 400, "unknown-parameter", "Frågan går inte att läsa."),
            "closed": _problem(hub, 401, "key-needed", "En giltig nyckel behövs."),
            "notAllowed": _problem(hub, 403, "not-allowed", "Det är inte tillåtet."),
            "missing": _problem(hub, 404, "not-found", "Det finns inte."),
            "unacceptable": _problem(hub, 406, "not-acceptable", "Formatet finns inte."),
            "tooMany": _problem(hub, 429, "too-many-tries", "Vänta och försök igen."),
            "fault": _problem(hub, 500, "fault", "Fel hos oss."),
        },
    }


_TITLES: Final = {
    "unknown-parameter": "Unknown parameter",
    "key-needed": "A valid key is needed",
    "not-allowed": "Not allowed",
    "too-many-tries": "Too many failed tries",
    "not-found": "Not found",
    "not-acceptable": "There is no such format",
    "fault": "A fault of ours",
}


def _problem(hub: str, status: int, name: str, swedish: str) -> Json:
    told = {
        "type": f"{hub}/problems/{name}",
        "title": _TITLES[name],
        "status": status,
        "detail": f"{_TITLES[name]}.",
        "instance": f"{ROOT}/collections#0af7651916cd43dd8448eb211c80319c",
    }
    schema = {"$ref": "#/components/schemas/problem"}
    return {
        "description": f"{swedish} / {_TITLES[name]}.",
        "headers": _headers(),
        "content": {PROBLEM_JSON: {"schema": schema, "examples": {name: {"value": told}}}},
    }


def _object(required: tuple[str, ...], **properties: Json) -> Json:
    return {"type": "object", "required": list(required), "properties": properties}


def _schemas() -> Json:
    text: Json = {"type": "string"}
    links: Json = {"type": "array", "items": {"$ref": "#/components/schemas/link"}}
    texts: Json = {"type": "array", "items": text}
    anything: Json = {"type": "object"}
    return {
        "link": _object(("href", "rel"), href=text, rel=text, type=text, title=text, hreflang=text),
        "landing": _object(("links",), title=text, description=text, links=links),
        "conformance": _object(("conformsTo",), conformsTo=texts, links=links),
        "api": _object(("openapi", "info", "paths"), openapi=text, info=anything, paths=anything),
        "functions": _object(
            ("functions",), functions={"type": "array", "items": anything}, links=links
        ),
        "collection": _object(
            ("id", "links"),
            id=text,
            title=text,
            description=text,
            attribution=text,
            itemType=text,
            extent=anything,
            crs=texts,
            storageCrs=text,
            links=links,
        ),
        "collections": _object(
            ("links", "collections"),
            links=links,
            crs=texts,
            collections={"type": "array", "items": {"$ref": "#/components/schemas/collection"}},
        ),
        "queryables": _object(("type", "properties"), type=text, properties=anything),
        "schema": _object(("type", "properties"), type=text, properties=anything),
        "item": _object(
            ("type", "geometry", "properties"),
            type={"type": "string", "enum": ["Feature"]},
            id=text,
            geometry={"type": "object", "nullable": True},
            properties={"type": "object", "nullable": True},
            links=links,
        ),
        "items": _object(
            ("type", "features"),
            type={"type": "string", "enum": ["FeatureCollection"]},
            timeStamp={"type": "string", "format": "date-time"},
            numberMatched={"type": "integer", "minimum": 0},
            numberReturned={"type": "integer", "minimum": 0},
            links=links,
            features={"type": "array", "items": {"$ref": "#/components/schemas/item"}},
        ),
        "problem": _object(
            ("type", "title", "status", "detail", "instance"),
            type={"type": "string", "format": "uri"},
            title=text,
            status={"type": "integer"},
            detail=text,
            instance={"type": "string", "format": "uri-reference"},
        ),
        "apiInfo": _object(
            ("apiName", "apiVersion", "apiReleased", "apiDocumentation", "apiStatus"),
            apiName=text,
            apiVersion=text,
            apiReleased={"type": "string", "format": "date"},
            apiDocumentation={"type": "string", "format": "uri"},
            apiStatus=text,
        ),
    }


def _parameter(name: str) -> Json:
    told = PARAMETERS[name]
    inside = "path" if name.endswith("Id") else "query"
    return {"name": name, "in": inside, "required": inside == "path", **told}


def openapi(hub: str, contact: Contact | None) -> Json:
    """Return the description, for the hub at an address and whom to ask."""
    return document(hub, contact)
