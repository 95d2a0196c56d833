"""Whether a hub is ready, and why not; and what the doctor makes of it."""

import json
import os
from pathlib import Path
from types import SimpleNamespace
from zipfile import ZipFile

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from byalag.app import open_hub
from byalag.app._condition import Check, Condition
from byalag.app._stores import open_stores
from byalag.app._workers_measures import Together
from byalag.store import schema_of
from byalag.testkit import StoppedClock, byalag

GOLDEN = Path(__file__).parents[2] / "upgrades" / "schema-3.zip"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "kommun").mkdir()
    (tmp_path / "hub.toml").write_text('name = "Byalag"\n', "utf-8")
    (tmp_path / "kommun" / "municipality.toml").write_text(
        'code = "2482"\nname = "Skellefteå"\n', "utf-8"
    )
    return tmp_path


def looked(folder: Path) -> tuple[dict[str, Check], str]:
    hub = open_hub(folder)
    with open_stores(hub) as stores:
        condition = Condition(hub, stores, StoppedClock().now, Together(CollectorRegistry()))
        return {one.name: one for one in condition.checks()}, generate_latest(condition).decode()


def test_a_hub_that_is_well_says_ok_of_every_part(folder: Path) -> None:
    checks, told = looked(folder)
    assert {name: one.state for name, one in checks.items()} == dict.fromkeys(
        ("stores", "disk", "projection", "workers", "key"), "ok"
    )
    for name in (
        'byalag_store_bytes{store="2482"}',
        "byalag_disk_free_bytes",
        'byalag_ledger_position{municipality="2482"} 0.0',
        'byalag_untranslated{municipality="2482"} 0.0',
        'byalag_projection_behind{municipality="2482"} 0.0',
        'byalag_audit_lines{store="hub"}',
        "byalag_sessions 0.0",
    ):
        assert name in told


@pytest.mark.parametrize(("left", "state"), [(1 << 20, "failing"), (1 << 29, "attention")])
def test_a_disk_that_is_nearly_full_is_told_before_it_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch, left: int, state: str
) -> None:
    disk = SimpleNamespace(f_bavail=left, f_frsize=1, f_flag=0)
    monkeypatch.setattr(os, "statvfs", lambda _: disk)
    checks, _ = looked(folder)
    assert checks["disk"].state == state
    assert "Make room" in checks["disk"].to_do


def test_stores_on_a_disk_that_cannot_be_written_to_are_no_stores(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = SimpleNamespace(f_bavail=1 << 40, f_frsize=1, f_flag=os.ST_RDONLY)
    monkeypatch.setattr(os, "statvfs", lambda _: disk)
    checks, _ = looked(folder)
    assert checks["stores"].state == "failing"


def test_the_doctor_says_that_a_store_will_be_brought_up_and_does_not_do_it(folder: Path) -> None:
    with ZipFile(GOLDEN) as archive:
        archive.extractall(folder / "store", ["2482.sqlite"])
    said = byalag("doctor", folder, "--json")
    found = {one["name"]: one for one in json.loads(said.out)["findings"]}
    assert found["schema"]["state"] == "warning"
    assert "2482.sqlite has schema 3" in found["schema"]["said"]
    assert schema_of(folder / "store" / "2482.sqlite") == 3
    assert not list((folder / "store").glob("before-*"))


def test_the_doctor_asks_for_a_backup_where_none_has_been_made(folder: Path) -> None:
    looked(folder)
    said = byalag("doctor", folder, "--json")
    found = {one["name"]: one for one in json.loads(said.out)["findings"]}
    assert found["backup"]["state"] == "warning"
    assert "byalag backup make" in found["backup"]["said"]
    assert "is not running" in found["running"]["said"]
    assert found["audit"]["state"] == "ok"
