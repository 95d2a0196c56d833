"""Listening to JetStream: nothing acknowledged is lost, nothing counts twice, gaps are told."""

import ssl
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import anyio
import nats
import pytest
from anyio import to_thread

from byalag.engine import try_source
from byalag.model import Municipality
from byalag.store import Store
from byalag.testkit import NatsServer, certificate, free_port, running, soon

from .listening import HOME, engine, listens, nats_sender, numbers, put, reading

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(not NatsServer.installed(), reason="no NATS server is installed"),
]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[NatsServer]:
    with NatsServer(tmp_path) as running:
        yield running


async def test_what_a_stream_holds_and_what_comes_become_facts(
    server: NatsServer, store: Store, commons: Store
) -> None:
    hub = engine(store, commons, listens("nats", server.url))
    async with nats_sender(server.url) as sender:
        await put(sender, map(reading, range(100)))
        async with running(hub):
            await soon(lambda: len(numbers(store)) == 100)
            await put(sender, map(reading, range(100, 200)))
            await put(sender, [reading(7)], "tele.other")
            await soon(lambda: len(numbers(store)) == 200)
            await soon(lambda: numbers(store, "sensor:here:other/count") == [7])
            (status,) = hub.status()
            assert (status.state, status.error, status.gap) == ("ok", "", "")
        info = await sender.consumer_info("TELE", store_name(store))
    assert info.num_ack_pending == info.num_pending == 0
    assert numbers(store) == list(range(200))
    assert store.counts().set_aside == 0


def store_name(store: Store) -> str:
    bookmark = store.recall("listen/here")
    assert isinstance(bookmark, dict)
    return str(bookmark["client"])


def is_two(store: Store, series: str) -> bool:
    return numbers(store, series) == [2]


async def test_only_the_subjects_that_are_asked_for_are_heard(
    server: NatsServer, store: Store, commons: Store
) -> None:
    async with nats_sender(server.url) as sender:
        for subjects in (["tele.pump"], ["tele.pump", "tele.*.deep"]):
            hub = engine(store, commons, listens("nats", server.url, subjects=subjects))
            async with running(hub):
                await put(sender, [reading(1)], "tele.other")
                await put(sender, [reading(2)], f"tele.{'x.deep' if subjects[1:] else 'pump'}")
                heard = f"sensor:here:{'x' if subjects[1:] else 'pump'}/count"
                await soon(partial(is_two, store, heard))
                assert not hub.status()[0].gap
    assert not numbers(store, "sensor:here:other/count")


async def test_a_server_that_starts_again_is_heard_again(
    server: NatsServer, store: Store, commons: Store
) -> None:
    hub = engine(store, commons, listens("nats", server.url))
    async with nats_sender(server.url) as sender:
        await put(sender, map(reading, range(10)))
    async with running(hub):
        await soon(lambda: len(numbers(store)) == 10)
        await to_thread.run_sync(server.kill)
        await soon(lambda: hub.status()[0].state == "failing")
        await to_thread.run_sync(server.start)
        async with nats_sender(server.url) as sender:
            await put(sender, map(reading, range(10, 20)))
        await soon(lambda: numbers(store) == list(range(20)))
        await soon(lambda: hub.status()[0].state == "ok")
        assert not hub.status()[0].gap


async def test_messages_that_a_stream_has_dropped_are_counted_and_told(
    server: NatsServer, store: Store, commons: Store
) -> None:
    source = listens("nats", server.url)
    async with nats_sender(server.url, at_most=10) as sender:
        await put(sender, map(reading, range(5)))
        async with running(engine(store, commons, source)):
            await soon(lambda: len(numbers(store)) == 5)
        await put(sender, map(reading, range(5, 40)))
        hub = engine(store, commons, source)
        async with running(hub):
            await soon(lambda: len(numbers(store)) == 15)
            assert "25 messages were removed from the stream" in hub.status()[0].gap
        labels = {"municipality": "2482", "source": "here"}
        assert hub.registry.get_sample_value("byalag_gaps_total", labels) == 1
    assert numbers(store) == [*range(5), *range(30, 40)]


async def test_a_consumer_that_is_lost_is_made_again_where_we_were(
    server: NatsServer, store: Store, commons: Store
) -> None:
    hub = engine(store, commons, listens("nats", server.url))
    async with nats_sender(server.url) as sender:
        await put(sender, map(reading, range(10)))
        async with running(hub):
            await soon(lambda: len(numbers(store)) == 10)
            await sender.delete_consumer("TELE", store_name(store))
            await put(sender, map(reading, range(10, 20)))
            await soon(lambda: len(numbers(store)) == 20)
            assert not hub.status()[0].gap
    assert store.counts().observations == 20


async def test_a_stream_that_is_made_anew_is_heard_from_its_beginning(
    server: NatsServer, store: Store, commons: Store
) -> None:
    hub = engine(store, commons, listens("nats", server.url))
    async with nats_sender(server.url) as sender:
        await put(sender, map(reading, range(10)))
        async with running(hub):
            await soon(lambda: len(numbers(store)) == 10)
            await to_thread.run_sync(server.kill)
            server.forget()
            await to_thread.run_sync(server.start)
            async with nats_sender(server.url) as again:
                await put(again, map(reading, range(10, 13)))
            await soon(lambda: len(numbers(store)) == 13, within=20)
            assert "made anew" in hub.status()[0].gap


async def test_a_message_that_cannot_be_read_does_not_hold_up_its_neighbours(
    server: NatsServer, store: Store, commons: Store
) -> None:
    hub = engine(store, commons, listens("nats", server.url, gather="500ms", max_bytes=2000))
    async with nats_sender(server.url) as sender:
        bodies = [reading(1), b"\xff\x00", b"", b"x" * 1_000_000, b"y" * 2001, reading(2)]
        await put(sender, bodies)
        async with running(hub):
            await soon(lambda: numbers(store) == [1, 2])
            await put(sender, [reading(3)])
            await soon(lambda: numbers(store) == [1, 2, 3])
    reasons = [one.why for one in store.set_aside()]
    assert sum("raise max_bytes" in why for why in reasons) == 2
    assert len(reasons) == 4


async def tried(said: dict[str, str], port: int, ca: str, home: Municipality = HOME) -> str:
    """Try a source, and return what it complains of; never with the token in it."""
    where = {"scheme": "tls", "host": "localhost", "ca": "file:ca.pem", **said}
    url = f"{where.pop('scheme')}://{where.pop('host')}:{port}"
    secrets = {"env:RIGHT": "right", "env:WRONG": "terribly-wrong", "file:ca.pem": ca}
    source = listens("nats", url, home=home, **where)
    found = await try_source(source, secret=lambda name: secrets[name])
    assert "terribly-wrong" not in found.error
    return found.error or f"{found.observations} observation"


REFUSALS: list[tuple[dict[str, str], str]] = [
    ({}, "1 observation"),
    ({"user": "u", "password": "env:WRONG"}, "check `user`, `password` and `token`"),
    ({"user": ""}, "check `user`, `password` and `token`"),
    ({"host": "127.0.0.1"}, "could not be trusted"),
    ({"ca": ""}, "could not be trusted"),
    ({"scheme": "nats"}, "write tls://"),
    ({"stream": "OTHER"}, "no stream 'OTHER'; there are TELE"),
]


async def test_what_keeps_us_out_is_told_with_what_to_do(tmp_path: Path) -> None:
    tls = certificate(tmp_path / "tls", "localhost")
    ca = tls.ca.read_text()
    right = {"user": "u", "password": "env:RIGHT"}
    with NatsServer(tmp_path, user="u", password="right", tls=tls) as server:  # noqa: S106 -- of a server that lives for a second
        trusted = ssl.create_default_context(cadata=ca)
        sender = await nats.connect(server.url, user="u", password="right", tls=trusted)  # noqa: S106 -- as above
        jetstream = sender.jetstream()
        await jetstream.add_stream(name="TELE", subjects=["tele.>"])
        await jetstream.publish("tele.pump", reading(1))
        await sender.close()
        for said, expected in REFUSALS:
            assert expected in await tried({**right, **said}, server.port, ca)
        stranger = Municipality(code="2482", name="Skellefteå")
        assert "not a public address" in await tried(right, server.port, ca, stranger)
    assert "no broker answers" in await tried(right, server.port, ca)


async def test_a_server_that_says_it_has_no_tls_never_hears_a_password(tmp_path: Path) -> None:
    heard = b""

    async def answer(stream: anyio.abc.SocketStream) -> None:
        nonlocal heard
        async with stream:
            await stream.send(b'INFO {"server_id":"x","max_payload":1048576}\r\n')
            with anyio.move_on_after(5):
                with suppress(anyio.EndOfStream, anyio.BrokenResourceError):
                    heard += await stream.receive()

    port = free_port()
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1", local_port=port)
    async with listener, anyio.create_task_group() as work:
        work.start_soon(listener.serve, answer)
        said = {"user": "u", "password": "env:RIGHT", "ca": ""}
        assert "no TLS" in await tried(said, port, "")
        work.cancel_scope.cancel()
    assert heard == b""


async def test_plain_nats_is_refused_with_what_to_do(tmp_path: Path) -> None:
    without = "accounts { PLAIN { users: [ { user: p, password: p } ] } }"
    with NatsServer(tmp_path, settings=[without, "no_auth_user: p"]) as server:
        assert "turn JetStream on" in await tried({"scheme": "nats", "ca": ""}, server.port, "")
