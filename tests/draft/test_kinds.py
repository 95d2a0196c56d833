"""Answers that a kind knows already: the draft names the kind, and reads the answer by it."""

import json
import tomllib
from pathlib import Path

import pytest

from byalag.draft import draft

from .conftest import NOW, Describe

SOURCES = Path(__file__).parents[2] / "src" / "byalag" / "sources"
UPLINK = {
    "end_device_ids": {"device_id": "bad-1", "dev_eui": "0200000000000001"},
    "received_at": "2026-11-22T10:00:00.5Z",
    "uplink_message": {
        "f_port": 2, "f_cnt": 12, "frm_payload": "AQI=",
        "decoded_payload": {"battery": 80, "water_temperature": 8.1},
        "rx_metadata": [{"rssi": -90, "snr": 7.2}], "received_at": "2026-11-22T10:00:00.4Z",
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("sample", "kind"),
    [
        ("ngsi_ld/samples/normalized/delivery.json", "ngsi-ld"),
        ("ngsi_v2/samples/normalized/delivery.json", "ngsi-v2"),
        ("sensorthings/samples/datastreams/delivery.json", "sensorthings"),
        ("ckan/samples/portal/delivery.json", "ckan"),
        ("dcat/samples/turtle/delivery.ttl", "dcat"),
        ("dcat/samples/rdf_xml/delivery.rdf", "dcat"),
        ("smhi_observations/samples/temperature/delivery.159880-1.json", "smhi-observations"),
        ("smhi_forecast/samples/point/delivery.boviken.json", "smhi-forecast"),
        ("trafikverket_parking/samples/schema_1_4/delivery.json", "trafikverket-parking"),
        ("trafikverket_weather/samples/points/delivery.json", "trafikverket-weather"),
        ("lorawan/samples/one_uplink/delivery.json", "lorawan"),
        ("datex2_parking/samples/v3_status/delivery.live.xml", "datex2-parking"),
        ("hav_bathing/samples/list/delivery.json", "hav-bathing"),
    ],
)
def test_a_platforms_answer_is_given_to_its_kind(sample: str, kind: str) -> None:
    found = draft((SOURCES / sample).read_bytes(), now=NOW, language="en")
    assert found.kind == kind
    assert tomllib.loads(found.text)["kind"] == kind


def test_features_are_asked_for_by_their_collection() -> None:
    body = (SOURCES / "ogc_features/samples/features/delivery.json").read_bytes()
    url = "https://maps.example/ogc/collections/charging_stations/items?limit=100"
    said = tomllib.loads(draft(body, now=NOW, url=url).text)
    assert (said["kind"], said["url"]) == ("ogc-features", "https://maps.example/ogc")
    assert said["collection"] == "charging_stations"


def test_an_uplink_gives_a_type_and_a_device(describe: Describe) -> None:
    found = describe(json.dumps(UPLINK))
    assert found.table["network"] == "ttn"
    assert found.table["device"] == [{"eui": "0200000000000001", "type": "sensor", "name": "bad-1"}]
    assert found.values["0200000000000001/waterTemperature"] == 8.1


def test_entities_that_their_kind_reads_less_of_are_read_anew(describe: Describe) -> None:
    lots = [
        {
            "id": f"urn:ngsi-ld:OffStreetParking:P{n}", "type": "OffStreetParking",
            "name": {"type": "Property", "value": f"P{n}"},
            "latitude": {"type": "Property", "value": 64.7},
            "longitude": {"type": "Property", "value": 20.9 + n / 100},
        }
        for n in range(3)
    ]  # fmt: skip
    found = describe(json.dumps(lots))
    assert found.draft.kind == "http-json"
    assert all(one.point for one in found.things.values())


def test_the_type_that_a_person_says_is_not_given_to_a_kind(describe: Describe) -> None:
    body = (SOURCES / "ckan/samples/portal/delivery.json").read_bytes()
    assert draft(body, now=NOW, type="Dataset").kind == "http-json"
