"""SensorThings described by OpenAPI 3.1, in Swedish and English."""

from collections.abc import Iterator, Mapping
from typing import Final

from byalag.model import Contact, Json, Words
from byalag.standards.sensorthings import _openapi_entity as entity
from byalag.standards.sensorthings._openapi_answer import (
    JSON,
    REFUSALS,
    api_info,
    both,
    components,
    ref,
    responses,
    said,
)
from byalag.standards.sensorthings._words import COLLECTIONS, Entity, Link

ROOT: Final = "/sensorthings/v1.1"
VERSION: Final = "1.1.0"
RELEASED: Final = "2026-11-22"
TITLE: Final[Words] = {"sv": "Mätdata (SensorThings)", "en": "Measurements (SensorThings)"}
DESCRIPTION: Final[Words] = {
    "sv": "Saker, deras mätserier och observationer enligt OGC SensorThings API 1.1.",
    "en": "Things, their series and observations by the OGC SensorThings API 1.1.",
}
LIMITATIONS: Final[Words] = {
    "sv": "Kända begränsningar: högst 1 000 poster på en sida och 20 000 i ett svar. Ett filter "
    "har högst 8 000 tecken, 24 nivåer och 500 positioner i en yta. En beskrivning som vi har "
    "härlett kan visas men inte filtreras. MultiDatastream finns inte.",
    "en": "Known limitations: at most 1,000 entities on a page and 20,000 in an answer. A filter "
    "has at most 8,000 characters, 24 levels and 500 positions in a shape. A description that we "
    "have derived is shown but cannot be filtered by. There is no MultiDatastream.",
}
_VERSION: Final[Words] = {
    "sv": "Standarden skriver versionen som v1.1 i adressen.",
    "en": "The standard writes the version as v1.1 in the address.",
}
_PATHS: Final[Words] = {
    "sv": "Standardens adresser har versaler, parenteser och dollartecken: /Things(1)/$ref.",
    "en": "The standard's addresses have capitals, parentheses and dollar signs: /Things(1)/$ref.",
}
_OPTIONS: Final[Words] = {
    "sv": "Standardens parametrar heter $filter, $top och $skip.",
    "en": "The standard's parameters are called $filter, $top and $skip.",
}
_TIMES: Final[Words] = {
    "sv": "Standardens tider kan också vara perioder: början/slut. Alla skrivs i UTC.",
    "en": "The standard's times may be periods too: start/end. All are written in UTC.",
}
_NAMES: Final[Words] = {
    "sv": "Standardens fält heter @iot.id och Datastreams@iot.navigationLink.",
    "en": "The standard's fields are called @iot.id and Datastreams@iot.navigationLink.",
}
EXCEPTIONS: Final[Mapping[str, Words]] = {
    "UFN.01": _VERSION,
    "VER.05": _VERSION,
    "UFN.07": _PATHS,
    "UFN.08": _PATHS,
    "RES.06": _PATHS,
    "DOT.04": _TIMES,
    "FNS.03": _OPTIONS,
    "FNS.06": _OPTIONS,
    "FNS.07": _OPTIONS,
    "FEL.01": {
        "sv": "Ett fel förklaras i `message`, där SensorThings klienter letar, inte i `detail`.",
        "en": "A problem is told in `message`, where SensorThings clients look, not in `detail`.",
    },
    "AME.04": _NAMES,
    "AME.07": _NAMES,
    "MOG.02": _NAMES,
}
_ASKED: Final = ("filter", "expand", "select", "orderby", "top", "skip", "count")
_ONE: Final = ("expand", "select")
_KEYED: Final[Json] = [{"key": []}]
_OPEN: Final[Json] = []
_TRACED: Final[Json] = [ref("parameters", "traceparent")]


def openapi(hub: str, contact: Contact | None) -> Json:
    """Return the description, for the hub at an address."""
    who = contact or Contact()
    known = {"name": who.name, "url": who.url or f"{hub}/", "email": who.email}
    return {
        "openapi": "3.1.0",
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
            "x-sla": {
                "availability": "Enligt den kommun som driver navet. / As the municipality says.",
                "responseTime": "95 % < 500 ms",
                "support": "Se kontakt. / See contact.",
            },
            "x-limitations": both(LIMITATIONS),
        },
        "externalDocs": {
            "url": "https://docs.ogc.org/is/18-088/18-088.html",
            "description": "Standarden. / The standard: OGC 18-088.",
        },
        "servers": [{"url": hub + ROOT}],
        "security": [],
        "tags": [
            {"name": one.plural, "description": both(entity.WORDS[one.name])}
            for one in COLLECTIONS.values()
        ]
        + [{"name": "service", "description": said("Om tjänsten.", "About the service.")}],
        "paths": dict(_paths(hub + ROOT)),
        "components": components(),
    }


def _paths(root: str) -> Iterator[tuple[str, Json]]:
    yield "/", {"parameters": _TRACED, "get": _root(root)}
    for one in COLLECTIONS.values():
        yield f"/{one.plural}", _collection(one, root)
        yield f"/{one.plural}({{id}})", _entity(one, root)
        for link in one.links.values():
            yield f"/{one.plural}({{id}})/{link.name}", _link(one, link, root)
    yield "/CreateObservations", {"parameters": _TRACED, "post": _many(root)}
    yield "/$batch", {"parameters": _TRACED, "post": _batch(root)}
    yield "/api-info", {"parameters": _TRACED, "get": api_info(root, VERSION, RELEASED)}


def _operation(  # noqa: PLR0913 -- what an operation is described by
    name: str, tag: str, words: Words, options: tuple[str, ...], told: Json, *, signed: bool = False
) -> Json:
    return {
        "operationId": name,
        "tags": [tag],
        "summary": " / ".join(words.values()),
        "description": both(words),
        "parameters": [ref("parameters", option) for option in options],
        "responses": told,
        "security": _KEYED if signed else _OPEN,
    }


def _root(root: str) -> Json:
    collections = [{"name": name, "url": f"{root}/{name}"} for name in COLLECTIONS]
    kept = "http://www.opengis.net/spec/iot_sensing/1.1/req/request-data/filter"
    example = {"value": collections, "serverSettings": {"conformance": [kept]}}
    words = {"sv": "Samlingarna, och vad som följs.", "en": "The collections, and what is kept."}
    return _operation("getRoot", "service", words, (), responses("root", example))


def _many(root: str) -> Json:
    words: Words = {
        "sv": "Skapa många observationer på en gång, som rader.",
        "en": "Create many observations at once, as rows.",
    }
    told = responses("created", [f"{root}/Observations(1)"], made=True)
    operation = _operation("createObservations", "Observations", words, (), told, signed=True)
    rows: Json = {
        "Datastream": {"@iot.id": 1},
        "components": ["phenomenonTime", "result"],
        "dataArray@iot.count": 1,
        "dataArray": [["2026-06-21T10:00:00Z", 18.5]],
    }
    return operation | _carries("rows", [rows])


def _batch(root: str) -> Json:
    words: Words = {
        "sv": "Flera frågor i en, var och en med sitt svar.",
        "en": "Several requests in one, each with an answer of its own.",
    }
    thing = entity.example(COLLECTIONS["Things"], root)
    told = responses("answers", {"responses": [{"id": "1", "status": 200, "body": thing}]})
    told |= {str(REFUSALS["otherMedia"][0]): ref("responses", "otherMedia")}
    operation = _operation("batch", "service", words, (), told, signed=True)
    asked = {"requests": [{"id": "1", "method": "get", "url": "Things(1)"}]}
    return operation | _carries("requests", asked)


def _carries(schema: str, example: Json) -> Json:
    body = {"schema": ref("schemas", schema), "examples": {"one": {"value": example}}}
    return {"requestBody": {"required": True, "content": {JSON: body}}}


def _collection(one: Entity, root: str) -> Json:
    words = entity.WORDS[one.name]
    example = entity.example(one, root)
    several = {"@iot.count": 1, "value": [example]}
    ask: Words = {"sv": f"Fråga: {words['sv']}", "en": f"Ask: {words['en']}"}
    make: Words = {"sv": f"Skapa: {words['sv']}", "en": f"Create: {words['en']}"}
    return {
        "parameters": _TRACED,
        "get": _operation(
            f"get{one.plural}", one.plural, ask, _ASKED, responses(f"{one.name}List", several)
        ),
        "post": _operation(
            f"create{one.name}", one.plural, make, (),
            responses(one.name, example, made=True), signed=True,
        )
        | _body(one, whole=True),
    }  # fmt: skip


def _body(one: Entity, *, whole: bool) -> Json:
    if whole:
        return _carries(f"{one.name}Write", entity.written(one))
    return _carries(f"{one.name}Change", entity.changed(one))


def _entity(one: Entity, root: str) -> Json:
    words = entity.WORDS[one.name]
    example = entity.example(one, root)

    def change(name: str, sv: str, en: str) -> Json:
        about: Words = {"sv": f"{sv}: {words['sv']}", "en": f"{en}: {words['en']}"}
        told = responses(one.name, example, named=True, writes=True)
        return _operation(f"{name}{one.name}", one.plural, about, (), told, signed=True)

    ask: Words = {"sv": f"En: {words['sv']}", "en": f"One: {words['en']}"}
    gone = change("delete", "Ta bort", "Delete")
    return {
        "parameters": [*_TRACED, ref("parameters", "id")],
        "get": _operation(
            f"get{one.name}", one.plural, ask, _ONE, responses(one.name, example, named=True)
        ),
        "patch": change("update", "Ändra", "Change") | _body(one, whole=False),
        "put": change("replace", "Ersätt", "Replace") | _body(one, whole=True),
        "delete": gone | {"responses": responses(None, None, named=True, writes=True)},
    }


def _link(one: Entity, link: Link, root: str) -> Json:
    to = next(other for other in COLLECTIONS.values() if other.name == link.to)
    words: Words = {
        "sv": f"{link.name} för en {one.name}: {entity.WORDS[to.name]['sv']}",
        "en": f"{link.name} of a {one.name}: {entity.WORDS[to.name]['en']}",
    }
    example = entity.example(to, root)
    told = {"@iot.count": 1, "value": [example]} if link.many else example
    schema = f"{to.name}List" if link.many else to.name
    options = _ASKED if link.many else _ONE
    return {
        "parameters": [*_TRACED, ref("parameters", "id")],
        "get": _operation(
            f"get{one.name}{link.name}", one.plural, words, options,
            responses(schema, told, named=True),
        ),
    }  # fmt: skip
