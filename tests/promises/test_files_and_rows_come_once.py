"""Killed at any moment, a hub takes every file and every row, and none of them twice."""

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from byalag.store import Store
from byalag.testkit import PostgreSql

pytestmark = pytest.mark.promise
CHILD = """
import json, os, sys
from datetime import timedelta
from pathlib import Path
import anyio
from msgspec import structs
from byalag.engine import Connected, Engine, SystemClock
from byalag.engine import _folder
from byalag.model import Municipality
from byalag.sources import settle
from byalag.store import Store
from byalag.testkit import running

folder, table, die = Path(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3]
kind, settings = settle(table, name="files")

def reach(settings):
    found = kind.reach(settings)
    said = {"settled": timedelta(milliseconds=20)} if hasattr(found, "settled") else {}
    return structs.replace(found, every=timedelta(milliseconds=30), **said)

home = Municipality(code="2482", name="X", on_premises=("127.0.0.0/8",))
source = Connected(
    name="files", municipality=home, kind=structs.replace(kind, reach=reach), settings=settings
)
if die == "move":
    _folder.LocalPlace.move = lambda *_: os.kill(os.getpid(), 9)

async def main():
    with Store(folder / "own.sqlite") as store, Store(folder / "commons.sqlite") as commons:
        hub = Engine({"2482": store}, commons, [source], clock=SystemClock(), secret=str)
        async with running(hub):
            print("ready", flush=True)
            await anyio.sleep_forever()

anyio.run(main)
"""
SAID = {
    "dataset": "parking",
    "thing": {"type": "OffStreetParking", "id": "p{no}"},
    "series": [{"name": "free", "value": "no", "at": "at"}],
}
AT = "2026-07-01T11:59:00Z"


def begin(folder: Path, table: Mapping[str, object], die: str = "") -> subprocess.Popen[str]:
    command = [sys.executable, "-c", CHILD, str(folder), json.dumps(dict(table)), die]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8")
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)


def until_told(folder: Path, table: Mapping[str, object], count: int) -> None:
    """Run until so many records have been told, and a little longer."""
    process = begin(folder, table)
    try:
        deadline = time.monotonic() + 60
        with Store(folder / "own.sqlite") as store:
            while len(store.find("OffStreetParking")) < count:
                assert time.monotonic() < deadline, len(store.find("OffStreetParking"))
                time.sleep(0.05)
        time.sleep(0.5)
    finally:
        end(process)


def numbers(folder: Path) -> list[int]:
    """Return the numbers of every record that has been delivered."""
    with Store(folder / "own.sqlite") as store:
        assert not [*store.untranslated()]
        kept = [store.delivery(one.seq) for one in store.deliveries("files", 100_000)]
    lines = [line for one in kept if one for body in one.bodies for line in body.splitlines()]
    return sorted(json.loads(line)["no"] for line in lines)


def drop(folder: Path, number: int) -> None:
    """Leave a file as a careful sender does: under another name, and then renamed."""
    part = folder / f"{number}.json.part"
    part.write_text(json.dumps({"no": number, "at": AT}))
    part.rename(folder / f"{number}.json")


@pytest.mark.parametrize("after", ["move", "mark"])
@pytest.mark.proves(1, 2)
def test_a_hub_killed_again_and_again_takes_every_file_once(after: str, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    table = {**SAID, "kind": "folder", "path": str(folder), "after": after}
    draw, dropped = random.Random(7), 0  # noqa: S311 -- the same kills each time
    for _ in range(6):
        process = begin(tmp_path, table)
        for _ in range(draw.randint(3, 25)):
            drop(folder, dropped)
            dropped += 1
            time.sleep(draw.random() * 0.01)
        time.sleep(draw.random() * 0.25)
        end(process)
    until_told(tmp_path, table, dropped)
    assert numbers(tmp_path) == [*range(dropped)]
    if after == "move":
        assert [*folder.glob("*.json")] == []
        taken = {file.name: file.read_bytes() for file in (folder / "taken").glob("*")}
        held = [body for name, body in taken.items() if not name.endswith(".receipt.json") and body]
        assert sorted(json.loads(body)["no"] for body in held) == [*range(dropped)]


@pytest.mark.proves(1, 2)
def test_a_hub_killed_between_keeping_and_moving_takes_the_file_once(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    drop(folder, 0)
    table = {**SAID, "kind": "folder", "path": str(folder), "after": "move"}
    for _ in range(3):
        process = begin(tmp_path, table, die="move")
        assert process.wait(timeout=30) == -signal.SIGKILL
        process.communicate()
        assert (folder / "0.json").exists()
    process = begin(tmp_path, table)
    deadline = time.monotonic() + 30
    while not (folder / "taken" / "0.json.receipt.json").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    end(process)
    assert numbers(tmp_path) == [0]
    assert (folder / "taken" / "0.json").exists()
    receipt = json.loads((folder / "taken" / "0.json.receipt.json").read_text())
    assert (receipt["state"], receipt["delivery"], receipt["records"]) == ("translated", 1, 1)


@pytest.mark.skipif(not PostgreSql.installed(), reason="PostgreSQL 15 is not installed here")
@pytest.mark.proves(1, 2, 6)
def test_hub_and_database_killed_again_and_again_lose_and_double_no_row(tmp_path: Path) -> None:
    draw, made = random.Random(7), 0  # noqa: S311 -- the same kills each time
    with PostgreSql() as server:
        database = create_engine(server.url.replace("://", "+psycopg://"))
        with database.begin() as connection:
            connection.execute(text("CREATE TABLE t (no INTEGER, at TIMESTAMPTZ DEFAULT now())"))
        table = {
            **SAID, "kind": "sql", "url": server.url, "table": "t", "watermark": "at",
            "at_most": 7, "overlap": "1m",
        }  # fmt: skip
        for round_ in range(5):
            process = begin(tmp_path, table)
            for _ in range(draw.randint(2, 12)):
                count = draw.randint(1, 9)
                values = ", ".join(f"({made + n})" for n in range(count))
                with database.begin() as connection:
                    connection.execute(text(f"INSERT INTO t (no) VALUES {values}"))  # noqa: S608 -- of our own
                made += count
                time.sleep(draw.random() * 0.03)
            if round_ % 3 == 1:
                server.restart()
                database.dispose()
            end(process)
        until_told(tmp_path, table, made)
        database.dispose()
    assert numbers(tmp_path) == [*range(made)]
