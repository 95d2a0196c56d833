"""Brokers that do not behave: they drip, flood, or say that nothing need be heard of us."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from byalag.engine import Unreachable, _mqtt, _nats
from byalag.engine._broker import Broker
from byalag.engine._guard import Guard, SystemNames, networks
from byalag.engine._mqtt import mqtt_session
from byalag.engine._mqtt_packet import publish
from byalag.engine._nats import nats_connection
from byalag.engine._secret import Vault

pytestmark = pytest.mark.anyio

GUARD = Guard(SystemNames(), networks(["127.0.0.0/8"]))
VAULT = Vault(str)


@contextmanager
def broker(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """Talk to whoever connects, on a port of loopback."""

    def serve() -> None:
        with suppress(OSError):
            while True:
                with server.accept()[0] as one, suppress(OSError):
                    talk(one)

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


async def test_a_broker_that_minds_no_silence_is_listened_to() -> None:
    def talk(one: socket.socket) -> None:
        one.recv(999)
        one.sendall(b"\x20\x06\x00\x00\x03\x13\x00\x00")
        one.sendall(publish(1, "a", b"heard", retain=False, five=True))
        one.recv(999)

    with broker(talk) as port:
        at = Broker(url=f"mqtt://127.0.0.1:{port}", client="us")
        async with mqtt_session(at, guard=GUARD, vault=VAULT) as session:
            assert [one.body for one in await session.hear(5)] == [b"heard"]
            assert await session.hear(0.2) == []


async def test_a_broker_that_sends_and_never_answers_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_mqtt, "_MOST_HELD", 9_999_999)

    def talk(one: socket.socket) -> None:
        one.recv(999)
        one.sendall(b"\x20\x03\x00\x00\x00")
        while True:
            one.sendall(publish(1, "a", bytes(999_999), retain=False, five=True))

    with broker(talk) as port:
        at = Broker(url=f"mqtt://127.0.0.1:{port}", client="us")
        async with mqtt_session(at, guard=GUARD, vault=VAULT) as session:
            with pytest.raises(Unreachable, match="does not answer"):
                await session.subscribe(["a"])


@pytest.mark.parametrize("first", [b"", b"INFO {}\r\n"])
async def test_a_server_that_drips_is_left(first: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_nats, "_ANSWER", 0.4)

    def talk(one: socket.socket) -> None:
        one.sendall(first)
        for _ in range(99):
            one.sendall(b"PING\r\n" if first else b"I")
            one.settimeout(0.05)
            with suppress(TimeoutError):
                while one.recv(999):
                    pass

    with broker(talk) as port:
        at = Broker(url=f"nats://127.0.0.1:{port}", version="jetstream")
        connection = nats_connection(at, guard=GUARD, vault=VAULT)
        with pytest.raises(Unreachable, match=r"did not answer within 0\.4 s"):
            await connection.__aenter__()
