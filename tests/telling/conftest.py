from collections.abc import Iterator
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING

import pytest

from byalag.store import Store

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ARGUMENTS = ["--no-sandbox", "--no-first-run", "--disable-background-networking", "--disable-sync"]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "2482.sqlite") as store:
        yield store


@pytest.fixture
def commons(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "commons.sqlite") as store:
        yield store


@pytest.fixture(scope="module")
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
