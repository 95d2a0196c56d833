"""Who may write where there is data about people learns nothing of it by writing."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from byalag.model import Thing
from tests.standards.mount.test_mount_people import CANARY, FRIDGE, HOME, WRITES, Hub, hub

__all__ = ["hub"]
NOBODY = "home:skelleftea:99"  # of the same kind, and nobody's
HEADERS = {"authorization": f"Bearer {WRITES}", "content-type": "application/json"}
_TRACE = re.compile(r"[0-9a-f]{32}")
STA, LD = "/sensorthings/v1.1", "/ngsi-ld/v1"
SAID: dict[str, Any] = {"name": {"type": "Property", "value": "X"}}
PATCHES = [
    [{"op": "test", "path": "/name", "value": CANARY}],
    [{"op": "test", "path": "/name", "value": "Somebody"}],
]


def ask(hub: Hub, method: str, path: str, body: object = None, **more: str) -> tuple[int, str]:
    content = None if body is None else json.dumps(body)
    headers = HEADERS | {name.replace("_", "-"): said for name, said in more.items()}
    answer = hub.client.request(method, path, headers=headers, content=content)
    return answer.status_code, _TRACE.sub("", answer.text)


def of_things(thing: int, series: int) -> Iterator[tuple[str, str, Any]]:
    """Yield what SensorThings can be asked to write about a thing and its series."""
    at = (f"/Things({thing})", f"/Datastreams({series})", f"/Things({thing})/Datastreams({series})")
    for one in (*at, f"/Locations({thing})", f"/FeaturesOfInterest({thing})"):
        yield "PATCH", one, {"name": "X"}
        yield "PUT", one, {"name": "X", "description": "Y"}
        yield "DELETE", one, None
    yield "POST", f"/Datastreams({series})/Observations", {"result": 1}
    yield "POST", f"/Datastreams({series})/Observations", {"result": 1, "resultTime": None}
    yield "POST", "/Observations", {"result": 1, "Datastream": {"@iot.id": series}}
    yield "POST", f"/Things({thing})/Locations", {"name": "X", "description": "Y"}
    yield "POST", "/HistoricalLocations", {"time": "2026-01-01T00:00:00Z", "Thing": {"@iot.id": 1}}
    yield "PUT", f"/Datastreams({series})/Thing/$ref", {"@iot.id": thing}
    yield "DELETE", f"/Things({thing})/Locations(1)/$ref", None


def of_entities(uri: str, kind: str) -> Iterator[tuple[str, str, Any]]:
    """Yield what NGSI-LD can be asked to write about an entity."""
    yield "PATCH", f"/entities/{uri}", SAID
    yield "PUT", f"/entities/{uri}", {"id": uri, "type": "Home", **SAID}
    yield "DELETE", f"/entities/{uri}", None
    yield "POST", f"/entities/{uri}/attrs?options=noOverwrite", SAID
    yield "PATCH", f"/entities/{uri}/attrs", SAID
    for name in ("name", "opened", "nothing"):
        yield "PATCH", f"/entities/{uri}/attrs/{name}", {"type": "Relationship", "object": "urn:x"}
        yield "DELETE", f"/entities/{uri}/attrs/{name}", None
    yield "POST", "/entityOperations/update?options=noOverwrite", [{"id": uri, **SAID}]
    yield "POST", "/entityOperations/merge", [{"id": uri, **SAID}]
    yield "POST", "/entityOperations/delete", [uri]
    yield "DELETE", f"/entities?type={kind}", None
    yield "DELETE", f'/entities?type={kind}&q=name=="{CANARY}"', None
    yield "DELETE", f"/entities?id={uri}&drop=nothing", None
    yield "DELETE", f"/temporal/entities/{uri}", None
    yield "DELETE", f"/temporal/entities/{uri}/attrs/opened", None


def test_what_is_hidden_is_written_to_as_what_is_not_there(hub: Hub) -> None:
    thing, series = hub.store.number(HOME.id), hub.store.series_number(FRIDGE.id)
    assert thing is not None
    assert series is not None
    asked = zip(of_things(thing, series), of_things(880, 990), strict=True)
    for hidden, none in asked:
        told, other = (ask(hub, one[0], STA + one[1], one[2]) for one in (hidden, none))
        plain = other[1].replace("880", str(thing)).replace("990", str(series))
        assert told == (other[0], plain), hidden
    uri, nobody = (f"urn:ngsi-ld:Home:{one}" for one in (HOME.id, NOBODY))
    entities = zip(of_entities(uri, "Home"), of_entities(nobody, "Nothing"), strict=True)
    for hidden, none in entities:
        told, other = (ask(hub, one[0], LD + one[1], one[2]) for one in (hidden, none))
        assert told == (other[0], other[1].replace(NOBODY, HOME.id)), hidden
    assert hub.store.thing(HOME.id) == HOME


@pytest.mark.parametrize("patch", PATCHES)
def test_a_patch_tests_nothing_of_a_hidden_thing(hub: Hub, patch: object) -> None:
    path = f"{STA}/Things({hub.store.number(HOME.id)})"
    status, told = ask(hub, "PATCH", path, patch, content_type="application/json-patch+json")
    assert (status, CANARY in told, "homes" in told) == (404, False, False)


def test_a_purge_neither_names_nor_counts_who_is_hidden(hub: Hub) -> None:
    for path in ("/entities?type=Home", "/entities?local=true", f'/entities?q=name=="{CANARY}"'):
        _, told = ask(hub, "DELETE", LD + path)
        assert HOME.id not in told
        assert "homes" not in told
    assert hub.store.thing(HOME.id) == HOME


def test_nobody_can_stand_in_for_who_is_hidden(hub: Hub) -> None:
    """An entity by the same URI would be shown in the place of the person's own."""
    uri = f"urn:ngsi-ld:Home:{HOME.id}"
    said = {"id": uri, "type": "Home", **SAID}
    for path, body in (
        ("/entities", said),
        ("/entityOperations/create", [said]),
        ("/entityOperations/upsert", [said]),
        ("/temporal/entities", said),
    ):
        status, told = ask(hub, "POST", LD + path, body)
        assert status >= 400 or status == 207, (path, status)
        assert CANARY not in told
    things = [one for one in hub.store.things_in("written") if isinstance(one, Thing)]
    assert things == []


def test_what_is_written_beside_what_is_hidden_is_there_at_once(hub: Hub) -> None:
    made = {"id": "urn:ngsi-ld:Lamp:1", "type": "Lamp", **SAID}
    assert ask(hub, "POST", f"{LD}/entities", made)[0] == 201
    assert ask(hub, "POST", f"{LD}/entities", made)[0] == 409
    assert ask(hub, "PATCH", f"{LD}/entities/urn:ngsi-ld:Lamp:1/attrs", SAID)[0] == 204
    thing = {
        "name": "Lykta",
        "description": "En lykta",
        "Locations": [
            {
                "name": "Torget",
                "description": "Torget",
                "encodingType": "application/geo+json",
                "location": {"type": "Point", "coordinates": [20.9, 64.7]},
            }
        ],
        "Datastreams": [
            {
                "name": "Ljus",
                "description": "Ljus",
                "observationType": "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement",
                "unitOfMeasurement": {"name": "lux", "symbol": "lx", "definition": "http://x.se"},
                "Sensor": {
                    "name": "Givare",
                    "description": "G",
                    "encodingType": "application/pdf",
                    "metadata": "http://x.se",
                },
                "ObservedProperty": {
                    "name": "Ljus",
                    "definition": "http://x.se",
                    "description": "L",
                },
                "Observations": [{"result": 5}],
            }
        ],
    }
    answer = hub.client.post(f"{STA}/Things", headers=HEADERS, content=json.dumps(thing))
    assert answer.status_code == 201, answer.text
    where = answer.headers["location"].removeprefix("https://hub.example.se")
    assert ask(hub, "PATCH", where, {"name": "Lampa"})[0] == 200
    assert ask(hub, "DELETE", where)[0] == 200
