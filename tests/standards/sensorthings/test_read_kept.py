"""What is kept of entities is told as the whole way tells it, after whatever has been done."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from byalag.model import Observation, Point, Series, Thing
from byalag.store import Store
from tests.standards.sensorthings.writer import DATASTREAM, FEATURE, TREE, WRITTEN, Writer

DAY = 86_400_000_000
COLLECTIONS = (
    "Things", "Locations", "HistoricalLocations", "Datastreams", "Sensors", "ObservedProperties",
    "FeaturesOfInterest",
)  # fmt: skip
EXPANDED = (
    "/Things?$expand=Datastreams",
    "/Things?$expand=Datastreams($top=1;$count=true;$expand=Sensor,ObservedProperty),Locations",
    "/Things?$top=1&$count=true&$expand=HistoricalLocations($expand=Locations)",
    "/Things?$skip=1&$top=1",
    "/Datastreams?$expand=Thing($expand=Locations),Sensor",
    "/Sensors?$expand=Datastreams($expand=Thing)",
)
NEWEST = "$orderby=phenomenonTime%20desc"


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with Store(tmp_path / "2482.sqlite") as store:
        store.publish({"written": WRITTEN}).result()
        yield Writer(store)


def agree(writer: Writer) -> None:
    """Ask everything twice as it is kept, and once by a filter that is always true."""
    for question in (*(f"/{name}" for name in COLLECTIONS), *EXPANDED):
        mark = "&" if "?" in question else "?"
        whole = writer.get(f"{question}{mark}$filter=id%20ge%200")
        for _ in range(2):
            found = writer.get(question)
            assert found["value"] == whole["value"], question
            assert found.get("@iot.count") == whole.get("@iot.count")
            assert ("@iot.nextLink" in found) == ("@iot.nextLink" in whole)
    for name in COLLECTIONS:
        for row in writer.get(f"/{name}?$filter=id%20ge%200")["value"]:
            assert writer.get(f"/{name}({row['@iot.id']})") == row
    for row in writer.get("/Things?$filter=id%20ge%200")["value"]:
        along = f"/Things({row['@iot.id']})/Datastreams"
        assert writer.get(along)["value"] == writer.get(f"{along}?$filter=id%20ge%200")["value"]


def test_what_is_kept_is_what_is_there_after_every_change(writer: Writer) -> None:
    agree(writer)
    thing = writer.post("/Things", TREE)
    other = writer.post("/Things", {**TREE, "name": "Station 2", "Datastreams": []})
    agree(writer)
    stream = writer.get(f"/Things({thing})/Datastreams")["value"][0]["@iot.id"]
    for day in (3, 4, 2):
        said = {"result": day, "phenomenonTime": f"2026-07-0{day}T12:00:00Z"}
        made = writer.post(f"/Datastreams({stream})/Observations", said)
        agree(writer)
    writer.ask("PATCH", f"/Things({thing})", {"name": "En annan", "properties": {"a": "%d"}})
    agree(writer)
    writer.post(f"/Things({other})/Datastreams", {**DATASTREAM, "name": "Nivå"})
    agree(writer)
    writer.ask("PATCH", f"/Datastreams({stream})", {"Thing": {"@iot.id": other}})
    agree(writer)
    writer.ask("DELETE", f"/Observations({made})")
    agree(writer)
    placed = {"result": 1, "FeatureOfInterest": FEATURE}
    writer.post(f"/Datastreams({stream})/Observations", placed)
    agree(writer)
    writer.ask("DELETE", f"/Things({thing})")
    agree(writer)
    writer.ask("DELETE", f"/Datastreams({stream})")
    agree(writer)


def test_what_sources_say_is_told_at_once(writer: Writer) -> None:
    store = writer.store
    lamp = Thing(id="lamp:a:1", type="Lamp", dataset="written", point=Point(64.7, 20.9))
    power = Series(
        id="lamp:a:1/power", thing=lamp.id, property="power", dataset="written", unit="W"
    )
    store.commit([lamp, power], at=0).result()
    agree(writer)
    for at in (5 * DAY, 6 * DAY, 4 * DAY):
        store.commit([Observation(power.id, at, 1.0)], at=0).result()
        agree(writer)
    store.fold(30 * DAY).result()
    agree(writer)
    store.publish({}).result()
    agree(writer)


def test_the_newest_are_the_same_in_rows_and_in_chunks(writer: Writer) -> None:
    store = writer.store
    lamp = Thing(id="lamp:a:1", type="Lamp", dataset="written", point=Point(64.7, 20.9))
    power = Series(
        id="lamp:a:1/power", thing=lamp.id, property="power", dataset="written", unit="W"
    )
    store.commit([lamp, power], at=0).result()
    (stream,) = writer.get("/Datastreams")["value"]

    def same() -> None:
        for where in (f"/Datastreams({stream['@iot.id']})/Observations", "/Observations"):
            for page in ("$top=3", "$top=2&$skip=2", "$top=100"):
                found = writer.get(f"{where}?{NEWEST}&{page}")
                whole = writer.get(f"{where}?{NEWEST}&{page}&$filter=id%20ge%200")
                assert found["value"] == whole["value"]
                assert ("@iot.nextLink" in found) == ("@iot.nextLink" in whole)

    same()
    values = [1.0, float("nan"), 2.5, 1e300, 3.0, 4.0]
    for day, value in enumerate(values):
        at = (40 + day) * DAY + day
        store.commit([Observation(power.id, at, value, flag=day % 5)], at=0).result()
    same()
    store.fold(44 * DAY).result()
    same()
    store.commit([Observation(power.id, 41 * DAY + 1, 9.0, extra={"result": "x"})], at=0).result()
    same()
    store.fold(80 * DAY).result()
    same()


def test_a_datastream_that_is_not_there_has_no_newest(writer: Writer) -> None:
    assert writer.ask("GET", f"/Datastreams(7)/Observations?{NEWEST}").status == 404
    assert writer.ask("GET", "/Datastreams(7)/Observations").status == 404
    assert writer.ask("GET", "/Things(7)/Datastreams").status == 404
    assert writer.ask("GET", "/Things(7)").status == 404
