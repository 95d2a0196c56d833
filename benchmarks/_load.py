"""Asks a server over loopback through open connections, as fast as it answers."""

import asyncio
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import uvloop
from msgspec import Struct

WARM = 0.3  # seconds that are not counted
_WHOLE = 120.0  # seconds that a server may take to get ready


class Load(Struct, frozen=True):
    """How many were answered a second, and within how many milliseconds half and nearly all."""

    rate: float
    half: float
    nearly_all: float

    @property
    def times(self) -> str:
        """The times of answers, as a note."""
        return f"p50 {self.half:.1f} ms, p99 {self.nearly_all:.1f} ms"


def ask(port: int, asks: Sequence[bytes], *, connections: int, seconds: float) -> Load:
    """Put the questions again and again through open connections, each when one is answered."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_all(port, asks, connections, seconds))


def asked_once(port: int, question: bytes) -> int:
    """Put one question, and return how long the body of its answer is."""
    with socket.create_connection(("127.0.0.1", port), timeout=_WHOLE) as line:
        line.sendall(question)
        heard = line.makefile("rb")
        if not heard.readline().startswith(b"HTTP/1.1 20"):
            raise RuntimeError(heard.read(1500).decode())
        length = 0
        while (header := heard.readline().strip()) != b"":
            name, _, value = header.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        return length


@contextmanager
def server(module: str, *arguments: str) -> Iterator[int]:
    """Run a server process, and give its port: `python -m MODULE ARGUMENTS PORT FOLDER`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    home = Path(__file__).parent.parent
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", module, *arguments, str(port), folder]
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
    ending = time.monotonic() + _WHOLE
    while time.monotonic() < ending:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return


async def _all(port: int, asks: Sequence[bytes], connections: int, seconds: float) -> Load:
    loop = asyncio.get_running_loop()
    begun = loop.time() + WARM
    queue = iter(asks)
    lines = [_Line(queue, begun, begun + seconds) for _ in range(connections)]
    await asyncio.gather(*(line.run(port) for line in lines))
    took = sorted(each for line in lines for each in line.took)
    if not took:
        msg = "nothing was answered in time"
        raise RuntimeError(msg)
    return Load(
        len(took) / (loop.time() - begun),
        took[len(took) // 2] * 1000,
        took[min(len(took) - 1, len(took) * 99 // 100)] * 1000,
    )


class _Line(asyncio.Protocol):
    """One open connection that asks again as soon as it is answered. All share the questions."""

    def __init__(self, asks: Iterator[bytes], begun: float, ending: float) -> None:
        self._asks, self._begun, self._ending = asks, begun, ending
        self._heard, self._wanted, self._asked = b"", 0, 0.0
        self._loop = asyncio.get_running_loop()
        self._done: asyncio.Future[None] = self._loop.create_future()
        self.took: list[float] = []

    async def run(self, port: int) -> None:
        """Ask until the end, or until there is nothing more to ask."""
        self._line, _ = await self._loop.create_connection(lambda: self, "127.0.0.1", port)
        self._ask()
        await self._done

    def _ask(self) -> None:
        question = next(self._asks, None)
        if question is None:
            self._finish()
            return
        self._asked = self._loop.time()
        self._line.write(question)

    def data_received(self, data: bytes) -> None:
        """Count an answer when all of it has come."""
        self._heard += data
        if not self._wanted:
            head, found, _ = self._heard.partition(b"\r\n\r\n")
            if not found:
                return
            if not head.startswith(b"HTTP/1.1 20"):
                self._done.set_exception(RuntimeError(self._heard[:1500].decode()))
                return
            length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            self._wanted = len(head) + 4 + int(length or b"0")
        if len(self._heard) < self._wanted:
            return
        self._heard, self._wanted = b"", 0
        now = self._loop.time()
        if self._asked >= self._begun:
            self.took.append(now - self._asked)
        if now < self._ending:
            self._ask()
        else:
            self._finish()

    def _finish(self) -> None:
        self._line.close()
        if not self._done.done():
            self._done.set_result(None)
