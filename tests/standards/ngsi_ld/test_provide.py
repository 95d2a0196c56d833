"""Writing entities and attributes one at a time, over HTTP."""

import time
from typing import Final

import pytest
from starlette.testclient import TestClient

from byalag.asking import Ask as Question
from byalag.model import Dataset, Gone, Json, Point, Thing
from byalag.standards.ngsi_ld._facts import known
from byalag.standards.ngsi_ld._table import TABLE
from byalag.store import Store

from .conftest import Ask

HANGS = 2.0  # seconds: longer is a hang; how quick an answer is, is measured, not asserted

HANGS = (
    2.0  # seconds: what takes longer hangs; how quick an answer is, is measured and not asserted
)

LD_JSON: Final = "application/ld+json"
URI: Final = "urn:ngsi-ld:OffStreetParking:2482:torget"
AT: Final = f"/entities/{URI}"
FREE: Final = {"type": "Property", "value": 41, "observedAt": "2026-06-01T08:00:00Z"}
PARKING: Final[dict[str, Json]] = {
    "id": URI,
    "type": "OffStreetParking",
    "name": {"type": "Property", "value": "Torget"},
    "free": FREE,
    "isNear": {"type": "Relationship", "object": "urn:ngsi-ld:Square:1"},
    "location": {
        "type": "GeoProperty",
        "value": {"type": "Point", "coordinates": [20.95, 64.75]},
    },
}
ERRORS: Final = "https://uri.etsi.org/ngsi-ld/errors/"


def deep(levels: int) -> Json:
    made: Json = {"type": "Property", "value": 1}
    for _ in range(levels):
        made = {"type": "Property", "value": 1, "sub": made}
    return made


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", "InvalidRequest"),
        (b"", "InvalidRequest"),
        ([], "InvalidRequest"),
        ({}, "BadRequestData"),
        ({"id": "urn:a:b"}, "BadRequestData"),
        ({"type": "A"}, "BadRequestData"),
        ({"id": "no uri", "type": "A"}, "BadRequestData"),
        ({"id": "urn:a:b", "type": ""}, "BadRequestData"),
        ({"id": "urn:a:b", "type": []}, "BadRequestData"),
        ({"id": "urn:a:b", "type": "type"}, "BadRequestData"),
        ({"id": "urn:a:b", "type": "A", "scope": "a b"}, "BadRequestData"),
        ({"id": "urn:a:b", "type": "A", "@context": []}, "BadRequestData"),
        ({"id": "urn:a:b", "type": "A", "a": None}, "BadRequestData"),
        ({"id": "urn:a:b", "type": "A", "a<b": 1}, "BadRequestData"),
        ({"id": "urn:a:b", "type": "A", "a": "urn:ngsi-ld:null"}, "BadRequestData"),
        ({"id": "urn:a:b", "type": "A", "a": {"type": "Property"}}, "BadRequestData"),
        ({"id": "urn:a:b", "type": "A", "a": {"type": "Other", "value": 1}}, "BadRequestData"),
        ({"id": "urn:a:b", "type": "A", "a": {"type": "Property", "object": 1}}, "BadRequestData"),
        ({"id": "urn:a:b", "type": "A", "a": {"object": "no uri"}}, "BadRequestData"),
        ({"id": "urn:a:b", "type": "A", "a": {"languageMap": {"sv": 1}}}, "BadRequestData"),
        ({"id": "urn:a:b", "type": "A", "a": {"vocab": 1}}, "BadRequestData"),
        ({"id": "urn:a:b", "type": "A", "a": {"valueList": 1}}, "BadRequestData"),
        ({"id": "urn:a:b", "type": "A", "a": {"objectList": [1]}}, "BadRequestData"),
        ({"id": "urn:a:b", "type": "A", "a": {"value": 1, "observedAt": "now"}}, "BadRequestData"),
        ({"id": "urn:a:b", "type": "A", "a": {"value": 1, "unitCode": 1}}, "BadRequestData"),
        ({"id": "urn:a:b", "type": "A", "a": {"value": 1, "datasetId": "x"}}, "BadRequestData"),
        ({"id": "urn:a:b", "type": "A", "a": [{"value": 1}, {"value": 2}]}, "BadRequestData"),
        (
            {"id": "urn:a:b", "type": "A", "a": {"type": "GeoProperty", "value": {"type": "P"}}},
            "BadRequestData",
        ),
        (
            {"id": "urn:a:b", "type": "A", "a": {"type": "Point", "coordinates": [200, 0]}},
            "BadRequestData",
        ),
        (
            {"id": "urn:a:b", "type": "A", "a": {"type": "LineString", "coordinates": [[1, 1]]}},
            "BadRequestData",
        ),
        ({"id": "urn:a:b", "type": "A", "a": deep(13)}, "BadRequestData"),
        (b'{"id": "urn:a:b", "type": "A", "a": 1e999}', "InvalidRequest"),
        (b"[" * 100_000, "InvalidRequest"),
        (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, "InvalidRequest"),
        ({"id": "urn:a:b", "type": "A", **{f"a{n}": 1 for n in range(2_001)}}, "BadRequestData"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_is_no_entity_is_refused_with_its_reason(ask: Ask, body: Json, kind: str) -> None:
    began = time.perf_counter()
    answer = ask("POST", "/entities", body)
    assert answer.status_code == 400
    assert time.perf_counter() - began < HANGS
    told = answer.json()
    assert told["type"] == ERRORS + kind
    assert told.keys() == {"type", "title", "status", "detail", "instance"}
    assert ask("GET", "/entities/urn:a:b").status_code == 404


def test_the_context_is_in_the_body_or_in_a_link_never_in_both(ask: Ask) -> None:
    core = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.8.jsonld"
    link = {"link": f'<{core}>; rel="http://www.w3.org/ns/json-ld#context"'}
    assert ask("POST", "/entities", PARKING, LD_JSON).status_code == 400
    inside = {**PARKING, "@context": core}
    assert ask("POST", "/entities", inside).status_code == 400
    assert ask("POST", "/entities", inside, LD_JSON, link).status_code == 400
    assert ask("POST", "/entities", inside, LD_JSON).status_code == 201


def test_what_is_not_understood_is_not_passed_over(ask: Ask, client: TestClient) -> None:
    assert ask("POST", "/entities?colour=red", PARKING).json()["type"] == ERRORS + "InvalidRequest"
    assert ask("POST", "/entities", PARKING, "text/plain").status_code == 415
    assert client.post("/ngsi-ld/v1/entities", content=b"{}").status_code == 415
    assert ask("GET", AT, headers={"accept": "text/csv"}).status_code == 406
    assert ask("GET", "/nothing").status_code == 404
    assert ask("PUT", "/entities", PARKING).status_code in {400, 405}
    assert ask("PATCH", "/entities/no-uri", {"a": 1}).status_code == 400
    assert ask("DELETE", AT).status_code == 404
    other = ask("GET", AT, headers={"ngsild-tenant": "9999"})
    assert (other.status_code, other.json()["type"]) == (404, ERRORS + "NonexistentTenant")


def test_an_entity_is_created_read_and_deleted(ask: Ask) -> None:
    made = ask("POST", "/entities", PARKING, headers={"ngsild-tenant": "2482"})
    assert made.status_code == 201
    assert made.headers["location"].endswith(AT)
    assert made.headers["ngsild-tenant"] == "2482"
    again = ask("POST", "/entities", PARKING)
    assert (again.status_code, again.json()["type"]) == (409, ERRORS + "AlreadyExists")
    found = ask("GET", AT)
    assert found.json() == PARKING
    assert ask("DELETE", AT).status_code == 204
    assert ask("GET", AT).status_code == 404


def test_a_fact_that_is_written_here_is_seen_through_every_window(ask: Ask, own: Store) -> None:
    assert ask("POST", "/entities", PARKING).status_code == 201
    thing = known(own, URI)
    assert thing is not None
    assert (thing.type, thing.name, thing.dataset) == ("OffStreetParking", "Torget", "written")
    assert thing.point == Point(latitude=64.75, longitude=20.95)
    assert thing.properties == {"free": 41, "isNear": "urn:ngsi-ld:Square:1"}
    assert thing.relations["isNear"] == ("entity:ngsi-ld:urn~3Angsi-ld~3ASquare~3A1",)
    (series,) = own.series_of([thing.id])[thing.id]
    assert own.latest([series.id])[series.id].value == 41
    assert any(row.fact == thing for row in own.ask(Question(of="thing")).rows)


def test_an_attribute_can_be_written_short(ask: Ask) -> None:
    short = {
        "id": URI,
        "type": ["A", "B"],
        "scope": "/a",
        "n": 1,
        "where": {"type": "Point", "coordinates": [1, 2]},
        "o": {"a": {"b": 1}},
        "to": {"object": ["urn:a:b", "urn:a:c"]},
        "l": {"valueList": [1, 2]},
        "ol": {"objectList": [{"object": "urn:a:b"}]},
        "v": {"vocab": ["open", "closed"]},
        "j": {"json": {"type": "Property"}},
        "t": {"languageMap": {"sv": "ja", "en": ["yes", "aye"]}},
        "many": {"dataset": {"@none": 1, "urn:ngsi-ld:Dataset:x": 2}},
    }
    assert ask("POST", "/entities", short).status_code == 201
    told = ask("GET", AT).json()
    assert told["type"] == ["A", "B"]
    assert told["n"] == {"type": "Property", "value": 1}
    assert told["where"]["type"] == "GeoProperty"
    assert told["o"] == {"type": "Property", "value": {"a": {"b": 1}}}
    assert told["to"] == {"type": "Relationship", "object": ["urn:a:b", "urn:a:c"]}
    assert told["l"] == {"type": "ListProperty", "valueList": [1, 2]}
    assert told["ol"] == {"type": "ListRelationship", "objectList": [{"object": "urn:a:b"}]}
    assert told["v"] == {"type": "VocabProperty", "vocab": ["open", "closed"]}
    assert told["j"] == {"type": "JsonProperty", "json": {"type": "Property"}}
    assert told["many"][1] == {
        "type": "Property",
        "value": 2,
        "datasetId": "urn:ngsi-ld:Dataset:x",
    }
    assert {**short, **told}.keys() == short.keys()


def test_an_entity_is_replaced_and_what_is_left_out_is_gone(ask: Ask, own: Store) -> None:
    ask("POST", "/entities", PARKING)
    new = {"id": URI, "type": "OffStreetParking", "name": {"type": "Property", "value": "T"}}
    assert ask("PUT", AT, {**new, "id": "urn:a:other"}).status_code == 400
    assert ask("PUT", "/entities/urn:a:other", {**new, "id": "urn:a:other"}).status_code == 404
    assert ask("PUT", AT, new).status_code == 204
    assert ask("GET", AT).json() == new
    thing = known(own, URI)
    assert thing is not None
    assert (thing.point, thing.properties, thing.relations) == (None, {}, {})


def test_what_is_merged_changes_only_what_it_says(ask: Ask) -> None:
    ask("POST", "/entities", PARKING)
    said = {"free": {"value": 38}, "name": "urn:ngsi-ld:null", "isNear": "urn:ngsi-ld:Square:2"}
    assert ask("PATCH", AT, said, "application/merge-patch+json").status_code == 204
    told = ask("GET", AT).json()
    assert told["free"] == {**FREE, "value": 38}
    assert told["isNear"] == {"type": "Relationship", "object": "urn:ngsi-ld:Square:2"}
    assert "name" not in told
    assert "location" in told
    assert ask("PATCH", f"{AT}?observedAt=then", said).status_code == 400
    ask("PATCH", f"{AT}?observedAt=2026-06-01T09:00:00Z", {"free": {"value": 30}})
    assert ask("GET", AT).json()["free"]["observedAt"] == "2026-06-01T09:00:00Z"


def test_a_text_is_merged_in_the_language_that_is_named(ask: Ask) -> None:
    ask("POST", "/entities", {**PARKING, "sign": {"languageMap": {"sv": "Ledigt", "en": "Free"}}})
    assert ask("PATCH", f"{AT}?lang=sv", {"sign": "Fullt"}).status_code == 204
    told = ask("GET", AT).json()["sign"]
    assert told == {"type": "LanguageProperty", "languageMap": {"sv": "Fullt", "en": "Free"}}


def test_attributes_are_appended_updated_and_told_of(ask: Ask) -> None:
    ask("POST", "/entities", PARKING)
    more = {"free": {"value": 1}, "lit": {"value": True}}
    part = ask("POST", f"{AT}/attrs?options=noOverwrite", more)
    assert part.status_code == 207
    vocabulary = "https://uri.etsi.org/ngsi-ld/default-context/"
    assert part.json()["updated"] == [f"{vocabulary}lit"]
    assert part.json()["notUpdated"][0]["attributeName"] == f"{vocabulary}free"
    assert ask("GET", AT).json()["free"] == FREE
    assert ask("POST", f"{AT}/attrs", more).status_code == 204
    assert ask("GET", AT).json()["free"]["value"] == 1
    gone = ask("PATCH", f"{AT}/attrs", {"none": "urn:ngsi-ld:null"})
    assert gone.status_code == 207
    assert ask("POST", f"{AT}/attrs", {}).status_code == 400
    assert ask("POST", "/entities//attrs", more).status_code == 400


def test_one_attribute_is_changed_replaced_and_deleted(ask: Ask) -> None:
    ask("POST", "/entities", PARKING)
    free = f"{AT}/attrs/free"
    assert ask("PATCH", f"{AT}/attrs/none", {"value": 1}).status_code == 404
    assert ask("PATCH", free, {"type": "Relationship", "object": "urn:a:b"}).status_code == 400
    assert ask("PATCH", free, {}).status_code == 400
    assert ask("PATCH", free, {"value": 7}).status_code == 204
    assert ask("GET", AT).json()["free"] == {**FREE, "value": 7}
    assert ask("PUT", free, {"type": "Property", "value": "x"}).status_code == 204
    assert ask("GET", AT).json()["free"] == {"type": "Property", "value": "x"}
    assert ask("PUT", f"{AT}/attrs/@id", {"value": 1}).status_code == 400
    assert ask("DELETE", f"{free}?datasetId=urn:a:b").status_code == 404
    assert ask("DELETE", f"{free}?deleteAll=perhaps").status_code == 400
    assert ask("DELETE", f"{free}?deleteAll=true").status_code == 204
    assert "free" not in ask("GET", AT).json()


def test_a_deleted_attribute_does_not_come_back_from_its_history(ask: Ask, own: Store) -> None:
    ask("POST", "/entities", PARKING)
    assert ask("DELETE", f"{AT}/attrs/free").status_code == 204
    assert "free" not in ask("GET", AT).json()
    thing = known(own, URI)
    assert thing is not None
    assert own.series_of([thing.id])[thing.id]
    late = {"free": {**FREE, "value": 5, "observedAt": "2026-05-01T08:00:00Z"}}
    assert ask("POST", f"{AT}/attrs", late).status_code == 204
    assert ask("GET", AT).json()["free"]["value"] == 5


def test_words_are_laid_beside_a_source_s_and_never_over_its_existence(
    ask: Ask, own: Store
) -> None:
    thing = Thing(
        id="parking:ours:1",
        type="OffStreetParking",
        dataset="parking",
        municipality="2482",
        properties={"places": 10},
    )
    own.publish(
        {
            "parking": Dataset(id="parking", title={"sv": "P"}),
            "written": Dataset(id="written", title={"sv": "S"}, written=True),
        }
    ).result()
    own.commit([thing], at=1).result()
    at = "/entities/urn:ngsi-ld:OffStreetParking:2482:parking:ours:1"
    assert ask("POST", f"{at}/attrs", {"lit": {"value": True}}).status_code == 204
    told = ask("GET", at).json()
    assert (told["lit"]["value"], told["places"]["value"]) == (True, 10)
    assert ask("DELETE", at).status_code == 422
    own.commit([Gone(thing=thing.id)], at=2).result()
    assert ask("GET", at).status_code == 404


def test_every_example_of_what_can_be_written_is_true(ask: Ask) -> None:
    ask("POST", "/entities", PARKING)
    tried = 0
    for one in TABLE:
        if one.clause.startswith(("5.6.1 ", "5.6.2", "5.6.3", "5.6.8", "5.6.17", "5.6.18")):
            path = one.path.replace("{entityId}", URI).replace("{attrId}", "free")
            if one.takes and "temporal" not in path:
                assert ask(one.method, path, one.example).status_code in {200, 201, 204}, path
                tried += 1
    assert tried > 3


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/entities/urn:x:1?options=lovely"),
        ("PATCH", "/entities/urn:x:1?format=lovely"),
        ("POST", "/entities/urn:x:1/attrs?options=keyValues,overwrite"),
        ("POST", "/entityOperations/upsert?options=replaced"),
        ("GET", "/subscriptions?options=lovely"),
        ("GET", "/entities?local=true&format=lovely"),
    ],
)
def test_an_option_that_is_not_known_is_refused(ask: Ask, method: str, path: str) -> None:
    answer = ask(method, path, None if method == "GET" else {"type": "Room"})
    assert answer.status_code == 400
    assert answer.json()["type"].endswith("/InvalidRequest")
    assert "lovely" in answer.text or "over" in answer.text or "replaced" in answer.text


def test_the_first_moment_of_1970_is_a_moment(ask: Ask) -> None:
    first = "1970-01-01T00:00:00Z"
    told = {"type": "Property", "value": 1, "observedAt": first}
    entity = {"id": "urn:x:first", "type": "Room", "size": told}
    assert ask("POST", "/entities", entity).status_code == 201
    assert ask("GET", "/entities/urn:x:first").json()["size"] == told
    later = {"size": {"type": "Property", "value": 2}}
    assert ask("PATCH", "/entities/urn:x:first", later).status_code == 204
    history = ask("GET", "/temporal/entities/urn:x:first").json()["size"]
    assert (history if isinstance(history, dict) else history[0])["observedAt"] == first
