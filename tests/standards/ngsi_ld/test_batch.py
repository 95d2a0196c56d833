"""Writing many entities at once."""

from typing import Final

import pytest

from byalag.model import Json
from byalag.store import Store

from .conftest import Ask

LD_JSON: Final = "application/ld+json"
ERRORS: Final = "https://uri.etsi.org/ngsi-ld/errors/"


def car(number: int, **more: Json) -> dict[str, Json]:
    return {
        "id": f"urn:ngsi-ld:Car:{number}",
        "type": "Car",
        "speed": {"type": "Property", "value": number},
        **more,
    }


def uri(number: int) -> str:
    return f"urn:ngsi-ld:Car:{number}"


@pytest.mark.parametrize("operation", ["create", "upsert", "update", "merge", "delete"])
@pytest.mark.parametrize("body", [b"{", {}, [], None])
def test_what_is_no_batch_is_refused(ask: Ask, operation: str, body: Json) -> None:
    content = b"null" if body is None else body
    assert ask("POST", f"/entityOperations/{operation}", content).status_code == 400


def test_each_entity_succeeds_or_fails_by_itself(ask: Ask) -> None:
    ask("POST", "/entities", car(1))
    wrong = {"id": uri(3), "type": "Car", "speed": None}
    answer = ask("POST", "/entityOperations/create", [car(1), car(2), wrong, car(2)])
    assert answer.status_code == 207
    told = answer.json()
    assert told["success"] == [uri(2)]
    assert sorted((one["entityId"], one["error"]["status"]) for one in told["errors"]) == [
        (uri(1), 409),
        (uri(2), 409),
        (uri(3), 400),
    ]


def test_entities_are_created_then_replaced_or_updated(ask: Ask) -> None:
    made = ask("POST", "/entityOperations/upsert", [car(1, colour={"value": "red"}), car(2)])
    assert (made.status_code, made.json()) == (201, [uri(1), uri(2)])
    assert ask("POST", "/entityOperations/upsert", [car(1)]).status_code == 204
    assert "colour" not in ask("GET", f"/entities/{uri(1)}").json()
    part = [{"id": uri(1), "type": "Car", "colour": {"value": "blue"}}]
    assert ask("POST", "/entityOperations/upsert?options=update", part).status_code == 204
    told = ask("GET", f"/entities/{uri(1)}").json()
    assert (told["colour"]["value"], told["speed"]["value"]) == ("blue", 1)


def test_what_is_there_is_left_where_nothing_is_to_be_overwritten(ask: Ask) -> None:
    ask("POST", "/entities", car(1))
    part = [{"id": uri(1), "speed": {"value": 9}, "colour": {"value": "red"}}, car(7)]
    answer = ask("POST", "/entityOperations/update?options=noOverwrite", part)
    assert answer.status_code == 207
    assert {one["entityId"] for one in answer.json()["errors"]} == {uri(1), uri(7)}
    told = ask("GET", f"/entities/{uri(1)}").json()
    assert (told["speed"]["value"], told["colour"]["value"]) == (1, "red")


def test_several_are_merged_and_deleted(ask: Ask) -> None:
    ask("POST", "/entityOperations/create", [car(1), car(2)])
    merged = ask("POST", "/entityOperations/merge", [{"id": uri(1), "speed": {"value": 5}}])
    assert merged.status_code == 204
    assert ask("GET", f"/entities/{uri(1)}").json()["speed"]["value"] == 5
    gone = ask("POST", "/entityOperations/delete", [uri(1), uri(1), uri(9)])
    assert (gone.status_code, gone.json()["success"]) == (207, [uri(1)])
    assert ask("POST", "/entityOperations/delete", ["no uri"]).status_code == 400
    assert ask("POST", "/entityOperations/delete", [uri(2)]).status_code == 204


def test_an_entity_whose_context_cannot_be_had_fails_alone(ask: Ask) -> None:
    core = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld"
    batch = [{**car(1), "@context": core}, {**car(2), "@context": "http://127.0.0.1:9/none"}]
    answer = ask("POST", "/entityOperations/create", batch, LD_JSON)
    assert answer.status_code == 207
    assert answer.json()["success"] == [uri(1)]
    assert answer.json()["errors"][0]["error"]["type"] == f"{ERRORS}LdContextNotAvailable"
    link = {"link": f'<{core}>; rel="http://www.w3.org/ns/json-ld#context"'}
    assert ask("POST", "/entityOperations/create", batch, LD_JSON, link).status_code == 400


def test_what_is_refused_half_way_leaves_no_trace(ask: Ask) -> None:
    ask("POST", "/entities", car(1, colour={"value": "red"}))
    bad = {"id": uri(1), "colour": {"value": "blue"}, "new": {"observedAt": "2026-01-01T00:00:00Z"}}
    good = {"id": uri(1), "speed": {"value": 3}}
    answer = ask("POST", "/entityOperations/merge", [bad, good])
    assert answer.status_code == 207
    told = ask("GET", f"/entities/{uri(1)}").json()
    assert (told["speed"]["value"], told["colour"]["value"]) == (3, "red")


def test_a_batch_is_one_commit(ask: Ask, own: Store) -> None:
    before = own.version()
    ask("POST", "/entityOperations/create", [car(n) for n in range(200)])
    assert own.version() == before + 1
    assert own.count("Car") == 200


def test_entities_are_purged_by_what_they_are(ask: Ask) -> None:
    ask("POST", "/entityOperations/create", [car(1), car(2, colour={"value": "red"})])
    assert ask("DELETE", "/entities").status_code == 400
    assert ask("DELETE", "/entities?type=Car&keep=a&drop=b").status_code == 400
    assert ask("DELETE", "/entities?type=Car&drop=colour").status_code == 204
    assert "colour" not in ask("GET", f"/entities/{uri(2)}").json()
    assert ask("DELETE", "/entities?type=Car&q=speed==1").status_code == 204
    assert ask("GET", f"/entities/{uri(1)}").status_code == 404
    assert ask("GET", f"/entities/{uri(2)}").status_code == 200
