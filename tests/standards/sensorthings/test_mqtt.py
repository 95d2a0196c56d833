"""SensorThings' MQTT extension, with a real broker and a real hub."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from byalag.model import Json
from byalag.standards.sensorthings import posted
from byalag.testkit import Mosquitto, RunningHub

ROOT = "/sensorthings/v1.1"
JSON = {"Content-Type": "application/json"}
TREE = {
    "name": "Station 1",
    "description": "Vid ån",
    "Locations": [
        {
            "name": "Ån",
            "description": "Bron",
            "encodingType": "application/geo+json",
            "location": {"type": "Point", "coordinates": [20.95, 64.75]},
        }
    ],
    "Datastreams": [
        {
            "name": "Vattentemperatur",
            "description": "Under bron",
            "observationType": "OM_Measurement",
            "unitOfMeasurement": {"name": "Celsius", "symbol": "degC", "definition": None},
            "Sensor": {
                "name": "Termometer",
                "description": "Pt100",
                "encodingType": "text/html",
                "metadata": "https://example.se/pt100",
            },
            "ObservedProperty": {
                "name": "Water temperature",
                "definition": "https://example.se/temperature",
                "description": "Temperatur i vatten",
            },
        }
    ],
}
FILES = {
    "kommun/municipality.toml": 'code = "2482"\nname = "Skellefteå"\n',
    "kommun/datasets/written.toml": 'title = { sv = "Skrivet" }\nopen = true\nwritten = true\n',
}


class Heard:
    """A client of the broker that keeps what it hears."""

    def __init__(self, port: int) -> None:
        self.messages: dict[str, list[Json]] = {}
        self.client = Client(CallbackAPIVersion.VERSION2)
        self.client.on_message = self._note
        self.client.connect("127.0.0.1", port)
        self.client.subscribe("#", qos=1)
        self.client.loop_start()

    def _note(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        self.messages.setdefault(message.topic, []).append(msgspec.json.decode(message.payload))

    def publish(self, topic: str, said: Json) -> None:
        self.client.publish(topic, msgspec.json.encode(said), qos=1).wait_for_publish(10)

    def told(self, topic: str) -> list[Json]:
        """Return what a service has told on a topic; what clients post has no address."""
        return [said for said in self.messages.get(topic, []) if "@iot.selfLink" in said]


def soon(happens: Callable[[], object]) -> None:
    end = time.monotonic() + 15
    while not happens():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def folder(home: Path, broker: Mosquitto, **said: str) -> Path:
    more = "".join(f"{name} = {value}\n" for name, value in said.items())
    settings = f'name = "Byalag"\n\n[sensorthings]\nbroker = "{broker.url}"\n{more}'
    for path, text in {**FILES, "hub.toml": settings}.items():
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        (home / path).write_text(text, "utf-8")
    return home


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    if not Mosquitto.installed():
        pytest.skip("Mosquitto is not installed")
    with Mosquitto(tmp_path / "broker") as running:
        yield running


@pytest.fixture
def heard(broker: Mosquitto) -> Iterator[Heard]:
    found = Heard(broker.port)
    yield found
    found.client.loop_stop()
    found.client.disconnect()


def test_what_is_new_is_published_and_what_is_posted_is_taken(
    tmp_path: Path, broker: Mosquitto, heard: Heard
) -> None:
    home = folder(tmp_path / "hub", broker, takes='"2482"')
    with RunningHub("serve", home, "--open-loopback") as hub:
        made = hub.ask("POST", f"{ROOT}/Things", body=msgspec.json.encode(TREE), headers=JSON)
        assert made.status == 201, made.text
        soon(lambda: heard.told("v1.1/Datastreams(1)"))
        thing = made.json["@iot.id"]
        soon(lambda: heard.told(f"v1.1/Things({thing})/Datastreams"))
        soon(lambda: heard.told(f"v1.1/Things({thing})/Locations"))
        assert heard.told("v1.1/Things")[0]["name"] == "Station 1"
        assert heard.told(f"v1.1/Things({thing})")
        assert heard.messages[f"v1.1/Things({thing})/name"] == [{"name": "Station 1"}]
        assert heard.told(f"v1.1/Things({thing})/Datastreams")[0]["name"] == "Vattentemperatur"
        assert heard.told(f"v1.1/Things({thing})/Locations")[0]["name"] == "Ån"

        along = "v1.1/Datastreams(1)/Observations"
        heard.publish(along, {"result": 7.5, "phenomenonTime": "2026-07-01T12:00:00Z"})
        of = {"Datastream": {"@iot.id": 1}}
        heard.publish("v1.1/Observations", {"result": "is", **of})
        soon(lambda: len(heard.told(along)) == 2)
        results = {str(one["result"]) for one in heard.told("v1.1/Observations")}
        assert results == {"7.5", "is"}
        count = hub.get(f"{ROOT}/Observations?$count=true&$top=0").json["@iot.count"]
        assert count == 2, "what the hub publishes itself is not taken again"

        heard.publish("v1.1/Observations", {"result": 1})  # no Datastream: refused, and thanked
        heard.publish(along, {"result": 8.5, "phenomenonTime": "2026-07-01T13:00:00Z"})
        soon(lambda: len(heard.told(along)) == 3)


def test_nothing_is_taken_where_the_settings_name_nobody(
    tmp_path: Path, broker: Mosquitto, heard: Heard
) -> None:
    home = folder(tmp_path / "hub", broker)
    with RunningHub("serve", home, "--open-loopback") as hub:
        hub.ask("POST", f"{ROOT}/Things", body=msgspec.json.encode(TREE), headers=JSON)
        soon(lambda: heard.told("v1.1/Datastreams(1)"))
        heard.publish("v1.1/Datastreams(1)/Observations", {"result": 7.5})
        hub.ask("POST", f"{ROOT}/Datastreams(1)/Observations", body=b'{"result":1}', headers=JSON)
        soon(lambda: heard.told("v1.1/Observations"))
        assert [one["result"] for one in heard.told("v1.1/Observations")] == [1]


def test_nothing_closed_is_published(tmp_path: Path, broker: Mosquitto, heard: Heard) -> None:
    home = folder(tmp_path / "hub", broker)
    file = home / "kommun/datasets/written.toml"
    file.write_text(file.read_text("utf-8").replace("open = true", "open = false"), "utf-8")
    with RunningHub("serve", home, "--open-loopback") as hub:
        made = hub.ask("POST", f"{ROOT}/Things", body=msgspec.json.encode(TREE), headers=JSON)
        assert made.status == 201
        time.sleep(1)
        assert heard.messages == {}


@pytest.mark.parametrize(
    ("topic", "payload", "where"),
    [
        ("v1.1/Observations", b"{}", "/Observations"),
        ("v1.1/Datastreams(7)/Observations", b"{}", "/Datastreams(7)/Observations"),
        ("v1.1/FeaturesOfInterest(7)/Observations", b"{}", None),
        ("v1.1/Datastreams(7)/../Observations", b"{}", None),
        ("v1.1/Observations", b'{"@iot.selfLink":"x"}', None),
    ],
)
def test_only_observations_are_taken_and_never_what_a_service_has_told(
    topic: str, payload: bytes, where: str | None
) -> None:
    assert posted(topic, payload) == where
