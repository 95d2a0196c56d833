"""What cannot be written by SensorThings is refused in a sentence, and nothing of it is said."""

import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from byalag.model import Json
from byalag.store import Store
from tests.standards.sensorthings.writer import (
    DATASTREAM,
    FEATURE,
    LOCATION,
    SENSOR,
    THING,
    TREE,
    WRITTEN,
    Writer,
)

DEEP: Json = (
    b'{"name":"a","description":"b","properties":' + b'{"a":' * 50_000 + b"1" + b"}" * 50_001
)


@pytest.fixture(scope="module")
def writer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writer]:
    path: Path = tmp_path_factory.mktemp("own") / "2482.sqlite"
    with Store(path) as store:
        store.publish({"written": WRITTEN}).result()
        writer = Writer(store)
        writer.post("/Things", TREE)
        writer.post("/Things", {**THING, "Datastreams": [DATASTREAM]})  # it is nowhere
        yield writer


def placed(geometry: Json) -> Json:
    return {**LOCATION, "location": geometry}


@pytest.mark.parametrize(
    ("address", "body", "words"),
    [
        ("/Things", b"{not json", "not JSON"),
        ("/Things", [], "must be a JSON object"),
        ("/Things", b"", "not JSON"),
        ("/Things", DEEP, "more than 64 levels"),
        ("/Things", b"[" * 200_000, ""),
        ("/Things", b'{"name":"a","description":"b","properties":{"a":1e999}}', ""),
        ("/Things", {"description": "b"}, "lacks 'name'"),
        ("/Things", {"name": None, "description": "b"}, "lacks 'name'"),
        ("/Things", {"name": 5, "description": "b"}, "must be a text"),
        ("/Things", {**THING, "colour": "red"}, "no 'colour'"),
        ("/Things", {**THING, "properties": []}, "must be a JSON object"),
        ("/Things", {**THING, "properties": {"a": 2**70}}, ""),
        ("/Things", {**THING, "@iot.id": 7, "Locations": {}}, "must be a JSON array"),
        ("/Things", {**THING, "Locations": [{"@iot.id": 999}]}, "not there"),
        ("/Things", {**THING, "Locations": [{"@iot.id": "1"}]}, "whole number"),
        ("/Things", {**THING, "Locations": [{"@iot.id": 1, "name": "a"}]}, "both"),
        ("/Things", {**THING, "Locations": [{}]}, "lacks 'name'"),
        ("/Locations", {**LOCATION, "encodingType": None}, "lacks 'encodingType'"),
        ("/Locations", placed({"type": "Point"}), "GeoJSON"),
        ("/Locations", placed({"type": "Point", "coordinates": [200, 0]}), "degrees"),
        ("/Locations", placed({"type": "Point", "coordinates": ["a", 0]}), "degrees"),
        ("/Locations", placed({"type": "Point", "coordinates": []}), "degrees"),
        ("/Locations", placed({"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}), "Polygon"),
        ("/Locations", placed({"type": "LineString", "coordinates": [[0, 0]]}), "LineString"),
        ("/Locations", placed("torget"), "GeoJSON"),
        ("/Sensors", {key: SENSOR[key] for key in SENSOR if key != "metadata"}, "'metadata'"),
        ("/Datastreams", DATASTREAM, "lacks 'Thing'"),
        ("/Things(4)/Datastreams", {**DATASTREAM, "unitOfMeasurement": "C"}, "JSON object"),
        ("/Things(4)/Datastreams", {**DATASTREAM, "unitOfMeasurement": {"name": 1}}, "text"),
        ("/Observations", {"result": 1}, "lacks 'Datastream'"),
        ("/Observations", {"result": 1, "Datastream": {"@iot.id": 99}}, "not there"),
        ("/Observations", {"Datastream": {"@iot.id": 1}}, "lacks 'result'"),
        ("/Datastreams(1)/Observations", {"result": 1, "phenomenonTime": "i går"}, "time"),
        ("/Datastreams(1)/Observations", {"result": 1, "phenomenonTime": 5}, "time"),
        (
            "/Datastreams(1)/Observations",
            {"result": 1, "phenomenonTime": "2026-01-01T00:00:00"},
            "offset",
        ),
        (
            "/Datastreams(1)/Observations",
            {"result": 1, "phenomenonTime": "1950-01-01T00:00:00Z"},
            "1970",
        ),
        (
            "/Datastreams(1)/Observations",
            {"result": 1, "phenomenonTime": "2026-01-02T00:00:00Z/2026-01-01T00:00:00Z"},
            "ends before",
        ),
        ("/Datastreams(1)/Observations", {"result": 1, "parameters": "deep"}, "JSON object"),
        (
            "/Datastreams(1)/Observations",
            {"result": 1, "Datastream": {"@iot.id": 2}},
            "names another",
        ),
        ("/Datastreams(2)/Observations", {"result": 1}, "FeatureOfInterest"),
        (
            "/Datastreams(1)/Observations",
            {"result": 1, "FeatureOfInterest": {**FEATURE, "encodingType": None}},
            "encodingType",
        ),
        ("/HistoricalLocations", {"time": "2026-01-01T00:00:00Z"}, "lacks 'Thing'"),
        ("/CreateObservations", {}, "JSON array"),
        ("/CreateObservations", [{"Datastream": {"@iot.id": 1}, "components": ["a"]}], "component"),
        ("/CreateObservations", [{"Datastream": {"@iot.id": 1}, "components": []}], "result"),
        ("/CreateObservations", [{"components": ["result"]}], "JSON object"),
        ("/$batch", {"requests": 5}, "JSON array"),
        ("/$batch", {"requests": [{"id": "1", "method": "TRACE", "url": "Things"}]}, "TRACE"),
    ],
)
def test_a_request_that_cannot_be_is_a_400_in_a_sentence(
    writer: Writer, address: str, body: Json, words: str
) -> None:
    before = writer.store.counts()
    began = time.perf_counter()
    told = writer.ask("POST", address, body)
    took = time.perf_counter() - began
    assert told.status == 400, told.text
    assert words in told.body["message"]
    assert len(told.text) < 1_000
    assert took < 1.0
    assert writer.store.counts().things == before.things
    assert writer.store.counts().observations == before.observations


@pytest.mark.parametrize(
    ("method", "address", "body", "status"),
    [
        ("PATCH", "/Things(999)", {"name": "a"}, 404),
        ("PATCH", "/Observations(999999999)", {"result": 0}, 404),
        ("DELETE", "/Observations(9223372036854775807)", None, 404),
        ("DELETE", f"/Things({10**18})", None, 404),
        ("DELETE", f"/Things({10**30})", None, 404),
        ("PATCH", "/Sensors(1)", {"name": "a"}, 404),  # it is a Location
        ("POST", "/Things(999)/Locations", LOCATION, 404),
        ("POST", "/Nothings", {}, 404),
        ("DELETE", "/Things", None, 405),
        ("PATCH", "/Datastreams(1)/Observations", {}, 405),
        ("POST", "/Datastreams(1)", {}, 405),
        ("TRACE", "/Datastreams(1)", {}, 405),
        ("PATCH", "/Datastreams(1)", {"Sensor": SENSOR}, 400),
        ("PATCH", "/Datastreams(1)", {"Sensor": {"@iot.id": 999}}, 400),
        ("PATCH", "/Datastreams(1)", {"@iot.id": 7}, 400),
        ("PATCH", "/Datastreams(1)", {"name": None}, 400),
        ("PATCH", "/Datastreams(1)", {"Observations": [{"@iot.id": 1}]}, 400),
        ("PATCH", "/Datastreams(1)", [], 400),
        ("PUT", "/Datastreams(1)", {"name": "a"}, 400),
    ],
)
def test_what_is_not_there_or_cannot_be_changed_is_told(
    writer: Writer, method: str, address: str, body: Json, status: int
) -> None:
    told = writer.ask(method, address, body)
    assert told.status == status, told.text
    assert told.body["message"]


@pytest.mark.parametrize(
    "steps",
    [
        {},
        [{}],
        [{"op": "grow", "path": "/name"}],
        [{"op": "add", "path": "name", "value": 1}],
        [{"op": "add", "path": "/properties/a/b", "value": 1}],
        [{"op": "remove", "path": "/properties/zzz"}],
        [{"op": "remove", "path": "/name"}],
        [{"op": "replace", "path": "/name"}],
        [{"op": "test", "path": "/name", "value": "other"}],
        [{"op": "test", "path": "/properties/one", "value": True}],
        [{"op": "move", "from": "/properties", "path": "/properties/a"}],
        [{"op": "copy", "from": "/nothing", "path": "/name"}],
        [{"op": "add", "path": "/properties/list/7", "value": 1}],
        [{"op": "add", "path": "/properties/list/01", "value": 1}],
        [{"op": "add", "path": "", "value": 1}],
        [{"op": "copy", "from": "/properties", "path": f"/properties/{n}"} for n in range(60)],
    ],
)
def test_a_patch_that_cannot_be_carried_out_changes_nothing(writer: Writer, steps: Json) -> None:
    said = {"one": 1, "list": [1, 2]}
    thing = writer.post("/Things", {**THING, "properties": said})
    media = "application/json-patch+json"
    assert writer.ask("PATCH", f"/Things({thing})", steps, media).status == 400
    assert writer.get(f"/Things({thing})")["properties"] == said


def test_other_bodies_than_json_are_not_taken(writer: Writer) -> None:
    body = msgspec.json.encode(THING)
    assert writer.ask("POST", "/Things", body, "text/csv").status == 415
    assert writer.ask("POST", "/$batch", body, "text/csv").status == 415
    for media in ("application/json; charset=utf-8", "application/vnd.geo+json", ""):
        assert writer.ask("POST", "/Things", body, media).status == 201


def test_nothing_is_written_where_nothing_may_be(tmp_path: Path) -> None:
    with Store(tmp_path / "2482.sqlite") as store:
        reader = Writer(store, writes=False)
        for address in ("/Things", "/CreateObservations", "/$batch"):
            assert reader.ask("POST", address, []).status in {400, 403}
        assert reader.ask("POST", "/Things", THING).status == 403
        assert reader.ask("DELETE", "/Things(1)").status == 403
