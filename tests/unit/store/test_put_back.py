"""A store is put back as it was, under those who have it open, and its audit goes on."""

from pathlib import Path

import apsw
import pytest

from byalag.model import Observation, Series, Thing
from byalag.store import Damaged, Note, Store, copied, copy_file, put_back

LEVEL = Series(id="sensor:a:1/level", thing="sensor:a:1", property="level", dataset="sensors")
THING = Thing(id="sensor:a:1", type="Device", dataset="sensors")


def note(what: str) -> Note:
    return Note(at=1, who="someone", what=what, about="everything")


def test_what_was_written_since_is_gone_and_the_audit_is_not(store: Store, tmp_path: Path) -> None:
    store.commit([THING, LEVEL, Observation(LEVEL.id, 1, 1.0)], at=0).result()
    store.note(note("before")).result()
    copy_file(store.path, tmp_path / "copy.sqlite")
    store.commit([Observation(LEVEL.id, 2, 2.0)], at=0).result()
    store.note(note("after")).result()
    changed = store.changed()
    put_back(tmp_path / "copy.sqlite", store.path)
    assert store.latest([LEVEL.id])[LEVEL.id].value == 1
    assert [one.what for one in store.notes()] == ["after", "before"]
    assert store.changed() > changed
    store.commit([Observation(LEVEL.id, 3, 3.0)], at=0).result()
    assert store.latest([LEVEL.id])[LEVEL.id].value == 3
    assert store.check() == []


def test_a_copy_of_another_store_is_refused(store: Store, tmp_path: Path) -> None:
    store.note(note("here")).result()
    with Store(tmp_path / "other.sqlite") as other:
        other.note(note("there")).result()
        copy_file(other.path, tmp_path / "copy.sqlite")
    with pytest.raises(Damaged, match="is not the beginning"):
        put_back(tmp_path / "copy.sqlite", store.path)
    assert [one.what for one in store.notes()] == ["here"]


def test_the_hash_is_of_every_row(store: Store, tmp_path: Path) -> None:
    store.commit([THING, LEVEL, Observation(LEVEL.id, 1, 1.0)], at=0).result()
    copy = tmp_path / "copy.sqlite"
    first = copy_file(store.path, copy)
    assert copied(copy) == first
    altered = apsw.Connection(str(copy))
    altered.execute("UPDATE observation SET value = value + 1")
    altered.close()
    assert copied(copy).row_hash != first.row_hash
    assert copied(copy).rows == first.rows
