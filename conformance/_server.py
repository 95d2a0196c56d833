"""A hub that is open to its own machine, with a new store, for as long as a suite runs."""

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PATIENCE = 30.0  # seconds until a hub must answer
_HUB = {
    "hub.toml": 'name = "Byalag"\n\n[ngsi-ld]\npage = {page}\n',
    "kommun/municipality.toml": 'code = "2482"\nname = "Skellefteå"\n',
    "kommun/datasets/written.toml": (
        'title = {{ sv = "Skrivet", en = "Written" }}\nopen = true\nwritten = true\n'
    ),
}


@contextmanager
def hub(folder: Path, *, page: int) -> Iterator[int]:
    """Run a hub in a new folder, and yield its port. `page` is how long its histories' pages are.

    Raises:
        TimeoutError: It does not answer in time.
    """
    for name, text in _HUB.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.format(page=page), "utf-8")
    port = free_port()
    command = [sys.executable, "-m", "byalag", "serve", str(folder), "--open-loopback"]
    with (
        (folder / "hub.log").open("wb") as log,
        subprocess.Popen([*command, "--port", str(port)], stdout=log, stderr=log) as running,
    ):
        try:
            _wait(f"http://127.0.0.1:{port}/health/live")
            yield port
        finally:
            running.terminate()


def free_port() -> int:
    """Return a port that nobody answers on."""
    with socket.socket() as trying:
        trying.bind(("127.0.0.1", 0))
        port: int = trying.getsockname()[1]
        return port


def _wait(address: str) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=1):  # noqa: S310 -- our own loopback address
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    message = f"no hub answers at {address}; see hub.log in its folder"
    raise TimeoutError(message)
