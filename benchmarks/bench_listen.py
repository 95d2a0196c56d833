"""What a hub hears: messages of a broker kept, acknowledged and translated, beside only hearing."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import anyio
import nats
from anyio import to_thread
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from benchmarks._table import Row
from byalag.engine import Connected, Engine, SystemClock
from byalag.engine._broker import broker_of
from byalag.engine._guard import Guard, SystemNames, networks
from byalag.engine._listen_mqtt import listen_mqtt
from byalag.engine._listen_nats import listen_nats
from byalag.engine._message import gathered
from byalag.engine._secret import Vault
from byalag.model import Municipality
from byalag.sources import Listen, settle
from byalag.store import Store
from byalag.testkit import Mosquitto, NatsServer, running, soon

MESSAGES = 10_000
ROUNDS = 2
SENSORS = 200
CLIENT = "bench"
HOME = Municipality(code="2482", name="Skellefteå", on_premises=("127.0.0.0/8",))
READING: dict[str, object] = {
    "dataset": "sensors",
    "client": CLIENT,
    "thing": {"type": "Device", "operator": "here", "id": "{$parts.1}"},
    "series": [{"name": "count", "value": "n", "at": "at"}],
}
WHERE: dict[str, dict[str, object]] = {"mqtt": {"topics": ["tele/#"]}, "nats": {"stream": "TELE"}}
# saving all that waits at each message would measure the disk of the broker
LIGHT = {"mqtt": ["autosave_interval 1800"], "nats": list[str]()}
MADE: dict[str, type[Mosquitto | NatsServer]] = {"mqtt": Mosquitto, "nats": NatsServer}


def rows() -> Iterator[Row]:
    """Yield the rows of the table that are about brokers."""
    for kind, name in (("mqtt", "MQTT 5, Mosquitto"), ("nats", "NATS JetStream")):
        if MADE[kind].installed():
            whole = median(timed(kind, keeping=True) for _ in range(ROUNDS))
            floor = median(timed(kind, keeping=False) for _ in range(ROUNDS))
            what = f"{name}: heard, kept, translated"
            yield Row(what, whole, "messages/s", "heard, acknowledged", whole / floor)


def timed(kind: str, *, keeping: bool) -> float:
    """Return messages a second, of those that wait at a broker when we come."""
    with TemporaryDirectory() as folder, MADE[kind](Path(folder), settings=LIGHT[kind]) as broker:
        return anyio.run(measured, source(kind, broker.url), broker.port, Path(folder), keeping)


def source(kind: str, url: str) -> Connected:
    """Return a source that listens to a broker."""
    table = {**READING, **WHERE[kind], "kind": kind, "url": url}
    found, settings = settle(table, name="here")
    return Connected(name="here", municipality=HOME, kind=found, settings=settings)


async def measured(heard: Connected, port: int, folder: Path, keeping: bool) -> float:  # noqa: FBT001 -- anyio hands arguments on by their place
    """Let messages gather at a broker, then hear them all."""
    if heard.kind.name == "nats":
        await fill_stream(f"nats://127.0.0.1:{port}")
    else:
        await hear(heard, 0)  # from here on the broker keeps for us what is sent
        await to_thread.run_sync(fill_topics, port)
    began = time.perf_counter()
    await (keep(heard, folder) if keeping else hear(heard, MESSAGES))
    return MESSAGES / (time.perf_counter() - began)


async def hear(heard: Connected, count: int) -> None:
    """Hear and acknowledge messages, and do nothing else."""
    reach = heard.kind.reach(heard.settings)
    assert isinstance(reach, Listen)  # noqa: S101 -- both kinds listen
    guard, vault = Guard(SystemNames(), networks(HOME.on_premises)), Vault(str)
    opened = listen_nats if heard.kind.name == "nats" else listen_mqtt
    broker = broker_of(reach, CLIENT)
    async with opened(broker, reach, before=None, guard=guard, vault=vault) as session:
        while count > 0:
            messages = await gathered(session, reach)
            await session.thank(messages)
            count -= len(messages)


async def keep(heard: Connected, folder: Path) -> None:
    """Run an engine until every message has become a fact."""
    with Store(folder / "own.sqlite") as store, Store(folder / "commons.sqlite") as commons:
        hub = Engine({HOME.code: store}, commons, [heard], clock=SystemClock(), secret=str)
        async with running(hub):
            await soon(lambda: store.counts().observations == MESSAGES, within=120)


def body(number: int) -> bytes:
    """Return what a sensor says, at a time of its own."""
    minute, second = divmod(number, 60)
    hour, minute = divmod(minute, 60)
    return json.dumps(
        {"n": number, "at": f"2026-07-01T{hour:02}:{minute:02}:{second:02}Z"}
    ).encode()


def fill_topics(port: int) -> None:
    """Send every message at QoS 1, and wait until all are acknowledged."""
    client = Client(CallbackAPIVersion.VERSION2)
    client.max_inflight_messages_set(1000)
    client.connect("127.0.0.1", port)
    client.loop_start()
    sent = [client.publish(f"tele/{n % SENSORS}", body(n), qos=1) for n in range(MESSAGES)]
    for one in sent:
        one.wait_for_publish(60)
    client.disconnect()
    client.loop_stop()


async def fill_stream(url: str) -> None:
    """Send every message, and wait until all are in the stream."""
    connection = await nats.connect(url)
    jetstream = connection.jetstream()
    await jetstream.add_stream(name="TELE", subjects=["tele.>"])
    for number in range(MESSAGES):
        await connection.publish(f"tele.{number % SENSORS}", body(number))
    await connection.flush()
    while (await jetstream.stream_info("TELE")).state.messages < MESSAGES:  # noqa: ASYNC110 -- the server tells nobody when
        await anyio.sleep(0.05)
    await connection.close()
