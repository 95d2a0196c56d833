"""What every test may use: the mark of a promise that it proves, and a place for its counts."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import settings

from byalag.testkit import Proof, Run, promises_page

HOME = Path(__file__).parents[1]
# How long an example takes is no part of what any test here proves: machines are busy.
settings.register_profile("busy", deadline=None)
settings.load_profile("busy")
NUMBERS, COUNTS = "proves", "promised"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("promises")
    group.addoption("--promises", metavar="FILE", help="write what the run proved as a page")
    group.addoption(
        "--promises-add",
        action="store_true",
        help="keep what an earlier part of the same run has proved",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--promises") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Gathered(config), "gathered")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        numbers = [number for mark in item.iter_markers("proves") for number in mark.args]
        if numbers:
            item.user_properties.append((NUMBERS, sorted(set(numbers))))


@pytest.fixture
def promised(request: pytest.FixtureRequest) -> dict[str, object]:
    """Return where a test writes what it counted: acknowledged, lost, duplicated, rounds, fault."""
    counts: dict[str, object] = {}
    request.node.user_properties.append((COUNTS, counts))
    return counts


class Gathered:
    """Gathers how tests of promises went, also from xdist's workers, and writes the page."""

    def __init__(self, config: pytest.Config) -> None:
        self._page = Path(config.getoption("--promises"))
        self._cache = config.cache
        self._proofs: dict[str, Proof] = {}
        if config.getoption("--promises-add") and self._cache is not None:
            kept = self._cache.get("promises/proofs", [])
            proofs = msgspec.convert(kept, list[Proof])
            self._proofs = {proof.test: proof for proof in proofs}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        numbers = _told(report, NUMBERS)
        if not numbers or (report.when != "call" and report.outcome == "passed"):
            return
        known = self._proofs.get(report.nodeid)
        if report.when == "teardown" and known is not None and known.outcome == "failed":
            return
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
        self._proofs[report.nodeid] = Proof(
            test=report.nodeid,
            numbers=msgspec.convert(numbers[0], list[int]),
            outcome=report.outcome,
            counts=msgspec.convert(_told(report, COUNTS), list[dict[str, object]]),
            why=why.removeprefix("Skipped: ").partition("\n")[0],
        )

    def pytest_sessionfinish(self) -> None:
        proofs = list(self._proofs.values())
        if self._cache is not None:
            self._cache.set("promises/proofs", msgspec.to_builtins(proofs))
        self._page.write_text(promises_page(_run(proofs)), "utf-8")


def _told(report: pytest.TestReport, name: str) -> list[object]:
    return [value for told, value in report.user_properties if told == name]


def _run(proofs: list[Proof]) -> Run:
    git = ["git", "rev-parse", "--short", "HEAD"]
    said = subprocess.run(git, cwd=HOME, capture_output=True, text=True, check=False)
    return Run(
        date=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        machine=f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}",
        commit=said.stdout.strip() or "unknown",
        proofs=proofs,
    )
