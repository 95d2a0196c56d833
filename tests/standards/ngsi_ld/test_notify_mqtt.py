"""Notifications to a real broker: a message with the headers and the body in it (7.2)."""

from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue
from typing import Any
from urllib.parse import quote

import msgspec
import paho.mqtt.client as paho
import pytest
from httpx2 import Response
from paho.mqtt.enums import CallbackAPIVersion

from byalag.testkit import Mosquitto

Ask = Callable[..., Response]
ID, BUS = "urn:ngsi-ld:Subscription:mqtt", "urn:ngsi-ld:Bus:1"
USER, SECRET = "hubben", "hem@lig"
Heard = Queue[Any]


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    if not Mosquitto.installed():
        pytest.skip("Mosquitto is not installed on this computer")
    with Mosquitto(tmp_path / "broker", user=USER, password=SECRET) as broker:
        yield broker


@pytest.fixture
def heard(broker: Mosquitto) -> Iterator[Heard]:
    """Yield what the broker passes on."""
    messages: Heard = Queue()
    listener = paho.Client(CallbackAPIVersion.VERSION2)
    listener.username_pw_set(USER, SECRET)
    listener.on_message = lambda _, __, message: messages.put((message.topic, message.payload))
    listener.on_subscribe = lambda *_: messages.put("listening")
    listener.connect("127.0.0.1", broker.port)
    listener.subscribe("stad/#", qos=1)
    listener.loop_start()
    assert messages.get(timeout=10) == "listening"
    yield messages
    listener.disconnect()
    listener.loop_stop()


@pytest.mark.parametrize("version", [None, "mqtt3.1.1", "mqtt5.0"])
@pytest.mark.parametrize("accept", ["application/json", "application/ld+json"])
def test_a_broker_is_told_in_the_form_of_the_standard(  # noqa: PLR0913, PLR0917 -- what it takes
    ask: Ask,
    wake: Callable[[], None],
    broker: Mosquitto,
    heard: Heard,
    version: str | None,
    accept: str,
) -> None:
    info = [{"key": "MQTT-QoS", "value": "1"}]
    endpoint = {
        "uri": f"mqtt://{USER}:{quote(SECRET)}@127.0.0.1:{broker.port}/stad/bussar",
        "accept": accept,
        "receiverInfo": [{"key": "X-Stad", "value": "Umea"}],
        "notifierInfo": [*info, {"key": "MQTT-Version", "value": version}] if version else info,
    }
    body = {
        "id": ID,
        "type": "Subscription",
        "entities": [{"type": "Bus"}],
        "notification": {"endpoint": endpoint},
    }
    assert ask("POST", "/subscriptions", body).status_code == 201
    wake()
    bus = {"id": BUS, "type": "Bus", "speed": {"type": "Property", "value": 30}}
    assert ask("POST", "/entities", bus).status_code == 201
    wake()
    topic, payload = heard.get(timeout=10)
    told = msgspec.json.decode(payload)
    assert (topic, told.keys()) == ("stad/bussar", {"metadata", "body"})
    assert told["metadata"]["Content-Type"] == accept
    assert told["metadata"]["X-Stad"] == "Umea"
    assert ("Link" in told["metadata"]) == (accept == "application/json")
    notification = told["body"]
    assert (notification["type"], notification["subscriptionId"]) == ("Notification", ID)
    one = notification["data"][0]
    assert (one["id"], one["speed"]) == (BUS, {"type": "Property", "value": 30})
    assert ("@context" in one) == (accept != "application/json")
