"""The program itself, run as people run it: through its command, its exit code and its HTTP."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from http.client import HTTPConnection
from io import BytesIO, TextIOWrapper
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import Self

from msgspec import Struct

from byalag.model import Json

PATIENCE = 30.0


class Said(Struct, frozen=True, kw_only=True):
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Json:
        """The answer as JSON."""
        return json.loads(self.out)


class Page(Struct, frozen=True, kw_only=True):
    """What a hub answered over HTTP."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Json:
        """The answer as JSON."""
        return json.loads(self.text)


def byalag(*arguments: object, language: str = "en") -> Said:
    """Run a command to its end in this process, which is quicker than starting one."""
    from byalag.cli import run  # noqa: PLC0415 -- the test kit is below the terminal

    out, err = _Caught(), _Caught()
    with redirect_stdout(out), redirect_stderr(err):
        code = run(["--lang", language, *map(str, arguments)])
    return Said(code=code, out=out.text(), err=err.text())


class _Caught(TextIOWrapper):
    """A stream to write on that remembers."""

    def __init__(self) -> None:
        super().__init__(BytesIO(), encoding="utf-8", newline="", write_through=True)

    def text(self) -> str:
        """Return what has been written."""
        self.flush()
        self.seek(0)
        return self.read()


def free_port() -> int:
    """Return a port on loopback that nobody uses just now."""
    with socket.socket() as trying:
        trying.bind(("127.0.0.1", 0))
        return int(trying.getsockname()[1])


class RunningHub:
    """A hub in a process of its own, used as a context manager: `RunningHub("serve", folder)`."""

    def __init__(self, *arguments: object, language: str = "en") -> None:
        """Prepare a command that runs until it is stopped; it is given a free port."""
        self.port = free_port()
        self.seconds = 0.0
        self._arguments = (*arguments, "--port", self.port)
        self._language = language
        self._process: subprocess.Popen[str] | None = None
        self._messages = TemporaryFile()  # noqa: SIM115 -- closed when the hub is left

    @property
    def said(self) -> str:
        """What it has said on stderr since it started."""
        self._messages.seek(0)
        return self._messages.read().decode("utf-8")

    @property
    def pid(self) -> int:
        """The number of its main process; 0 when it does not run."""
        return self._process.pid if self._process else 0

    @property
    def memory(self) -> int:
        """How many bytes of memory it holds now, as Linux counts them; 0 when it is stopped."""
        if self._process is None or self._process.poll() is not None:
            return 0
        told = Path(f"/proc/{self._process.pid}/status").read_text("ascii").splitlines()
        line = next(line for line in told if line.startswith("VmRSS:"))
        return int(line.split()[1]) * 1024

    def __enter__(self) -> Self:
        """Start it, and wait until it says that it answers."""
        began = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603 -- our own program
            [*_command(self._arguments), "--json"],
            stdout=subprocess.PIPE,
            stderr=self._messages,
            stdin=subprocess.DEVNULL,
            encoding="utf-8",
            env=_environment(self._language),
        )
        assert self._process.stdout is not None  # noqa: S101 -- it was asked for above
        line = self._process.stdout.readline()
        self.seconds = time.monotonic() - began
        if '"ready"' not in line:
            self.stop()
            message = f"the hub did not start: {line!r} {self.said}"
            self._messages.close()
            raise RuntimeError(message)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it."""
        self.stop()
        self._messages.close()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Stop it, wait for the end, and return its exit code."""
        process = self._process
        if process is None:
            return 0
        if process.poll() is None:
            process.send_signal(how)
        try:
            process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
        return process.returncode

    def get(self, path: str, **headers: str) -> Page:
        """Ask for an address."""
        return self.ask("GET", path, headers=headers)

    def ask(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Page:
        """Send a request and return the whole answer."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            text = answer.read().decode("utf-8")
            return Page(
                status=answer.status,
                headers={name.lower(): value for name, value in answer.getheaders()},
                text=text,
            )
        finally:
            connection.close()

    def wait_for(self, path: str, word: str, *, seconds: float = PATIENCE) -> Page:
        """Ask again and again until an answer holds a word; TimeoutError if none does."""
        end = time.monotonic() + seconds
        while True:
            page = self.get(path)
            if word in page.text:
                return page
            if time.monotonic() > end:
                message = f"{path} never said {word!r}; last: {page.text[:2000]}"
                raise TimeoutError(message)
            time.sleep(0.1)


def _command(arguments: tuple[object, ...]) -> list[str]:
    return [sys.executable, "-m", "byalag", *map(str, arguments)]


def _environment(language: str) -> dict[str, str]:
    return {**os.environ, "BYALAG_LANG": language, "NO_COLOR": "1", "PYTHONUTF8": "1"}
