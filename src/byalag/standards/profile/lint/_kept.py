"""Rules of faults, traces and keys: FEL, SPA and SAK."""

import re
from collections.abc import Iterator
from typing import Final

from byalag.standards.profile.lint._document import (
    Document,
    Operation,
    named,
    placed_in,
    table,
    text,
)
from byalag.standards.profile.lint._rule import Rule, Trace

_PROBLEM = ("type", "title", "status", "detail", "instance")
_WRITES = frozenset({"post", "put", "patch", "delete"})
_FAULTY = 400


def _members(document: Document) -> Iterator[Trace]:
    for media, held in document.contents():
        if media != "application/problem+json":
            continue
        schema = document.at(held / "schema", table(held.value).get("schema"))
        properties = table(table(schema.value).get("properties"))
        lacking = [name for name in _PROBLEM if name not in properties]
        if table(schema.value) and lacking:
            yield Trace(schema.at, ", ".join(lacking))


def _problems(document: Document) -> Iterator[Trace]:
    for _, code, response in document.responses():
        faulty = code == "default" or (code.isdigit() and int(code) >= _FAULTY)
        content = table(table(response.value).get("content"))
        if faulty and not any(media.startswith("application/problem+") for media in content):
            yield Trace(response.at, code)


def _headers(operation: Operation) -> set[str]:
    return {named(one).lower() for one in operation.parameters if placed_in(one) == "header"}


def _traced(document: Document) -> Iterator[Trace]:
    for operation in document.operations:
        if "traceparent" not in _headers(operation):
            yield Trace(operation.placed.at)


def _trace_back(document: Document) -> Iterator[Trace]:
    for _, code, response in document.responses():
        headers = {name.lower() for name in table(table(response.value).get("headers"))}
        if "traceparent" not in headers:
            yield Trace(response.at, code)


def _own_trace(document: Document) -> Iterator[Trace]:
    for operation in document.operations:
        headers = _headers(operation)
        if "x-request-id" in headers and "traceparent" not in headers:
            yield Trace(operation.placed.at)


def _unsafe_scheme(document: Document) -> Iterator[Trace]:
    for name, scheme in document.components("securitySchemes"):
        if re.fullmatch("basic|digest", text(table(scheme.value).get("scheme")), re.IGNORECASE):
            yield Trace(scheme.at, name)


def _not_bearer(document: Document) -> Iterator[Trace]:
    for name, scheme in document.components("securitySchemes"):
        kind = text(table(scheme.value).get("scheme"))
        if kind and "bearer" not in kind.lower():
            yield Trace(scheme.at, name)


def _key_in_query(document: Document) -> Iterator[Trace]:
    for name, scheme in document.components("securitySchemes"):
        said = table(scheme.value)
        if said.get("type") == "apiKey" and said.get("in") == "query":
            yield Trace(scheme.at, name)


def _key_elsewhere(document: Document) -> Iterator[Trace]:
    for name, scheme in document.components("securitySchemes"):
        said = table(scheme.value)
        if said.get("type") == "apiKey" and said.get("in") != "header":
            yield Trace(scheme.at, name)


def _open_flow(document: Document) -> Iterator[Trace]:
    for name, scheme in document.components("securitySchemes"):
        for flow in table(table(scheme.value).get("flows")).values():
            said = table(flow)
            if any(k.endswith("Url") and text(v).startswith("http:") for k, v in said.items()):
                yield Trace(scheme.at, name)


def _wrong_type(document: Document) -> Iterator[Trace]:
    for operation in document.operations:
        codes = table(operation.said.get("responses"))
        if operation.method in _WRITES and "requestBody" in operation.said and "415" not in codes:
            yield Trace(operation.placed.at)


RULES: Final = (
    Rule(
        id="FEL.01",
        level="SKALL",
        says={
            "sv": "Ge fel alla fem delar: type, title, status, detail och instance (RFC 9457).",
            "en": "Give faults all five members: type, title, status, detail, instance (RFC 9457).",
        },
        broken=_members,
    ),
    Rule(
        id="FEL.02",
        level="SKALL",
        says={
            "sv": "Svara med application/problem+json när något är fel.",
            "en": "Answer with application/problem+json when something is wrong.",
        },
        broken=_problems,
    ),
    Rule(
        id="SPA.02",
        level="SKALL",
        says={"sv": "Ta emot traceparent.", "en": "Accept traceparent."},
        broken=_traced,
    ),
    Rule(
        id="SPA.04",
        level="BÖR",
        says={"sv": "Svara med traceparent.", "en": "Return traceparent."},
        broken=_trace_back,
    ),
    Rule(
        id="SPA.07",
        level="SKALL INTE",
        says={
            "sv": "Använd inte x-request-id i stället för traceparent.",
            "en": "Do not use x-request-id instead of traceparent.",
        },
        broken=_own_trace,
    ),
    Rule(
        id="SAK.09",
        level="SKALL INTE",
        says={"sv": "Använd inte Basic eller Digest.", "en": "Do not use Basic or Digest."},
        broken=_unsafe_scheme,
    ),
    Rule(
        id="SAK.10",
        level="SKALL",
        says={
            "sv": "Legitimera med Authorization: Bearer.",
            "en": "Authenticate by Authorization: Bearer.",
        },
        broken=_not_bearer,
    ),
    Rule(
        id="SAK.15",
        level="SKALL INTE",
        says={
            "sv": "Skicka inte nycklar i adressen.",
            "en": "Do not send keys in the address.",
        },
        broken=_key_in_query,
    ),
    Rule(
        id="SAK.16",
        level="SKALL",
        says={"sv": "Skicka nycklar i ett huvud.", "en": "Send keys in a header."},
        broken=_key_elsewhere,
    ),
    Rule(
        id="SAK.18",
        level="BÖR",
        says={
            "sv": "Använd https i OAuth-adresser.",
            "en": "Use https in the addresses of OAuth.",
        },
        broken=_open_flow,
    ),
    Rule(
        id="SAK.29",
        level="BÖR",
        says={
            "sv": "Svara 415 på fel Content-Type.",
            "en": "Answer 415 to a wrong Content-Type.",
        },
        broken=_wrong_type,
    ),
)
