"""Contexts that are kept here, and contexts that are fetched once."""

from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

import msgspec
import pytest

from byalag.standards.ngsi_ld._find import forget
from byalag.testkit import Answer, Faulty

from .conftest import Ask

LD_JSON: Final = "application/ld+json"
WORDS: Final = {
    "@context": {"Car": "https://words.example/Car", "speed": "ex:speed", "ex": "urn:e:"}
}
ERRORS: Final = "https://uri.etsi.org/ngsi-ld/errors/"
CORE: Final = quote("https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.8.jsonld", safe="")


@pytest.fixture
def words() -> Iterator[Faulty]:
    with Faulty(words=Answer(body=msgspec.json.encode(WORDS), media_type=LD_JSON)) as server:
        yield server


def linked(address: str) -> dict[str, str]:
    return {"link": f'<{address}>; rel="http://www.w3.org/ns/json-ld#context"'}


def test_a_context_is_fetched_once_and_is_there_tomorrow(ask: Ask, words: Faulty) -> None:
    address = words.url("/words")
    car = {"id": "urn:a:1", "type": "Car", "speed": 5, "@context": address}
    assert ask("POST", "/entities", car, LD_JSON).status_code == 201
    forget()
    assert ask("POST", "/entities", {**car, "id": "urn:a:2"}, LD_JSON).status_code == 201
    assert len(words.asked) == 1
    plain = ask("GET", "/entities/urn:a:1?options=keyValues").json()
    assert plain == {"id": "urn:a:1", "type": "https://words.example/Car", "urn:e:speed": 5}
    told = ask("GET", "/entities/urn:a:1?options=keyValues", headers=linked(address)).json()
    assert told == {"id": "urn:a:1", "type": "Car", "speed": 5}
    kept = ask("GET", "/jsonldContexts?kind=Cached").json()
    assert address in kept
    assert (
        ask("DELETE", f"/jsonldContexts/{quote(address, safe='')}?reload=true").status_code == 204
    )
    assert len(words.asked) == 2


@pytest.mark.parametrize("body", [b"<html>", b"{}", b"[]", b'{"@context": 7}', b"\xff"])
def test_what_answers_no_context_is_a_context_that_cannot_be_had(ask: Ask, body: bytes) -> None:
    with Faulty(words=Answer(body=body)) as server:
        answer = ask("GET", "/entities/urn:a:1", headers=linked(server.url("/words")))
    assert answer.status_code in {400, 503}
    assert ask("GET", "/entities/urn:a:1", headers=linked("no address")).status_code == 503
    assert ask("GET", "/entities/urn:a:1", headers=linked("file:///etc/passwd")).status_code == 503


def test_a_context_is_hosted_used_and_forgotten(ask: Ask) -> None:
    assert ask("POST", "/jsonldContexts", {"Car": "urn:x"}).status_code == 400
    assert ask("POST", "/jsonldContexts", {"@context": {"a": 7}}).status_code == 400
    assert ask("POST", "/jsonldContexts", b"{").json()["type"] == f"{ERRORS}InvalidRequest"
    made = ask("POST", "/jsonldContexts", WORDS)
    assert made.status_code == 201
    at = made.headers["location"].removeprefix("/ngsi-ld/v1")
    assert ask("GET", at).json() == WORDS
    (address,) = ask("GET", "/jsonldContexts?kind=Hosted").json()
    details = ask("GET", f"{at}?details=true").json()
    assert (details["URL"], details["kind"], details["body"]) == (address, "Hosted", WORDS)
    car = {"id": "urn:a:1", "type": "Car", "speed": 5}
    assert ask("POST", "/entities", car, headers=linked(address)).status_code == 201
    assert ask("GET", "/entities/urn:a:1").json()["type"] == "https://words.example/Car"
    assert ask("DELETE", f"{at}?reload=true").status_code == 400
    assert ask("DELETE", at).status_code == 204
    assert ask("DELETE", at).status_code == 404
    assert ask("GET", "/entities/urn:a:1", headers=linked(address)).status_code == 503


def test_the_core_context_stays(ask: Ask) -> None:
    assert ask("GET", f"/jsonldContexts/{CORE}").json()["@context"]["id"] == "@id"
    assert ask("DELETE", f"/jsonldContexts/{CORE}").status_code == 400
    assert ask("DELETE", f"/jsonldContexts/{CORE}?reload=true").status_code == 204
    assert ask("DELETE", "/jsonldContexts/none").status_code == 404
    assert ask("DELETE", "/jsonldContexts/none?reload=true").status_code == 400
    assert ask("GET", "/jsonldContexts?kind=other").status_code == 400
    assert ask("GET", "/jsonldContexts?details=perhaps").status_code == 400
