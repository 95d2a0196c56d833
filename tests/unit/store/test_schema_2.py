"""A store that was written by the first schema is brought up to the present one."""

from pathlib import Path
from typing import Final

import apsw
import pytest

from byalag.model import Delivery, Rejected
from byalag.store import MappingVersion, Note, Store
from byalag.store._sql import MIGRATIONS, SCHEMA, VERSION

_BYALAG: Final = 0x4279616C
_READ: Final = MappingVersion(
    source="parking", digest="abc", settings="{}", zone="Europe/Stockholm", byalag="0.1.0"
)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Return a store as the first schema left it: two deliveries, three records set aside."""
    path = tmp_path / "old.sqlite"
    connection = apsw.Connection(str(path))
    connection.execute(SCHEMA)
    connection.pragma("application_id", _BYALAG)
    connection.pragma("user_version", 1)
    connection.execute("""
        INSERT INTO delivery (source, part, received, media_type, url, digest, bytes, translated)
        VALUES ('parking', 'main', 1, '', '', x'00', 3, 5),
          ('bad', 'main', 2, '', '', x'00', 3, NULL);
        INSERT INTO body VALUES (1, 0, 0, x'6f6e65'), (2, 0, 0, x'74776f');
        INSERT INTO set_aside (source, delivery, at, place, why, record) VALUES
          ('parking', 1, 5, 'row 1', 'free: ''many'' is not a number', 'a'),
          ('parking', 1, 5, 'row 2', 'free: ''few'' is not a number', 'b'),
          ('bad', 2, 6, 'row 1', 'id: is missing', 'c');
    """)
    connection.close()
    return path


@pytest.mark.proves(26)
def test_a_store_of_the_first_schema_is_brought_up_and_lacks_nothing(old: Path) -> None:
    with Store(old) as store:
        assert store.check() == []
        assert [(one.source, one.group, one.count) for one in store.set_aside_groups()] == [
            ("parking", "free: … is not a number", 2),
            ("bad", "id: is missing", 1),
        ]
        assert store.set_aside_counts() == {"bad": 1, "parking": 2}
        first = store.delivery(1)
        assert first is not None
        assert (first.bodies, first.names) == ((b"one",), ())
        assert [one.seq for one in store.untranslated()] == [2]
        store.commit([], at=9, delivery=2, mapping=_READ).result()
        assert [(one.digest, one.first) for one in store.mappings("parking")] == [("abc", 9)]


@pytest.mark.proves(26)
def test_a_store_that_is_brought_up_twice_is_the_same(old: Path) -> None:
    with Store(old) as store:
        before = store.set_aside_groups()
    with Store(old) as store:
        assert store.set_aside_groups() == before
    connection = apsw.Connection(str(old))
    assert connection.pragma("user_version") == VERSION
    connection.close()


@pytest.mark.proves(26)
def test_a_step_that_fails_leaves_the_old_store_as_it_was(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setitem(MIGRATIONS, 1, f"{MIGRATIONS[1]}; nonsense")
        with pytest.raises(apsw.SQLError):
            Store(old)
    with Store(old) as store:
        assert store.counts().set_aside == 3


@pytest.mark.proves(26)
def test_names_of_bodies_are_kept(store: Store) -> None:
    told = Delivery(source="lora", received=1, bodies=(b"a", b"b"), names=("up/1", "up/2"))
    seq = store.keep(told).result().seq
    plain = store.keep(Delivery(source="lora", received=2, bodies=(b"c",), part="x")).result().seq
    read, other = store.delivery(seq), store.delivery(plain)
    assert read is not None
    assert other is not None
    assert (read.names, other.names) == (("up/1", "up/2"), ())
    assert [one.names for one in store.untranslated()] == [("up/1", "up/2"), ()]
    newest = store.newest("lora")
    assert newest is not None
    assert newest.names == ("up/1", "up/2")


@pytest.mark.proves(26)
def test_as_many_names_as_bodies_are_kept_or_none(store: Store) -> None:
    with pytest.raises(ValueError, match="2 bodies cannot have 1 names"):
        store.keep(Delivery(source="lora", received=1, bodies=(b"a", b"b"), names=("up/1",)))


@pytest.mark.proves(26)
def test_a_mappings_version_is_kept_once(store: Store) -> None:
    for at in (5, 6):
        seq = store.keep(Delivery(source="parking", received=at, bodies=(b"a",))).result().seq
        why = Rejected(where="row 1", why="id: is missing")
        store.commit([], at=at, delivery=seq, set_aside=[why], mapping=_READ).result()
    [version] = store.mappings("parking")
    assert (version.no, version.first) == (1, 5)
    assert store.mapping(1) == version
    assert {one.mapping for one in store.set_aside()} == {1}


@pytest.mark.proves(26)
def test_the_audit_is_only_added_to(tmp_path: Path) -> None:
    with Store(tmp_path / "a.sqlite") as store:
        for n in range(3):
            line = Note(
                at=n, who="anna", what="replay", about=f"source {n % 2}", details={"rows": n}
            )
            assert store.note(line).result() == n + 1
        assert [one.details for one in store.notes()] == [{"rows": 2}, {"rows": 1}, {"rows": 0}]
        assert [one.seq for one in store.notes(about="source 0")] == [3, 1]
        assert [one.seq for one in store.notes(1, before=3)] == [2]
    connection = apsw.Connection(str(tmp_path / "a.sqlite"))
    for statement in ("UPDATE audit SET who = 'x'", "DELETE FROM audit"):
        with pytest.raises(apsw.ConstraintError, match="never"):
            connection.execute(statement)
    connection.close()
