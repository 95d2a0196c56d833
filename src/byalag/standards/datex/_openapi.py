"""The two publications described by OpenAPI 3.1, in Swedish and English."""

from collections.abc import Mapping
from typing import Final

from byalag.model import Contact, Json, Words
from byalag.standards.datex._answer import STATUS, TABLE, XML
from byalag.standards.datex._problem import PROBLEM_JSON

ROOT: Final = "/datex/v1"
VERSION: Final = "1.0.0"
RELEASED: Final = "2026-11-22"
TITLE: Final[Words] = {"sv": "Parkering i DATEX II", "en": "Parking in DATEX II"}
DESCRIPTION: Final[Words] = {
    "sv": "Alla parkeringar med känd plats i DATEX II v3.3: en tabell som beskriver dem och en "
    "publikation om hur de är just nu. Okänt utelämnas. Stängt är inte noll lediga.",
    "en": "All places to park with a known position in DATEX II v3.3: a table that describes them "
    "and a publication of how they are now. What is not known is left out. Closed is not zero.",
}
LIMITATIONS: Final[Words] = {
    "sv": "Kända begränsningar: en räknare som varit tyst i mer än 15 minuter (eller två gånger "
    "sin takt) räknas som okänd. En tom publikation finns inte: då blir svaret 404.",
    "en": "Known limitations: a counter that has been silent for more than 15 minutes (or twice "
    "its cadence) is unknown. There is no empty publication: the answer is then 404.",
}
EXCEPTIONS: Final[Mapping[str, Words]] = {
    "AME.01": {
        "sv": "Standarden föreskriver XML.",
        "en": "The standard prescribes XML.",
    },
    "AME.02": {
        "sv": "Standarden föreskriver XML, som därför är det som ges.",
        "en": "The standard prescribes XML, which is therefore what is given.",
    },
    "FNS.07": {
        "sv": "En publikation är hel och bläddras inte.",
        "en": "A publication is whole and has no pages.",
    },
}
_EXAMPLES: Final = {
    TABLE: '<d2:payload xsi:type="prk:ParkingTablePublication" lang="sv" modelBaseVersion="3">…',
    STATUS: '<d2:payload xsi:type="prk:ParkingStatusPublication" lang="sv" modelBaseVersion="3">…',
}
_SAID: Final = {
    TABLE: ("getParkingTable", "Alla parkeringar, beskrivna.", "All places to park, described."),
    STATUS: ("getParkingStatus", "Hur parkeringarna är nu.", "How the places to park are now."),
}
_TRACE: Final = {"traceparent": {"$ref": "#/components/headers/traceparent"}}
_SEEN: Final = {"$ref": "#/components/parameters/traceparent"}


def both(words: Words) -> str:
    """Return a text in Swedish and English, one after the other."""
    return "\n\n".join(words[language] for language in ("sv", "en"))


def openapi(hub: str, contact: Contact | None) -> Json:
    """Return the description, for the hub at an address and whom to ask."""
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
                "availability": "Enligt den kommun som driver navet. / As whoever runs the hub.",
                "responseTime": "95 % < 500 ms",
                "support": "Se kontakt. / See contact.",
            },
            "x-limitations": both(LIMITATIONS),
        },
        "externalDocs": {
            "url": f"{hub}/",
            "description": "Sidor för alla och dokumentation. / Pages for all and documentation.",
        },
        "servers": [{"url": hub + ROOT}],
        "security": [],
        "tags": [{"name": "datex", "description": both(TITLE)}],
        "paths": {
            "/": _path(
                "getIndex",
                "Var publikationerna finns.",
                "Where they are.",
                _index(hub),
                _closed(hub),
            ),
            **{path: _publication(hub, path) for path in (TABLE, STATUS)},
            "/api-info": _path(
                "getApiInfo", "API:ets namn och version.", "Its name and version.", _info(hub), {}
            ),
        },
        "components": _components(),
    }


def _index(hub: str) -> Json:
    links = [{"rel": "item", "href": hub + ROOT + path, "type": XML} for path in (TABLE, STATUS)]
    return {"title": "DATEX II v3.3", "links": links}


def _info(hub: str) -> Json:
    return {
        "apiName": "datex",
        "apiVersion": VERSION,
        "apiReleased": RELEASED,
        "apiDocumentation": f"{hub}{ROOT}/openapi.json",
        "apiStatus": "active",
    }


def _path(name: str, sv: str, en: str, said: Json, refused: dict[str, Json]) -> Json:
    schema = "apiInfo" if "apiName" in said else "index"
    answer = {
        "application/json": {
            "schema": {"$ref": f"#/components/schemas/{schema}"},
            "examples": {"one": {"value": said}},
        }
    }
    return _get(name, sv, en, answer, [], refused)


def _publication(hub: str, path: str) -> Json:
    name, sv, en = _SAID[path]
    answer = {XML: {"schema": {"type": "string"}, "examples": {"one": {"value": _EXAMPLES[path]}}}}
    refused = {
        "304": {
            "description": "Inget har ändrats. / Nothing has changed.",
            "headers": _TRACE,
        },
        **_closed(hub),
        "400": _refused(hub, 400, "malformed-question", "Frågan går inte att läsa."),
        "404": _refused(hub, 404, "not-found", "Kommunen eller parkeringar finns inte."),
        "406": _refused(hub, 406, "not-acceptable", "Formatet finns inte."),
    }
    asked = [{"$ref": "#/components/parameters/municipality"}]
    return _get(name, sv, en, answer, asked, refused)


def _closed(hub: str) -> dict[str, Json]:
    """Return how whoever shows a key that does not do is refused."""
    return {
        "401": _refused(hub, 401, "key-needed", "En giltig nyckel behövs."),
        "403": _refused(hub, 403, "not-allowed", "Det är inte tillåtet."),
        "429": _refused(hub, 429, "too-many-tries", "Vänta och försök igen."),
    }


def _get(  # noqa: PLR0913, PLR0917 -- the parts of an operation
    name: str, sv: str, en: str, answer: Json, asked: list[Json], refused: dict[str, Json]
) -> Json:
    return {
        "parameters": [_SEEN],
        "get": {
            "operationId": name,
            "tags": ["datex"],
            "summary": f"{sv} / {en}",
            "description": f"{sv}\n\n{en}",
            "parameters": asked,
            "responses": {
                "200": {
                    "description": "Svaret. / The answer.",
                    "headers": _TRACE,
                    "content": answer,
                },
                **refused,
            },
            "security": [],
        },
    }


def _refused(hub: str, status: int, name: str, swedish: str) -> Json:
    said = {
        "type": f"{hub}/problems/{name}",
        "title": name,
        "status": status,
        "detail": swedish,
        "instance": f"{TABLE}#0af7651916cd43dd8448eb211c80319c",
    }
    return {
        "description": f"{swedish} / {name}.",
        "headers": _TRACE,
        "content": {
            PROBLEM_JSON: {
                "schema": {"$ref": "#/components/schemas/problem"},
                "examples": {name: {"value": said}},
            }
        },
    }


def _components() -> Json:
    text = {"type": "string"}
    trace = {
        "description": "Spårning enligt W3C Trace Context. / Tracing by W3C Trace Context.",
        "schema": {"type": "string", "maxLength": 200},
    }
    problem = {"type": text, "title": text, "detail": text, "instance": text}
    info = ("apiName", "apiVersion", "apiReleased", "apiDocumentation", "apiStatus")
    return {
        "schemas": {
            "problem": {
                "type": "object",
                "required": [*problem, "status"],
                "properties": {**problem, "status": {"type": "integer"}},
            },
            "apiInfo": {
                "type": "object",
                "required": list(info),
                "properties": dict.fromkeys(info, text),
            },
            "index": {
                "type": "object",
                "required": ["links"],
                "properties": {
                    "title": text,
                    "links": {"type": "array", "items": {"type": "object"}},
                },
            },
        },
        "parameters": {
            "traceparent": {**trace, "name": "traceparent", "in": "header", "required": False},
            "municipality": {
                "name": "municipality",
                "in": "query",
                "required": False,
                "description": "Kommunens kod, fyra siffror. / The municipality's code.",
                "schema": {"type": "string", "pattern": r"^\d{4}$"},
                "example": "2482",
            },
        },
        "headers": {"traceparent": trace},
    }
