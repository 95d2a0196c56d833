"""The workers of a hub: processes that answer what anyone may read, beside the main one.

The main process runs the engine and writes; a worker reads the same files. They share the hub's
port: the kernel gives each connection to one of them. A worker lives no longer than the main
process: it stops when its standard input ends, which it does however the main process ends.
"""

import asyncio
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import Final

import anyio
import msgspec
import structlog
from anyio.abc import TaskGroup, TaskStatus
from msgspec import Struct

from byalag.app._workers_measures import Sample, Together

GRACE: Final = 8.0  # seconds that a worker has to finish its answers
SILENT: Final = 60.0  # seconds without a word after which a worker is taken to hang
STEADY: Final = 10.0  # seconds that a worker lives before a death is no longer the same trouble
_LONGEST: Final = 30.0  # seconds before a worker that dies again and again is started again
_LINE: Final = 16 * 1024 * 1024  # bytes of a report
_COMMAND: Final = (sys.executable, "-m", "byalag.app._workers_run")

_log = structlog.get_logger("byalag.workers")


class Order(Struct, frozen=True, kw_only=True):
    """What a worker is told when it starts, by standard input: no list of programs shows it.

    `address` is where people reach the hub; `socket` and `secret` lead to the main process.
    """

    worker: str
    folder: str
    address: str
    host: str
    port: int
    socket: str
    secret: str


class Report(Struct, frozen=True, kw_only=True):
    """What a worker tells: that it answers, and what it has counted since it began."""

    counted: list[Sample]


class WorkerStatus(Struct, frozen=True, kw_only=True):
    """How a worker is doing. `pid` is 0 while there is none; `started` counts its starts."""

    worker: str
    pid: int
    answers: bool
    started: int


class Crew:
    """The workers of one hub."""

    def __init__(self, count: int, order: Callable[[str], Order], together: Together) -> None:
        """Start nobody yet. `order` tells a worker by its name what to do."""
        self._workers = [_Worker(str(no), order(str(no)), together) for no in range(1, count + 1)]

    def status(self) -> list[WorkerStatus]:
        """Return how every worker is doing."""
        return [worker.status() for worker in self._workers]

    async def start(self, work: TaskGroup) -> None:
        """Start every worker; return when all answer, or have died once trying."""
        async with anyio.create_task_group() as starting:
            for worker in self._workers:
                starting.start_soon(work.start, worker.run)

    async def stop(self) -> None:
        """Let every worker finish its answers and end."""
        async with anyio.create_task_group() as ending:
            for worker in self._workers:
                ending.start_soon(worker.stop)


@asynccontextmanager
async def private_socket() -> AsyncGenerator[tuple[Path, str]]:
    """Give a path for a socket where only this user may enter, and a secret to be known by there.

    The folder is TMPDIR's: a path to a socket has at most 107 bytes, so it cannot be the hub's own.
    """
    with TemporaryDirectory(prefix="byalag-") as folder:
        yield Path(folder) / "main.sock", token_hex(32)


class _Worker:
    """One place in the crew, whoever has it."""

    def __init__(self, name: str, order: Order, together: Together) -> None:
        self._name, self._order, self._together = name, order, together
        self._process: asyncio.subprocess.Process | None = None
        self._answers = self._stopping = False
        self._started = 0

    def status(self) -> WorkerStatus:
        pid = self._process.pid if self._process else 0
        return WorkerStatus(
            worker=self._name, pid=pid, answers=self._answers, started=self._started
        )

    async def run(self, *, task_status: TaskStatus[None]) -> None:
        """Keep a process in this place until a stop is asked for."""
        said, pause = False, 0.0

        def answers() -> None:
            nonlocal said
            if not said:
                task_status.started()
                said = True

        while not self._stopping:
            began = asyncio.get_running_loop().time()
            await self._live(answers)
            answers()
            if self._stopping:
                break
            lived = asyncio.get_running_loop().time() - began
            pause = 0.0 if lived > STEADY else min(max(2 * pause, 0.5), _LONGEST)
            await anyio.sleep(pause)

    async def stop(self) -> None:
        """Ask the process to end, and see to it that it does."""
        self._stopping = True
        process = self._process
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        with anyio.move_on_after(GRACE):
            await process.wait()
        if process.returncode is None:
            process.kill()
            await process.wait()

    async def _live(self, answers: Callable[[], None]) -> None:
        """Start a process, take its reports, and return when it is no more."""
        process = self._process = await asyncio.create_subprocess_exec(
            *_COMMAND,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_LINE,
        )
        self._started += 1
        try:
            await self._hear(process, answers)
        finally:
            self._answers = False
            if process.returncode is None and not self._stopping:
                process.kill()
            with anyio.CancelScope(shield=True):
                await process.wait()
            self._process = None
            self._together.leave(self._name)
        if not self._stopping:
            _log.error("worker_died", of=self._name, code=process.returncode)

    async def _hear(self, process: asyncio.subprocess.Process, answers: Callable[[], None]) -> None:
        if process.stdin is None or process.stdout is None:
            return
        with suppress(ConnectionError):
            process.stdin.write(msgspec.json.encode(self._order) + b"\n")
            await process.stdin.drain()
        while True:
            line = b""
            with anyio.move_on_after(SILENT) as heard:
                line = await process.stdout.readline()
            if heard.cancelled_caught:
                _log.error("worker_silent", of=self._name, seconds=SILENT)
                return
            if not line:
                return
            report = msgspec.json.decode(line, type=Report)
            self._together.tell(self._name, report.counted)
            self._answers = True
            answers()
