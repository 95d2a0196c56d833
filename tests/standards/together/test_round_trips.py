"""One fact, many windows: what is said through one standard is read through the others."""

import itertools
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

STA, NGSI, ITEMS = "/sensorthings/v1.1", "/ngsi-ld/v1", "/features/v1/collections/written/items"
COUNT = itertools.count(1)
OM = "http://www.opengis.net/def/observationType/OGC-OM/2.0"


def _ok(answer: Any) -> Any:  # noqa: ANN401 -- an answer, and what it holds, of any shape
    assert answer.status_code in {200, 201, 204}, answer.text
    return answer.json() if answer.content else None


_text = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20
)
_degrees = st.tuples(
    st.floats(-179, 179).map(lambda x: round(x, 6)), st.floats(-89, 89).map(lambda x: round(x, 6))
)
_number = st.one_of(st.integers(-(10**9), 10**9), st.floats(-1e9, 1e9, width=32))
_second = st.integers(0, 4_000_000_000 // 2)


def _instant(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _thing(
    name: str,
    description: str,
    place: tuple[float, float],
    size: float,
    observed: list[tuple[int, float]],
) -> dict[str, Any]:
    """Return a thing as SensorThings writes it, with where it is and what was observed."""
    position = {"type": "Point", "coordinates": list(place)}
    location = {
        "name": "here",
        "description": "",
        "encodingType": "application/geo+json",
        "location": position,
    }
    stream = {
        "name": "warmth",
        "description": "how warm",
        "observationType": f"{OM}/OM_Measurement",
        "unitOfMeasurement": {"name": "degree", "symbol": "°C", "definition": "ucum:Cel"},
        "Sensor": {"name": "s", "description": "", "encodingType": "text/plain", "metadata": "m"},
        "ObservedProperty": {
            "name": "airTemperature",
            "description": "",
            "definition": "https://example.org/t",
        },
        "Observations": [
            {"phenomenonTime": _instant(at), "result": value} for at, value in observed
        ],
    }
    return {
        "name": name,
        "description": description,
        "properties": {"size": size},
        "Locations": [location],
        "Datastreams": [stream],
    }


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    _text,
    _text,
    _degrees,
    _number,
    st.lists(st.tuples(_second, _number), min_size=1, max_size=4, unique_by=lambda o: o[0]),
)
def test_what_sensorthings_writes_is_an_entity_and_a_feature(  # noqa: PLR0913, PLR0917 -- each is drawn
    client: TestClient,
    name: str,
    description: str,
    place: tuple[float, float],
    size: float,
    observed: list[tuple[int, float]],
) -> None:
    made = client.post(f"{STA}/Things", json=_thing(name, description, place, size, observed))
    assert made.status_code == 201, made.text
    thing = _ok(client.get(made.headers["location"]))
    newest = max(observed)
    features = _ok(client.get(ITEMS, params={"limit": "1000"}))["features"]
    [feature] = [
        one
        for one in features
        if one["properties"].get("size") == size and one["properties"]["name"] == name
    ][-1:]
    assert feature["geometry"] == {"type": "Point", "coordinates": list(place)}
    assert feature["properties"]["description"] == description
    assert newest[1] in feature["properties"].values()
    entities = _ok(client.get(f"{NGSI}/entities", params={"type": "Thing", "limit": "1000"}))
    [entity] = [
        one
        for one in entities
        if one.get("name", {}).get("value") == name
        and one["location"]["value"]["coordinates"] == list(place)
    ][-1:]
    assert entity["description"]["value"] == description
    assert entity["size"]["value"] == size
    told = [each for each in entity.values() if isinstance(each, dict) and each.get("observedAt")]
    assert [(each["value"], each["observedAt"]) for each in told] == [
        (newest[1], _instant(newest[0]))
    ]
    _ok(client.delete(f"{STA}/Things({thing['@iot.id']})"))
    gone = client.get(f"{NGSI}/entities/{quote(entity['id'], safe='')}")
    assert gone.status_code == 404


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(_text, _text, _degrees, _number, _second, _number)
def test_what_ngsi_ld_writes_is_a_thing_and_a_feature(  # noqa: PLR0913, PLR0917 -- each is drawn
    client: TestClient,
    name: str,
    description: str,
    place: tuple[float, float],
    size: float,
    at: int,
    value: float,
) -> None:
    uri = f"urn:ngsi-ld:Room:{next(COUNT)}"
    made = client.post(
        f"{NGSI}/entities",
        json={
            "id": uri,
            "type": "Room",
            "name": {"type": "Property", "value": name},
            "description": {"type": "Property", "value": description},
            "size": {"type": "Property", "value": size},
            "location": {
                "type": "GeoProperty",
                "value": {"type": "Point", "coordinates": list(place)},
            },
            "warmth": {
                "type": "Property",
                "value": value,
                "observedAt": _instant(at),
                "unitCode": "CEL",
            },
        },
    )
    assert made.status_code == 201, made.text
    things = _ok(
        client.get(
            f"{STA}/Things",
            params={
                "$filter": "name eq '" + name.replace("'", "''") + "'",
                "$expand": "Datastreams/Observations,Locations",
            },
        )
    )["value"]
    [thing] = [
        one
        for one in things
        if one["name"] == name and one["Locations"][0]["location"]["coordinates"] == list(place)
    ][-1:]
    assert thing["description"] == description
    assert thing["properties"]["size"] == size
    [stream] = thing["Datastreams"]
    [seen] = stream["Observations"]
    assert (seen["result"], seen["phenomenonTime"]) == (value, _instant(at))
    features = _ok(client.get(ITEMS, params={"limit": "1000"}))["features"]
    [feature] = [
        one
        for one in features
        if one["properties"].get("size") == size and one["properties"]["name"] == name
    ][-1:]
    assert feature["geometry"] == {"type": "Point", "coordinates": list(place)}
    later = client.post(
        f"{STA}/Datastreams({stream['@iot.id']})/Observations",
        json={"phenomenonTime": _instant(at + 60), "result": value + 1},
    )
    assert later.status_code == 201, later.text
    entity = _ok(client.get(f"{NGSI}/entities/{uri}"))
    assert (entity["warmth"]["value"], entity["warmth"]["observedAt"]) == (
        value + 1,
        _instant(at + 60),
    )
    assert client.delete(f"{NGSI}/entities/{uri}").status_code == 204
    gone = client.get(f"{STA}/Things({thing['@iot.id']})")
    assert gone.status_code == 404
