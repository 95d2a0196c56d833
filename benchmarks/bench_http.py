"""What a hub's server can do over loopback, asked by this process through 64 open connections.

The floors are the same server's: an empty answer, and pushes that are read and forgotten.
"""

import asyncio
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks._http_server import PLACES, PUSH, SERIES
from benchmarks._table import Row

CONNECTIONS = 64
SECONDS = 2.0
ROUNDS = 3
BULK = 10_000
SINGLES = 40_000  # more than can be posted in a round: what is said again costs less


def rows() -> Iterator[Row]:
    """Measure, and yield one row at a time."""
    posts = [_post(_one(number)) for number in range(SINGLES)]
    bulks = [_post(_many(number)) for number in range(80)]
    near = [_get(f"?near={55 + n % 139 / 10},{12 + n % 11}&limit=10") for n in range(1000)]
    places = [_get(f"/bath:bench:{n * 7 % PLACES}") for n in range(1000)]
    with _server("empty") as port:
        empty = _rate(port, posts)
        yield Row("empty ASGI answers", empty, "answers/s", note=f"{CONNECTIONS} connections")
    # the two are measured in turns, so that a busy machine is as busy for both
    with _server("without") as floor, _server("durable") as port:
        pairs = [(_rate(floor, posts), _rate(port, posts)) for _ in range(ROUNDS)]
        without = statistics.median(pair[0] for pair in pairs)
        kept = statistics.median(pair[1] for pair in pairs)
        ratio = statistics.median(pair[1] / pair[0] for pair in pairs)
        yield Row("posts without a store", without, "posts/s", "empty answer", without / empty)
        yield Row("durable single-observation posts", kept, "posts/s", "without a store", ratio)
        bulk = _rate(port, bulks, connections=4) * BULK
        bulk_floor = _rate(floor, bulks, connections=4) * BULK
        note = f"{BULK:,} rows a post, 4 connections"
        yield Row("durable bulk posts", bulk, "obs/s", "without a store", bulk / bulk_floor, note)
        rate = _rate(port, near)
        yield Row("GET nearest 10", rate, "answers/s", "empty answer", rate / empty)
        rate = _rate(port, places)
        yield Row("GET one place", rate, "answers/s", "empty answer", rate / empty)


def _one(number: int) -> bytes:
    at = datetime.now(UTC) - timedelta(seconds=number / 100)
    return (
        f'{{"series":"{SERIES[number % 100]}","time":"{at.isoformat()}","value":{number / 10}}}'
    ).encode()


def _many(number: int) -> bytes:
    begin = datetime.now(UTC) - timedelta(days=300) + timedelta(days=number)
    parts = (
        f'{{"series":"{SERIES[row % 100]}",'
        f'"time":"{(begin + timedelta(minutes=row // 100)).isoformat()}","value":{row % 300 / 10}}}'
        for row in range(BULK)
    )
    return ("[" + ",".join(parts) + "]").encode()


def _post(body: bytes) -> bytes:
    head = (
        "POST /observations/v1/observations HTTP/1.1\r\nHost: x\r\n"
        f"Authorization: Bearer {PUSH.text}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _get(path: str) -> bytes:
    return f"GET /baths/v1/bathing-places{path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


@contextmanager
def _server(mode: str) -> Iterator[int]:
    """Run a server process, and give its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks._http_server", mode, str(port), folder]
        home = Path(__file__).parent.parent
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=home) as process:
            try:
                if process.stdout is None or not process.stdout.readline().startswith("ready"):
                    msg = "the server did not start"
                    raise RuntimeError(msg)
                _await(port)
                yield port
            finally:
                process.kill()


def _await(port: int) -> None:
    for _ in range(500):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return


def _rate(port: int, asks: Sequence[bytes], *, connections: int = CONNECTIONS) -> float:
    """Return how many questions are answered a second."""
    return asyncio.run(_ask_all(port, asks, connections))


async def _ask_all(port: int, asks: Sequence[bytes], connections: int) -> float:
    loop = asyncio.get_running_loop()
    ending = loop.time() + 0.3  # warm
    warming = (_Line(asks, -n - 1, ending, -connections).run(port) for n in range(connections))
    await asyncio.gather(*warming)
    begun = loop.time()
    counts = await asyncio.gather(
        *(_Line(asks, n, begun + SECONDS, connections).run(port) for n in range(connections))
    )
    return sum(counts) / (loop.time() - begun)


class _Line(asyncio.Protocol):
    """One open connection that asks again as soon as it is answered."""

    def __init__(self, asks: Sequence[bytes], first: int, ending: float, step: int) -> None:
        self._asks, self._next, self._ending, self._step = asks, first, ending, step
        self._heard, self._wanted, self._count = b"", 0, 0
        self._loop = asyncio.get_running_loop()
        self._done: asyncio.Future[int] = self._loop.create_future()

    async def run(self, port: int) -> int:
        """Return how many answers came before the end."""
        self._line, _ = await self._loop.create_connection(lambda: self, "127.0.0.1", port)
        self._ask()
        return await self._done

    def _ask(self) -> None:
        self._line.write(self._asks[self._next % len(self._asks)])
        self._next += self._step

    def data_received(self, data: bytes) -> None:
        """Count an answer when all of it has come."""
        self._heard += data
        if not self._wanted:
            head, found, _ = self._heard.partition(b"\r\n\r\n")
            if not found:
                return
            if not head.startswith(b"HTTP/1.1 20"):
                self._done.set_exception(RuntimeError(self._heard[:500].decode()))
                return
            length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            self._wanted = len(head) + 4 + int(length or b"2")
        if len(self._heard) < self._wanted:
            return
        self._heard, self._wanted = b"", 0
        self._count += 1
        if self._loop.time() < self._ending:
            self._ask()
        elif not self._done.done():
            self._line.close()
            self._done.set_result(self._count)
