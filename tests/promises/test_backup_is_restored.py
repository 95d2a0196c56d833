"""A backup made while a hub takes in data is put back, and is what it was at its position."""

import json
import threading
from pathlib import Path
from typing import Self

import pytest

from byalag.store import Reading
from byalag.testkit import Page, RunningHub, byalag
from tests.promises._tenants import A, B, new_key, push, write_hub

pytestmark = [pytest.mark.promise, pytest.mark.proves(25)]
KEPT = "/baths/v1/bathing-places/bath:{home}:{home}-open"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_hub(tmp_path / "hub")


class Load:
    """Pushes minute after minute until told to stop; remembers what was acknowledged."""

    def __init__(self, hub: RunningHub, key: str, dataset: str) -> None:
        self.acknowledged: dict[int, int] = {}  # delivery by minute
        self.refused: list[Page] = []
        self._stop, self._some = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, args=(hub, key, dataset))

    def _run(self, hub: RunningHub, key: str, dataset: str) -> None:
        minute = 0
        while not self._stop.is_set():
            said = push(hub, key, dataset, minute, minute / 7)
            if said.status == 201:
                self.acknowledged[minute] = said.json["delivery"]
            else:
                self.refused.append(said)
            minute += 1
            if minute > 60:
                self._some.set()

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._some.wait(60)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


def test_what_is_restored_is_what_was_there_at_the_recorded_position(
    folder: Path, tmp_path: Path
) -> None:
    key, there, back = new_key(folder, A, "observations:write"), tmp_path / "b", tmp_path / "new"
    with RunningHub("serve", folder) as hub, Load(hub, key, "skelleftea-open") as load:
        made = byalag("backup", folder, there, "--json")
        assert made.code == 0, made.out + made.err
        later = push(hub, key, "skelleftea-open", 9000).json["delivery"]
    told = made.json["stores"][A]
    position = told["position"]["ledger"]
    assert 0 < position < later
    verified = byalag("backup", "verify", there, "--json")
    assert verified.json["stores"] == made.json["stores"]
    restored = byalag("restore", there, back, "--json")
    assert restored.code == 0, restored.out + restored.err
    assert restored.json["stores"][A]["rowHash"] == told["rowHash"]
    live, copy = Reading(folder / f"store/{A}.sqlite"), Reading(back / f"store/{A}.sqlite")
    try:
        for seq in range(1, position + 1):  # row for row what was there, and nothing more
            assert copy.delivery(seq) == live.delivery(seq)
        assert copy.delivery(position + 1) is None
        assert copy.check() == []
    finally:
        live.close()
        copy.close()
    expected = sorted(m for m, delivery in load.acknowledged.items() if delivery <= position)
    with RunningHub("serve", back) as again:  # the commons is built from what was put back
        page = again.wait_for(KEPT.format(home="skelleftea"), str(round(expected[-1] / 7, 6))[:6])
        assert page.status == 200
        assert push(again, key, "skelleftea-open", 9001).status == 201
        assert byalag("check", back).code == 0


def test_a_damaged_backup_is_refused_and_nothing_is_written(folder: Path, tmp_path: Path) -> None:
    there = tmp_path / "b"
    with RunningHub("serve", folder):
        assert byalag("backup", folder, there).code == 0
    manifest = json.loads((there / "manifest.json").read_text("utf-8"))
    victims = [f"stores/{A}.sqlite", "hub.sqlite", "manifest.json", next(iter(manifest["files"]))]
    for victim in victims:
        whole = (there / victim).read_bytes()
        at = len(whole) // 2
        (there / victim).write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        for command in (
            ("backup", "verify", there),
            ("restore", there, tmp_path / "new"),
            *([("municipality", "restore", folder, A, "--from", there)] if A in victim else []),
        ):
            said = byalag(*command)
            assert said.code == 5, (victim, command, said.out, said.err)
        assert not (tmp_path / "new").exists()
        (there / victim).write_bytes(whole)
    assert byalag("backup", "verify", there).code == 0


def test_one_municipality_is_restored_while_the_others_answer(folder: Path, tmp_path: Path) -> None:
    keys = {code: new_key(folder, code, "observations:write") for code in (A, B)}
    there = tmp_path / "b"
    with RunningHub("serve", folder) as hub:
        assert push(hub, keys[B], "ange-open", 1, 11.25).status == 201
        hub.wait_for(KEPT.format(home="ange"), "11.25")
        assert byalag("backup", folder, there).code == 0
        assert push(hub, keys[B], "ange-open", 2, 22.5).status == 201
        hub.wait_for(KEPT.format(home="ange"), "22.5")
        with Load(hub, keys[A], "skelleftea-open") as load:
            done = byalag("municipality", "restore", folder, B, "--from", there, "--json")
            assert done.code == 0, done.out + done.err
            assert done.json["running"]
        assert load.refused == []
        page = hub.wait_for(KEPT.format(home="ange"), "11.25")
        assert "22.5" not in page.text
        for _ in range(100):
            if push(hub, keys[B], "ange-open", 3, 33.75).status == 201:
                break
        hub.wait_for(KEPT.format(home="ange"), "33.75")
        assert hub.get(KEPT.format(home="skelleftea")).status == 200
    notes = Reading(folder / f"store/{B}.sqlite")
    try:
        assert "restore municipality" in [note.what for note in notes.notes()]
    finally:
        notes.close()
