"""Every schema that has been: up to the present one, read as it was written, and back again."""

import json
import sys
from pathlib import Path
from subprocess import run
from typing import Any

import apsw
import numpy as np
import pytest

from byalag.model import Delivery
from byalag.store import (
    NoRoom,
    Note,
    NoWayBack,
    Store,
    Unfit,
    go_back,
    kept_before,
    schema_of,
)
from byalag.store._sql import VERSION

SERIES = "sensor:skelleftea:a1/temperature"
YEARS = 400 * 86_400_000_000
pytestmark = pytest.mark.proves(26)


def ledger(path: Path) -> list[list[Any]]:
    connection = apsw.Connection(str(path))
    found = connection.execute(
        "SELECT seq, source, received, translated, records FROM delivery"
    ).fetchall()
    connection.close()
    return [list(row) for row in found]


def same_contract(store: Store, told: dict[str, Any]) -> None:
    """See that a store answers what the code of its own schema answered."""
    at = told["latest"][SERIES]
    run_ = store.history(SERIES, start=at - YEARS, end=at + YEARS)
    assert run_.times.tolist() == told["times"]
    values = [None if np.isnan(one) else one for one in run_.values.tolist()]
    assert values == told["values"]
    assert run_.flags.tolist() == told["flags"]
    newest = {name: one.at for name, one in store.latest(told["latest"]).items()}
    assert newest == told["latest"]
    second = store.delivery(2)
    assert second is not None
    assert [body.decode() for body in second.bodies] == told["bodies"]
    assert [one.seq for one in store.untranslated()] == told["untranslated"]
    assert [one.why for one in store.set_aside()] == told["aside"]
    assert store.recall("source:givare") == told["memory"]
    notes = [
        [one.seq, one.at, one.who, one.what, one.about, json.loads(json.dumps(one.details))]
        for one in reversed(store.audit.notes())
    ]
    assert notes == [[*row[:5], json.loads(row[5])] for row in told["audit"]]
    for thing, document in told["things"]:
        known = store.thing(thing)
        assert known is not None
        assert known.name == document.get("name")
        assert known.properties == document.get("properties", {})


def test_a_store_of_then_is_read_as_it_was_written(golden: tuple[Path, dict[str, Any]]) -> None:
    folder, told = golden
    with Store(folder / "2482.sqlite") as store, Store(folder / "commons.sqlite") as commons:
        assert store.check() == []
        assert commons.check() == []
        same_contract(store, told)
        assert ledger(store.path) == told["deliveries"]
        assert commons.thing("sensor:skelleftea:a1") is not None
        assert commons.thing("door:skelleftea:1") is None
    with Store(folder / "2482.sqlite") as store:
        same_contract(store, told)


def test_the_copy_from_before_is_the_store_of_then(left: tuple[Path, dict[str, Any]]) -> None:
    folder, told = left
    path = folder / "2482.sqlite"
    Store(path).close()
    assert [(one.schema, one.path.parent.name) for one in kept_before(path)] == [
        (told["schema"], f"before-{VERSION}")
    ]
    assert ledger(kept_before(path)[0].path) == told["deliveries"]


def test_going_back_keeps_what_was_delivered_since(left: tuple[Path, dict[str, Any]]) -> None:
    folder, told = left
    path = folder / "2482.sqlite"
    since = Delivery(source="givare", received=77, bodies=(b"since" * 100,))
    with Store(path) as store:
        seq = store.keep(since, key="since").result().seq
        store.commit([], at=78, delivery=seq).result()
        store.note(Note(at=79, who="key:x", what="export", about="since")).result()
    back = go_back(path, told["schema"])
    assert (back.deliveries, back.sealed, back.doings) == (1, 0, {"export": 1})
    assert back.audited == (told["schema"] > 1)
    assert schema_of(path) == told["schema"]
    assert schema_of(back.aside) == VERSION
    assert ledger(path) == [*told["deliveries"], [seq, "givare", 77, None, 0]]
    with Store(path) as store:  # and up again, with what came since to be read
        assert [one.seq for one in store.untranslated()] == [*told["untranslated"], seq]
        carried = store.delivery(seq)
        assert carried is not None
        assert carried.bodies == since.bodies
        assert store.check() == []
        if back.audited:
            assert [note.what for note in store.audit.notes(limit=1)] == ["export"]


def test_there_is_no_way_back_to_a_schema_that_was_not_there(
    left: tuple[Path, dict[str, Any]],
) -> None:
    folder, told = left
    path = folder / "2482.sqlite"
    Store(path).close()
    with pytest.raises(NoWayBack, match=f"there are copies of: {told['schema']}"):
        go_back(path, 99)
    assert schema_of(path) == VERSION


def test_a_store_is_not_brought_up_where_its_copy_has_no_room(
    left: tuple[Path, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, told = left
    path = folder / "2482.sqlite"
    with monkeypatch.context() as patch:
        patch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 1 << 20}))
        with pytest.raises(NoRoom, match=r"1 MiB are left\. Make room and start again"):
            Store(path)
    assert schema_of(path) == told["schema"]
    Store(path).close()
    assert schema_of(path) == VERSION


def test_a_newer_store_is_refused_and_left_as_it_is(golden: tuple[Path, dict[str, Any]]) -> None:
    folder, _ = golden
    path = folder / "2482.sqlite"
    connection = apsw.Connection(str(path))
    connection.pragma("user_version", VERSION + 1)
    connection.close()
    before = path.read_bytes()
    with pytest.raises(Unfit, match="newer Byalag"):
        Store(path)
    assert path.read_bytes()[100:] == before[100:]


@pytest.mark.promise
def test_an_upgrade_that_is_killed_leaves_the_old_or_the_new_never_what_is_between(
    left: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    folder, told = left
    work = tmp_path / "killed"
    work.mkdir()
    script = Path(__file__).with_name("killed.py")
    said = run(
        [sys.executable, str(script), str(folder / "2482.sqlite"), str(work), "40"],
        capture_output=True,
        text=True,
        check=True,
    )
    found = [json.loads(line) for line in said.stdout.splitlines()]
    assert len(found) >= 40
    assert {one["came"] for one in found} == {True, False}
    assert {one["schema"] for one in found} == {told["schema"], VERSION}
    assert all(one["sound"] and one["now"] and one["faults"] == [] for one in found)
    assert {one["things"] for one in found} == {1}
