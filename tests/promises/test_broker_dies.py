"""Promise 5: the broker may die, and so may we. What it kept is here, once.

NATS writes before it acknowledges, so all that it has acknowledged is heard. Mosquitto saves what
it has acknowledged within a second, so that of its last second may die with it.
"""

import random
import signal
import threading
import time
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any, TypeAlias

import anyio
import nats
import pytest
from anyio import to_thread

from byalag.store import Store
from byalag.testkit import Mosquitto, NatsServer, RunningHub, byalag, running, soon
from tests.unit.engine.listening import SERIES, engine, listens, mqtt_sender, numbers, reading

Record: TypeAlias = Callable[[str, object], None]
Sending: TypeAlias = Callable[[Mosquitto | NatsServer, range, threading.Event], dict[int, float]]

ROUNDS = [1, pytest.param(10, marks=pytest.mark.promise)]
A_ROUND = 100_000  # numbers that a round may send
LAST = 2.0  # seconds before its death in which Mosquitto may not have saved
AT_ONCE = 50  # messages that a sender has on their way
LUCK = random.Random(11)  # noqa: S311 -- when to kill is no secret


def by_mqtt(broker: Mosquitto | NatsServer, ours: range, stop: threading.Event) -> dict[int, float]:
    """Send numbers until told to stop or the broker dies; return when each was acknowledged."""
    done: dict[int, float] = {}
    with mqtt_sender(getattr(broker, "mqtt_port", broker.port)) as client:
        for first in range(ours.start, ours.stop, AT_ONCE):
            some = range(first, first + AT_ONCE)
            sent = [(n, client.publish("tele/pump", reading(n), qos=1)) for n in some]
            for number, one in sent:
                one.wait_for_publish(1)
                if stop.is_set() and not one.is_published():
                    return done
                done[number] = time.monotonic()
            if stop.is_set():
                break
    return done


def by_nats(broker: Mosquitto | NatsServer, ours: range, stop: threading.Event) -> dict[int, float]:
    """Send numbers to a stream, as `by_mqtt` does."""
    done: dict[int, float] = {}

    async def work() -> None:
        connection = await nats.connect(broker.url, allow_reconnect=False)
        jetstream = connection.jetstream(timeout=1)
        await jetstream.add_stream(name="TELE", subjects=["tele.>"])
        for number in ours:
            try:
                await jetstream.publish("tele.pump", reading(number))
            except (nats.errors.Error, ConnectionError):
                break
            done[number] = time.monotonic()
            if stop.is_set():
                break
        await connection.close()

    anyio.run(work)
    return done


class Load(threading.Thread):
    """A sender at work."""

    def __init__(self, broker: Mosquitto | NatsServer, send: Sending, turn: int) -> None:
        super().__init__()
        self.done: dict[int, float] = {}
        self._broker, self._send = broker, send
        self._ours = range(turn * A_ROUND, (turn + 1) * A_ROUND)
        self.stop = threading.Event()

    def run(self) -> None:
        self.done = self._send(self._broker, self._ours, self.stop)


def died(broker: Mosquitto | NatsServer, load: Load) -> float:
    """Kill a broker under load; return when."""
    time.sleep(LUCK.uniform(0.5, 1.2))
    moment = time.monotonic()
    broker.kill()
    load.stop.set()
    load.join()
    broker.start()
    return moment


async def heard_while_it_dies(
    broker: Mosquitto | NatsServer, send: Sending, folder: Path, rounds: int
) -> tuple[dict[int, float], list[int], list[float]]:
    """Kill a broker again and again; return what it acknowledged, what we have, when it died."""
    acknowledged: dict[int, float] = {}
    deaths: list[float] = []
    kind, url = "mqtt", getattr(broker, "mqtt_url", broker.url)
    more: dict[str, Any] = {"version": "3.1.1"}
    if send is by_nats:
        kind, url, more = "nats", broker.url, {}
        await to_thread.run_sync(by_nats, broker, range(0), threading.Event())
    with Store(folder / "own.sqlite") as store, Store(folder / "commons.sqlite") as commons:
        hub = engine(store, commons, listens(kind, url, **more))
        async with running(hub):
            await soon(lambda: store.recall("listen/here"))
            for turn in range(rounds):
                load = Load(broker, send, turn)
                load.start()
                deaths.append(await to_thread.run_sync(died, broker, load))
                acknowledged |= load.done
                await soon(lambda: hub.status()[0].state == "ok", within=60)
            await quiet(store, set() if isinstance(broker, Mosquitto) else acknowledged.keys())
        assert store.check() == []
        found = numbers(store)
        assert len(found) == len(set(found)) == store.counts().observations
        assert store.counts().set_aside == 0
    return acknowledged, found, deaths


async def quiet(store: Store, wanted: AbstractSet[int]) -> None:
    """Wait until all that is wanted is there, and nothing more has come for a while."""
    before, end = -1, time.monotonic() + 60
    while store.counts().observations != before or not wanted <= set(numbers(store)):
        assert time.monotonic() < end, f"{len(wanted - set(numbers(store)))} never came"
        before = store.counts().observations
        await anyio.sleep(0.5)


@pytest.mark.anyio
@pytest.mark.skipif(not NatsServer.installed(), reason="no NATS server is installed")
@pytest.mark.parametrize(
    ("send", "rounds"),
    [
        pytest.param(by_nats, 1, id="JetStream-1"),
        pytest.param(by_nats, 10, id="JetStream-10", marks=pytest.mark.promise),
        pytest.param(by_mqtt, 10, id="MQTT-10", marks=pytest.mark.promise),
    ],
)
@pytest.mark.proves(5)
async def test_everything_that_nats_acknowledged_is_heard_though_it_is_killed(
    rounds: int, send: Sending, tmp_path: Path, record_property: Record
) -> None:
    with NatsServer(tmp_path) as server:
        acknowledged, found, _ = await heard_while_it_dies(server, send, tmp_path, rounds)
    record_property("acknowledged", len(acknowledged))
    record_property("heard", len(found))
    assert len(acknowledged) > 100 * rounds
    assert acknowledged.keys() <= set(found)


@pytest.mark.anyio
@pytest.mark.skipif(not Mosquitto.installed(), reason="Mosquitto is not installed")
@pytest.mark.parametrize("rounds", ROUNDS)
@pytest.mark.proves(5)
async def test_all_but_the_last_second_is_heard_though_mosquitto_is_killed(
    rounds: int, tmp_path: Path, record_property: Record
) -> None:
    with Mosquitto(tmp_path) as broker:
        acknowledged, found, deaths = await heard_while_it_dies(broker, by_mqtt, tmp_path, rounds)
    lost = acknowledged.keys() - set(found)
    record_property("acknowledged", len(acknowledged))
    record_property("heard", len(found))
    record_property("lost by the broker", len(lost))
    assert len(acknowledged) > 100 * rounds
    assert all(min(abs(died - acknowledged[one]) for died in deaths) < LAST for one in lost)


SOURCES = {
    "mqtt": 'kind = "mqtt"\ntopics = ["tele/#"]\nversion = "{version}"\n',
    "nats": 'kind = "nats"\nstream = "TELE"\n',
}
SOURCE = """\
dataset = "sensors"
url = "{url}"

[thing]
type = "Device"
operator = "here"
id = "{{$parts.1}}"

[[series]]
name = "count"
value = "n"
at = "at"
"""


def hub_of(home: Path, source: str) -> Path:
    folder = home / "hub"
    assert byalag("init", folder, "--municipality", "2482").code == 0
    own = folder / "skelleftea"
    for file in (own / "sources").glob("*.toml"):
        file.unlink()
    (own / "sources" / "here.toml").write_text(source, "utf-8")
    written = (own / "municipality.toml").read_text("utf-8")
    (own / "municipality.toml").write_text(f'on_premises = ["127.0.0.0/8"]\n{written}', "utf-8")
    return folder


def heard(folder: Path) -> list[int]:
    """Return what a hub has stored, from beside it."""
    file = next((folder / "store").glob("2482.sqlite"), None)
    if file is None:
        return []
    with Store(file) as store:
        return numbers(store)


@pytest.mark.promise
@pytest.mark.parametrize("which", ["mosquitto", "nats", "nats-mqtt"])
@pytest.mark.proves(5)
def test_a_hub_that_is_killed_misses_nothing_and_counts_nothing_twice(
    which: str, tmp_path: Path, record_property: Record
) -> None:
    rounds = 10
    made = Mosquitto if which == "mosquitto" else NatsServer
    if not made.installed():
        pytest.skip(f"{made.__name__} is not installed")
    send = by_nats if which == "nats" else by_mqtt
    with made(tmp_path / "broker") as broker:
        url = broker.url if which != "nats-mqtt" else getattr(broker, "mqtt_url", "")
        kind = SOURCES["nats" if which == "nats" else "mqtt"]
        version = "5" if which == "mosquitto" else "3.1.1"
        folder = hub_of(tmp_path, kind.format(version=version) + SOURCE.format(url=url))
        if which == "nats":
            by_nats(broker, range(0), threading.Event())
        with RunningHub("serve", folder) as first:
            wait_for(lambda: "listen/here" in remembered(folder))
            load = Load(broker, send, 0)
            load.start()
            wait_for(lambda: heard(folder))
            first.stop(signal.SIGKILL)
        for _ in range(rounds - 1):
            with RunningHub("serve", folder) as again:
                time.sleep(LUCK.uniform(0.5, 1.5))
                again.stop(signal.SIGKILL)
        load.stop.set()
        load.join()
        with RunningHub("serve", folder):
            wait_for(lambda: load.done.keys() <= set(heard(folder)))
    found = heard(folder)
    record_property("acknowledged", len(load.done))
    record_property("heard", len(found))
    assert len(load.done) > 50 * rounds
    assert len(found) == len(set(found))
    with Store(next((folder / "store").glob("2482.sqlite"))) as store:
        assert store.check() == []
        assert store.counts().observations == len(found)
        assert store.history(SERIES, start=0, end=2**62).values.tolist() == sorted(found)


def remembered(folder: Path) -> list[str]:
    """Return which sources a hub has come to listen for."""
    file = next((folder / "store").glob("2482.sqlite"), None)
    if file is None:
        return []
    with Store(file) as store:
        return ["listen/here"] if store.recall("listen/here") else []


def wait_for(holds: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.1)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
