"""Databases: rows that are new are read once, in order, whatever their watermarks and types."""

import time
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from importlib.util import find_spec
from typing import Any

import anyio
import pytest
from msgspec import json, structs
from sqlalchemy import Engine as Database
from sqlalchemy import create_engine, text

from byalag import Misconfigured
from byalag.engine import Connected, _database, try_source
from byalag.sources import Common, Query, settle
from byalag.store import Store
from byalag.testkit import MariaDb, PostgreSql, StoppedClock, running, soon

from .watching import HOME, engine

pytestmark = pytest.mark.anyio
TABLE = "CREATE TABLE levels (no INTEGER, place VARCHAR(20), level DECIMAL(8, 3), at TIMESTAMP(6))"


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgreSql]:
    if not PostgreSql.installed():
        pytest.skip("PostgreSQL 15 is not installed on this computer")
    with PostgreSql() as started:
        yield started


@pytest.fixture(scope="module")
def mariadb() -> Iterator[MariaDb]:
    if not MariaDb.installed():
        pytest.skip("MariaDB is not installed on this computer")
    with MariaDb() as started:
        yield started


@pytest.fixture(params=["postgres", "mariadb"])
def server(request: pytest.FixtureRequest) -> PostgreSql | MariaDb:
    found: PostgreSql | MariaDb = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def database(server: PostgreSql | MariaDb) -> Iterator[Database]:
    url = server.url.replace("://", "+psycopg://" if "postgresql" in server.url else "+pymysql://")
    made = create_engine(url)
    do(made, "DROP TABLE IF EXISTS levels", TABLE)
    yield made
    made.dispose()


def do(database: Database, *statements: str) -> None:
    with database.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def add(database: Database, first: int, count: int, *, at: str = "") -> None:
    """Add rows; of each two after one another the times are the same."""
    rows = (
        f"({n}, 'p{n % 7}', {n}.125, '{at or f'2026-07-01 10:{n // 2 % 60:02}:00'}')"
        for n in range(first, first + count)
    )
    do(database, f"INSERT INTO levels VALUES {', '.join(rows)}")  # noqa: S608 -- of our own


def source(url: str, *, every: float = 0.1, **said: object) -> Connected:
    table = {
        "kind": "sql",
        "dataset": "sensors",
        "url": url,
        "thing": {"type": "Device", "id": "{place}"},
        "series": [
            {"name": "level", "value": "level", "at": {"path": "at", "zone": "UTC"}, "unit": "m"}
        ],
        **said,
    }
    kind, settings = settle(table, name="levels")

    def reach(settings: Common) -> Query:
        query = kind.reach(settings)
        assert isinstance(query, Query)
        return structs.replace(query, every=timedelta(seconds=every))

    hurried = structs.replace(kind, reach=reach)
    return Connected(name="levels", municipality=HOME, kind=hurried, settings=settings)


def rows(store: Store) -> list[dict[str, Any]]:
    """Return every row that has been delivered, in order."""
    kept = [store.delivery(one.seq) for one in store.deliveries("levels", 10_000)[::-1]]
    lines = [line for one in kept if one is not None for line in one.bodies[0].splitlines()]
    return [json.decode(line) for line in lines]


def numbers(store: Store) -> list[int]:
    return sorted(row["no"] for row in rows(store))


async def test_new_rows_are_read_once_over_ties_pages_and_restarts(
    server: PostgreSql | MariaDb, database: Database, store: Store, commons: Store
) -> None:
    add(database, 0, 25)
    read = source(server.url, table="levels", watermark="at", at_most=4)
    async with running(engine(store, commons, read)):
        await soon(lambda: len(rows(store)) == 25)
        add(database, 25, 2, at="2026-07-01 10:12:00")  # late, at the watermark itself
        await soon(lambda: len(rows(store)) == 27)
    async with running(engine(store, commons, read)):
        add(database, 30, 5)
        await soon(lambda: len(rows(store)) == 32)
        await anyio.sleep(0.3)
    assert numbers(store) == [*range(27), *range(30, 35)]
    assert store.latest(["sensor:levels:p6/level"])["sensor:levels:p6/level"].value == 34.125


async def test_rows_that_are_alike_are_all_read_though_a_page_ends_between_them(
    server: PostgreSql | MariaDb, database: Database, store: Store, commons: Store
) -> None:
    for _ in range(11):
        add(database, 7, 1)
    read = source(server.url, table="levels", watermark="at", at_most=3)
    async with running(engine(store, commons, read)):
        await soon(lambda: len(rows(store)) == 11)
        add(database, 7, 1)
        await soon(lambda: len(rows(store)) == 12)
        await anyio.sleep(0.25)
    assert len(rows(store)) == 12


async def test_a_statement_is_read_with_keys_and_colons_and_percent_signs(
    server: PostgreSql | MariaDb, database: Database, store: Store, commons: Store
) -> None:
    add(database, 0, 9)
    statement = (
        "SELECT no, place, level, at, '100% :kvar; INSERT' AS told FROM levels\n"
        "WHERE place LIKE 'p%' -- of ours"
    )
    read = source(server.url, statement=statement, watermark="no", keys=["place"], at_most=4)
    async with running(engine(store, commons, read)):
        await soon(lambda: len(rows(store)) == 9)
    assert rows(store)[0]["told"] == "100% :kvar; INSERT"


async def test_all_rows_are_read_when_they_differ_and_none_when_they_do_not(
    server: PostgreSql | MariaDb, database: Database, store: Store, commons: Store
) -> None:
    add(database, 0, 3)
    read = source(server.url, statement="SELECT * FROM levels ORDER BY no", at_most=5)
    hub = engine(store, commons, read)
    async with running(hub):
        await soon(lambda: len(store.deliveries("levels")) == 1)
        await anyio.sleep(0.3)
        assert len(store.deliveries("levels")) == 1
        do(database, "UPDATE levels SET level = 9 WHERE no = 1")
        await soon(lambda: len(store.deliveries("levels")) == 2)
        add(database, 3, 3)
        await soon(lambda: "name a `watermark`" in hub.status()[0].error)


async def test_what_is_written_late_within_the_overlap_is_read(
    server: PostgreSql | MariaDb, database: Database, store: Store, commons: Store
) -> None:
    add(database, 0, 1, at="2026-07-01 10:00:00")
    add(database, 1, 1, at="2026-07-01 10:05:00")
    read = source(server.url, table="levels", watermark="at", overlap="10m", at_most=2)
    async with running(engine(store, commons, read)):
        await soon(lambda: len(rows(store)) == 2)
        add(database, 2, 3, at="2026-07-01 10:01:00")
        await soon(lambda: len(rows(store)) == 5)
        await anyio.sleep(0.3)
    assert numbers(store) == [0, 1, 2, 3, 4]


async def test_a_row_cannot_be_written_through_a_function(
    postgres: PostgreSql, store: Store, commons: Store
) -> None:
    database = create_engine(postgres.url.replace("://", "+psycopg://"))
    do(
        database, "DROP TABLE IF EXISTS levels", TABLE,
        "CREATE OR REPLACE FUNCTION sly() RETURNS INTEGER LANGUAGE SQL AS "
        "'INSERT INTO levels (no) VALUES (1) RETURNING no'",
    )  # fmt: skip
    hub = engine(store, commons, source(postgres.url, statement="SELECT sly() AS no"))
    async with running(hub):
        await soon(lambda: "read-only transaction" in hub.status()[0].error)
    with database.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM levels")).scalar() == 0
    database.dispose()


async def test_values_keep_what_they_are(
    postgres: PostgreSql, store: Store, commons: Store
) -> None:
    statement = (
        "SELECT 'p' AS place, 1.5::numeric AS level, TIMESTAMPTZ '2026-07-01 12:00+02' AS at,"
        " 12345678901234567.25::numeric AS exact, 7::numeric AS whole, DATE '2026-07-01' AS day,"
        " 'NaN'::float8 AS nothing, TIME '07:30' AS clock, decode('00ff', 'hex') AS bytes,"
        " ARRAY[1.25, 2]::numeric[] AS several, JSON '{}' AS json, TRUE AS yes, NULL AS no,"
        " TIMESTAMP '2026-07-01 12:00' AS here"
    )
    async with running(engine(store, commons, source(postgres.url, statement=statement))):
        await soon(lambda: rows(store))
    assert rows(store)[0] == {
        "place": "p",
        "level": 1.5,
        "at": "2026-07-01T10:00:00+00:00",
        "exact": "12345678901234567.25",
        "whole": 7,
        "day": "2026-07-01",
        "nothing": None,
        "clock": "07:30:00",
        "bytes": "AP8=",
        "several": [1.25, 2],
        "json": {},
        "yes": True,
        "no": None,
        "here": "2026-07-01T12:00:00",
    }


async def test_a_statement_that_takes_too_long_is_given_up(
    server: PostgreSql | MariaDb, database: Database, store: Store, commons: Store
) -> None:
    slow = "pg_sleep(30)" if "postgresql" in server.url else "SLEEP(30)"
    add(database, 0, 1)
    statement = f"SELECT no, {slow} FROM levels"  # noqa: S608 -- of our own
    hub = engine(store, commons, source(server.url, statement=statement, timeout="1s"))
    began = time.monotonic()
    async with running(hub):
        await soon(lambda: hub.status()[0].error)
    assert time.monotonic() - began < 5
    assert "database answers" in hub.status()[0].error


async def test_a_server_that_is_restarted_is_found_again_and_nothing_is_lost_or_doubled(
    server: PostgreSql | MariaDb, database: Database, store: Store, commons: Store
) -> None:
    clock = StoppedClock()
    add(database, 0, 10)
    hub = engine(store, commons, source(server.url, table="levels", watermark="at"), clock=clock)
    async with running(hub):
        await soon(lambda: len(rows(store)) == 10)
        await anyio.to_thread.run_sync(server.stop)
        await soon(lambda: hub.status()[0].error)
        clock.advance(timedelta(hours=-1))
        await anyio.to_thread.run_sync(server.start)
        database.dispose()
        add(database, 10, 10)
        clock.advance(timedelta(hours=2))
        await soon(lambda: len(rows(store)) == 20)
        await soon(lambda: not hub.status()[0].error)
    assert numbers(store) == [*range(20)]


async def test_trying_reads_the_first_rows_and_remembers_nothing(
    server: PostgreSql | MariaDb, database: Database, store: Store, commons: Store
) -> None:
    add(database, 0, 150)
    read = source(server.url, table="levels", watermark="at")
    tried = await try_source(read)
    assert (tried.records, tried.things, tried.error) == (100, 7, "")
    async with running(engine(store, commons, read)):
        await soon(lambda: len(rows(store)) == 150)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:////etc/x", "begin with postgresql://"),
        ("postgresql://u:hemligt@h/d", "{secret:env:NAME}"),
    ],
)
def test_an_address_that_will_not_do_is_refused(url: str, said: str) -> None:
    found = source(url, table="levels")
    with pytest.raises(Exception, match=said):
        found.kind.prepare(found.settings)


@pytest.mark.parametrize("lacking", [{"watermark": "at"}, {"watermark": "level", "keys": ["id"]}])
def test_columns_that_rows_are_known_by_are_asked_for(lacking: dict[str, Any]) -> None:
    found = source("postgresql://u@h/d", table="levels", columns=["level"], **lacking)
    with pytest.raises(Misconfigured, match=r"`columns`: must have '(at|id)' too"):
        found.kind.prepare(found.settings)


async def test_a_way_round_the_address_check_is_refused(store: Store, commons: Store) -> None:
    url = "postgresql://u@127.0.0.1/d?host=10.0.0.7"
    hub = engine(store, commons, source(url, table="levels"))
    async with running(hub):
        await soon(lambda: "the option host is not taken here" in hub.status()[0].error)


@pytest.mark.skipif(find_spec("oracledb") is not None, reason="Oracle's driver is installed here")
async def test_a_driver_that_is_not_installed_is_named(store: Store, commons: Store) -> None:
    hub = engine(store, commons, source("oracle://u@127.0.0.1/d", table="levels"))
    async with running(hub):
        await soon(lambda: "pip install 'byalag[oracle]'" in hub.status()[0].error)


async def test_rows_that_hold_much_are_read_a_few_at_a_time(
    postgres: PostgreSql, store: Store, commons: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_database, "LARGEST", 15)
    monkeypatch.setattr(_database, "_STEP", 3)
    made = create_engine(postgres.url.replace("://", "+psycopg://"))
    do(made, "DROP TABLE IF EXISTS levels", TABLE)
    add(made, 0, 25)
    read = source(postgres.url, table="levels", watermark="no", at_most=20)
    async with running(engine(store, commons, read)):
        await soon(lambda: len(rows(store)) == 25)
    made.dispose()
    assert numbers(store) == [*range(25)]
    assert len(store.deliveries("levels", 99)) > 2


async def test_rows_at_one_watermark_that_hold_too_much_are_told(
    postgres: PostgreSql, store: Store, commons: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_database, "LARGEST", 15)
    monkeypatch.setattr(_database, "_STEP", 3)
    made = create_engine(postgres.url.replace("://", "+psycopg://"))
    do(made, "DROP TABLE IF EXISTS levels", TABLE)
    add(made, 0, 25, at="2026-07-01 10:12:00")
    read = source(postgres.url, table="levels", watermark="at", at_most=20)
    hub = engine(store, commons, read)
    async with running(hub):
        await soon(lambda: "fewer `columns`" in hub.status()[0].error)
    made.dispose()


def has_rows(store: Store, many: int) -> bool:
    return len(rows(store)) == many


async def test_a_few_new_rows_after_many_are_no_sign_of_anything(
    server: PostgreSql | MariaDb, database: Database, store: Store, commons: Store
) -> None:
    hub = engine(store, commons, source(server.url, table="levels", watermark="no"))
    async with running(hub):
        for first in (0, 100, 200, 300, 400):
            add(database, first, 100 if first < 400 else 1)
            await soon(partial(has_rows, store, min(first + 100, 401)))
        await soon(lambda: hub.status()[0].last == 1)
        assert (hub.status()[0].state, hub.status()[0].usual) == ("ok", None)


def test_oracles_driver_is_given_the_checked_address() -> None:
    pytest.importorskip("oracledb")
    url = _database.address("oracle://a@db.example/?service_name=b")
    engine = _database.opened(url, "203.0.113.7", timedelta(seconds=1))
    assert engine.url.host == "203.0.113.7"
