"""The OpenAPI 3.1 description of NGSI-LD as it is here, from the table that serves the requests."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from byalag.mapping import is_list, is_object
from byalag.model import Contact, Json, Words
from byalag.standards.ngsi_ld._example import PROBLEM
from byalag.standards.ngsi_ld._operation import JSON, LD_JSON, Operation
from byalag.standards.ngsi_ld._parameter import PARAMETERS
from byalag.standards.ngsi_ld._problem import PROBLEM_JSON

ROOT: Final = "/ngsi-ld/v1"
VERSION: Final = "1.8.1"
RELEASED: Final = "2026-11-22"
TITLE: Final[Words] = {"sv": "Entiteter (NGSI-LD)", "en": "Entities (NGSI-LD)"}
DESCRIPTION: Final[Words] = {
    "sv": "Entiteter, deras attribut och historik enligt ETSI GS CIM 009 V1.8.1. En entitet är "
    "samma sak som visas i de andra standarderna.",
    "en": "Entities, their attributes and their history by ETSI GS CIM 009 V1.8.1. An entity is "
    "the same thing that the other standards show.",
}
LIMITATIONS: Final[Words] = {
    "sv": "Kända begränsningar: kontextkällor och fördelade frågor finns inte. En entitet har "
    "högst 2 000 attribut i 12 nivåer, och en sats har högst 20 000 entiteter.",
    "en": "Known limitations: there are no context sources and no distributed operations. An "
    "entity has at most 2,000 attributes in 12 levels, and a batch at most 20,000 entities.",
}
_WORDS: Final[Words] = {
    "sv": "Standardens adresser har versaler (/entityOperations) och hela IRI:er.",
    "en": "The standard's addresses have capitals (/entityOperations) and whole IRIs.",
}
_FREE: Final[Words] = {
    "sv": "JSON-LD har @context, och attribut får heta vad som helst.",
    "en": "JSON-LD has @context, and attributes can have any name.",
}
EXCEPTIONS: Final[Mapping[str, Words]] = {
    "UFN.07": _WORDS,
    "UFN.08": _WORDS,
    "RES.06": _WORDS,
    "AME.04": _FREE,
    "AME.07": _FREE,
    "FEL.01": {
        "sv": "Felens typer är standardens; instance läggs till.",
        "en": "The types of errors are the standard's; instance is added.",
    },
    "MOG.02": {
        "sv": "Standarden visar samband som Relationship, inte som länkar.",
        "en": "The standard shows relations as Relationship, not as links.",
    },
}
_TRACE: Final = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
_TRACED: Final[Json] = [{"$ref": "#/components/parameters/traceparent"}]
_NAMED: Final[Mapping[str, tuple[Words, str]]] = {
    "entityId": (
        {"sv": "Entitetens URI.", "en": "The entity's URI."},
        "urn:ngsi-ld:OffStreetParking:2482:torget",
    ),
    "attrId": ({"sv": "Attributets namn.", "en": "The attribute's name."}, "name"),
    "type": ({"sv": "Typens namn.", "en": "The type's name."}, "OffStreetParking"),
    "contextId": ({"sv": "Kontextens id.", "en": "The context's id."}, "0b6f3a"),
}
_TROUBLES: Final[Mapping[str, Words]] = {
    "400": {"sv": "Begäran går inte att läsa.", "en": "The request cannot be read."},
    "401": {"sv": "En giltig nyckel behövs.", "en": "A valid key is needed."},
    "403": {"sv": "Inte tillåtet.", "en": "Not allowed."},
    "404": {"sv": "Finns inte.", "en": "There is no such thing."},
    "406": {"sv": "Formatet finns inte.", "en": "There is no such format."},
    "409": {"sv": "Finns redan.", "en": "It is there already."},
    "415": {"sv": "Innehållets typ tas inte emot.", "en": "The body's type is not taken."},
    "422": {"sv": "Går inte att göra här.", "en": "This cannot be done here."},
    "503": {"sv": "En kontext går inte att nå.", "en": "A context cannot be had."},
    "default": {"sv": "Något annat gick fel.", "en": "Something else went wrong."},
}


def both(words: Words) -> str:
    """Return a text in Swedish and English."""
    return " / ".join(words[language] for language in ("sv", "en") if language in words)


def describe(table: Sequence[Operation], hub: str, contact: Contact | None) -> Json:
    """Return the OpenAPI document for the hub at an address."""
    who = contact or Contact()
    known = {"name": who.name, "url": who.url or f"{hub}/", "email": who.email}
    paths: dict[str, dict[str, Json]] = {}
    for one in table:
        shared = {"parameters": [*_TRACED, *_in_path(one.path)]}
        paths.setdefault(one.path, shared)[one.method.lower()] = _operation(one)
    paths["/api-info"] = {"parameters": _TRACED, "get": _api_info(hub)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": both(TITLE),
            "version": VERSION,
            "description": f"{both(DESCRIPTION)}\n\n{both(LIMITATIONS)}",
            "termsOfService": f"{hub}/conditions",
            "contact": {name: text for name, text in known.items() if text},
            "license": {
                "name": "CC0-1.0",
                "url": "https://creativecommons.org/publicdomain/zero/1.0/",
            },
            "x-sla": {
                "availability": "Enligt den kommun som driver navet. / As the municipality says.",
                "responseTime": "95 % < 500 ms",
                "support": "Se kontakt. / See contact.",
            },
            "x-limitations": both(LIMITATIONS),
        },
        "externalDocs": {
            "url": "https://cim.etsi.org/NGSI-LD/official/front-page.html",
            "description": "Standarden. / The standard: ETSI GS CIM 009.",
        },
        "servers": [{"url": hub + ROOT}],
        "security": [],
        "tags": [{"name": name, "description": both(words)} for name, words in _TAGS.items()],
        "paths": paths,
        "components": _COMPONENTS,
    }


def _in_path(path: str) -> Iterator[Json]:
    for name in re.findall(r"\{(\w+)\}", path):
        words, example = _NAMED.get(name, ({"sv": f"{name}.", "en": f"{name}."}, "urn:ngsi-ld:x:1"))
        yield {
            "name": name,
            "in": "path",
            "required": True,
            "description": both(words),
            "schema": {"type": "string", "maxLength": 2000},
            "example": example,
        }


def _operation(one: Operation) -> Json:
    name = re.sub(r"[^A-Za-z]+(\w?)", lambda found: found[1].upper(), one.path)
    described: dict[str, Json] = {
        "operationId": one.method.lower() + name,
        "tags": [_tag(one.path)],
        "summary": both(one.summary),
        "description": f"{both(one.summary)}. GS CIM 009, {one.clause}.",
        "parameters": [_parameter(name) for name in one.parameters] + _HEADERS,
        "responses": dict(_answers(one)) | _failures(one),
        "security": [] if one.reads or one.method == "GET" else [{"key": []}],
    }
    if one.takes:
        described["requestBody"] = {
            "required": True,
            "description": "Innehållet. / The body.",
            "content": {media: _content(_example_in(one, media)) for media in one.takes},
        }
    return described


def _example_in(one: Operation, media: str) -> Json:
    """Return an operation's example as a media type carries it: with a context, or without."""
    if media != LD_JSON or one.context == "none":
        return one.example
    context = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.8.jsonld"
    if is_list(one.example):
        return [{**each, "@context": context} if is_object(each) else each for each in one.example]
    return {**one.example, "@context": context}


def _parameter(name: str) -> Json:
    schema, words = PARAMETERS[name]
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": both(words),
        "schema": schema,
    }


def _answers(one: Operation) -> Iterator[tuple[str, Json]]:
    for status, (words, example) in one.answers.items():
        told: dict[str, Json] = {"description": both(words), "headers": _TRACE_HEADER}
        if example is not None:
            told["content"] = {media: _content(example) for media in one.gives or (JSON,)}
        yield status, told


def _failures(one: Operation) -> dict[str, Json]:
    """Return the ways in which an operation can fail."""
    never = {"406"} if not one.gives else {"409"}
    never |= set() if one.takes else {"415", "409"}
    return {
        status: {
            "description": both(words),
            "headers": _TRACE_HEADER,
            "content": {
                PROBLEM_JSON: {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "examples": {"one": {"value": PROBLEM}},
                }
            },
        }
        for status, words in _TROUBLES.items()
        if status not in never
    }


def _content(example: Json) -> Json:
    kind = "array" if is_list(example) else "object"
    return {"schema": {"type": kind}, "examples": {"one": {"value": example}}}


def _tag(path: str) -> str:
    return next((name for name in _TAGS if path.strip("/").startswith(name)), "entities")


def _api_info(hub: str) -> Json:
    example = {
        "apiName": "ngsi-ld",
        "apiVersion": VERSION,
        "apiReleased": RELEASED,
        "apiDocumentation": f"{hub}{ROOT}/openapi.json",
        "apiStatus": "active",
    }
    return {
        "operationId": "getApiInfo",
        "tags": ["entities"],
        "summary": "Om detta API / About this API",
        "description": "Namn, version, status och dokumentation. / Name, version and status.",
        "responses": {
            "200": {
                "description": "Om API:et. / About the API.",
                "headers": _TRACE_HEADER,
                "content": {JSON: _content(example)},
            },
            "default": {
                "description": both(_TROUBLES["default"]),
                "headers": _TRACE_HEADER,
                "content": {
                    PROBLEM_JSON: {
                        "schema": {"$ref": "#/components/schemas/Problem"},
                        "examples": {"one": {"value": PROBLEM}},
                    }
                },
            },
        },
        "security": [],
    }


_TAGS: Final[Mapping[str, Words]] = {
    "entities": {"sv": "Entiteter och attribut.", "en": "Entities and attributes."},
    "entityOperations": {"sv": "Många entiteter på en gång.", "en": "Many entities at once."},
    "types": {"sv": "Vilka typer som finns.", "en": "Which types there are."},
    "attributes": {"sv": "Vilka attribut som finns.", "en": "Which attributes there are."},
    "temporal": {"sv": "Historik.", "en": "History."},
    "subscriptions": {"sv": "Prenumerationer.", "en": "Subscriptions."},
    "jsonldContexts": {"sv": "Kontexter som finns här.", "en": "Contexts that are kept here."},
}
_TRACE_HEADER: Final[Json] = {"traceparent": {"$ref": "#/components/headers/traceparent"}}
_TRACEPARENT: Final[Json] = {
    "required": False,
    "description": "W3C Trace Context: frågans spår. / The trace of the question.",
    "schema": {"type": "string", "maxLength": 200},
    "example": _TRACE,
}
_HEADERS: Final[list[Json]] = [
    {
        "name": name,
        "in": "header",
        "required": False,
        "description": description,
        "schema": {"type": "string", "maxLength": 2000},
    }
    for name, description in (
        ("NGSILD-Tenant", "Kommunens kod. / The code of a municipality."),
        ("Link", "Adressen till den @context som namnen är i. / The address of the @context."),
    )
]
_COMPONENTS: Final[Json] = {
    "parameters": {"traceparent": _TRACEPARENT | {"name": "traceparent", "in": "header"}},
    "headers": {"traceparent": _TRACEPARENT},
    "schemas": {
        "Problem": {
            "type": "object",
            "description": "Vad som gick fel. / What went wrong (RFC 9457).",
            "required": ["type", "title", "status", "detail", "instance"],
            "properties": {
                "type": {"type": "string", "format": "uri"},
                "title": {"type": "string"},
                "status": {"type": "integer"},
                "detail": {"type": "string"},
                "instance": {"type": "string", "format": "uri-reference"},
            },
        }
    },
    "securitySchemes": {
        "key": {
            "type": "http",
            "scheme": "bearer",
            "description": "Kommunens nyckel. / A key of the municipality's.",
        }
    },
}
