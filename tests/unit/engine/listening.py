"""What the tests of brokers share: sources that listen, senders of another make, and the facts."""

import json
import os
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import nats
from nats.js import JetStreamContext
from paho.mqtt.client import Client, MQTTMessageInfo
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from byalag.engine import Connected, Engine, SystemClock
from byalag.model import Municipality
from byalag.sources import settle
from byalag.store import Store

HOME = Municipality(code="2482", name="Skellefteå", on_premises=("127.0.0.0/8", "::1/128"))
SERIES = "sensor:here:pump/count"
READING: dict[str, Any] = {
    "dataset": "sensors",
    "thing": {"type": "Device", "operator": "here", "id": "{$parts.1}"},
    "series": [{"name": "count", "value": "n", "at": "at"}],
}


def reading(number: int) -> bytes:
    """Return a message with a number and a time of its own."""
    minute, second = divmod(number, 60)
    hour, minute = divmod(minute, 60)
    day, hour = divmod(hour, 24)
    at = f"2026-07-{day + 1:02}T{hour:02}:{minute:02}:{second:02}Z"
    return json.dumps({"n": number, "at": at}).encode()


def listens(kind: str, url: str, *, home: Municipality = HOME, **said: object) -> Connected:
    """Return a source that listens to a broker."""
    where: dict[str, Any] = {"mqtt": {"topics": ["tele/#"]}, "nats": {"stream": "TELE"}}
    found, settings = settle(
        {**READING, **where[kind], "kind": kind, "url": url, **said}, name="here"
    )
    return Connected(name="here", municipality=home, kind=found, settings=settings)


def engine(store: Store, commons: Store, *sources: Connected) -> Engine:
    """Return an engine with the computer's own clock, and its secrets in the environment."""
    return Engine(
        {"2482": store}, commons, sources, clock=SystemClock(), secret=lambda one: os.environ[one]
    )


def numbers(store: Store, series: str = SERIES) -> list[int]:
    """Return every number that has been stored, in the order of their times."""
    if store.series(series) is None:
        return []
    return [int(value) for value in store.history(series, start=0, end=2**62).values]


@contextmanager
def mqtt_sender(port: int) -> Iterator[Client]:
    """Connect a sender that is not of our own making."""
    client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv311)
    client.connect("127.0.0.1", port)
    client.loop_start()
    try:
        yield client
    finally:
        client.disconnect()
        client.loop_stop()


def send(client: Client, bodies: Iterable[bytes], topic: str = "tele/pump") -> None:
    """Publish at QoS 1, and wait until the broker has acknowledged all."""
    sent: list[MQTTMessageInfo] = [client.publish(topic, body, qos=1) for body in bodies]
    for one in sent:
        one.wait_for_publish(20)
        assert one.is_published()


@asynccontextmanager
async def nats_sender(url: str, at_most: int = -1) -> AsyncIterator[JetStreamContext]:
    """Connect a sender that is not of our own making; its stream keeps `at_most` messages."""
    connection = await nats.connect(url)
    try:
        jetstream = connection.jetstream()
        await jetstream.add_stream(name="TELE", subjects=["tele.>"], max_msgs=at_most)
        yield jetstream
    finally:
        await connection.close()


async def put(jetstream: JetStreamContext, bodies: Iterable[bytes], to: str = "tele.pump") -> None:
    """Publish to the stream, and wait until the server has acknowledged each."""
    for body in bodies:
        await jetstream.publish(to, body)
