"""Histories of entities over HTTP: what goes in comes out, and what cannot be is refused."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from httpx2 import Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from byalag.model import Json, Series, Thing
from byalag.store import Store

Ask = Callable[..., Response]
URI = "urn:ngsi-ld:Vehicle:1"
AT = "/temporal/entities"
DAY = "2026-06-01T"
quiet = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def at(minute: int) -> str:
    return f"{DAY}{minute // 60:02}:{minute % 60:02}:00Z"


def instance(minute: int, value: Json, **more: Json) -> dict[str, Json]:
    return {"type": "Property", "value": value, "observedAt": at(minute), **more}


def history(*instances: Json, **more: Json) -> dict[str, Json]:
    return {"id": URI, "type": "Vehicle", "speed": list(instances), **more}


def told(ask: Ask, path: str) -> Any:  # noqa: ANN401 -- it is JSON
    answer = ask("GET", path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def values(ask: Ask, query: str = "") -> Json:
    return told(ask, f"{AT}/{URI}?options=temporalValues{query}").get("speed", {}).get("values")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/temporal/entities/urn:x:none", 404),
        ("/temporal/entities/nothing", 400),
        ("/temporal/entities?type=Vehicle", 400),
        ("/temporal/entities?timerel=after&timeAt=2026-06-01T00:00:00Z", 400),
        ("/temporal/entities?type=Vehicle&timerel=during&timeAt=2026-06-01T00:00:00Z", 400),
        ("/temporal/entities?type=Vehicle&timerel=between&timeAt=2026-06-01T00:00:00Z", 400),
        ("/temporal/entities?type=Vehicle&timerel=after&timeAt=yesterday", 400),
        ("/temporal/entities?type=Vehicle&timerel=after&timeAt=2026-06-01T00:00:00Z&lastN=0", 400),
        ("/temporal/entities/urn:x:a?options=aggregatedValues", 400),
        ("/temporal/entities/urn:x:a?options=aggregatedValues&aggrMethods=median", 400),
        ("/temporal/entities/urn:x:a?format=lovely", 400),
        ("/temporal/entities/urn:x:a?attrs=a&pick=a", 400),
    ],
)
def test_what_cannot_be_asked_is_refused(ask: Ask, path: str, status: int) -> None:
    answer = ask("GET", path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"id": URI},
        {"id": "no uri", "type": "Vehicle"},
        {"id": URI, "type": "Vehicle", "speed": []},
        {"id": URI, "type": "Vehicle", "speed": [{"type": "Property"}]},
        {"id": URI, "type": "Vehicle", "speed": [{"type": "Property", "value": None}]},
        {"id": URI, "type": "Vehicle", "speed": [{"type": "Property", "value": 1,
                                                  "observedAt": "now"}]},
    ],
)  # fmt: skip
def test_what_is_no_history_is_refused(ask: Ask, body: Json) -> None:
    assert ask("POST", AT, body).status_code == 400


@quiet
@given(minutes=st.lists(st.integers(0, 1_000), min_size=1, max_size=30), seed=st.randoms())
def test_instances_come_out_whatever_their_order_and_however_often_they_are_said(
    ask: Ask,
    minutes: list[int],
    seed: Any,  # noqa: ANN401 -- hypothesis' own Random
) -> None:
    ask("DELETE", f"{AT}/{URI}")
    said = [instance(minute, minute) for minute in (*minutes, *minutes[:5])]
    seed.shuffle(said)
    half = len(said) // 2
    for part in (said[:half], said[half:]):
        if part:
            assert ask("POST", AT, history(*part)).status_code in {201, 204}
    assert values(ask) == [[minute, at(minute)] for minute in sorted(set(minutes))]


def test_an_instance_at_the_time_of_another_takes_its_place(ask: Ask) -> None:
    assert ask("POST", AT, history(instance(1, 10))).status_code == 201
    assert ask("POST", AT, history(instance(1, 11))).status_code == 204
    assert values(ask) == [[11, at(1)]]


@pytest.mark.parametrize("value", [True, "open", [1, "a"], {"a": {"b": 1}}, 2**60, 1.5])
def test_any_value_is_an_instance(ask: Ask, value: Json) -> None:
    ask("POST", AT, history(instance(1, value, unitCode="KMH", accuracy={"type": "Property",
                                                                        "value": 2})))  # fmt: skip
    (found,) = told(ask, f"{AT}/{URI}")["speed"]
    assert (found["value"], found["unitCode"]) == (value, "KMH")
    assert found["accuracy"] == {"type": "Property", "value": 2}
    assert found["instanceId"].startswith("urn:ngsi-ld:instance:")


def test_a_time_relation_cuts(ask: Ask) -> None:
    ask("POST", AT, history(*(instance(minute, minute) for minute in range(5))))
    assert values(ask, f"&timerel=before&timeAt={at(2)}") == [[0, at(0)], [1, at(1)]]
    assert values(ask, f"&timerel=after&timeAt={at(3)}") == [[4, at(4)]]
    between = f"&timerel=between&timeAt={at(1)}&endTimeAt={at(3)}"
    assert values(ask, between) == [[1, at(1)], [2, at(2)]]
    assert values(ask, "&lastN=2") == [[4, at(4)], [3, at(3)]]


def test_an_instance_is_changed_and_deleted_by_its_id(ask: Ask) -> None:
    ask("POST", AT, history(instance(1, 1), instance(2, 2)))
    first, second = told(ask, f"{AT}/{URI}")["speed"]
    path = f"{AT}/{URI}/attrs/speed"
    change = {"type": "Property", "value": 5, "observedAt": at(9)}
    assert ask("PATCH", f"{path}/{first['instanceId']}", change).status_code == 204
    moved = told(ask, f"{AT}/{URI}")["speed"][1]
    assert (moved["value"], moved["observedAt"]) == (5, at(9))
    assert moved["instanceId"] == first["instanceId"]
    for one in (moved, second):
        assert ask("DELETE", f"{path}/{one['instanceId']}").status_code == 204
    assert ask("DELETE", f"{path}/{second['instanceId']}").status_code == 404
    assert ask("PATCH", f"{path}/urn:x:none", change).status_code == 404


def test_an_attributes_history_is_deleted_by_its_dataset(ask: Ask) -> None:
    ask("POST", AT, history(instance(1, 1), instance(1, 2, datasetId="urn:d:1")))
    path = f"{AT}/{URI}/attrs/speed"
    assert ask("DELETE", f"{path}?datasetId=urn:d:2").status_code == 404
    assert ask("DELETE", path).status_code == 204
    assert [one["value"] for one in told(ask, f"{AT}/{URI}")["speed"]] == [2]
    assert ask("DELETE", f"{path}?deleteAll=true").status_code == 204
    assert ask("DELETE", f"{path}?deleteAll=true").status_code == 404


def test_ordinary_writes_make_history_and_a_deletion_leaves_a_trace(ask: Ask) -> None:
    entity = {"id": URI, "type": "Vehicle", "colour": {"type": "Property", "value": "red"}}
    assert ask("POST", "/entities", entity).status_code == 201
    blue = {"colour": {"type": "Property", "value": "blue"}}
    assert ask("PATCH", f"/entities/{URI}/attrs", blue).status_code == 204
    was = told(ask, f"{AT}/{URI}")["colour"]
    assert [one["value"] for one in was] == ["red", "blue"]
    assert ask("DELETE", f"/entities/{URI}/attrs/colour").status_code == 204
    assert "colour" not in told(ask, f"/entities/{URI}")
    gone = told(ask, f"{AT}/{URI}?timeproperty=deletedAt")["colour"]
    assert [one["value"] for one in gone] == ["urn:ngsi-ld:null"]
    assert "deletedAt" in gone[0]
    assert ask("DELETE", f"/entities/{URI}").status_code == 204
    assert ask("GET", f"{AT}/{URI}").status_code == 404


def test_a_deleted_history_of_an_entity_that_stays_does_not_come_back(ask: Ask) -> None:
    entity = {"id": URI, "type": "Vehicle", "colour": {"type": "Property", "value": "red"}}
    ask("POST", "/entities", entity)
    assert ask("DELETE", f"{AT}/{URI}").status_code == 204
    assert ask("GET", f"{AT}/{URI}").status_code == 404
    assert told(ask, f"/entities/{URI}")["colour"]["value"] == "red"


@quiet
@given(numbers=st.lists(st.integers(-1000, 1000), min_size=1, max_size=40))
def test_aggregates_are_those_of_the_values(ask: Ask, numbers: list[int]) -> None:
    ask("DELETE", f"{AT}/{URI}")
    ask("POST", AT, history(*(instance(place, one) for place, one in enumerate(numbers))))
    query = "options=aggregatedValues&aggrMethods=sum,min,max,totalCount&aggrPeriodDuration=PT10M"
    found = told(ask, f"{AT}/{URI}?{query}")["speed"]
    runs = [numbers[place : place + 10] for place in range(0, len(numbers), 10)]
    assert [one[0] for one in found["sum"]] == [sum(run) for run in runs]
    assert [one[0] for one in found["min"]] == [min(run) for run in runs]
    assert [one[0] for one in found["max"]] == [max(run) for run in runs]
    assert [one[0] for one in found["totalCount"]] == [len(run) for run in runs]
    assert found["sum"][0][1:] == [at(0), at(10)]


def test_a_query_looks_at_all_that_an_attribute_has_been(ask: Ask) -> None:
    ask("POST", AT, history(instance(1, 120), instance(2, 80)))
    ask("POST", AT, {**history(instance(1, 50)), "id": "urn:ngsi-ld:Vehicle:2"})
    query = f"{AT}?type=Vehicle&timerel=after&timeAt={at(0)}"
    assert [one["id"] for one in told(ask, f"{query}&q=speed>90")] == [URI]
    assert len(told(ask, query)) == 2
    assert told(ask, f"{query}&attrs=colour") == []
    later = f"{AT}?type=Vehicle&timerel=after&timeAt={at(1)}"
    assert [one["id"] for one in told(ask, later)] == [URI]
    body = {
        "type": "Query",
        "entities": [{"type": "Vehicle"}],
        "temporalQ": {"timerel": "after", "timeAt": at(0)},
    }
    answer = ask("POST", "/temporal/entityOperations/query?count=true&limit=1", body)
    assert (answer.status_code, len(answer.json())) == (200, 1)
    assert answer.headers["NGSILD-Results-Count"] == "2"


def test_what_does_not_fit_is_told_up_to_a_time(ask: Ask, own: Store) -> None:
    thing = Thing(id="meter:x:1", type="Meter", dataset="written", municipality="2482")
    series = Series(id="meter:x:1/energy", thing=thing.id, property="energy", dataset="written")
    own.commit([thing, series], at=1).result()
    times = np.arange(25_000, dtype=np.int64) * 60_000_000
    own.load(series, times, np.ones(25_000)).result()
    path = f"{AT}/urn:ngsi-ld:Meter:2482:meter:x:1"
    answer = ask("GET", path)
    assert answer.status_code == 206
    assert len(answer.json()["energy"]) == 10_000
    end = answer.json()["energy"][-1]["observedAt"]
    assert answer.headers["content-range"] == f"date-time 1970-01-01T00:00:00Z-{end}/*"
    rest = ask("GET", f"{path}?timerel=after&timeAt={end}")
    assert rest.json()["energy"][0]["observedAt"] > end
    newest = ask("GET", f"{path}?lastN=5")
    assert (newest.status_code, len(newest.json()["energy"])) == (200, 5)
    query = "options=aggregatedValues&aggrMethods=totalCount"
    assert told(ask, f"{path}?{query}")["energy"]["totalCount"][0][0] == 25_000


@pytest.mark.parametrize("page", [30])
def test_how_much_an_answer_holds_is_the_hubs_to_say(ask: Ask) -> None:
    ask("POST", AT, history(*(instance(minute, minute) for minute in range(40))))
    answer = ask("GET", f"{AT}/{URI}")
    assert (answer.status_code, len(answer.json()["speed"])) == (206, 30)
    assert answer.headers["content-range"] == f"date-time {at(0)}-{at(29)}/*"
    newest = ask("GET", f"{AT}?type=Vehicle&timerel=after&timeAt={at(0)}&lastN=35")
    assert newest.headers["content-range"] == f"date-time {at(39)}-{at(10)}/35"


@pytest.mark.parametrize("page", [30])
def test_an_answer_is_whole_when_all_of_it_fits(ask: Ask) -> None:
    ask("POST", AT, history(*(instance(minute, minute) for minute in range(30))))
    assert ask("GET", f"{AT}/{URI}").status_code == 200
