"""Many observations, and many requests, in one; and trees of any shape."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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

DAY = "2026-07-{:02}T00:00:00Z"
MIXED = "multipart/mixed; boundary=b"


@pytest.fixture(scope="module")
def writer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writer]:
    path: Path = tmp_path_factory.mktemp("own") / "2482.sqlite"
    with Store(path) as store:
        store.publish({"written": WRITTEN}).result()
        yield Writer(store)


@pytest.fixture
def stream(writer: Writer) -> int:
    thing = writer.post("/Things", TREE)
    found: int = writer.get(f"/Things({thing})/Datastreams")["value"][0]["@iot.id"]
    return found


def test_data_arrays_are_observations_or_are_told_why_not(writer: Writer, stream: int) -> None:
    feature = writer.post("/FeaturesOfInterest", FEATURE)
    rows = [
        [DAY.format(1), 1, feature],
        [DAY.format(2), "is", None],
        ["i går", 3, None],
        [DAY.format(4), 4, 999],
        [DAY.format(5), 5],
    ]
    names = ["phenomenonTime", "result", "FeatureOfInterest/id"]
    said = [
        {"Datastream": {"@iot.id": stream}, "components": names, "dataArray": rows},
        {"Datastream": {"@iot.id": 999}, "components": ["result"], "dataArray": [[1]]},
    ]
    told = writer.ask("POST", "/CreateObservations", said)
    assert told.status == 201
    assert [one.startswith("error") for one in told.body] == [False, False, True, True, True, True]
    results = writer.get(f"/Datastreams({stream})/Observations?$orderby=phenomenonTime")["value"]
    assert [one["result"] for one in results] == [1, "is"]
    assert [one["@iot.selfLink"] for one in results] == told.body[:2]


def batch(writer: Writer, *requests: Json) -> list[Any]:
    told = writer.ask("POST", "/$batch", {"requests": list(requests)})
    assert told.status == 200, told.text
    found: list[Any] = told.body["responses"]
    return found


def test_a_batch_answers_each_request_and_points_to_what_was_made(
    writer: Writer, stream: int
) -> None:
    thing = writer.get(f"/Datastreams({stream})/Thing")["@iot.id"]
    linked = {**DATASTREAM, "Sensor": {"@iot.id": "$s"}}
    told = batch(
        writer,
        {"id": "s", "atomicityGroup": "g", "method": "post", "url": "Sensors", "body": SENSOR},
        {
            "id": "d", "atomicityGroup": "g", "method": "post",
            "url": f"Things({thing})/Datastreams", "body": linked,
        },
        {"id": "o", "method": "post", "url": "$d/Observations", "body": {"result": 5}},
        {"id": "p", "method": "patch", "url": "Datastreams($d)", "body": {"name": "Ny"}},
        {"id": "q", "method": "get", "url": f"Things({thing})?$select=name"},
        {"id": "r", "method": "delete", "url": "Things(999)"},
    )  # fmt: skip
    assert [one["status"] for one in told] == [201, 201, 201, 200, 200, 404]
    made = told[1]["body"]["@iot.id"]
    assert told[3]["body"]["@iot.id"] == made
    assert told[4]["body"] == {"name": "Station 1"}
    assert writer.get(f"/Datastreams({made})/Sensor")["@iot.id"] == told[0]["body"]["@iot.id"]
    assert writer.get(f"/Datastreams({made})")["name"] == "Ny"


def test_a_group_is_done_together_or_not_at_all(writer: Writer) -> None:
    before = writer.count("/Things")
    told = batch(
        writer,
        {"id": "1", "atomicityGroup": "g", "method": "post", "url": "Things", "body": THING},
        {"id": "2", "atomicityGroup": "g", "method": "delete", "url": "Things(999)"},
        {"id": "3", "method": "post", "url": "Things", "body": THING},
    )
    assert [one["status"] for one in told] == [404, 404, 201]
    assert writer.count("/Things") == before + 1


def test_a_batch_may_be_parts_of_http(writer: Writer) -> None:
    body = (
        "--b\r\nContent-Type: application/http\r\n\r\nGET Things?$top=0 HTTP/1.1\r\nHost: x\r\n\r\n"
        "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n"
        "--c\r\nContent-Type: application/http\r\nContent-ID: t\r\n\r\n"
        "POST /sensorthings/v1.1/Things HTTP/1.1\r\nContent-Type: application/json\r\n\r\n"
        '{"name":"Delen","description":"b"}\r\n'
        "--c\r\nContent-Type: application/http\r\nContent-ID: l\r\n\r\n"
        "POST $t/Locations HTTP/1.1\r\n\r\n"
        '{"name":"a","description":"b","encodingType":"text/plain","location":"torget"}\r\n'
        "--c--\r\n--b--\r\n"
    )
    told = writer.ask("POST", "/$batch", body.encode(), MIXED)
    assert told.status == 200
    assert told.text.count("HTTP/1.1 201 Created") == 2
    assert told.text.count("HTTP/1.1 200 OK") == 1
    assert '"name":"Delen"' in told.text


@pytest.mark.parametrize("body", [b"", b"--b\r\n\r\nhello\r\n--b--", b"--b\r\nGET", b"\xff" * 100])
def test_parts_that_are_none_are_refused_or_answered_by_nothing(
    writer: Writer, body: bytes
) -> None:
    told = writer.ask("POST", "/$batch", body, MIXED)
    assert told.status in {200, 400}
    assert "HTTP/1.1 2" not in told.text


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
VALUES = st.recursive(
    st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False, width=32)
    | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
PROPERTIES = st.dictionaries(st.text("abcå", min_size=1, max_size=5), VALUES, max_size=3)
OBSERVATIONS = st.lists(
    st.fixed_dictionaries(
        {"result": VALUES, "phenomenonTime": st.integers(1, 9).map(DAY.format)},
        optional={"parameters": PROPERTIES, "resultTime": st.integers(1, 9).map(DAY.format)},
    ),
    max_size=4,
    unique_by=lambda one: str(one["phenomenonTime"]),
)
DATASTREAMS = st.lists(
    st.fixed_dictionaries(
        {
            **{name: st.just(value) for name, value in DATASTREAM.items()},
            "name": NAMES, "description": NAMES, "Observations": OBSERVATIONS,
        },
        optional={"properties": PROPERTIES},
    ),
    max_size=2,
)  # fmt: skip
THINGS = st.fixed_dictionaries(
    {
        "name": NAMES, "description": NAMES, "Datastreams": DATASTREAMS,
        "Locations": st.just([LOCATION]),
    },
    optional={"properties": PROPERTIES},
)  # fmt: skip
EXPAND = "?$expand=Locations,Datastreams($expand=Sensor,ObservedProperty,Observations)"


def _is_within(said: Json, told: Json) -> bool:
    """Tell whether everything that was said is told, lists of entities in any order."""
    if isinstance(said, dict):
        return all(_is_told(name, value, told.get(name)) for name, value in said.items())
    return bool(said == told)


def _is_told(name: str, said: Json, told: Json) -> bool:
    if name in {"Datastreams", "Observations", "Locations"}:
        return len(said) == len(told) and all(
            any(_is_within(one, other) for other in told) for one in said
        )
    if name in {"properties", "parameters"}:
        return bool((said or None) == (told or None))
    return _is_within(said, told) if name in {"Sensor", "ObservedProperty"} else bool(said == told)


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(tree=THINGS)
def test_a_tree_is_read_as_it_was_written(writer: Writer, tree: Json) -> None:
    thing = writer.post("/Things", tree)
    told = writer.get(f"/Things({thing}){EXPAND}")
    assert _is_within(tree, told), (tree, told)
    fact = writer.store.numbered_thing(thing)
    assert fact is not None
    assert (fact.name, fact.description) == (tree["name"], tree["description"])
    series = writer.store.series_of([fact.id])[fact.id]
    assert len(series) == len(tree["Datastreams"])
    kept = sum(len(writer.store.history(one.id, start=0, end=2**62).times) for one in series)
    assert kept == sum(len(one["Observations"]) for one in tree["Datastreams"])
