"""SensorThings' OpenAPI: clean for Digg's profile but for what is declared, and true."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from byalag.model import Contact, Json
from byalag.standards.profile.lint import lint
from byalag.standards.sensorthings import STANDARD

HUB = "https://hub.example.se"


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    document: dict[str, Any] = STANDARD.openapi(HUB, Contact(name="Hub", email="a@example.se"))
    return document


def test_it_breaks_no_rule_but_those_that_it_declares(told: dict[str, Any]) -> None:
    assert {one.rule.id for one in lint(told)} <= set(STANDARD.exceptions)
    assert all(set(words) == {"sv", "en"} for words in STANDARD.exceptions.values())


def _bodies(told: dict[str, Any]) -> Iterator[tuple[str, Json]]:
    for path, operations in told["paths"].items():
        for method, operation in operations.items():
            if method == "parameters":
                continue
            yield f"{method} {path}", operation.get("requestBody")
            for status, response in operation["responses"].items():
                yield f"{method} {path} {status}", response


def test_every_example_is_of_the_shape_that_is_described(told: dict[str, Any]) -> None:
    seen = 0
    for where, body in _bodies(told):
        for content in (body or {}).get("content", {}).values():
            schema = {**content["schema"], "components": told["components"]}
            for example in content["examples"].values():
                jsonschema_rs.validate(schema, example["value"])
                seen += 1
        assert body is None or "description" in body or "content" in body or "$ref" in body, where
    assert seen > 50


def test_every_operation_is_described_in_two_languages(told: dict[str, Any]) -> None:
    names: set[str] = set()
    for operations in told["paths"].values():
        for method, operation in operations.items():
            if method != "parameters":
                assert "\n\n" in operation["description"]
                names.add(operation["operationId"])
    assert len(names) == sum(len(one) - 1 for one in told["paths"].values())
