"""Whatever is sent to any API with any key, it is answered as its description says."""

import json
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from msgspec import Struct
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    status_code_conformance,
)

from byalag.app import standards
from byalag.testkit import RunningHub, free_port
from tests.promises._whole import SCOPES, hub_folder, whole

pytestmark = pytest.mark.promise
NO_KEY = "no key"
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, ignored_auth]
LONGEST = 60_000  # bytes of an address: the server of HTTP refuses longer ones itself, in no words
EXAMPLES = 3  # of each operation, with each key, of good and of bad data


class Described(Struct, frozen=True):
    """A hub that runs, its keys by scope, and every OpenAPI document that it serves."""

    hub: RunningHub
    keys: Mapping[str, str]
    documents: Mapping[str, dict[str, Any]]


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Described]:
    address = f"http://127.0.0.1:{free_port()}"
    folder: Path
    folder, keys = hub_folder(tmp_path_factory.mktemp("fuzz") / "hub", address)
    with whole(folder) as (app, _, _):
        served = [str(getattr(route, "path", "")) for route in app.routes]
    addresses = [path for path in served if path.endswith("/openapi.json")]
    addresses += [f"{one.root}/openapi.json" for one in standards()]
    with RunningHub("serve", folder) as hub:
        yield Described(hub, keys, {path: json.loads(hub.get(path).text) for path in addresses})


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.name.lower())
@pytest.mark.parametrize("scope", [NO_KEY, *SCOPES])
def test_nothing_is_found_with_this_key(
    described: Described, scope: str, mode: GenerationMode, promised: dict[str, object]
) -> None:
    asked, numbers = count(), count()
    for path, document in described.documents.items():
        schema = schemathesis.openapi.from_dict(document)
        root = path.removesuffix("/openapi.json")
        schema.config.base_url = f"http://127.0.0.1:{described.hub.port}{root}"
        for found in schema.get_all_operations():
            assert isinstance(found, Ok), (path, found)

            @settings(
                max_examples=EXAMPLES,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                database=None,
            )
            @given(case=found.ok().as_strategy(generation_mode=mode))
            def ask(case: schemathesis.Case[Any]) -> None:
                number = next(numbers)  # each from a network of its own: guesses make none wait
                shown = {"X-Forwarded-For": f"203.{number >> 8 & 255}.{number & 255}.7"}
                if scope != NO_KEY:
                    shown["Authorization"] = f"Bearer {described.keys[scope]}"
                next(asked)
                answer = case.call(headers=shown, timeout=20)
                if answer.status_code == HTTPStatus.REQUEST_URI_TOO_LONG and not answer.content:
                    assert len(answer.request.url or "") > LONGEST
                    return
                case.validate_response(answer, checks=CHECKS, headers=shown)

            ask()
    promised["asked"] = next(asked)
