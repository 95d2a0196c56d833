"""Digg's profile, checked: every rule found where it is broken, and nothing else."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from starlette.testclient import TestClient

from byalag.app._described import Described
from byalag.app._standards import standards
from byalag.model import Contact, Json
from byalag.standards import Spoken, Standard
from byalag.standards.profile.lint import RULES, NotOpenApi, lint
from byalag.testkit import shared

APIS = ("baths", "parking", "observations", "deliveries", "files")
BAD = """
openapi: 3.0.3
info: {title: T, version: "1", description: x}
servers: [{url: "http://a.example/X"}]
components:
  securitySchemes:
    a: {type: http, scheme: basic}
    b: {type: apiKey, in: query, name: k}
    c: {type: oauth2, flows: {clientCredentials: {tokenUrl: "http://a.example/t"}}}
  schemas:
    A: {type: object, properties: {snake_one: {type: string}, camelOne: {type: string},
        "Odd-Name": {type: string}, updatedAt: {type: string}}}
    P: {type: object, properties: {title: {type: string}}}
paths:
  /Get_It:
    get:
      requestBody: {content: {text/csv: {}}}
      parameters:
        - {in: query, name: $top, required: true, schema: {type: integer}}
        - {in: query, name: page, schema: {default: 0}}
        - {in: query, name: kebab-one, schema: {type: string}}
        - {in: query, name: personnummer, schema: {type: string}}
        - {in: header, name: X-Payload, schema: {type: object}}
        - {in: header, name: X-Request-Id, schema: {type: string}}
      responses:
        "200": {content: {text/csv: {}}}
        "400": {description: x, content: {application/problem+json: {schema: {$ref: "#/components/schemas/P"}}}}
        "500": {description: x, content: {application/json: {schema: {$ref: "#/components/schemas/A"}}}}
  /paged:
    post:
      parameters:
        - {in: query, name: offset, schema: {type: integer}}
        - {in: query, name: limit, schema: {default: 50}}
      requestBody: {content: {application/json: {}}}
      responses: {}
"""  # noqa: E501 -- a document is read line by line


def _yaml(text: str) -> Json:
    return YAML(typ="safe", pure=True).load(text)


def test_every_rule_can_be_broken() -> None:
    found = {one.rule.id for one in lint(_yaml(BAD))}
    empty = {one.rule.id for one in lint({"openapi": "3.1.0", "paths": {}})}
    long = {"openapi": "3.1.0", "paths": {"/" + "a" * 3000: {}}}
    assert {rule.id for rule in RULES} - found - empty == {"UFN.05"}
    assert "UFN.05" in {one.rule.id for one in lint(long)}


def test_the_examples_are_judged_as_they_should_be() -> None:
    folder = shared()
    if folder is None:
        pytest.skip("the example documents are in the shared folder, which is not here")
    good, bad = (folder / "standards" / "raplp" / name for name in ("tiny.yaml", "bad.yaml"))
    assert lint(_yaml(good.read_text("utf-8"))) == []
    assert len(lint(_yaml(bad.read_text("utf-8")))) == 16


def _document(client: TestClient, api: str) -> dict[str, Any]:
    said: dict[str, Any] = client.get(f"/{api}/v1/openapi.json").json()
    return said


@pytest.mark.parametrize("api", APIS)
def test_our_own_apis_break_no_rule_that_binds(client: TestClient, api: str) -> None:
    found = [one for one in lint(_document(client, api)) if one.rule.binding]
    assert found == []


@pytest.mark.parametrize("standard", standards(), ids=lambda one: one.name)
def test_a_standard_breaks_no_rule_that_binds_but_those_it_excepts(standard: Standard) -> None:
    hub = "https://hub.example.se"
    contact = Contact(name="Navet", email="nav@example.se", url=hub)
    asked = Spoken(
        method="GET",
        path="/openapi.json",
        query="",
        headers={},
        body=b"",
        root=hub + standard.root,
        hub=hub,
    )
    reply = Described(standard, hub, contact).find(asked)
    assert reply is not None
    found = lint(json.loads(reply.body))
    assert [one for one in found if one.rule.binding and one.excepted is None] == []
    assert {one.rule.id for one in found if one.excepted is not None} <= set(standard.exceptions)


@pytest.mark.parametrize("api", APIS)
def test_spectral_finds_the_same(client: TestClient, api: str, tmp_path: Path) -> None:
    spectral, folder = shutil.which("spectral"), shared()
    if spectral is None or folder is None:
        pytest.skip("spectral is not installed, or the development data is not there")
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(_document(client, api)))
    rules = folder / "standards" / "raplp" / "rap.js"
    ran = subprocess.run(
        [spectral, "lint", str(file), "-r", str(rules), "-f", "json", "-q"],
        capture_output=True,
        text=True,
        check=False,
    )
    theirs = {one["code"] for one in json.loads(ran.stdout)}
    assert {one.rule.id for one in lint(_document(client, api))} == theirs


def test_an_exception_is_told_with_its_reason_and_never_left_out() -> None:
    document = _yaml(BAD)
    before = lint(document)
    document["x-rap-exceptions"] = {"UFN.07": {"sv": "därför", "en": "because"}, "DOK.01": "so"}
    after = lint(document)
    assert len(before) == len(after)
    excepted = {one.rule.id: one.excepted for one in after if one.excepted is not None}
    assert excepted == {
        "UFN.07": {"sv": "därför", "en": "because"},
        "DOK.01": {"sv": "so", "en": "so"},
    }


def test_references_in_a_ring_are_followed_no_farther_than_round() -> None:
    ring = {"$ref": "#/components/schemas/A"}
    schema = {"properties": {"next": ring, "updatedAt": {"type": "string"}}, "allOf": [ring]}
    document = {"openapi": "3.1.0", "components": {"schemas": {"A": schema, "B": ring}}}
    assert "DOT.04" in {one.rule.id for one in lint(document)}
    itself = {"openapi": "3.1.0", "components": {"schemas": {"A": ring}}}
    assert lint(itself)


@pytest.mark.parametrize("document", [None, [], 1, {}, {"swagger": "2.0"}, {"openapi": 3.1}])
def test_what_is_no_openapi_is_refused(document: Json) -> None:
    with pytest.raises(NotOpenApi):
        lint(document)


_KEYS = st.sampled_from(
    [
        "get",
        "parameters",
        "responses",
        "content",
        "schema",
        "properties",
        "$ref",
        "in",
        "name",
        "200",
        "items",
        "allOf",
        "requestBody",
        "headers",
        "/a",
        "application/json",
        "info",
        "url",
        "servers",
        "components",
        "schemas",
        "securitySchemes",
        "flows",
        "type",
        "paths",
        "security",
    ]
)
_SAID = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("#/paths"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=30,
)


@settings(deadline=None, max_examples=150)
@given(st.dictionaries(_KEYS, _SAID, max_size=6))
def test_any_document_is_judged_and_none_is_a_crash(said: dict[str, Json]) -> None:
    assert lint({**said, "openapi": "3.1.0"})
