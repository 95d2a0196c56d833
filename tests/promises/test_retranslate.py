"""Promise 9: raw is kept, so any mapping can be run again, with the difference shown first."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from byalag.engine import Connected, Retranslation
from byalag.engine._retranslate import (
    _say,
    _State,
    _voiced,
)
from byalag.engine._version import version_of
from byalag.model import Dataset, Delivery, Municipality
from byalag.sources import settle
from byalag.store import Account, Store
from byalag.testkit import StoppedClock

HOME = Municipality(code="2482", name="Skellefteå")
MINUTE = 60_000_000
BEGIN = 1_782_864_000_000_000  # 2026-07-01T00:00:00Z
LOTS = 30


def source(zone: str) -> Connected:
    table = {
        "kind": "http-json",
        "dataset": "parking",
        "url": "https://parkering.example",
        "every": "1m",
        "records": "lots",
        "thing": {"type": "OffStreetParking", "id": "{id}", "name": "name"},
        "series": [
            {
                "name": "availableSpotNumber",
                "value": "free",
                "at": {"path": "at", "zone": zone},
            }
        ],
    }
    kind, settings = settle(table, name="lots")
    return Connected(name="lots", municipality=HOME, kind=kind, settings=settings)


def fill(store: Store, deliveries: int) -> None:
    """Keep a delivery a minute, and what the first mapping made of each."""
    store.publish({"parking": Dataset(id="parking", title={"sv": "P"}, open=True)}).result()
    old = source("Europe/Stockholm")
    voice, version = _voiced(old), version_of(old)
    account, state = Account(lambda _: False), _State()
    waiting = []
    for n in range(deliveries):
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime((BEGIN + n * MINUTE) / 1e6))
        lots = [
            {"id": f"p{k}", "name": f"P{k}", "free": (n + k) % 97, "at": at} for k in range(LOTS)
        ]
        body = json.dumps({"lots": lots}).encode()
        delivery = Delivery(source="lots", received=BEGIN + n * MINUTE, bodies=(body,))
        kept = store.keep(delivery)
        said = _say(account, state, voice, delivery)
        waiting.append((kept, said, delivery.received))
        if len(waiting) == 500 or n == deliveries - 1:
            done = [
                store.commit(
                    one.facts,
                    at=received,
                    delivery=kept.result().seq,
                    set_aside=one.set_aside,
                    records=one.records,
                    mapping=version,
                )
                for kept, one, received in waiting
            ]
            for each in done:
                each.result()
            waiting.clear()
    store.fold(BEGIN + (deliveries + 10 * 1440) * MINUTE).result()


def read(store: Store) -> list[Any]:
    runs = [store.history(one.id, start=0, end=2**62) for one in store.series_in("parking")]
    return [(run.times.tolist(), run.values.tolist()) for run in runs]


def _apply(path: Path) -> None:
    """Apply, and say when all has been read and the commit begins."""

    def read_all(done: int, total: int) -> None:
        if done == total:
            sys.stdout.write("read\n")
            sys.stdout.flush()

    with Store(path) as store:
        again = Retranslation(store, "lots", [source("UTC")], StoppedClock(), progress=read_all)
        again.apply(store, "anna")


@pytest.mark.proves(9)
def test_a_wrong_time_zone_is_shown_then_mended_and_all_times_move(tmp_path: Path) -> None:
    with Store(tmp_path / "a.sqlite") as store:
        fill(store, 300)
        before = read(store)
        again = Retranslation(store, "lots", [source("UTC")], StoppedClock())
        shown = again.compare()
        assert read(store) == before
        assert (shown.total("added"), shown.total("changed"), shown.total("gone")) == (
            120 * LOTS,
            180 * LOTS,
            120 * LOTS,
        )
        assert shown.series[0].examples
        Retranslation(store, "lots", [source("UTC")], StoppedClock()).apply(store, "anna")
        assert [times[0] for times, _ in read(store)] == [BEGIN] * LOTS
        assert [values for _, values in read(store)] == [values for _, values in before]
        [line] = store.notes()
        assert (line.who, line.what, line.about) == ("anna", "retranslate", "lots")
        assert store.check() == []


@pytest.mark.promise
@pytest.mark.proves(9)
def test_killed_while_it_applies_it_has_changed_all_or_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    with Store(path) as store:
        fill(store, 400)
        before = read(store)
    for wait in (0.0, 0.02, 0.06, 0.2, 60):
        with subprocess.Popen([sys.executable, __file__, path], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            try:
                process.wait(wait)
            except subprocess.TimeoutExpired:
                process.kill()
        with Store(path) as store:
            now, lines = read(store), len(store.notes())
            assert store.check() == []
        assert (now != before) == (lines > 0)
        if lines:
            assert [times[0] for times, _ in now] == [BEGIN] * LOTS
            return
    pytest.fail("it was never let finish")


if __name__ == "__main__":
    _apply(Path(sys.argv[1]))
