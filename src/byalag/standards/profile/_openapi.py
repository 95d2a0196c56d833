"""An API's OpenAPI 3.1 description, from the same declarations that make it answer."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from byalag.model import Json, Words
from byalag.standards.profile._declare import Api, ApiInfo, Operation, info
from byalag.standards.profile._paging import item_links, links
from byalag.standards.profile._parameter import described
from byalag.standards.profile._problem import (
    PROBLEM_JSON,
    TROUBLES,
    Problem,
    problem,
    with_members,
)
from byalag.standards.profile._represent import GEOJSON, JSON, WRITTEN, formats, represent
from byalag.terms import terms

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
_NO_MEMBERS: Mapping[str, Struct] = {}
_REF = "#/components/schemas/{name}"
_UNCHANGED = "304"
_BINARY: Json = {
    "*/*": {
        "schema": {"type": "string", "format": "binary"},
        "examples": {"one": {"value": "namn;platser\r\nNorra torget;40\r\n"}},
    }
}
_PROBLEM = {"type": "uri", "instance": "uri-reference"}
_USUAL = ("malformed-question", "method-not-allowed", "fault")


def describe(api: Api) -> dict[str, Json]:
    """Return the OpenAPI document of an API, in Swedish and English."""
    paths: dict[str, Json] = {}
    for operation in api.operations:
        paths.setdefault(operation.path, _path())[operation.method.lower()] = _operation(
            api, operation
        )
    paths["/api-info"] = _path() | {"get": _api_info(api)}
    document: dict[str, Json] = {
        "openapi": "3.1.0",
        "info": _info(api),
        "externalDocs": {
            "url": api.base_url + "/",
            "description": "Sidor för alla, dokumentation och kontakt. / Pages for everyone, "
            "documentation and contact.",
        },
        "servers": [{"url": api.url}],
        "security": [],
        "tags": [{"name": api.name, "description": both(api.title)}],
        "paths": paths,
        "components": _components(api),
    }
    lived(document, api.life)
    return document


def lived(document: dict[str, Any], life: Mapping[str, Json]) -> None:
    """Say in an OpenAPI document where in its life the API is, and of each operation if it ends."""
    if not life:
        return
    document["info"] = {**document["info"], "x-lifecycle": dict(life)}
    if life["state"] not in {"deprecated", "retired"}:
        return
    document["paths"] = {
        path: {
            method: told | {"deprecated": True} if "responses" in told else told
            for method, told in methods.items()
        }
        for path, methods in document["paths"].items()
    }


def both(words: Words) -> str:
    """Return a text in Swedish and English, one after the other."""
    return "\n\n".join(words[language] for language in ("sv", "en") if words.get(language))


def _info(api: Api) -> dict[str, Json]:
    licence, licence_url = api.licence
    contact = {
        "name": api.contact.name,
        "url": api.contact.url or api.base_url + "/",
        "email": api.contact.email,
    }
    return {
        "title": " / ".join(dict.fromkeys(api.title.values())),
        "version": api.version,
        "summary": api.title.get("en", ""),
        "description": both(api.description) + "\n\n" + both(api.limitations),
        "termsOfService": f"{api.base_url}/conditions",
        "contact": {name: value for name, value in contact.items() if value},
        "license": {"name": licence, "url": licence_url},
        "x-sla": dict(api.sla),
        "x-limitations": both(api.limitations),
    }


def _path() -> dict[str, Json]:
    return {"parameters": [{"$ref": "#/components/parameters/traceparent"}]}


def _operation(api: Api, operation: Operation) -> dict[str, Json]:
    told: dict[str, Json] = {
        "operationId": operation.name,
        "tags": [api.name],
        "summary": " / ".join(operation.summary.values()),
        "description": both(operation.description),
        "parameters": [*described(operation), *_headers(operation)],
        "responses": _success(api, operation)
        | _failures(
            api, _troubles(operation), api.root + operation.path, extended=operation.extended
        ),
        "security": _security(operation),
    }
    if operation.body is not None:
        told["requestBody"] = {
            "required": True,
            "description": both(operation.body.description),
            "content": {
                media: {
                    "schema": _schema(kind) if kind is not None else {"type": "string"},
                    "examples": {"one": {"value": _example(media, operation.body.examples[media])}},
                }
                for media, kind in operation.body.types.items()
            },
        }
    return told


def _security(operation: Operation) -> list[Json]:
    keys: list[Json] = [{"bearer": []}, {"apiKey": []}]
    if operation.proven:
        return [*keys, {}]  # a signature of the body cannot be described as a scheme
    return keys if operation.keyed else []


def _example(media: str, text: str) -> Json:
    return msgspec.json.decode(text) if media == JSON else text


def _headers(operation: Operation) -> list[Json]:
    return [
        {
            "name": name,
            "in": "header",
            "required": False,
            "description": both(words),
            "schema": {"type": "string", "maxLength": 200},
        }
        for name, words in operation.headers.items()
    ]


def _success(api: Api, operation: Operation) -> dict[str, Json]:
    if operation.successes:
        content = _BINARY if operation.binary else {JSON: _content(api, operation, JSON)}
        return {
            status: {
                "description": both(description),
                "headers": _with_trace(*operation.carries),
                **({"content": content} if status != _UNCHANGED else {}),
            }
            for status, description in operation.successes.items()
        }
    return {
        "200": {
            "description": "Svaret på frågan. / The answer to the question.",
            "headers": _with_trace("ETag", "Link"),
            "content": {media: _content(api, operation, media) for media in formats(operation)},
        },
        "304": {
            "description": "Inget har ändrats sedan ETag. / Nothing has changed since ETag.",
            "headers": _with_trace("ETag"),
        },
    }


def _content(api: Api, operation: Operation, media: str) -> dict[str, Json]:
    asked = [(n, v) for n, v in operation.example.items() if "{" + n + "}" not in operation.path]
    params = {n: v for n, v in operation.example.items() if "{" + n + "}" in operation.path}
    answer = operation.example_answer
    linked = operation.method == "GET" and not operation.successes
    related = links(api, operation, answer, asked, params) if linked else {}
    body = represent(operation, answer, media, related, item_links(api, operation, answer))
    if media == JSON:
        schema = _schema(operation.answers)
    else:
        schema = {"type": "object" if media == GEOJSON else "string"}
    value = body.decode() if media in WRITTEN else msgspec.json.decode(body)
    return {"schema": schema, "examples": {"one": {"value": value}}}


def _schema(kind: Any) -> Json:  # noqa: ANN401 -- any type that msgspec can describe
    (schema,), _ = msgspec.json.schema_components([kind], ref_template=_REF)
    return schema


def _troubles(operation: Operation) -> list[str]:
    asked = ["unknown-parameter", "refused", "not-acceptable"] if operation.method == "GET" else []
    found = ["not-found"] if "{" in operation.path else []
    keyed = ["key-needed", "not-allowed"] if operation.keyed else []
    return [*_USUAL, *asked, *found, *keyed, *operation.failures]


def _failures(
    api: Api, troubles: list[str], where: str, *, extended: Mapping[str, Struct] = _NO_MEMBERS
) -> dict[str, Json]:
    """Describe each status code once, with an example of each type of problem that has it."""
    told: dict[str, Json] = {}
    for name in troubles:
        trouble = TROUBLES[name]
        response = told.setdefault(
            str(trouble.status),
            {
                "description": "",
                "headers": _with_trace(),
                "content": {PROBLEM_JSON: {"schema": _schema(Problem), "examples": {}}},
            },
        )
        said = ". ".join(f"{trouble.title[each]}: {trouble.advice[each]}" for each in ("sv", "en"))
        response["description"] = f"{response['description']}\n\n{said}".strip()
        content = response["content"][PROBLEM_JSON]
        members = extended.get(name)
        if members is not None:
            content["schema"] = _widened(content["schema"], type(members))
        example = problem(api.base_url, name, trouble.advice["en"], f"{where}#{TRACE[3:35]}")
        content["examples"][name] = {"value": with_members(example, members)}
    return dict(sorted(told.items()))


def _widened(schema: dict[str, Json], members: type[Struct]) -> dict[str, Json]:
    """Return a problem's schema, written out, with members that some of its problems have too."""
    whole, more = _written_out(Problem), _written_out(members)
    known = schema.get("properties", whole["properties"] | _formats(_PROBLEM))
    return whole | {"properties": known | more["properties"]}


def _written_out(kind: type[Struct]) -> dict[str, Json]:
    _, schemas = msgspec.json.schema_components([kind], ref_template=_REF)
    schema: dict[str, Json] = schemas[kind.__name__]
    return schema


def _api_info(api: Api) -> dict[str, Json]:
    return {
        "operationId": "getApiInfo",
        "tags": [api.name],
        "summary": "Om detta API / About this API",
        "description": "API:ets namn, version, status och dokumentation.\n\n"
        "The API's name, version, status and documentation.",
        "responses": {
            "200": {
                "description": "Om API:et. / About the API.",
                "headers": _with_trace(),
                "content": {
                    JSON: {
                        "schema": _schema(ApiInfo),
                        "examples": {"one": {"value": msgspec.to_builtins(info(api))}},
                    }
                },
            }
        }
        | _failures(api, ["unknown-parameter", "not-acceptable", "fault"], f"{api.root}/api-info"),
        "security": [],
    }


def _with_trace(*names: str) -> dict[str, Json]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in ("traceparent", *names)}


def _components(api: Api) -> dict[str, Json]:
    kinds = [one.answers for one in api.operations if not one.binary] + [Problem, ApiInfo]
    for operation in api.operations:
        kinds += [type(members) for members in operation.extended.values()]
        if operation.body is not None:
            kinds += [kind for kind in operation.body.types.values() if kind is not None]
    _, schemas = msgspec.json.schema_components(kinds, ref_template=_REF)
    schemas["Problem"]["properties"] |= _formats(_PROBLEM)
    schemas["ApiInfo"]["properties"] |= _formats({"apiReleased": "date", "apiDocumentation": "uri"})
    _add_links(api, schemas)
    _add_terms(api, schemas)
    parts: dict[str, Json] = {
        "schemas": schemas,
        "parameters": {"traceparent": _TRACEPARENT | {"in": "header", "name": "traceparent"}},
        "headers": {"traceparent": _TRACEPARENT, **_HEADERS},
    }
    if any(operation.keyed or operation.proven for operation in api.operations):
        parts["securitySchemes"] = _SECURITY
    return parts


def _add_terms(api: Api, schemas: dict[str, Json]) -> None:
    """Point from each property, and each type, to what the word means in the dictionary."""
    known = {word.id: {"url": word.uri(api.base_url)} for word in terms()}
    for name, schema in schemas.items():
        if name in known:
            schema["externalDocs"] = known[name]
        for word, said in schema.get("properties", {}).items():
            if word in known:
                said["externalDocs"] = known[word]


def _formats(formats_: Mapping[str, str]) -> dict[str, Json]:
    return {name: {"type": "string", "format": kind} for name, kind in formats_.items()}


def _add_links(api: Api, schemas: dict[str, Json]) -> None:
    """Say that answers, and rows that have links, have `_links`."""
    schemas["Links"] = _LINKS
    for operation in api.operations:
        if operation.method != "GET" or operation.successes:
            continue
        whole = schemas[_schema(operation.answers)["$ref"].rpartition("/")[2]]
        whole["properties"]["_links"] = {"$ref": _REF.format(name="Links")}
        if operation.item_links:
            row = whole["properties"][operation.rows]["items"]["$ref"].rpartition("/")[2]
            schemas[row]["properties"]["_links"] = {"$ref": _REF.format(name="Links")}


_LINKS: Json = {
    "title": "Links",
    "description": "Relationer till andra adresser. / Relations to other addresses.",
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "properties": {"href": {"type": "string", "format": "uri"}},
        "required": ["href"],
    },
}
_TRACEPARENT: Json = {
    "required": False,
    "description": "W3C Trace Context: frågans spår. / The trace of the question.",
    "schema": {"type": "string", "maxLength": 200},
    "example": TRACE,
}
_HEADERS: Json = {
    "ETag": {
        "description": "Svarets märke, för If-None-Match. / The answer's tag, for If-None-Match.",
        "schema": {"type": "string"},
        "example": 'W/"5f1c3d2b9a8e7f60"',
    },
    "Location": {
        "description": "Var det som gjordes går att följa. / Where what was done can be followed.",
        "schema": {"type": "string", "format": "uri-reference"},
    },
    "Repr-Digest": {
        "description": "Filens SHA-256 (RFC 9530). / The SHA-256 of the file (RFC 9530).",
        "schema": {"type": "string"},
        "example": "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:",
    },
    "Content-Range": {
        "description": "Vilka byte svaret innehåller. / Which bytes the answer holds.",
        "schema": {"type": "string"},
        "example": "bytes 1048576-2097151/5242880",
    },
    "Link": {
        "description": "Samma relationer som `_links`. / The same relations as `_links`.",
        "schema": {"type": "string"},
    },
}
_SECURITY: Json = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "En nyckel som kommunen har gett ut. / A key that the municipality issued.",
    },
    "apiKey": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Api-Key",
        "description": "Samma nyckel, för den som inte kan sända Authorization. / "
        "The same key, for those who cannot send Authorization.",
    },
}
