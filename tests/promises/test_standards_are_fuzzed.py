"""Whatever is sent to a standard, it answers, and without a key it lets nothing be written."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok

from byalag.app import standards
from byalag.standards import Standard
from byalag.testkit import RunningHub, byalag

pytestmark = pytest.mark.promise
SPOKEN = standards()
THING = {
    "name": "Lamp",
    "description": "A lamp",
    "Locations": [
        {
            "name": "Here",
            "description": "A place",
            "encodingType": "application/geo+json",
            "location": {"type": "Point", "coordinates": [20.95, 64.75]},
        }
    ],
    "Datastreams": [
        {
            "name": "Warmth",
            "description": "How warm it is",
            "observationType": "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement",
            "unitOfMeasurement": {"name": "degree Celsius", "symbol": "°C", "definition": "Cel"},
            "ObservedProperty": {"name": "T", "description": "T", "definition": "http://x.se/t"},
            "Sensor": {
                "name": "S",
                "description": "S",
                "encodingType": "text/html",
                "metadata": "http://x.se/s",
            },
            "Observations": [{"result": 3, "phenomenonTime": "2026-01-01T00:00:00Z"}],
        }
    ],
}
ENTITY = {
    "id": "urn:ngsi-ld:Lamp:1",
    "type": "Lamp",
    "power": {"type": "Property", "value": 7, "observedAt": "2026-01-01T00:00:00Z"},
    "location": {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [20, 64]}},
}


@pytest.fixture(scope="module")
def opened() -> Iterator[RunningHub]:
    """Return a hub that is open to its own machine, with a little in it."""
    said = {"content-type": "application/json"}
    with RunningHub("serve", "--open-loopback") as hub:
        for path, body in (("/sensorthings/v1.1/Things", THING), ("/ngsi-ld/v1/entities", ENTITY)):
            made = hub.ask("POST", path, body=json.dumps(body).encode(), headers=said)
            assert made.status == 201, made.text
        yield hub


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.name.lower())
@pytest.mark.parametrize("root", [one.root for one in SPOKEN])
def test_whatever_is_sent_is_answered(opened: RunningHub, root: str, mode: GenerationMode) -> None:
    address = f"http://127.0.0.1:{opened.port}{root}/openapi.json"
    schema = schemathesis.openapi.from_url(address)
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()

        @settings(
            max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), database=None
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: schemathesis.Case[Any]) -> None:
            case.call_and_validate(checks=[not_a_server_error], timeout=20)

        ask()


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """Return a hub as others run it, with a dataset to write in."""
    folder: Path = tmp_path_factory.mktemp("hub") / "hub"
    assert byalag("init", folder, "--municipality", "2260").code == 0
    (folder / "ange/sources/hav.toml").unlink()
    written = 'title = { sv = "Skrivet" }\nopen = true\nwritten = true\n'
    (folder / "ange/datasets/written.toml").write_text(written, "utf-8")
    with RunningHub("serve", folder) as hub:
        yield hub


@pytest.mark.parametrize("standard", SPOKEN, ids=lambda one: one.name)
def test_nothing_that_is_described_is_written_without_a_key(
    ordinary: RunningHub, standard: Standard
) -> None:
    document = ordinary.get(f"{standard.root}/openapi.json").json
    for template, operations in document["paths"].items():
        path = re.sub(r"\{[^}]*\}", "1", template)
        for method in {"post", "put", "patch", "delete"} & operations.keys():
            answer = ordinary.ask(method.upper(), standard.root + path, body=b"{}")
            reads = standard.reads(method.upper(), path)
            assert (answer.status == 401) is not reads, (method, path, answer.text)
            assert answer.status < 500
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        for path in ("", "/", "/there-is-none", "/%00", "/Things(1)/" + "x" * 500):
            answer = ordinary.ask(method, standard.root + path)
            reads = standard.reads(method, path)
            assert reads or answer.status == 401, (method, path, answer.text)
