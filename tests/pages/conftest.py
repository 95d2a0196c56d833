"""A hub with every state that a page can show, in process and behind a real server."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

if TYPE_CHECKING:
    from playwright.sync_api import Browser

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
VENDOR = ROOT / "src" / "byalag" / "pages" / "static" / "vendor"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
]
sys.path.insert(0, str(ROOT))


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    from byalag.pages import COOKIE  # noqa: PLC0415 -- the path has just been set
    from tests.pages import _desk, _hub, _serve  # noqa: PLC0415 -- the path has just been set

    with _hub.filled(tmp_path_factory.mktemp("hub")) as store:
        app = _serve.application_of(store, "http://testserver")
        yield TestClient(app, cookies={COOKIE: _desk.SHOWN})


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a hub served by a process of its own."""
    port = _free_port()
    folder = tmp_path_factory.mktemp("served")
    with subprocess.Popen(
        [sys.executable, "-m", "tests.pages._serve", str(folder), str(port)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            _await(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


@pytest.fixture(scope="module")  # while it is open, no other event loop can run in this process
def browser() -> Iterator["Browser"]:
    """Chromium of this machine; nothing is downloaded."""
    pytest.importorskip("playwright", reason="playwright is not installed")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- it is optional

    chromium = which("chromium") or which("chromium-browser") or which("google-chrome")
    if chromium is None:
        pytest.skip("Chromium is not installed; on Debian: apt-get install chromium")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    if not AXE.is_file():
        pytest.skip("axe-core is not there; run: npm ci --ignore-scripts")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def vendor() -> Path:
    """The scripts that come from npm."""
    if not VENDOR.is_dir():
        pytest.skip("no vendored scripts; run: npm ci && python -m byalag.pages.vendor")
    return VENDOR


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _await(port: int, process: "subprocess.Popen[Any]") -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        assert process.poll() is None, "the server stopped at once"
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("the server did not answer within 20 s")
