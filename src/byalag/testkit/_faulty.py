"""A real HTTP server that misbehaves on request: drips, hangs, cuts, redirects, bombs."""

import asyncio
import threading
import zlib
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from types import TracebackType
from typing import Self, TypeAlias

from msgspec import Struct, field

_LIMIT = 1 << 20


class Asked(Struct, frozen=True, kw_only=True):
    """One request as the server saw it. Header names are lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""


class Answer(Struct, frozen=True, kw_only=True):
    """What the server says, and how badly.

    `drip` is the pause before each byte of the body, seconds. `hang` never answers. `cut` breaks
    the connection after that many bytes of the body. `length` is what the header claims when it
    is not the truth. `etag` and `modified` are kept: a matching request is answered with 304.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    media_type: str = "application/json"
    drip: float = 0
    hang: bool = False
    cut: int | None = None
    length: int | None = None
    chunked: bool = False
    etag: str = ""
    modified: str = ""


Respond: TypeAlias = Answer | Sequence[Answer] | Callable[[Asked], Answer]


def gzip_bomb(size: int) -> bytes:
    """Return gzip that is small and becomes `size` zero bytes."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    step = bytes(_LIMIT)
    parts = [squeeze.compress(step) for _ in range(size // _LIMIT)]
    return b"".join([*parts, squeeze.compress(step[: size % _LIMIT]), squeeze.flush()])


class Faulty:
    """An HTTP server on the loopback interface, used as a context manager.

    A path that has several answers gives them in order, and the last one for ever.
    """

    def __init__(self, **answers: Respond) -> None:
        """Prepare the server; `lots=Answer(...)` is what it says at `/lots`."""
        self.asked: list[Asked] = []
        self.most_at_once = 0
        self._answers: dict[str, Respond] = {f"/{name}": said for name, said in answers.items()}
        self._open = 0
        self._loop = asyncio.new_event_loop()
        self._port = 0
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="faulty", daemon=True)

    def __enter__(self) -> Self:
        """Start answering."""
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Break every connection and stop."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    @property
    def port(self) -> int:
        """Return the port that it listens on."""
        return self._port

    def url(self, path: str = "/") -> str:
        """Return the full address of a path."""
        return f"http://127.0.0.1:{self._port}{path}"

    def put(self, path: str, said: Respond) -> None:
        """Decide what is said at a path from now on."""
        self._answers[path] = said

    def count(self, path: str) -> int:
        """Return how often a path has been asked, whatever its query."""
        return sum(asked.target.partition("?")[0] == path for asked in self.asked)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._talk, "127.0.0.1", 0))
        self._port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        talks = asyncio.all_tasks(self._loop)
        for talk in talks:
            talk.cancel()
        self._loop.run_until_complete(asyncio.gather(*talks, return_exceptions=True))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (asked := await _read(reader)) is not None:
                self.asked.append(asked)
                if not await self._reply(asked, writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the other side left, as tests of time-outs make it do, or the test has ended
        finally:
            writer.close()

    async def _reply(self, asked: Asked, writer: asyncio.StreamWriter) -> bool:
        self._open += 1
        self.most_at_once = max(self.most_at_once, self._open)
        try:
            return await _say(self._choose(asked), asked, writer)
        finally:
            self._open -= 1

    def _choose(self, asked: Asked) -> Answer:
        path = asked.target.partition("?")[0]
        said = self._answers.get(path, Answer(status=404, body=b'{"error": "no such path"}'))
        if callable(said):
            return said(asked)
        if isinstance(said, Answer):
            return said
        return said[min(self.count(path), len(said)) - 1]


async def _read(reader: asyncio.StreamReader) -> Asked | None:
    first = (await reader.readline()).decode("latin-1").split()
    if len(first) < 2:  # noqa: PLR2004 -- a request line has a method and a target
        return None
    headers: dict[str, str] = {}
    while line := (await reader.readline()).decode("latin-1").strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Asked(method=first[0], target=first[1], headers=headers, body=body)


async def _say(answer: Answer, asked: Asked, writer: asyncio.StreamWriter) -> bool:
    """Write an answer; tell whether the connection may be used again."""
    if answer.hang:
        await asyncio.sleep(3600)
    same = _unchanged(answer, asked)
    body = b"" if same else answer.body
    writer.write(_head(answer, 304 if same else answer.status, len(body)))
    sent = body if answer.cut is None else body[: answer.cut]
    if answer.drip:
        for number in range(len(sent)):
            await asyncio.sleep(answer.drip)
            writer.write(_framed(sent[number : number + 1], answer))
            await writer.drain()
    else:
        writer.write(_framed(sent, answer))
    if answer.cut is None and answer.chunked and not same:
        writer.write(b"0\r\n\r\n")
    await writer.drain()
    return answer.cut is None and answer.length is None


def _unchanged(answer: Answer, asked: Asked) -> bool:
    return bool(
        (answer.etag and asked.headers.get("if-none-match") == answer.etag)
        or (answer.modified and asked.headers.get("if-modified-since") == answer.modified)
    )


def _framed(part: bytes, answer: Answer) -> bytes:
    return b"%x\r\n%s\r\n" % (len(part), part) if answer.chunked and part else part


def _head(answer: Answer, status: int, length: int) -> bytes:
    headers = {"content-type": answer.media_type, **answer.headers}
    if answer.etag:
        headers["etag"] = answer.etag
    if answer.modified:
        headers["last-modified"] = answer.modified
    if answer.chunked and status != HTTPStatus.NOT_MODIFIED:
        headers["transfer-encoding"] = "chunked"
    else:
        headers["content-length"] = str(length if answer.length is None else answer.length)
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n{lines}\r\n".encode("latin-1")
