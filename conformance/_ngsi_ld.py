"""ETSI's tests of NGSI-LD: Robot Framework, in a copy of the suite that reaches nothing outside.

The contexts that the suite names on the web are served from this machine; of three that belong to
others there are stand-ins of one term, as no test looks into them. Each area runs on a new hub.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conformance._result import Result
from conformance._server import free_port, hub

CHECKOUT = "ngsi-ld-test-suite"
# where an area is, how long pages of histories are in it, and what is left out
AREAS = (
    ("CommonBehaviours", 10_000, "since_v1.9.1"),
    ("ContextInformation/Provision/Entities", 10_000, "none"),
    ("ContextInformation/Provision/EntityAttributes", 10_000, "since_v1.9.1"),
    ("ContextInformation/Provision/BatchEntities", 10_000, "since_v1.9.1"),
    ("ContextInformation/Provision/PurgeEntities", 10_000, "none"),
    ("ContextInformation/Provision/TemporalEntity", 10_000, "since_v1.9.1"),
    ("ContextInformation/Provision/TemporalEntityAttributes", 10_000, "since_v1.9.1"),
    ("ContextInformation/Consumption/Entity", 10_000, "none"),
    ("ContextInformation/Consumption/Discovery", 10_000, "since_v1.9.1"),
    ("ContextInformation/Consumption/TemporalEntity", 30, "since_v1.9.1"),
    ("ContextInformation/Subscription", 10_000, "since_v1.9.1"),
    ("jsonldContext", 10_000, "since_v1.9.1"),
)
_RAW = "https://forge.etsi.org/rep/cim/ngsi-ld-test-suite/-/raw/develop/resources/jsonld-contexts/"
_EGM = "https://easy-global-market.github.io/ngsild-api-data-models/ngsildTestSuite/"
_STAND_INS = {
    "http://smartdatamodels.org/context.jsonld": "smartdatamodels.jsonld",
    "https://fiware.github.io/data-models/context.jsonld": "fiware-data-models.jsonld",
    "https://fiware.github.io/NGSI-LD_TestSuite/ldContext/testContext.jsonld": "test.jsonld",
}
_COMPOUND = "ngsi-ld-test-suite-compound.jsonld"
_READ = """
import sys
from robot.api import ExecutionResult, ResultVisitor
class Count(ResultVisitor):
    def visit_test(self, test):
        print(test.status, test.name, sep="\\t")
ExecutionResult(sys.argv[1]).visit(Count())
"""


def run(checkout: Path, python: Path, work: Path) -> Iterator[Result]:
    """Run area by area, each on a hub with a new store."""
    for number, (area, page, left_out) in enumerate(AREAS):
        if not (checkout / "TP" / "NGSI-LD" / area).exists():
            continue
        folder = work / f"ngsi-ld-{number}"
        with hub(folder / "hub", page=page) as port, _contexts(folder) as contexts:
            suite = _copy(checkout, folder / "suite", port, contexts)
            yield _area(suite, python, area, left_out)


def _area(suite: Path, python: Path, area: str, left_out: str) -> Result:
    libraries = suite / "libraries"
    path = f"{libraries}:{libraries / 'robotframework-httpctrl' / 'src'}"
    subprocess.run(
        [
            *(str(python), "-m", "robot", "--exclude", left_out),
            *("--outputdir", "out", "--console", "none", f"TP/NGSI-LD/{area}"),
        ],
        cwd=suite,
        env={"PYTHONPATH": path, "PATH": "/usr/bin:/bin"},
        stdout=subprocess.DEVNULL,
        check=False,
    )
    read = subprocess.run(
        [str(python), "-c", _READ, "out/output.xml"],
        cwd=suite,
        capture_output=True,
        text=True,
        check=True,
    )
    tests = [line.split("\t", 1) for line in read.stdout.splitlines()]
    failing = tuple(name for status, name in tests if status == "FAIL")
    return Result(
        area=f"NGSI-LD: {area}",
        passed=sum(status == "PASS" for status, _ in tests),
        failed=len(failing),
        skipped=sum(status == "SKIP" for status, _ in tests),
        failing=failing,
    )


def _copy(checkout: Path, suite: Path, port: int, contexts: int) -> Path:
    """Copy the suite, and put addresses of this machine in place of those on the web."""
    for part in ("TP", "data", "libraries", "resources"):
        shutil.copytree(checkout / part, suite / part)
    home = f"http://127.0.0.1:{contexts}/"
    own = {8085: free_port(), 8086: free_port(), 8087: free_port()}
    instead = {address: home + name for address, name in _STAND_INS.items()}
    instead |= {_RAW: home, _EGM: home, "localhost:9090": f"127.0.0.1:{port}"}
    instead |= {f"localhost:{old}": f"127.0.0.1:{new}" for old, new in own.items()}
    for file in suite.rglob("*"):
        if file.suffix in {".robot", ".resource", ".json", ".jsonld", ".py"}:
            text = file.read_text("utf-8")
            for old, new in instead.items():
                text = text.replace(old, new)
            file.write_text(text, "utf-8")
    variables = suite / "resources" / "variables.py"
    text = variables.read_text("utf-8").replace("0.0.0.0", "127.0.0.1")  # noqa: S104 -- replaced
    for usual, given in own.items():
        text = text.replace(f"= {usual}", f"= {given}")
    variables.write_text(text.replace("core-context-v1.6", "core-context-v1.8"), "utf-8")
    served = suite.parent / "contexts"
    for file in (suite / "resources" / "jsonld-contexts").glob("*.jsonld"):
        shutil.copy(file, served)
    shutil.copy(served / _COMPOUND, served / "ngsildTestSuiteV1.8-compound.jsonld")
    for name in _STAND_INS.values():
        (served / name).write_text('{"@context": {"Sdm": "https://example.org/sdm#Sdm"}}', "utf-8")
    return suite


@contextmanager
def _contexts(folder: Path) -> Iterator[int]:
    """Serve a folder of contexts, and yield the port."""
    served, port = folder / "contexts", free_port()
    served.mkdir(parents=True)
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    with subprocess.Popen(
        command, cwd=served, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as running:
        try:
            yield port
        finally:
            running.terminate()
