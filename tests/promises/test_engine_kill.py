"""kill -9 between keeping a delivery and committing its facts loses nothing, doubles nothing."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from byalag.store import Store
from byalag.testkit import Answer, Faulty

FREE = "parking:campus:p0/availableSpotNumber"
BODY = b'{"lots": [{"id": "p0", "free": 5, "at": "2026-07-01T11:59:00Z"}]}'
CHILD = """
import os, sys
from pathlib import Path
import anyio
from byalag.engine import Connected, Engine
from byalag.model import Municipality
from byalag.sources import settle
from byalag.store import Store
from byalag.testkit import StoppedClock, running, soon

url, folder, die = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
table = {
    "kind": "http-json", "dataset": "parking", "url": url, "every": "1s", "records": "lots",
    "thing": {"type": "OffStreetParking", "id": "{id}", "name": "id"},
    "series": [{"name": "availableSpotNumber", "value": "free", "at": "at"}],
}
kind, settings = settle(table, name="campus")
home = Municipality(code="2482", name="X", on_premises=("127.0.0.0/8",))
source = Connected(name="campus", municipality=home, kind=kind, settings=settings)

class Dying(Store):
    def commit(self, *args, **kwargs):
        if die == "before":
            os.kill(os.getpid(), 9)
        done = super().commit(*args, **kwargs)
        if die == "after":
            done.result()
            os.kill(os.getpid(), 9)
        return done

async def main():
    with Dying(folder / "own.sqlite") as store, Store(folder / "commons.sqlite") as commons:
        hub = Engine({"2482": store}, commons, [source], clock=StoppedClock(), secret=str)
        async with running(hub):
            await soon(lambda: store.latest(["parking:campus:p0/availableSpotNumber"]))

anyio.run(main)
"""


def run(url: str, folder: Path, die: str) -> int:
    """Run an engine in a process of its own; return how it ended."""
    command = [sys.executable, "-c", CHILD, url, str(folder), die]
    return subprocess.run(command, timeout=60, check=False, capture_output=True).returncode


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.proves(1, 2)
def test_an_engine_that_is_killed_goes_on_where_it_was(moment: str, tmp_path: Path) -> None:
    with Faulty(lots=Answer(body=BODY)) as server:
        assert run(server.url("/lots"), tmp_path, moment) == -signal.SIGKILL
        with Store(tmp_path / "own.sqlite") as store:
            assert store.counts().deliveries == 1
            assert len([*store.untranslated()]) == (moment == "before")
        server.put("/lots", Answer(hang=True))
        assert run(server.url("/lots"), tmp_path, "never") == 0
    with Store(tmp_path / "own.sqlite") as store:
        assert not [*store.untranslated()]
        assert store.counts().deliveries == store.counts().observations == 1
        assert store.latest([FREE])[FREE].value == 5
