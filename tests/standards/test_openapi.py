"""The OpenAPI documents: made of the same declarations, true, and clean for the profile's rules."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

from byalag.app._http import Application
from byalag.governance import Scope, issue
from byalag.testkit import shared

SCOPES: tuple[Scope, ...] = ("observations:write", "deliveries:write", "files:write")
KEY = "Bearer " + issue("2482", SCOPES, random=bytes(range(40))).text
APIS = ("baths", "parking", "observations", "deliveries", "files")


def document(client: TestClient, api: str) -> dict[str, Any]:
    said: dict[str, Any] = client.get(f"/{api}/v1/openapi.json").json()
    return said


@pytest.mark.parametrize("api", APIS)
def test_everything_is_described_in_two_languages_and_shown_by_example(
    client: TestClient, api: str
) -> None:
    told = document(client, api)
    assert told["info"]["contact"]["email"]
    assert told["info"]["x-sla"]
    assert told["info"]["x-limitations"]
    assert "Kända begränsningar" in told["info"]["description"]
    assert "Known limitations" in told["info"]["description"]
    for path in told["paths"].values():
        for method, operation in path.items():
            if method == "parameters":
                continue
            assert "\n\n" in operation["description"]
            for response in operation["responses"].values():
                assert response["description"]
                for body in response.get("content", {}).values():
                    assert body["examples"]


@pytest.mark.parametrize("api", ["baths", "parking"])
def test_examples_are_of_the_shape_that_is_answered(client: TestClient, api: str) -> None:
    told = document(client, api)
    for path, operations in told["paths"].items():
        example = operations["get"]["responses"]["200"]["content"]["application/json"]
        assert "_links" in example["examples"]["one"]["value"] or path == "/api-info"


def test_a_problem_with_members_of_its_own_is_described_with_them(client: TestClient) -> None:
    told = document(client, "observations")["paths"]["/observations"]["post"]["responses"]["422"]
    content = told["content"]["application/problem+json"]
    assert {"type", "detail", "accepted", "refused"} <= set(content["schema"]["properties"])
    assert "accepted" not in content["schema"]["required"]  # a body that is no JSON has no receipt
    shown = content["examples"]["nothing-taken"]["value"]
    assert (shown["status"], shown["accepted"]) == (422, 0)
    assert shown["refused"][0]["why"]
    assert "accepted" not in content["examples"]["unreadable-body"]["value"]


@pytest.mark.parametrize("api", APIS)
def test_spectral_finds_no_broken_must(client: TestClient, api: str, tmp_path: Path) -> None:
    spectral, root = shutil.which("spectral"), shared()
    if spectral is None or root is None:
        pytest.skip("spectral is not installed, or the development data is not there")
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(document(client, api)))
    rules = root / "standards" / "raplp" / "rap.js"
    ran = subprocess.run(
        [spectral, "lint", str(file), "-r", str(rules), "-f", "text", "-F", "error"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout


CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.name.lower())
def test_whatever_is_asked_is_answered_as_described(
    app: Application, api: str, mode: GenerationMode
) -> None:
    schema = schemathesis.openapi.from_asgi(f"/{api}/v1/openapi.json", app)
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()

        @settings(
            max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), database=None
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: schemathesis.Case[Any]) -> None:
            case.call_and_validate(checks=list(CHECKS), headers={"Authorization": KEY})

        ask()
