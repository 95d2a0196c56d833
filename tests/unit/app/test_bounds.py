"""A real server, and senders who drip, hang and flood: each is cut, nobody else is harmed."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from granian.constants import Interfaces
from granian.server.embed import Server

from byalag.app._face import Face, Limits
from byalag.app._http import application

Faces = Callable[..., Face]
Send = Callable[[bytes, list[bytes], float], tuple[str, float]]


@pytest.fixture(scope="module")
def port(face: Faces) -> Iterator[int]:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    limits = Limits(body=100_000, deadline=2.0, grace=0.4, rate=1000)
    server = Server(
        application(face(limits=limits)),
        address="127.0.0.1",
        port=port,
        interface=Interfaces.ASGINL,
        websockets=False,
        log_enabled=False,
    )
    stopped: list[asyncio.AbstractEventLoop] = []

    async def run() -> None:
        stopped.append(asyncio.get_running_loop())
        await server.serve()

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    _await(port)
    yield port
    stopped[0].call_soon_threadsafe(server.stop)
    thread.join(timeout=5)


def _await(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return


@pytest.fixture
def send(port: int, push_key: dict[str, str]) -> Send:
    """Return what sends a body in parts with pauses, and tells the status line and the seconds."""

    def sending(framing: bytes, parts: list[bytes], pause: float) -> tuple[str, float]:
        started = time.perf_counter()
        with closing(socket.create_connection(("127.0.0.1", port), timeout=5)) as line:
            head = (
                "POST /observations/v1/observations HTTP/1.1\r\nHost: x\r\n"
                f"Authorization: {push_key['authorization']}\r\nContent-Type: application/json\r\n"
            )
            line.sendall(head.encode() + framing + b"\r\n\r\n")
            for part in parts:
                line.settimeout(max(pause, 0.001))
                try:
                    line.sendall(part)
                    line.recv(1, socket.MSG_PEEK)
                    break
                except TimeoutError:
                    continue
                except ConnectionError:
                    break
            line.settimeout(5)
            answer = b""
            while chunk := line.recv(65536):
                answer += chunk
                if b"\r\n\r\n" in answer and b"onnection: close" not in answer:
                    break
        return answer.partition(b"\r\n")[0].decode(), time.perf_counter() - started

    return sending


@pytest.mark.proves(11)
def test_a_dripping_body_is_cut(send: Send) -> None:
    status, seconds = send(b"Content-Length: 5000", [b"x"] * 100, 0.05)
    assert "408" in status
    assert seconds < 2


@pytest.mark.proves(11)
def test_a_hanging_body_is_cut(send: Send) -> None:
    status, seconds = send(b"Content-Length: 5000", [], 0.05)
    assert "408" in status
    assert seconds < 2


@pytest.mark.proves(11)
def test_a_body_that_is_fast_enough_but_never_ends_is_cut_at_the_deadline(send: Send) -> None:
    parts = [b"400\r\n" + b"x" * 1024 + b"\r\n"] * 60
    status, seconds = send(b"Transfer-Encoding: chunked", parts, 0.1)
    assert "408" in status
    assert 1.5 < seconds < 4


@pytest.mark.proves(11)
def test_a_body_that_says_it_is_too_large_is_refused_before_it_comes(send: Send) -> None:
    status, seconds = send(b"Content-Length: 100001", [], 0.05)
    assert "413" in status
    assert seconds < 1


@pytest.mark.proves(11)
def test_a_body_that_grows_too_large_is_cut(send: Send) -> None:
    parts = [b"8000\r\n" + b"x" * 0x8000 + b"\r\n"] * 40
    status, _ = send(b"Transfer-Encoding: chunked", parts, 0.001)
    assert "413" in status


@pytest.mark.proves(11)
def test_an_honest_body_in_several_parts_is_taken(send: Send) -> None:
    status, _ = send(b"Content-Length: 10\r\nConnection: close", [b"[    ", b"    ]"], 0.05)
    assert "201" in status
