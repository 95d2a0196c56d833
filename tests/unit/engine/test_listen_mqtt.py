"""Listening to MQTT brokers: nothing acknowledged is lost, nothing counts twice, gaps are told."""

from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from pathlib import Path

import anyio
import pytest
from anyio import to_thread

from byalag.engine import Unreachable, try_source
from byalag.engine._broker import Broker
from byalag.engine._guard import Guard, SystemNames, networks
from byalag.engine._mqtt import publish
from byalag.engine._secret import Vault
from byalag.model import Delivery, Json, Municipality
from byalag.store import Kept, Store
from byalag.testkit import Mosquitto, NatsServer, certificate, running, soon

from .listening import HOME, engine, listens, mqtt_sender, numbers, reading, send

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(not Mosquitto.installed(), reason="Mosquitto is not installed"),
]


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    with Mosquitto(tmp_path) as running:
        yield running


@pytest.mark.parametrize("version", ["5", "3.1.1"])
async def test_messages_become_facts_under_their_topics(
    version: str, broker: Mosquitto, store: Store, commons: Store
) -> None:
    hub = engine(store, commons, listens("mqtt", broker.url, version=version))
    async with running(hub):
        await soon(lambda: store.recall("listen/here"))
        with mqtt_sender(broker.port) as sender:
            await to_thread.run_sync(send, sender, map(reading, range(300)))
            await to_thread.run_sync(send, sender, [reading(7)], "tele/other/deep")
        await soon(lambda: len(numbers(store)) == 300)
        await soon(lambda: numbers(store, "sensor:here:other/count") == [7])
        (status,) = hub.status()
    assert numbers(store) == list(range(300))
    assert (status.state, status.error, status.gap) == ("ok", "", "")
    assert store.counts().set_aside == 0
    delivery = store.newest("here", "main")
    assert delivery is not None
    assert set(delivery.names) <= {"tele/pump", "tele/other/deep"}


async def test_a_message_that_cannot_be_read_does_not_hold_up_its_neighbours(
    broker: Mosquitto, store: Store, commons: Store
) -> None:
    hub = engine(store, commons, listens("mqtt", broker.url, gather="500ms", max_bytes=2000))
    async with running(hub):
        await soon(lambda: store.recall("listen/here"))
        with mqtt_sender(broker.port) as sender:
            bodies = [reading(1), b"\xff\x00", b"", b"x" * 1_000_000, b"y" * 2001, reading(2)]
            await to_thread.run_sync(send, sender, bodies)
            await soon(lambda: numbers(store) == [1, 2])
            await to_thread.run_sync(send, sender, [reading(3)])
            await soon(lambda: numbers(store) == [1, 2, 3])
    reasons = [one.why for one in store.set_aside()]
    assert sum("raise max_bytes" in why for why in reasons) == 2
    assert any("1000000 bytes" in why for why in reasons)
    assert len(reasons) == 4


async def test_what_was_sent_while_we_were_away_is_heard_when_we_come_back(
    broker: Mosquitto, store: Store, commons: Store
) -> None:
    source = listens("mqtt", broker.url)
    async with running(engine(store, commons, source)):
        await soon(lambda: store.recall("listen/here"))
    with mqtt_sender(broker.port) as sender:
        await to_thread.run_sync(send, sender, map(reading, range(50)))
    hub = engine(store, commons, source)
    async with running(hub):
        await soon(lambda: len(numbers(store)) == 50)
        assert not hub.status()[0].gap


async def test_a_broker_that_starts_again_is_heard_again(
    broker: Mosquitto, store: Store, commons: Store
) -> None:
    hub = engine(store, commons, listens("mqtt", broker.url))
    async with running(hub):
        await soon(lambda: store.recall("listen/here"))
        await to_thread.run_sync(broker.stop)
        await soon(lambda: hub.status()[0].state == "failing")
        assert "broke" in hub.status()[0].error or "closed" in hub.status()[0].error
        await to_thread.run_sync(broker.start)
        with mqtt_sender(broker.port) as sender:
            await to_thread.run_sync(send, sender, map(reading, range(20)))
        await soon(lambda: numbers(store) == list(range(20)))
        await soon(lambda: hub.status()[0].state == "ok")
        assert not hub.status()[0].gap


async def test_a_place_that_the_broker_has_lost_is_told(
    broker: Mosquitto, store: Store, commons: Store
) -> None:
    hub = engine(store, commons, listens("mqtt", broker.url))
    async with running(hub):
        await soon(lambda: store.recall("listen/here"))
        await to_thread.run_sync(broker.kill)
        broker.forget()
        await to_thread.run_sync(broker.start)
        await soon(lambda: hub.status()[0].gap)
        assert "had not kept our place" in hub.status()[0].gap
        with mqtt_sender(broker.port) as sender:
            await to_thread.run_sync(send, sender, [reading(1)])
        await soon(lambda: numbers(store) == [1])
        assert hub.registry.get_sample_value(
            "byalag_gaps_total", {"municipality": "2482", "source": "here"}
        )


async def test_nats_speaks_mqtt_too(tmp_path: Path, store: Store, commons: Store) -> None:
    with NatsServer(tmp_path / "nats") as server:
        hub = engine(store, commons, listens("mqtt", server.mqtt_url, version="3.1.1"))
        async with running(hub):
            await soon(lambda: store.recall("listen/here"))
            with mqtt_sender(server.mqtt_port) as sender:
                await to_thread.run_sync(send, sender, map(reading, range(10)))
                await soon(lambda: len(numbers(store)) == 10)
            await to_thread.run_sync(server.restart)
            with mqtt_sender(server.mqtt_port) as sender:
                await to_thread.run_sync(send, sender, map(reading, range(10, 20)))
            await soon(lambda: numbers(store) == list(range(20)))
            assert not hub.status()[0].gap


async def test_a_kept_message_is_not_heard_again_at_every_connection(
    broker: Mosquitto, store: Store, commons: Store
) -> None:
    with mqtt_sender(broker.port) as sender:
        sender.publish("tele/pump", reading(1), qos=1, retain=True).wait_for_publish(5)
    for version in ("5", "3.1.1"):
        for _ in range(2):
            source = listens("mqtt", broker.url, version=version, client=f"byalag-{version}")
            async with running(engine(store, commons, source)):
                await soon(lambda: numbers(store))
                await anyio.sleep(0.4)
    assert store.counts().deliveries == 2  # one a client


class Unsure(Store):
    """A store that keeps a delivery and then, once, does not say so."""

    failed = False

    def keep(
        self,
        delivery: Delivery,
        *,
        key: str | None = None,
        remember: Mapping[str, Json] | None = None,
    ) -> "Future[Kept]":
        kept = super().keep(delivery, key=key, remember=remember)
        if not self.failed:
            self.failed = True
            kept.result()
            raise Unreachable("the disk is gone")  # noqa: EM101, TRY003 -- as if the disk said it
        return kept


async def test_what_was_kept_and_not_acknowledged_comes_again_and_counts_once(
    broker: Mosquitto, tmp_path: Path, commons: Store
) -> None:
    with Unsure(tmp_path / "own.sqlite") as store:
        async with running(engine(store, commons, listens("mqtt", broker.url))):
            await soon(lambda: store.recall("listen/here"))
            with mqtt_sender(broker.port) as sender:
                await to_thread.run_sync(send, sender, map(reading, range(100)))
            await soon(lambda: len(numbers(store)) == 100)
        assert store.failed
        kept = [store.delivery(seq + 1) for seq in range(store.counts().deliveries)]
        assert sum(len(one.bodies) for one in kept if one is not None) > 100
        assert numbers(store) == list(range(100))
        assert store.counts().observations == 100


REFUSALS: dict[str, tuple[dict[str, str], str]] = {
    "a wrong password": ({"user": "u", "password": "env:WRONG"}, "check `user` and `password`"),
    "nobody": ({}, "check `user` and `password`"),
    "a name that is not the certificate's": ({"host": "127.0.0.1"}, "could not be trusted"),
    "an authority that we do not know": ({"ca": ""}, "could not be trusted"),
    "a connection without TLS": ({"scheme": "mqtt"}, "the connection to the broker broke"),
}


async def tried(said: dict[str, str], port: int, ca: str, home: Municipality = HOME) -> str:
    """Try a source, and return what it complains of; never with the password in it."""
    where = {"scheme": "mqtts", "host": "localhost", **said}
    url = f"{where.pop('scheme')}://{where.pop('host')}:{port}"
    secrets = {"env:RIGHT": "right", "env:WRONG": "terribly-wrong", "file:ca.pem": ca}
    source = listens("mqtt", url, home=home, **where)
    found = await try_source(source, secret=lambda name: secrets[name])
    assert "terribly-wrong" not in found.error
    return found.error or f"{found.observations} observation"


async def test_what_keeps_us_out_is_told_with_what_to_do(tmp_path: Path) -> None:
    tls = certificate(tmp_path / "tls", "localhost")
    ca = tls.ca.read_text()
    right = {"user": "u", "password": "env:RIGHT", "ca": "file:ca.pem"}
    with Mosquitto(tmp_path, user="u", password="right", tls=tls) as broker:  # noqa: S106 -- of a broker that lives for a second
        there = Broker(url=broker.url, user="u", password="right", ca=ca)  # noqa: S106 -- as above
        guard = Guard(SystemNames(), networks(HOME.on_premises))
        await publish(there, "tele/pump", reading(1), retain=True, guard=guard, vault=Vault(str))
        assert await tried(right, broker.port, ca) == "1 observation"
        for said, expected in REFUSALS.values():
            base = right if said else {"ca": "file:ca.pem"}
            assert expected in await tried({**base, **said}, broker.port, ca)
        stranger = Municipality(code="2482", name="Skellefteå")
        assert "not a public address" in await tried(right, broker.port, ca, stranger)
    assert "no broker answers" in await tried(right, broker.port, ca)


async def test_trying_a_source_leaves_its_place_at_the_broker_alone(
    broker: Mosquitto, store: Store, commons: Store
) -> None:
    source = listens("mqtt", broker.url)
    async with running(engine(store, commons, source)):
        await soon(lambda: store.recall("listen/here"))
    with mqtt_sender(broker.port) as sender:
        async with anyio.create_task_group() as work:
            found = []

            async def attempt() -> None:
                found.append(await try_source(source))
                work.cancel_scope.cancel()

            work.start_soon(attempt)
            for number in range(100):
                await to_thread.run_sync(send, sender, [reading(number)])
                await anyio.sleep(0.1)
    assert found[0].observations
    assert not found[0].error
    async with running(engine(store, commons, source)):
        await soon(lambda: len(numbers(store)) >= 10)
        assert numbers(store)[:10] == list(range(10))
