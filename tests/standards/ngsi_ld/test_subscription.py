"""Subscriptions over HTTP, and the notifications that a running notifier sends."""

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, Queue
from threading import Thread
from typing import Any

import anyio
import msgspec
import pytest
from httpx2 import Response

from byalag.engine import SystemClock
from byalag.model import Json, Observation, Series, Thing
from byalag.store import Store

Ask = Callable[..., Response]
ID = "urn:ngsi-ld:Subscription:1"
CAR = "urn:ngsi-ld:Vehicle:1"
NOWHERE = "http://127.0.0.1:1/notify"


def subscription(uri: str = NOWHERE, **more: Json) -> dict[str, Json]:
    notification = {"endpoint": {"uri": uri}, **more.pop("notification", {})}
    whole = {"id": ID, "type": "Subscription", "entities": [{"type": "Vehicle"}]}
    return {**whole, "notification": notification, **more}


def published(key: str, value: str) -> dict[str, Json]:
    info = [{"key": key, "value": value}]
    return subscription(notification={"endpoint": {"uri": "mqtt://x/y", "notifierInfo": info}})


def car(**attributes: Json) -> dict[str, Json]:
    told = {name: {"type": "Property", "value": one} for name, one in attributes.items()}
    return {"id": CAR, "type": "Vehicle", **told}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"type": "Subscription"},
        subscription(id="nothing"),
        subscription(entities=[]),
        subscription(entities=[{"id": CAR}]),
        subscription(throttling=-1),
        subscription(timeInterval=5, throttling=5),
        subscription(notificationTrigger=["somethingElse"]),
        subscription(expiresAt="2020-01-01T00:00:00Z"),
        subscription(q="speed>>"),
        subscription(geoQ={"georel": "near"}),
        subscription(uri="ftp://example.org/x"),
        subscription(uri="mqtt://example.org"),
        subscription(notification={"format": "lovely"}),
        subscription(notification={"pick": ["a"], "omit": ["a"]}),
        subscription(notification={"showChanges": True, "format": "keyValues"}),
        subscription(surprise=1),
        published("MQTT-Version", "mqtt4"),
        published("MQTT-QoS", "3"),
    ],
)
def test_what_is_no_subscription_is_refused(ask: Ask, body: Json) -> None:
    assert ask("POST", "/subscriptions", body).status_code == 400


def test_a_subscription_is_kept_changed_and_deleted(ask: Ask) -> None:
    assert ask("GET", f"/subscriptions/{ID}").status_code == 404
    assert ask("POST", "/subscriptions", subscription()).status_code == 201
    assert ask("POST", "/subscriptions", subscription()).status_code == 409
    change = {"isActive": False, "entities": [{"type": "Bus"}]}
    assert ask("PATCH", f"/subscriptions/{ID}", change).status_code == 204
    told = ask("GET", f"/subscriptions/{ID}").json()
    assert (told["status"], told["entities"]) == ("paused", [{"type": "Bus"}])
    assert ask("PATCH", f"/subscriptions/{ID}", {"notification": None}).status_code == 400
    assert len(ask("GET", "/subscriptions?limit=1").json()) == 1
    assert ask("DELETE", f"/subscriptions/{ID}").status_code == 204
    assert ask("DELETE", f"/subscriptions/{ID}").status_code == 404


@pytest.fixture
def receiver() -> Iterator[tuple[str, "Queue[Any]"]]:
    heard: Queue[Any] = Queue()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the name is the library's
            heard.put(msgspec.json.decode(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/notify", heard
        server.shutdown()


def test_whoever_subscribes_is_told_of_a_change_whoever_makes_it(
    ask: Ask, own: Store, receiver: tuple[str, "Queue[Any]"], wake: Callable[[], None]
) -> None:
    address, heard = receiver
    ask("POST", "/entities", car(speed=1))
    body = subscription(address, notification={"showChanges": True}, watchedAttributes=["speed"])
    assert ask("POST", "/subscriptions", body).status_code == 201
    wake()
    ask("PATCH", f"/entities/{CAR}/attrs", {"speed": {"type": "Property", "value": 2}})
    wake()
    told = heard.get(timeout=10)
    assert (told["type"], told["subscriptionId"]) == ("Notification", ID)
    assert told["data"][0]["speed"] == {"type": "Property", "value": 2, "previousValue": 1}
    thing = own.thing("entity:ngsi-ld:urn~3Angsi-ld~3AVehicle~3A1")
    assert thing is not None
    series = Series(id=f"{thing.id}/speed", thing=thing.id, property="speed", dataset="written")
    late = Observation(series.id, SystemClock().now() + 10**12, 3.0)
    own.commit([series, late], at=1).result()
    wake()
    assert heard.get(timeout=10)["data"][0]["speed"]["value"] == 3


def test_nobody_is_told_of_what_was_not_asked_for(
    ask: Ask, own: Store, receiver: tuple[str, "Queue[Any]"], wake: Callable[[], None]
) -> None:
    address, heard = receiver
    ask("POST", "/entities", car(speed=1, colour="red"))
    body = subscription(address, q="speed>5", watchedAttributes=["speed"], throttling=600)
    assert ask("POST", "/subscriptions", body).status_code == 201
    wake()
    for change in ({"speed": 2}, {"colour": "blue"}):
        ask("PATCH", f"/entities/{CAR}", change)
        wake()
    own.commit([Thing(id="bus:x:1", type="Bus", dataset="written")], at=1).result()
    wake()
    with pytest.raises(Empty):
        heard.get(timeout=0.5)
    for speed in (6, 7):
        ask("PATCH", f"/entities/{CAR}", {"speed": speed})
        wake()
        anyio.run(anyio.sleep, 0.3)
    assert heard.get(timeout=10)["data"][0]["speed"]["value"] == 6
    with pytest.raises(Empty):
        heard.get(timeout=0.3)


def test_a_dead_receiver_holds_up_nobody_and_is_noted(
    ask: Ask, receiver: tuple[str, "Queue[Any]"], wake: Callable[[], None]
) -> None:
    address, heard = receiver
    ask("POST", "/subscriptions", subscription())
    alive = {**subscription(address), "id": "urn:ngsi-ld:Subscription:2"}
    ask("POST", "/subscriptions", alive)
    wake()
    ask("POST", "/entities", car(speed=1))
    wake()
    assert heard.get(timeout=10)["data"][0]["id"] == CAR
    ask("DELETE", f"/entities/{CAR}")
    dead: dict[str, Any] = {}
    for _ in range(50):
        dead = ask("GET", f"/subscriptions/{ID}").json()["notification"]
        if "status" in dead:
            break
        anyio.run(anyio.sleep, 0.1)
    assert (dead["status"], dead["timesFailed"]) == ("failed", 1)
