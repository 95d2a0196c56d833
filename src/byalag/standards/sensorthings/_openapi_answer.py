"""What every operation of SensorThings has in common: its options, its answers, its refusals."""

from collections.abc import Mapping
from typing import Final

from byalag.model import Json, Words
from byalag.standards.sensorthings._openapi_entity import schemas
from byalag.standards.sensorthings._options import HIGHEST_SKIP, HIGHEST_TOP, USUAL_TOP
from byalag.standards.sensorthings._problem import PROBLEM_JSON

JSON: Final = "application/json"
_TRACE: Final[Json] = {
    "description": "Spårning enligt W3C Trace Context. / Tracing by W3C Trace Context.",
    "schema": {"type": "string", "maxLength": 200},
}
REFUSALS: Final[Mapping[str, tuple[int, str, str]]] = {
    "bad": (400, "Frågan går inte att läsa.", "The request cannot be read"),
    "closed": (401, "En nyckel behövs.", "A key is needed"),
    "notAllowed": (403, "Det är inte tillåtet.", "It is not allowed"),
    "missing": (404, "Det finns inte.", "It is not there"),
    "otherMedia": (415, "Skriv JSON.", "Write JSON"),
    "tooMany": (429, "Vänta och försök igen.", "Wait and try again"),
    "fault": (500, "Fel hos oss.", "A fault of ours"),
}
_TEXT: Final[Json] = {"type": "string"}
_OPTIONS: Final[Mapping[str, tuple[str, str, Json, Json]]] = {
    "filter": ("Vilka poster som ska med.", "Which entities.", _TEXT, "result gt 10"),
    "expand": (
        "Länkade poster som ska med, med egna val inom parentes.",
        "Linked entities to include, with options of their own in parentheses.",
        _TEXT,
        "",
    ),
    "select": ("Vilka egenskaper som ska med.", "Which properties.", _TEXT, "id"),
    "orderby": ("Ordning.", "Order.", _TEXT, "id desc"),
    "top": (
        "Hur många poster på en sida.",
        "How many entities on a page.",
        {"type": "integer", "minimum": 0, "default": USUAL_TOP, "maximum": HIGHEST_TOP},
        10,
    ),
    "skip": (
        "Hur många poster som hoppas över.",
        "How many entities to skip.",
        {"type": "integer", "minimum": 0, "maximum": HIGHEST_SKIP - 1, "default": 0},
        0,
    ),
    "count": (
        "Om antalet ska sägas, oavsett sida.",
        "Whether to tell how many there are, whatever the page.",
        {"type": "boolean", "default": False},
        True,
    ),
}


def both(words: Words) -> str:
    """Return a text in Swedish and English, one after the other."""
    return "\n\n".join(words[language] for language in ("sv", "en"))


def said(sv: str, en: str) -> str:
    """Return what is said in Swedish and English."""
    return both({"sv": sv, "en": en})


def ref(kind: str, name: str) -> Json:
    """Return a reference to a component."""
    return {"$ref": f"#/components/{kind}/{name}"}


def responses(
    schema: str | None,
    example: Json,
    *,
    made: bool = False,
    named: bool = False,
    writes: bool = False,
) -> Json:
    """Return the answers of an operation: what it gives, and how it is refused."""
    good: dict[str, Json] = {
        "description": "Svaret. / The answer.",
        "headers": _headers(*(["Location"] if made else [])),
    }
    if schema is not None:
        body = {"schema": ref("schemas", schema), "examples": {"one": {"value": example}}}
        good["content"] = {JSON: body}
    told: dict[str, Json] = {"201" if made else "200": good}
    refusals = ["bad", "closed", "notAllowed", "tooMany", "fault"]
    if named or made:
        refusals += ["missing"]
    if made or writes:
        refusals += ["otherMedia"]
    for name in refusals:
        told[str(REFUSALS[name][0])] = ref("responses", name)
    return dict(sorted(told.items()))


def api_info(root: str, version: str, released: str) -> Json:
    """Return what tells of the API itself (rule VER.06)."""
    example = {
        "apiName": "sensorthings",
        "apiVersion": version,
        "apiReleased": released,
        "apiDocumentation": f"{root}/openapi.json",
        "apiStatus": "active",
    }
    told = responses("apiInfo", example)
    for never in ("400", "401", "403"):
        del told[never]
    return {
        "operationId": "getApiInfo",
        "tags": ["service"],
        "summary": "Om detta API / About this API",
        "description": said("API:ets namn och version.", "The API's name and version."),
        "parameters": [],
        "responses": told,
        "security": [],
    }


def _headers(*names: str) -> Json:
    return {name: ref("headers", name) for name in ("traceparent", *names)}


def components() -> Json:
    """Return what the operations refer to."""
    return {
        "schemas": schemas() | _common(),
        "parameters": {name: _option(name) for name in _OPTIONS}
        | {
            "id": {
                "name": "id",
                "in": "path",
                "required": True,
                "description": said("Postens nummer.", "The entity's number."),
                "schema": {"type": "integer", "minimum": 1},
                "examples": {"one": {"value": 1}},
            },
            "traceparent": _TRACE | {"name": "traceparent", "in": "header", "required": False},
        },
        "headers": {
            "traceparent": _TRACE,
            "Location": {
                "description": "Där posten finns. / Where the entity is.",
                "schema": {"type": "string"},
            },
        },
        "responses": {name: _refusal(name) for name in REFUSALS},
        "securitySchemes": {
            "key": {
                "type": "http",
                "scheme": "bearer",
                "description": said("En nyckel från kommunen.", "A key from the municipality."),
            }
        },
    }


def _option(name: str) -> Json:
    sv, en, schema, example = _OPTIONS[name]
    return {
        "name": f"${name}",
        "in": "query",
        "required": False,
        "description": said(sv, en),
        "schema": schema,
        "examples": {"one": {"value": example}},
    }


def _refusal(name: str) -> Json:
    status, sv, en = REFUSALS[name]
    example = {
        "type": "error",
        "title": en,
        "status": status,
        "instance": "/Things#0af7651916cd43dd8448eb211c80319c",
        "code": status,
        "message": f"{en}.",
    }
    body = {"schema": ref("schemas", "problem"), "examples": {name: {"value": example}}}
    return {
        "description": f"{sv} / {en}.",
        "headers": _headers(),
        "content": {PROBLEM_JSON: body},
    }


def _common() -> Json:
    number: Json = {"type": "integer"}
    uri: Json = {"type": "string", "format": "uri"}
    return {
        "root": {
            "type": "object",
            "required": ["value", "serverSettings"],
            "properties": {
                "value": {"type": "array", "items": {"type": "object"}},
                "serverSettings": {"type": "object"},
            },
        },
        "rows": {"type": "array", "items": {"type": "object"}},
        "created": {"type": "array", "items": _TEXT},
        "requests": _listed("requests"),
        "answers": _listed("responses"),
        "apiInfo": {
            "type": "object",
            "properties": {
                "apiName": _TEXT,
                "apiVersion": _TEXT,
                "apiReleased": {"type": "string", "format": "date"},
                "apiDocumentation": uri,
                "apiStatus": {"type": "string", "enum": ["active", "deprecated", "retired"]},
            },
        },
        "problem": {
            "type": "object",
            "required": ["type", "title", "status", "instance", "code", "message"],
            "properties": {
                "type": {"type": "string", "format": "uri-reference"},
                "title": _TEXT,
                "status": number,
                "instance": {"type": "string", "format": "uri-reference"},
                "code": number,
                "message": _TEXT,
            },
        },
    }


def _listed(name: str) -> Json:
    several: Json = {"type": "array", "items": {"type": "object"}}
    return {"type": "object", "required": [name], "properties": {name: several}}
