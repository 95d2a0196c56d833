"""kill -9 between hearing a message and acknowledging it loses nothing, counts nothing twice."""

import signal
import subprocess
import sys
from pathlib import Path

import anyio
import pytest

from byalag.store import Store
from byalag.testkit import Mosquitto, NatsServer
from tests.unit.engine.listening import mqtt_sender, nats_sender, numbers, put, reading, send

MESSAGES = 300
CHILD = """
import os, sys
from pathlib import Path
import anyio
from byalag.store import Store
from byalag.testkit import running, soon
from tests.unit.engine.listening import engine, listens, numbers

kind, url, folder, die, wanted = *sys.argv[1:3], Path(sys.argv[3]), sys.argv[4], int(sys.argv[5])

class Dying(Store):
    def keep(self, *args, **kwargs):
        if die == "before":
            os.kill(os.getpid(), 9)
        kept = super().keep(*args, **kwargs)
        if die == "after":
            kept.result()
            os.kill(os.getpid(), 9)
        return kept

async def main():
    with Dying(folder / "own.sqlite") as store, Store(folder / "commons.sqlite") as commons:
        async with running(engine(store, commons, listens(kind, url, gather="20ms"))):
            await soon(lambda: store.recall("listen/here"), within=50)
            await soon(lambda: len(numbers(store)) == wanted, within=50)
            await anyio.sleep(0.1)

anyio.run(main)
"""


def run(kind: str, url: str, folder: Path, die: str, wanted: int = MESSAGES) -> int:
    """Listen in a process of its own until all that is wanted is there; return how it ended."""
    command = [sys.executable, "-c", CHILD, kind, url, str(folder), die, str(wanted)]
    root = Path(__file__).parents[2]
    return subprocess.run(command, timeout=90, check=False, cwd=root).returncode


async def fill(url: str) -> None:
    async with nats_sender(url) as sender:
        await put(sender, map(reading, range(MESSAGES)))


@pytest.mark.promise
@pytest.mark.parametrize("kind", ["mqtt", "nats"])
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.proves(1, 2, 5)
def test_what_was_not_acknowledged_comes_again(kind: str, moment: str, tmp_path: Path) -> None:
    made: type[Mosquitto | NatsServer] = Mosquitto if kind == "mqtt" else NatsServer
    if not made.installed():
        pytest.skip(f"{made.__name__} is not installed")
    with made(tmp_path) as broker:
        if kind == "mqtt":
            assert run(kind, broker.url, tmp_path, "never", 0) == 0
            with mqtt_sender(broker.port) as sender:
                send(sender, map(reading, range(MESSAGES)))
        else:
            anyio.run(fill, broker.url)
        assert run(kind, broker.url, tmp_path, moment) == -signal.SIGKILL
        with Store(tmp_path / "own.sqlite") as store:
            assert (store.counts().deliveries > 0) == (moment == "after")
        assert run(kind, broker.url, tmp_path, "never") == 0
    with Store(tmp_path / "own.sqlite") as store:
        assert numbers(store) == list(range(MESSAGES))
        assert store.counts().observations == MESSAGES
        assert not [*store.untranslated()]
