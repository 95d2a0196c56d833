"""What a worker hands over comes to the main process as it was sent, and the answer comes back."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from byalag.app._run import server_of
from byalag.app._workers import private_socket
from byalag.app._workers_hand import FROM, FromWorkers, HandOver
from byalag.testkit import free_port

pytestmark = pytest.mark.anyio
LENGTH = 3_000_000


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Main:
    """Stands for the hub's application; remembers who asked, and who left."""

    def __init__(self) -> None:
        self.clients: list[tuple[str, int]] = []
        self.headers: list[bytes] = []
        self.left = anyio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.clients.append(scope["client"])
        self.headers += [name for name, _ in scope["headers"]]
        if scope["path"] == "/events":
            await self._stream(receive, send)
            return
        length, more = 0, scope["path"] == "/whole"
        while more:
            message = await receive()
            length += len(message.get("body", b""))
            more = message.get("more_body", False)
        body = f"{scope['method']} {scope['path']}?{scope['query_string'].decode()} {length}"
        headers = [(b"content-length", str(len(body)).encode()), (b"x-two", b"1"), (b"x-two", b"2")]
        await send({"type": "http.response.start", "status": 207, "headers": headers})
        told = b"" if scope["method"] == "HEAD" else body.encode()
        await send({"type": "http.response.body", "body": told})

    async def _stream(self, receive: Receive, send: Send) -> None:
        kind = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": kind})
        await send({"type": "http.response.body", "body": b"data: 1\n\n", "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass
        self.left.set()


@asynccontextmanager
async def served(app: ASGIApp, **at: object) -> AsyncGenerator[None]:
    server = server_of(app, **at)  # type: ignore[arg-type]  # a port, or a socket
    serving = asyncio.ensure_future(server.serve())
    try:
        yield
    finally:
        server.stop()  # type: ignore[no-untyped-call]  # granian does not say its type
        await serving


@asynccontextmanager
async def hub(main: Main) -> AsyncGenerator[int]:
    """Run a worker before `main`, and give its port."""
    port = free_port()
    async with private_socket() as (path, secret):
        over = HandOver(path, secret)
        async with served(FromWorkers(main, secret), socket=path), served(over, port=port):
            await reached(port, path)
            yield port
        await over.close()


async def reached(port: int, path: Path) -> None:
    while True:
        try:
            await (await anyio.connect_tcp("127.0.0.1", port)).aclose()
            await (await anyio.connect_unix(path)).aclose()
        except OSError:
            await anyio.sleep(0.01)
        else:
            return


async def ask(port: int, head: str, body: bytes = b"") -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"{head}\r\nHost: hub.example\r\nConnection: close\r\n\r\n".encode() + body)
    answer = await reader.read()
    writer.close()
    return answer.decode()


async def test_a_request_comes_whole_and_from_whom_it_came() -> None:
    main = Main()
    async with hub(main) as port:
        head = f"POST /whole?a=%C3%A5&b HTTP/1.1\r\nContent-Length: {LENGTH}"
        said = await ask(port, head, bytes(LENGTH))
    assert said.startswith("HTTP/1.1 207")
    assert said.endswith(f"POST /whole?a=%C3%A5&b {LENGTH}")
    assert said.count("x-two:") == 2
    assert [host for host, _ in main.clients] == ["127.0.0.1"]
    assert main.clients[0][1] > 0
    assert FROM not in main.headers
    assert main.headers.count(b"host") == 1


async def test_what_is_asked_by_head_has_a_length_and_no_body() -> None:
    async with hub(Main()) as port:
        said = await ask(port, "HEAD /there HTTP/1.1")
    assert "content-length: 14" in said
    assert said.endswith("\r\n\r\n")


async def test_a_body_that_nobody_reads_does_not_hold_up_the_answer() -> None:
    async with hub(Main()) as port:
        head = f"POST /unread HTTP/1.1\r\nContent-Length: {LENGTH}"
        with anyio.fail_after(20):
            said = await ask(port, head, bytes(LENGTH))
    assert said.startswith("HTTP/1.1 207")


async def test_who_leaves_a_stream_is_known_to_have_left() -> None:
    main = Main()
    async with hub(main) as port:
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
            heard = b""
            while b"data: 1" not in heard:
                heard += await asyncio.to_thread(line.recv, 1000)
        with anyio.fail_after(20):
            await main.left.wait()


async def test_nobody_else_is_let_in_by_the_workers_way() -> None:
    main = Main()
    port = free_port()
    async with served(FromWorkers(main, "secret"), port=port):
        while True:
            try:
                said = await ask(port, "GET / HTTP/1.1\r\nX-Byalag-From: guess 127.0.0.1 1")
                break
            except OSError:
                await anyio.sleep(0.01)
    assert said.startswith("HTTP/1.1 403")
    assert main.clients == []


async def test_who_asks_while_the_main_process_is_gone_is_told_to_come_again() -> None:
    port = free_port()
    async with private_socket() as (path, secret):
        over = HandOver(path, secret)
        async with served(over, port=port):
            while True:
                try:
                    said = await ask(port, "GET /there HTTP/1.1")
                    break
                except OSError:
                    await anyio.sleep(0.01)
        await over.close()
    assert said.startswith("HTTP/1.1 503")
    assert "retry-after: 1" in said
