"""istSOS4's tests of SensorThings 1.1: pytest and httpx, told where the server is."""

import os
import re
import subprocess
from pathlib import Path

from conformance._result import Result
from conformance._server import hub

CHECKOUT = "istsos4"
_COUNT = re.compile(r"(\d+) (passed|failed|skipped|error)")


def run(checkout: Path, python: Path, work: Path) -> list[Result]:
    """Run the whole suite against a hub with a new store."""
    with hub(work / "sensorthings", page=10_000) as port:
        environment = os.environ | {"STA_BASE_URL": f"http://127.0.0.1:{port}/sensorthings/v1.1"}
        ran = subprocess.run(
            [str(python), "-m", "pytest", "-q", ".", "-p", "no:cacheprovider"],
            cwd=checkout / "tests" / "conformance",
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    counts = {word: int(number) for number, word in _COUNT.findall(ran.stdout[-500:])}
    failing = re.findall(r"^(?:FAILED|ERROR) (\S+)", ran.stdout, re.MULTILINE)
    return [
        Result(
            area="SensorThings: istSOS4",
            passed=counts.get("passed", 0),
            failed=counts.get("failed", 0) + counts.get("error", 0),
            skipped=counts.get("skipped", 0),
            failing=tuple(failing),
        )
    ]
