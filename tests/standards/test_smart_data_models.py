"""What sources said, as entities in the shapes of Smart Data Models, over NGSI-LD."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]  # it has no types
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from starlette.testclient import TestClient

from byalag.app._beside import Beside
from byalag.app._face import Face
from byalag.app._http import application
from byalag.app._window import Windows
from byalag.engine import Receipt
from byalag.model import Fact, Json, Link, Observation, Point, Series, Thing
from byalag.store import Store
from byalag.testkit import StoppedClock, fill_small_commons, shared

Get = Callable[..., Json]
_SUBJECT = re.compile(r"https://smart-data-models\.github\.io/dataModel\.(\w+)/(.*)")
MODELS = {
    "OffStreetParking": "Parking",
    "OnStreetParking": "Parking",
    "ParkingSpot": "Parking",
    "Beach": "PointOfInterest",
    "WaterQualityObserved": "WaterQuality",
    "Device": "Device",
    "IndoorEnvironmentObserved": "Environment",
}
VARUTRASK = "2482:bath:skelleftea:varutrask"


def more(now: int) -> Iterator[Fact]:
    yield Thing(
        id="parking:x:1", type="OffStreetParking", dataset="parking", name="Ett",
        municipality="2482", point=Point(64.7, 20.9),
        properties={"status": "unknown", "totalSpotNumber": 0, "address": "Storgatan 1"},
    )  # fmt: skip
    yield Thing(
        id="spot:x:1", type="ParkingSpot", dataset="parking", point=Point(64.7, 20.9),
        properties={
            "status": "taken", "category": ["offStreet"],
            "refParkingSite": "urn:ngsi-ld:OffStreetParking:2482:parking:x:1",
        },
    )  # fmt: skip
    yield Thing(
        id="room:x:1", type="Room", dataset="sensors", name="Salen", municipality="2482",
        point=Point(64.7, 20.9),
    )  # fmt: skip
    yield Thing(id="room:x:2", type="Room", dataset="sensors", name="Källaren", municipality="2482")
    yield Thing(
        id="climate:x:1", type="IndoorEnvironmentObserved", dataset="sensors",
        municipality="2482", point=Point(64.7, 20.9),
    )  # fmt: skip
    for name, unit, value in (("temperature", "Cel", 21.5), ("co2", "[ppm]", 640.0)):
        climate = f"climate:x:1/{name}"
        yield Series(id=climate, thing="climate:x:1", property=name, dataset="sensors", unit=unit)
        yield Observation(climate, now - 60_000_000, value)
        yield Link(thing="room:x:1", property=name, series=climate)
        yield Link(thing="room:x:2", property=name, series=climate)
    series = Series(
        id="sensor:skelleftea:a84041/batteryVoltage",
        thing="sensor:skelleftea:a84041",
        property="batteryVoltage",
        dataset="sensors",
        unit="V",
    )
    yield series
    yield Observation(series.id, now, 3.6)


@pytest.fixture(scope="module")
def get(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Get]:
    async def fetch(_address: str, _accept: str) -> bytes:
        raise AssertionError

    async def receive(_code: str, _body: bytes, _media: str, _key: str | None) -> Receipt:
        raise AssertionError

    now = StoppedClock().now
    with Store(tmp_path_factory.mktemp("models") / "commons.sqlite") as store:
        fill_small_commons(store, now())
        store.commit([*more(now())], at=now()).result()
        windows = Windows(
            commons=store, own={}, municipalities=(), written={}, wake=lambda _: None,
            fetch=fetch, now=now, beside=Beside(),
        )  # fmt: skip
        face = Face(
            name="Bygden", base_url="https://hub.example.se", reader=store, now=now,
            receive=receive, key=lambda _: None, windows=windows,
        )  # fmt: skip
        client = TestClient(application(face))

        def get(path: str, status: int = 200, **query: str) -> Json:
            answer = client.get(f"/ngsi-ld/v1{path}", params={"format": "keyValues", **query})
            assert answer.status_code == status, answer.text
            return answer.json()

        yield get


def validator(model: str) -> Draft202012Validator:
    folder = shared()
    if folder is None:
        pytest.skip("no shared development data with the models' schemas here")
    models: Path = folder / "standards" / "sdm"

    def retrieve(uri: str) -> Resource[Json]:
        found = _SUBJECT.match(uri)
        path = models / found[1] / found[2] if found else models / "common-schema.json"
        contents = json.loads(path.read_text("utf-8"))
        return Resource.from_contents(contents, default_specification=DRAFT202012)

    where = models / MODELS[model] / model / "schema.json"
    if not where.is_file():
        pytest.skip(f"no schema of {model} in the shared development data")
    schema = json.loads(where.read_text("utf-8"))
    registry: Registry[Json] = Registry(retrieve=retrieve)  # type: ignore[call-arg]  # attrs' own
    return Draft202012Validator(schema, registry=registry, format_checker=FormatChecker())


@pytest.mark.parametrize("model", MODELS)
def test_every_entity_is_valid_by_its_model(get: Get, model: str) -> None:
    check = validator(model)
    entities = get("/entities", type=model, limit="100")
    assert entities
    for entity in entities:
        entity.pop("@context", None)
        errors = [f"{'/'.join(map(str, e.path))}: {e.message}" for e in check.iter_errors(entity)]
        assert not errors, (entity["id"], errors)


def test_a_bathing_place_is_also_a_beach_that_its_water_points_at(get: Get) -> None:
    beach = get(f"/entities/urn:ngsi-ld:Beach:{VARUTRASK}")
    assert beach["type"] == "Beach"
    assert beach["name"] == "Varuträsk"
    assert "waterTemperature" not in beach
    water = get(f"/entities/urn:ngsi-ld:WaterQualityObserved:{VARUTRASK}")
    assert water["temperature"] == 18  # by the sensor that is linked to it
    assert water["refPointOfInterest"] == beach["id"]
    assert get(f"/entities/urn:ngsi-ld:BathingPlace:{VARUTRASK}")["type"] == "BathingPlace"


def test_a_linked_sensor_is_shown_under_the_property_that_the_link_names(get: Get) -> None:
    place = get(f"/entities/urn:ngsi-ld:BathingPlace:{VARUTRASK}", format="normalized")
    assert "temperature" not in place
    told = place["waterTemperature"]
    assert (told["value"], told["unitCode"]) == (18, "CEL")
    past = get(
        f"/temporal/entities/urn:ngsi-ld:BathingPlace:{VARUTRASK}",
        format="temporalValues", lastN="2",
    )  # fmt: skip
    assert "temperature" not in past
    assert {value for value, _ in past["waterTemperature"]["values"]} == {18, 18.1}
    asked = {"type": "BathingPlace", "attrs": "waterTemperature", "q": "waterTemperature==18"}
    assert [one["id"] for one in get("/entities", **asked)] == [place["id"]]
    assert get("/entities", type="BathingPlace", q="temperature") == []


def test_a_room_is_also_shown_by_its_air(get: Get) -> None:
    air = get("/entities/urn:ngsi-ld:IndoorEnvironmentObserved:2482:room:x:1")
    assert (air["temperature"], air["co2"]) == (21.5, 640)
    assert air["refPointOfInterest"] == "urn:ngsi-ld:Room:2482:room:x:1"
    get("/entities/urn:ngsi-ld:IndoorEnvironmentObserved:2482:room:x:2", 404)  # it has no place
    own = get("/entities/urn:ngsi-ld:IndoorEnvironmentObserved:2482:climate:x:1")
    assert own["dateObserved"] == air["dateObserved"]
    found = get("/entities", type="IndoorEnvironmentObserved", q="co2>600")
    assert [one["id"] for one in found] == [own["id"], air["id"]]


def test_what_a_laboratory_found_is_a_number_only_where_it_is_one(get: Get) -> None:
    sample = get(f"/entities/urn:ngsi-ld:WaterQualityObserved:{VARUTRASK}~sample")
    assert sample["enterococci"] == 12
    assert "escherichiaColi" not in sample
    assert sample["measurand"] == ["escherichiaColi, <10, , "]
    assert sample["dateObserved"] == "2026-06-07T22:00:00Z"


def test_what_is_made_can_be_asked_for_as_anything_else(get: Get) -> None:
    warm = get("/entities", type="WaterQualityObserved", q="temperature>14.5")
    assert {one["temperature"] > 14.5 for one in warm} == {True}
    near = get(
        "/entities", type="Beach", georel="near;maxDistance==1000", geometry="Point",
        coordinates="[20.75,64.79]",
    )  # fmt: skip
    assert [one["name"] for one in near] == ["Varuträsk"]
    first = get("/entities", type="Beach", limit="2")
    second = get("/entities", type="Beach", limit="2", offset="2")
    assert len(first) == len(second) == 2
    assert not {one["id"] for one in first} & {one["id"] for one in second}


def test_a_state_that_its_model_has_no_word_for_is_left_out(get: Get) -> None:
    lot = get("/entities/urn:ngsi-ld:OffStreetParking:2482:parking:x:1")
    assert "status" not in lot
    assert "totalSpotNumber" not in lot
    assert lot["address"] == {"streetAddress": "Storgatan 1"}
    assert get("/entities/urn:ngsi-ld:ParkingSpot:spot:x:1")["status"] == "unknown"
    closed = get("/entities/urn:ngsi-ld:OffStreetParking:2482:parking:skelleftea-parkering:closed")
    assert closed["status"] == ["closed"]


def test_a_device_says_what_it_measures(get: Get) -> None:
    device = get("/entities/urn:ngsi-ld:Device:2482:sensor:skelleftea:a84041")
    assert device["controlledProperty"] == ["batterySupply", "temperature"]


@pytest.mark.parametrize(
    "uri",
    [
        "urn:ngsi-ld:Beach:2482:bath:skelleftea:nowhere",  # it has no place
        "urn:ngsi-ld:Beach:2482:bath:skelleftea:none",
        "urn:ngsi-ld:WaterQualityObserved:2482:bath:skelleftea:unmeasured",
        f"urn:ngsi-ld:Beach:{VARUTRASK}~sample",
        "urn:ngsi-ld:Beach:2482:parking:x:1",
        "urn:ngsi-ld:Beach:",
    ],
)
def test_what_is_not_known_is_no_entity(get: Get, uri: str) -> None:
    get(f"/entities/{uri}", 404)
