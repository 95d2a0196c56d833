"""Whatever is written through whichever window, in whatever order: all windows show the same."""

import itertools
import math
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, TypeAlias
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from byalag.asking import Ask
from byalag.model import Observation, Thing
from byalag.standards.ngsi_ld._name import SIDES, uri_of
from byalag.store import Store

STA, NGSI = "/sensorthings/v1.1", "/ngsi-ld/v1"
ITEMS = "/features/v1/collections/written/items"
OM = "http://www.opengis.net/def/observationType/OGC-OM/2.0"
COUNT = itertools.count(1)
EVERY = {"limit": "1000"}
Step: TypeAlias = tuple[str, int, int]  # what is done, to which thing, and a number for it


def instant(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def spot(number: int) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [20 + number / 4, 64 - number / 8]}


def place(number: int) -> dict[str, Any]:
    said = {"name": "here", "description": "", "encodingType": "application/geo+json"}
    return {**said, "location": spot(number)}


def stream(name: str, number: int) -> dict[str, Any]:
    return {
        "name": name,
        "description": "how warm",
        "observationType": f"{OM}/OM_Measurement",
        "unitOfMeasurement": {"name": "degree", "symbol": "°C", "definition": "ucum:Cel"},
        "Sensor": {"name": "s", "description": "", "encodingType": "text/plain", "metadata": "m"},
        "ObservedProperty": {"name": name, "description": "", "definition": "https://example.org"},
        "Observations": [{"phenomenonTime": instant(number), "result": number}],
    }


class Writer:
    """Does one step after another; what cannot be done just then is refused, and is no fault."""

    def __init__(self, client: TestClient, own: Store) -> None:
        self._client, self._own = client, own

    def do(self, step: Step) -> None:
        what, which, number = step
        things = list(written(self._own))
        if what.startswith("create"):
            getattr(self, what)(number)
        elif things:
            no, thing = things[which % len(things)]
            getattr(self, what)(f"{STA}/Things({no})", entity(thing), number)

    def _send(self, method: str, path: str, said: object = None) -> Any:  # noqa: ANN401 -- JSON of any shape
        answer = self._client.request(method, path, json=said)
        nowhere = answer.status_code == 400 and "has no Location" in answer.text
        fine = answer.status_code in {200, 201, 204, 207, 404, 409} or nowhere
        assert fine, (method, path, answer.text)
        return answer.json() if answer.content else None

    def create_thing(self, number: int) -> None:
        said = {"name": f"thing {number}", "description": "", "properties": {"size": number}}
        told = {"Locations": [place(number)], "Datastreams": [stream("warmth", number)]}
        self._send("POST", f"{STA}/Things", {**said, **(told if number % 3 else {})})

    def create_entity(self, number: int) -> None:
        said = {"id": f"urn:ngsi-ld:Room:{next(COUNT)}", "type": "Room", **attributes(number)}
        self._send("POST", f"{NGSI}/entities", said)

    def create_history(self, number: int) -> None:
        told = attributes(number)["warmth"]
        said = {"id": f"urn:ngsi-ld:Room:{next(COUNT)}", "type": "Room", "warmth": [told]}
        self._send("POST", f"{NGSI}/temporal/entities", said)

    def patch_thing(self, thing: str, _: str, number: int) -> None:
        self._send("PATCH", thing, {"description": f"{number}", "properties": {"size": number}})

    def move_thing(self, thing: str, _: str, number: int) -> None:
        self._send("POST", f"{thing}/Locations", place(number))

    def add_stream(self, thing: str, _: str, number: int) -> None:
        self._send("POST", f"{thing}/Datastreams", stream("wetness", number))

    def observe(self, thing: str, _: str, number: int) -> None:
        for one in self._send("GET", f"{thing}/Datastreams")["value"][:1]:
            said = {"phenomenonTime": instant(number), "result": number / 2}
            self._send("POST", f"{STA}/Datastreams({one['@iot.id']})/Observations", said)

    def forget_observation(self, thing: str, _: str, number: int) -> None:
        for one in self._send("GET", f"{thing}/Datastreams?$expand=Observations")["value"][:1]:
            seen = one["Observations"]
            for each in seen[number % len(seen) :][:1] if seen else ():
                self._send("DELETE", f"{STA}/Observations({each['@iot.id']})")

    def delete_stream(self, thing: str, _: str, __: int) -> None:
        for one in self._send("GET", f"{thing}/Datastreams")["value"][:1]:
            self._send("DELETE", f"{STA}/Datastreams({one['@iot.id']})")

    def delete_thing(self, thing: str, _: str, __: int) -> None:
        self._send("DELETE", thing)

    def append(self, _: str, at: str, number: int) -> None:
        self._send("POST", f"{at}/attrs", attributes(number))

    def merge(self, _: str, at: str, number: int) -> None:
        self._send("PATCH", at, {"size": number, "warmth": attributes(number)["warmth"]})

    def move_entity(self, _: str, at: str, number: int) -> None:
        self._send("PATCH", at, {"location": {"type": "GeoProperty", "value": spot(number)}})

    def delete_attribute(self, _: str, at: str, number: int) -> None:
        name = ("warmth", "size", "location", "description")[number % 4]
        self._send("DELETE", f"{at}/attrs/{name}")

    def delete_entity(self, _: str, at: str, __: int) -> None:
        self._send("DELETE", at)

    def delete_history(self, _: str, at: str, __: int) -> None:
        self._send("DELETE", at.replace("/entities/", "/temporal/entities/"))


def attributes(number: int) -> dict[str, Any]:
    return {
        "name": {"type": "Property", "value": f"room {number}"},
        "description": {"type": "Property", "value": f"about {number}"},
        "size": {"type": "Property", "value": number},
        "location": {"type": "GeoProperty", "value": spot(number)},
        "warmth": {"type": "Property", "value": number, "observedAt": instant(number)},
    }


def written(own: Store) -> Iterator[tuple[int, Thing]]:
    """Yield the things that there are, and their numbers."""
    for row in own.ask(Ask(of="thing", limit=1_000)).rows:
        if isinstance(row.fact, Thing) and row.fact.type not in SIDES:
            yield row.no, row.fact


def entity(thing: Thing) -> str:
    return f"{NGSI}/entities/{quote(uri_of(thing), safe='')}"


def _all(client: TestClient, path: str, **asked: str) -> Any:  # noqa: ANN401 -- JSON of any shape
    answer = client.get(path, params=asked)
    assert answer.status_code in {200, 206}, answer.text
    return answer.json()


def compare(client: TestClient, own: Store) -> None:
    """See that every window shows what the store holds, and nothing else."""
    things = {thing.id: (no, thing) for no, thing in written(own)}
    placed = any(thing.point for _, thing in things.values())  # else it is no collection
    items = _all(client, ITEMS, limit="1000")["features"] if placed else []
    features = {each["id"]: each for each in items}
    assert features.keys() == (things.keys() if placed else set())
    told = _all(client, f"{STA}/Things", **{"$top": "1000", "$expand": "Locations,Datastreams"})
    shown = {each["@iot.id"]: each for each in told["value"]}
    assert shown.keys() == {no for no, _ in things.values()}
    types = ",".join({thing.type for _, thing in things.values()})
    found = _all(client, f"{NGSI}/entities", type=types, limit="1000") if types else []
    entities = {each["id"]: each for each in found}
    assert entities.keys() == {uri_of(thing) for _, thing in things.values()}
    for id_, (no, thing) in things.items():
        feature = features.get(id_) if placed else None
        _compare_thing(thing, shown[no], entities[uri_of(thing)], feature)
        _compare_observed(client, own, thing, shown[no], entities[uri_of(thing)])
    assert own.check() == []


def _compare_thing(
    thing: Thing, shown: dict[str, Any], entity: dict[str, Any], feature: dict[str, Any] | None
) -> None:
    size = thing.properties.get("size")
    assert shown.get("properties", {}).get("size") == size
    assert entity.get("size", {}).get("value") == size
    assert feature is None or feature["properties"].get("size") == size
    for word in ("name", "description"):
        assert (entity.get(word, {}).get("value") or None) == (getattr(thing, word) or None), word
        if feature is not None:
            assert (feature["properties"].get(word) or None) == (getattr(thing, word) or None)
    where = None
    if thing.point is not None:
        where = [thing.point.longitude, thing.point.latitude]
    assert feature is None or (feature["geometry"] or {}).get("coordinates") == where
    assert entity.get("location", {}).get("value", {}).get("coordinates") == where
    places = [one["location"]["coordinates"] for one in shown["Locations"]]
    assert places == ([] if where is None else [where])


def _compare_observed(
    client: TestClient, own: Store, thing: Thing, shown: dict[str, Any], entity: dict[str, Any]
) -> None:
    series = own.series_of([thing.id])[thing.id]
    numbers = {own.series_number(one.id): one for one in series}
    assert {one["@iot.id"] for one in shown["Datastreams"]} == numbers.keys()
    newest = own.latest(one.id for one in series)
    for no, one in numbers.items():
        told = _all(client, f"{STA}/Datastreams({no})/Observations", **{"$top": "1000"})["value"]
        kept = own.history(one.id, start=0, end=1 << 60)
        assert len(told) == len(kept.times)
        last: Observation | None = newest.get(one.id)
        assert (last is None) == (len(kept.times) == 0)
        if last is None or math.isnan(last.value):
            continue
        assert max(each["phenomenonTime"] for each in told) == instant(last.at // 1_000_000)
        dated = [
            each
            for attribute in entity.values()
            for each in (attribute if isinstance(attribute, list) else [attribute])
            if isinstance(each, dict) and each.get("observedAt") == instant(last.at // 1_000_000)
        ]
        assert last.value in [each["value"] for each in dated]


STEPS = [name for name in vars(Writer) if not name.startswith("_") and name != "do"]
_step = st.tuples(st.sampled_from(STEPS), st.integers(0, 5), st.integers(0, 40))


def _play(client: TestClient, own: Store, steps: list[Step]) -> None:
    writer = Writer(client, own)
    try:
        for step in steps:
            writer.do(step)
        compare(client, own)
    finally:
        for no, _ in list(written(own)):
            client.delete(f"{STA}/Things({no})")


@settings(deadline=None, max_examples=12, suppress_health_check=list(HealthCheck))
@given(st.lists(_step, min_size=2, max_size=8))
def test_all_windows_show_the_same_after_a_few_steps(
    client: TestClient, own: Store, steps: list[Step]
) -> None:
    _play(client, own, steps)


@pytest.mark.promise
@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
@given(st.lists(_step, min_size=5, max_size=25))
def test_all_windows_show_the_same_after_any_steps(
    client: TestClient, own: Store, steps: list[Step]
) -> None:
    _play(client, own, steps)
