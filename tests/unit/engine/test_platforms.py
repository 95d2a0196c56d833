"""Other platforms over real HTTP: pages, counts, and what is told when they lack something."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from msgspec import structs

from byalag.engine import Connected, Engine, NotAdmitted
from byalag.model import Dataset
from byalag.sources import kinds, settle
from byalag.store import Store
from byalag.testkit import Answer, Asked, Faulty, StoppedClock, running, soon

from .conftest import SKELLEFTEA, hurried, no_secret

pytestmark = pytest.mark.anyio

TOTAL = 7
AT = "2026-07-01T11:59:00Z"


@pytest.fixture
def rooms(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "2482.sqlite") as opened:
        opened.publish({"rooms": Dataset(id="rooms", title={"sv": "Rum"}, open=True)}).result()
        yield opened


def platform(kind_name: str, url: str, **said: Any) -> Connected:  # noqa: ANN401  settings are any TOML
    table = {"kind": kind_name, "dataset": "rooms", "url": url, "every": "1s", **said}
    kind, settings = settle(table, name="b")
    kind = structs.replace(kind, reach=hurried(kind))
    return Connected(name="b", municipality=SKELLEFTEA, kind=kind, settings=settings)


def engine(rooms: Store, commons: Store, source: Connected) -> Engine:
    return Engine({"2482": rooms}, commons, [source], clock=StoppedClock(), secret=no_secret)


def asked_for(asked: Asked) -> dict[str, str]:
    return {name: found[0] for name, found in parse_qs(urlsplit(asked.target).query).items()}


def entity(number: int, value: dict[str, Any]) -> dict[str, Any]:
    return {"id": f"urn:ngsi-ld:Room:{number}", "type": "Room", "temperature": value}


def ld(asked: Asked) -> Answer:
    """Answer as an NGSI-LD broker with seven rooms."""
    query = asked_for(asked)
    start, limit = int(query["offset"]), int(query["limit"])
    value = {"type": "Property", "value": 20, "unitCode": "CEL", "observedAt": AT}
    found = [entity(n, value) for n in range(TOTAL)][start : start + limit]
    return Answer(body=json.dumps(found).encode(), headers={"NGSILD-Results-Count": str(TOTAL)})


def v2(asked: Asked) -> Answer:
    """Answer as an NGSIv2 broker with seven rooms that gives no more than two a page."""
    query = asked_for(asked)
    start, limit = int(query["offset"]), min(int(query["limit"]), 2)
    value = {"value": 20, "metadata": {"TimeInstant": {"type": "DateTime", "value": AT}}}
    found = [entity(n, value) for n in range(TOTAL)][start : start + limit]
    return Answer(body=json.dumps(found).encode(), headers={"Fiware-Total-Count": str(TOTAL)})


def things(asked: Asked) -> Answer:
    """Answer as a SensorThings server behind a proxy: it does not know its own address."""
    query = asked_for(asked)
    start = int(query.get("$skip", "0"))
    found = [
        {
            "@iot.id": n,
            "unitOfMeasurement": {"name": "", "symbol": "°C", "definition": ""},
            "Thing": {"@iot.id": n, "name": f"Room {n}", "Locations": []},
            "ObservedProperty": {"@iot.id": 1, "name": "Temperature", "definition": ""},
            "Observations": [{"phenomenonTime": AT, "result": 20}],
        }
        for n in range(TOTAL)
    ][start : start + 3]
    answer: dict[str, Any] = {"@iot.count": TOTAL, "value": found}
    if start + 3 < TOTAL:
        answer["@iot.nextLink"] = f"http://localhost:1/v1.1/Datastreams?$skip={start + 3}"
    return Answer(body=json.dumps(answer).encode())


def features(asked: Asked) -> Answer:
    """Answer as an OGC API Features server that loses its last page."""
    start = int(asked_for(asked).get("offset", "0"))
    every: list[dict[str, Any]] = [
        {"type": "Feature", "id": n, "geometry": None, "properties": {}} for n in range(6)
    ]
    found = every[start : start + 3]
    answer: dict[str, Any] = {"numberMatched": TOTAL, "numberReturned": 3, "features": found}
    if start + 3 < len(found) + 3:
        answer["links"] = [{"rel": "next", "href": "items?offset=3"}] if start == 0 else []
    return Answer(body=json.dumps(answer).encode())


async def test_an_ngsi_ld_broker_is_asked_page_by_page(rooms: Store, commons: Store) -> None:
    with Faulty(entities=ld) as server:
        source = platform("ngsi-ld", server.url(), types=["Room"], page_size=3, tenant="t")
        async with running(engine(rooms, commons, source)):
            await soon(lambda: commons.latest(["room:b:6/temperature"]))
        headers = server.asked[0].headers
    assert len(rooms.find("Room")) == TOTAL
    assert headers["ngsild-tenant"] == "t"


async def test_a_broker_that_caps_its_pages_in_silence_is_found_out(
    rooms: Store, commons: Store
) -> None:
    with Faulty(entities=v2) as server:
        capped = platform("ngsi-v2", server.url(), types=["Room"], page_size=3)
        started = engine(rooms, commons, capped)
        async with running(started):
            await soon(lambda: started.status()[0].error)
        assert "there are 7 records and gave 2" in started.status()[0].error
        whole = platform("ngsi-v2", server.url(), types=["Room"], page_size=2)
        async with running(engine(rooms, commons, whole)):
            await soon(lambda: len(rooms.find("Room")) == TOTAL)


async def test_a_sensorthings_server_is_followed_although_it_calls_itself_localhost(
    rooms: Store, commons: Store
) -> None:
    with Faulty(Datastreams=things) as server:
        source = platform("sensorthings", server.url(), type="Room")
        async with running(engine(rooms, commons, source)):
            await soon(lambda: commons.latest(["room:b:6/temperature@6"]))
    assert len(rooms.find("Room")) == TOTAL


async def test_features_that_do_not_come_are_told_and_those_that_do_are_kept(
    rooms: Store, commons: Store
) -> None:
    tree = {"type": "Tree", "id": "{id}"}
    with Faulty() as server:
        server.put("/collections/trees/items", features)
        source = platform("ogc-features", server.url(), collection="trees", thing=tree)
        async with running(engine(rooms, commons, source)):
            await soon(rooms.set_aside)
    assert len(rooms.find("Tree")) == 6
    assert rooms.set_aside()[0].why == "the server says that 7 features match and gave 6"


@pytest.mark.parametrize("kind", ["ngsi-ld", "ngsi-v2"])
async def test_a_broker_tells_us_of_a_change_at_our_door(
    kind: str, rooms: Store, commons: Store
) -> None:
    made = Answer(status=201, headers={"Location": "/subscriptions/1"})
    with Faulty(entities=ld if kind == "ngsi-ld" else v2, subscriptions=made) as server:
        server.put("/subscriptions/1", Answer(body=b'{"status": "active"}'))
        source = platform(kind, server.url(), types=["Room"], page_size=2, subscribe=True)
        source = structs.replace(source, kind=kinds()[kind], door="https://hub.example/door")
        started = engine(rooms, commons, source)
        async with running(started):
            await soon(lambda: server.count("/subscriptions"))
            asked = next(one for one in server.asked if one.target == "/subscriptions")
            told = dict(sorted(found_in(json.loads(asked.body)).items()))
            value = {"type": "Property", "value": 21.5, "observedAt": "2026-07-01T11:59:30Z"}
            if kind == "ngsi-v2":
                value = {"value": 21.5, "metadata": {"TimeInstant": {"value": value["observedAt"]}}}
            body = json.dumps({"data": [entity(3, value)]}).encode()
            with pytest.raises(NotAdmitted):
                await started.deliver("2482", "b", body=body, headers={"authorization": "Bearer x"})
            await started.deliver(
                "2482", "b", body=body, headers={"authorization": told["Authorization"]}
            )
            series = "room:b:3/temperature"
            await soon(lambda: 21.5 in [found.value for found in rooms.latest([series]).values()])
    assert told["url"] == "https://hub.example/door"


def found_in(subscription: dict[str, Any]) -> dict[str, str]:
    """Return where a subscription delivers, and what it shows there."""
    notification = subscription["notification"]
    if "httpCustom" in notification:
        return {"url": notification["httpCustom"]["url"], **notification["httpCustom"]["headers"]}
    endpoint = notification["endpoint"]
    shown = {one["key"]: one["value"] for one in endpoint["receiverInfo"]}
    return {"url": endpoint["uri"], **shown}


async def test_a_collection_that_does_not_exist_is_told_in_words(
    rooms: Store, commons: Store
) -> None:
    with Faulty() as server:
        tree = {"type": "Tree", "id": "{id}"}
        source = platform("ogc-features", server.url(), collection="trees", thing=tree)
        started = engine(rooms, commons, source)
        async with running(started):
            await soon(lambda: started.status()[0].error)
        assert "there is no collection 'trees'" in started.status()[0].error
