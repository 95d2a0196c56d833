"""Promise 7: every write and every flush fails once, at each place in turn, and nothing is lost.

SQLite reaches the disk through a layer of ours that lets so many writes and flushes through and
then fails all that follow, as a disk does whose power has gone. All that was written and not yet
flushed is then taken away again, in every file. The store is opened anew, and read.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from byalag.store import Store

pytestmark = [pytest.mark.promise, pytest.mark.proves(7)]
WORK = """
import sys
from pathlib import Path
import apsw

left, folder = int(sys.argv[2]), Path(sys.argv[1])


files = []


def spend():
    global left
    left -= 1
    if left == 0:
        for file in files:
            file.forget()
    if left <= 0:
        raise apsw.IOError("the power is gone")


class File(apsw.VFSFile):
    def __init__(self, name, flags):
        super().__init__("unix", name, flags)
        self.before = []
        files.append(self)

    def xWrite(self, data, offset):
        spend()
        size = super().xFileSize()
        there = max(0, min(len(data), size - offset))
        self.before.append((size, offset, super().xRead(there, offset) if there else b""))
        super().xWrite(data, offset)

    def xSync(self, flags):
        spend()
        super().xSync(flags)
        self.before.clear()

    def forget(self):
        for size, offset, old in reversed(self.before):
            if old:
                super().xWrite(old, offset)
            super().xTruncate(size)
        self.before.clear()


class Disk(apsw.VFS):
    def __init__(self):
        super().__init__("failing", "unix", makedefault=True)

    def xOpen(self, name, flags):
        return File(name, flags)


disk = Disk()
from byalag.model import Delivery, Observation, Series
from byalag.store import Store

one = Series(id="sensor:p:a/level", thing="sensor:p:a", property="level", dataset="sensors")
try:
    with Store(folder / "store.sqlite") as store:
        for number in range(30):
            sent = Delivery(source="s", received=number, bodies=(b"%d" % number,))
            facts = [one, Observation(one.id, number, float(number))]
            store.record(sent, facts, key=str(number)).result()
            print(number, flush=True)
except Exception as error:
    print("stopped", type(error).__name__, file=sys.stderr, flush=True)
import os
os._exit(9)
"""
READ = """
import sys
from pathlib import Path
from byalag.model import Delivery, Observation, Series
from byalag.store import Store

one = Series(id="sensor:p:a/level", thing="sensor:p:a", property="level", dataset="sensors")
with Store(Path(sys.argv[1]) / "store.sqlite") as store:
    assert store.check() == [], store.check()
    kept = store.history(one.id, start=0, end=2**62)
    said = dict(zip(kept.times.tolist(), kept.values.tolist(), strict=True))
    assert all(value == at for at, value in said.items())
    counts = store.counts()
    assert counts.observations == counts.deliveries == len(said), counts
    print(len(said))
"""


def run(text: str, *given: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", text, *map(str, given)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_whichever_write_or_flush_fails_what_was_acknowledged_is_there(
    tmp_path: Path, promised: dict[str, object]
) -> None:
    acknowledged = kept = 0
    new = [(place, False) for place in (1, 40, 120, 200)]  # while the store itself is made
    places = new + [(place, True) for place in range(1, 90)]
    for place, made in places:
        home = tmp_path / f"{place}-{made}"
        home.mkdir()
        if made:
            Store(home / "store.sqlite").close()
        worked = run(WORK, home, place)
        assert worked.returncode == 9, worked.stderr
        said = [int(line) for line in worked.stdout.split()]
        found = run(READ, home)
        assert found.returncode == 0, (place, found.stderr)
        assert int(found.stdout) >= len(said), f"lost after failure number {place}"
        acknowledged, kept = acknowledged + len(said), kept + int(found.stdout)
        shutil.rmtree(home)
    assert acknowledged > 0
    promised.update(acknowledged=acknowledged, lost=0, kept=kept, places=len(places))
    promised["fault"] = "write or flush number N fails, and all after it"
