import re
from pathlib import Path

import apsw
import pytest

import byalag.store
from byalag.model import Delivery
from byalag.store import Closed, Outdated, Store, Unfit
from byalag.store._connection import add_step_functions, refuse_old_sqlite
from byalag.store._sql import (
    KEYS_SCHEMA,
    MIGRATIONS,
    REGISTER_MIGRATIONS,
    REGISTER_SCHEMA,
    SCHEMA,
    SQL,
    VERSION,
    many_values,
)
from byalag.store._sqlite import connect


@pytest.mark.parametrize("version", ["3.40.1", "3.51.2", "3.7.0"])
def test_an_old_sqlite_is_refused_with_what_to_do(version: str) -> None:
    with pytest.raises(Outdated, match=r"3\.51\.3 or newer is needed.*pip install -U apsw"):
        refuse_old_sqlite(version)


@pytest.mark.parametrize("version", ["3.51.3", "3.53.0", "4.0.0"])
def test_a_mended_sqlite_is_welcome(version: str) -> None:
    refuse_old_sqlite(version)


def test_every_statement_is_used() -> None:
    folder = Path(byalag.store.__file__).parent
    code = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    assert [name for name in SQL if f'"{name}"' not in code] == []


def test_the_sqlite_here_is_welcome() -> None:
    refuse_old_sqlite(apsw.sqlite_lib_version())


def test_a_store_is_durable_and_in_write_ahead_mode(store: Store) -> None:
    connection = store._writer._session.connection  # noqa: SLF001 - the setting is the promise
    assert connection.pragma("journal_mode") == "wal"
    assert connection.pragma("synchronous") == 2


def test_what_is_not_a_store_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "text").write_bytes(b"Hej! " * 1000)
    with pytest.raises(Unfit, match="is not a Byalag store"):
        Store(tmp_path / "text")
    assert (tmp_path / "text").read_bytes() == b"Hej! " * 1000


def test_another_database_is_left_alone(tmp_path: Path) -> None:
    other = apsw.Connection(str(tmp_path / "other.sqlite"))
    other.execute("CREATE TABLE mine (it)")
    other.close()
    with pytest.raises(Unfit, match="is not a Byalag store"):
        Store(tmp_path / "other.sqlite")


def test_a_newer_store_is_left_alone(tmp_path: Path) -> None:
    Store(tmp_path / "a.sqlite").close()
    connection = apsw.Connection(str(tmp_path / "a.sqlite"))
    connection.pragma("user_version", 999)
    connection.close()
    with pytest.raises(Unfit, match="written by a newer Byalag"):
        Store(tmp_path / "a.sqlite")


def test_an_older_store_is_migrated_step_by_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Store(tmp_path / "a.sqlite").close()
    monkeypatch.setattr("byalag.store._connection.VERSION", VERSION + 2)
    steps = {
        VERSION: "CREATE TABLE second (a)",
        VERSION + 1: "ALTER TABLE second ADD COLUMN b",
    }
    monkeypatch.setattr("byalag.store._connection.MIGRATIONS", steps)
    with Store(tmp_path / "a.sqlite") as store:
        store.remember("a", 1).result()
    connection = apsw.Connection(str(tmp_path / "a.sqlite"))
    assert connection.pragma("user_version") == VERSION + 2
    connection.execute("SELECT a, b FROM second")
    connection.close()


def test_a_migration_that_fails_leaves_the_store_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Store(tmp_path / "a.sqlite").close()
    with monkeypatch.context() as patched:
        patched.setattr("byalag.store._connection.VERSION", VERSION + 2)
        steps = {VERSION: "CREATE TABLE second (a)", VERSION + 1: "nonsense"}
        patched.setattr("byalag.store._connection.MIGRATIONS", steps)
        with pytest.raises(apsw.SQLError):
            Store(tmp_path / "a.sqlite")
    with Store(tmp_path / "a.sqlite") as store:
        assert store.check() == []


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = Store(tmp_path / "a.sqlite")
    store.close()
    store.close()
    with pytest.raises(Closed, match="has been closed"):
        store.keep(Delivery(source="a", received=0, bodies=(b"a",)))


def test_what_was_asked_for_before_closing_is_written(tmp_path: Path) -> None:
    with Store(tmp_path / "a.sqlite") as store:
        asked = [store.keep(Delivery(source="a", received=n, bodies=(b"a",))) for n in range(100)]
    assert [kept.result().seq for kept in asked] == list(range(1, 101))
    with Store(tmp_path / "a.sqlite") as store:
        assert store.counts().deliveries == 100


SCHEMAS = (
    "".join([SCHEMA, *MIGRATIONS.values()]),
    "".join([REGISTER_SCHEMA, *REGISTER_MIGRATIONS.values()]),
    KEYS_SCHEMA,
)


def fits(schema: str, statement: str, values: int) -> bool:
    connection = connect(Path(":memory:"))
    add_step_functions(connection)
    connection.execute(schema)
    try:
        connection.execute(f"EXPLAIN {statement}", [None] * values)
    except apsw.SQLError:
        return False
    return True


@pytest.mark.parametrize("name", sorted(SQL))
def test_every_statement_fits_the_schema_of_a_file(name: str) -> None:
    columns = SQL[name].partition("(")[2].partition(")")[0].count(",") + 1
    statement = many_values(name, columns, 2) if "VALUES ..." in SQL[name] else SQL[name]
    numbered = [int(number) for number in re.findall(r"\?(\d+)", statement)]
    values = max(numbered, default=statement.count("?"))
    assert any(fits(schema, statement, values) for schema in SCHEMAS)
