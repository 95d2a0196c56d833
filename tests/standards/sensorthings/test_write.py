"""Writing by SensorThings: what is made, how it is linked, and what is made beside it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from byalag.model import Dataset, Fact, Json, Observation, Series, Thing
from byalag.store import Store
from tests.standards.sensorthings.writer import (
    DATASTREAM,
    FEATURE,
    LOCATION,
    POINT,
    PROPERTY,
    SENSOR,
    THING,
    TREE,
    WRITTEN,
    Writer,
)

T = "2026-07-01T12:00:00Z"


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with Store(tmp_path / "2482.sqlite") as store:
        store.publish({"written": WRITTEN}).result()
        yield Writer(store)


@pytest.fixture
def stream(writer: Writer) -> int:
    thing = writer.post("/Things", TREE)
    found: int = writer.get(f"/Things({thing})/Datastreams")["value"][0]["@iot.id"]
    return found


def test_a_tree_is_made_in_one_commit_and_is_the_same_facts(writer: Writer) -> None:
    observed = {**DATASTREAM, "Observations": [{"result": 7.5, "phenomenonTime": T}]}
    thing = writer.post("/Things", {**TREE, "Datastreams": [observed]})
    fact = writer.store.numbered_thing(thing)
    assert isinstance(fact, Thing)
    assert (fact.name, fact.description, fact.dataset) == ("Station 1", "Vid ån", "written")
    assert fact.point is not None
    assert [fact.point.longitude, fact.point.latitude] == POINT["coordinates"]
    (series,) = writer.store.series_of([fact.id])[fact.id]
    assert (series.property, series.unit) == ("waterTemperature", "Cel")
    latest = writer.store.latest([series.id])[series.id]
    assert (latest.value, latest.extra) == (7.5, None)
    expanded = writer.get(
        f"/Things({thing})?$expand=Locations,Datastreams($expand=Sensor,ObservedProperty,"
        "Observations($expand=FeatureOfInterest))"
    )
    (found,) = expanded["Datastreams"]
    assert found["Sensor"]["metadata"] == SENSOR["metadata"]
    assert found["ObservedProperty"]["definition"] == PROPERTY["definition"]
    assert found["Observations"][0]["FeatureOfInterest"]["feature"] == POINT


def test_what_is_answered_is_what_is_read(writer: Writer, stream: int) -> None:
    bodies: list[Json] = [
        {"result": 1},
        {"result": 1.5, "phenomenonTime": T},
        {"result": "high", "parameters": {"depth": 2}, "resultTime": T},
    ]
    for body in bodies:
        made = writer.ask("POST", f"/Datastreams({stream})/Observations", body)
        assert made.body == writer.get(f"/Observations({made.no})")
    for address, body in (("/Things", THING), ("/Sensors", SENSOR), ("/Locations", LOCATION)):
        made = writer.ask("POST", address, body)
        assert made.body == writer.get(f"{address}({made.no})")
        assert made.headers["Location"] == made.body["@iot.selfLink"]


def test_a_deep_insert_that_cannot_be_leaves_nothing(writer: Writer) -> None:
    lacking = {key: value for key, value in DATASTREAM.items() if key != "Sensor"}
    linked = {**DATASTREAM, "Sensor": {"@iot.id": 999}}
    homeless = {**DATASTREAM, "Observations": [{"result": 1}]}
    for tree in (
        {**TREE, "Datastreams": [lacking]},
        {**TREE, "Datastreams": [linked]},
        {**THING, "Datastreams": [homeless]},  # its observation is of no place
    ):
        assert writer.ask("POST", "/Things", tree).status == 400
    for collection in ("/Things", "/Locations", "/Sensors", "/ObservedProperties", "/Datastreams"):
        assert writer.get(collection)["value"] == []


def test_names_are_no_keys(writer: Writer) -> None:
    assert writer.post("/Things", THING) != writer.post("/Things", THING)


def test_a_thing_that_gets_a_location_gets_a_historical_location(writer: Writer) -> None:
    thing = writer.post("/Things", THING)
    assert writer.count("/HistoricalLocations") == 0
    first = writer.post(f"/Things({thing})/Locations", LOCATION)
    second = writer.post("/Locations", {**LOCATION, "Things": [{"@iot.id": thing}]})
    third = writer.post("/Locations", LOCATION)
    writer.ask("PATCH", f"/Things({thing})", {"Locations": [{"@iot.id": third}]})
    told = writer.get(f"/Things({thing})/HistoricalLocations?$expand=Locations")["value"]
    places = [one["@iot.id"] for history in told for one in history["Locations"]]
    assert sorted(places) == [first, second, third]
    now = writer.get(f"/Things({thing})/Locations")["value"]
    assert [one["@iot.id"] for one in now] == [third]


def test_many_who_post_at_once_share_one_feature_of_interest(writer: Writer, stream: int) -> None:
    async def all_at_once() -> list[int]:
        bodies = [
            {"result": n, "phenomenonTime": f"2026-07-{n + 1:02}T00:00:00Z"} for n in range(16)
        ]
        address = f"/Datastreams({stream})/Observations"
        made = await asyncio.gather(*(writer.asks("POST", address, body) for body in bodies))
        return [one.no for one in made if one.status == 201]

    assert len(set(asyncio.run(all_at_once()))) == 16
    assert writer.count("/FeaturesOfInterest") == 1
    assert writer.count(f"/Datastreams({stream})/Observations") == 16


def test_what_is_observed_after_a_move_is_of_the_new_place(writer: Writer, stream: int) -> None:
    first = writer.post(f"/Datastreams({stream})/Observations", {"result": 1, "phenomenonTime": T})
    thing = writer.get(f"/Datastreams({stream})/Thing")["@iot.id"]
    moved = {"type": "Point", "coordinates": [21.5, 64.5]}
    writer.post(f"/Things({thing})/Locations", {**LOCATION, "location": moved})
    second = writer.post(f"/Datastreams({stream})/Observations", {"result": 2})
    assert writer.get(f"/Observations({first})/FeatureOfInterest")["feature"] == POINT
    assert writer.get(f"/Observations({second})/FeatureOfInterest")["feature"] == moved
    feature = writer.get(f"/Observations({second})/FeatureOfInterest")["@iot.id"]
    told = writer.get(f"/FeaturesOfInterest({feature})/Observations")["value"]
    assert [one["@iot.id"] for one in told] == [second]


def test_an_observation_may_be_of_a_feature_of_its_own(writer: Writer, stream: int) -> None:
    feature = writer.post("/FeaturesOfInterest", FEATURE)
    along = f"/Datastreams({stream})/Observations"
    named = writer.post(along, {"result": 1, "FeatureOfInterest": {"@iot.id": feature}})
    made = writer.post(along, {"result": 1, "FeatureOfInterest": FEATURE})
    assert writer.get(f"/Observations({named})/FeatureOfInterest")["@iot.id"] == feature
    assert writer.get(f"/Observations({made})/FeatureOfInterest")["@iot.id"] != feature
    assert writer.get(f"/Observations({made})/FeatureOfInterest")["feature"] == FEATURE["feature"]


def test_two_observations_at_one_time_are_both_kept(writer: Writer, stream: int) -> None:
    along = f"/Datastreams({stream})/Observations"
    numbers = [writer.post(along, {"result": n, "phenomenonTime": T}) for n in range(3)]
    assert len(set(numbers)) == 3
    told = [writer.get(f"/Observations({no})") for no in numbers]
    assert [one["result"] for one in told] == [0, 1, 2]
    assert {one["phenomenonTime"] for one in told} == {T}


def test_what_is_posted_again_is_one_observation(writer: Writer, stream: int) -> None:
    along = f"/Datastreams({stream})/Observations"
    for body in ({"result": 7, "phenomenonTime": T}, {"result": "is", "phenomenonTime": T}):
        assert writer.post(along, body) == writer.post(along, body)
    assert writer.count(along) == 2


def test_an_observation_without_a_time_is_made_now(writer: Writer, stream: int) -> None:
    along = f"/Datastreams({stream})/Observations"
    made = [writer.get(f"/Observations({writer.post(along, {'result': 1})})") for _ in range(2)]
    assert [one["phenomenonTime"] for one in made] == [
        "2026-01-01T00:00:00.123Z",
        "2026-01-01T00:00:00.124Z",
    ]
    assert made[0]["resultTime"] is None


@pytest.mark.parametrize(
    "result", [0, -3, 2.5, 2**53 + 1, "hög", True, False, None, {"a": [1, None]}, [], ""]
)
def test_a_result_is_read_as_it_was_written(writer: Writer, stream: int, result: Json) -> None:
    no = writer.post(f"/Datastreams({stream})/Observations", {"result": result})
    told = writer.get(f"/Observations({no})")["result"]
    assert told == result
    assert type(told) is type(result)


def test_everything_that_an_observation_has_is_kept(writer: Writer, stream: int) -> None:
    period = "2026-07-01T12:00:00Z/2026-07-01T13:00:00Z"
    said = {
        "result": 1.5, "phenomenonTime": period, "validTime": period, "resultTime": T,
        "resultQuality": {"a": 1}, "parameters": {"depth": 2.5},
    }  # fmt: skip
    no = writer.post(f"/Datastreams({stream})/Observations", said)
    told = writer.get(f"/Observations({no})")
    assert {name: told[name] for name in said} == said


def test_members_are_changed_one_by_one_or_all(writer: Writer) -> None:
    thing = writer.post("/Things", {**THING, "properties": {"a": 1}})
    told = writer.ask("PATCH", f"/Things({thing})", {"description": "Ny"})
    assert (told.status, told.body["name"], told.body["description"]) == (200, "Station 1", "Ny")
    assert told.body["properties"] == {"a": 1}
    put = writer.ask("PUT", f"/Things({thing})", {"name": "B", "description": "C"})
    assert put.status == 200
    assert put.body.get("properties") in (None, {})
    assert writer.ask("PUT", f"/Things({thing})", {"name": "B"}).status == 400


def test_an_observation_that_is_given_another_time_keeps_its_number(
    writer: Writer, stream: int
) -> None:
    along = f"/Datastreams({stream})/Observations"
    first = writer.post(along, {"result": 1, "phenomenonTime": T})
    later = "2026-07-02T12:00:00Z"
    told = writer.ask("PATCH", f"/Observations({first})", {"phenomenonTime": later})
    assert (told.body["@iot.id"], told.body["phenomenonTime"]) == (first, later)
    second = writer.post(along, {"result": 2, "phenomenonTime": T})
    assert second != first
    assert writer.get(f"/Observations({first})")["result"] == 1
    listed = writer.get(f"{along}?$orderby=phenomenonTime")["value"]
    assert [one["@iot.id"] for one in listed] == [second, first]
    assert writer.ask("DELETE", f"/Observations({first})").status == 200
    assert writer.ask("GET", f"/Observations({first})").status == 404
    assert writer.count(along) == 1


def test_the_result_and_the_feature_of_an_observation_can_be_changed(
    writer: Writer, stream: int
) -> None:
    no = writer.post(f"/Datastreams({stream})/Observations", {"result": 1, "phenomenonTime": T})
    feature = writer.post("/FeaturesOfInterest", FEATURE)
    said = {"result": "hög", "FeatureOfInterest": {"@iot.id": feature}}
    told = writer.ask("PATCH", f"/Observations({no})", said).body
    assert (told["result"], told["phenomenonTime"]) == ("hög", T)
    assert writer.get(f"/Observations({no})/FeatureOfInterest")["@iot.id"] == feature


def test_a_location_that_moves_takes_its_things_along(writer: Writer, stream: int) -> None:
    thing = writer.get(f"/Datastreams({stream})/Thing")["@iot.id"]
    place = writer.get(f"/Things({thing})/Locations")["value"][0]["@iot.id"]
    moved = {"type": "Point", "coordinates": [21.5, 64.5]}
    assert writer.ask("PATCH", f"/Locations({place})", {"location": moved}).status == 200
    fact = writer.store.numbered_thing(thing)
    assert fact is not None
    assert fact.point is not None
    assert fact.point.latitude == 64.5
    no = writer.post(f"/Datastreams({stream})/Observations", {"result": 1})
    assert writer.get(f"/Observations({no})/FeatureOfInterest")["feature"] == moved


def test_links_are_set_and_taken_away(writer: Writer, stream: int) -> None:
    sensor = writer.post("/Sensors", SENSOR)
    put = writer.ask("PUT", f"/Datastreams({stream})/Sensor/$ref", {"@iot.id": sensor})
    assert put.status == 200
    assert writer.get(f"/Datastreams({stream})/Sensor")["@iot.id"] == sensor
    thing = writer.get(f"/Datastreams({stream})/Thing")["@iot.id"]
    place = writer.post("/Locations", LOCATION)
    assert writer.ask("POST", f"/Things({thing})/Locations/$ref", {"@iot.id": place}).status == 200
    assert len(writer.get(f"/Things({thing})/Locations")["value"]) == 2
    assert writer.ask("DELETE", f"/Things({thing})/Locations({place})/$ref").status == 200
    assert len(writer.get(f"/Things({thing})/Locations")["value"]) == 1
    assert writer.ask("DELETE", f"/Datastreams({stream})/Sensor/$ref").status == 400


@pytest.mark.parametrize(
    ("what", "gone"),
    [
        ("Things", {"Things", "Datastreams", "HistoricalLocations", "Observations"}),
        ("Locations", {"Locations", "HistoricalLocations"}),
        ("Sensors", {"Sensors", "Datastreams", "Observations"}),
        ("ObservedProperties", {"ObservedProperties", "Datastreams", "Observations"}),
        ("FeaturesOfInterest", {"FeaturesOfInterest", "Observations"}),
        ("Datastreams", {"Datastreams", "Observations"}),
        ("Observations", {"Observations"}),
        ("HistoricalLocations", {"HistoricalLocations"}),
    ],
)
def test_what_is_deleted_takes_along_what_cannot_be_without_it(
    writer: Writer, stream: int, what: str, gone: set[str]
) -> None:
    writer.post(f"/Datastreams({stream})/Observations", {"result": 1, "phenomenonTime": T})
    everything = {
        "Things", "Locations", "HistoricalLocations", "Datastreams", "Sensors",
        "ObservedProperties", "Observations", "FeaturesOfInterest",
    }  # fmt: skip
    no = writer.get(f"/{what}")["value"][0]["@iot.id"]
    assert writer.ask("DELETE", f"/{what}({no})").status == 200
    assert writer.ask("DELETE", f"/{what}({no})").status == 404
    assert {name for name in everything if not writer.get(f"/{name}")["value"]} == gone


def test_observations_can_be_posted_after_their_feature_was_deleted(
    writer: Writer, stream: int
) -> None:
    along = f"/Datastreams({stream})/Observations"
    writer.post(along, {"result": 1, "phenomenonTime": T})
    feature = writer.get("/FeaturesOfInterest")["value"][0]["@iot.id"]
    writer.ask("DELETE", f"/FeaturesOfInterest({feature})")
    no = writer.post(along, {"result": 2, "phenomenonTime": "2026-08-01T00:00:00Z"})
    assert writer.get(f"/Observations({no})/FeatureOfInterest")["feature"] == POINT


def test_what_came_from_a_source_is_not_changed(writer: Writer) -> None:
    bath, series = "bath:skelleftea:x", "bath:skelleftea:x/waterTemperature"
    writer.store.publish(
        {"written": WRITTEN, "baths": Dataset(id="baths", title={"sv": "Bad"}, open=True)}
    ).result()
    facts: list[Fact] = [
        Thing(id=bath, type="Beach", dataset="baths", name="X"),
        Series(id=series, thing=bath, property="waterTemperature", dataset="baths"),
        Observation(series, 1_700_000_000_000_000, 7.0),
    ]
    writer.store.commit(facts, at=1).result()
    thing, stream = writer.store.number(bath), writer.store.series_number(series)
    observation = writer.get("/Observations")["value"][0]["@iot.id"]
    for method, address, body in (
        ("PATCH", f"/Things({thing})", {"name": "Y"}),
        ("DELETE", f"/Things({thing})", None),
        ("DELETE", f"/Datastreams({stream})", None),
        ("DELETE", f"/Observations({observation})", None),
        ("POST", f"/Datastreams({stream})/Observations", {"result": 1}),
    ):
        assert writer.ask(method, address, body).status == 403
    added = writer.post(f"/Things({thing})/Datastreams", DATASTREAM)
    assert writer.get(f"/Datastreams({added})/Thing")["@iot.id"] == thing
