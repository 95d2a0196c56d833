"""What is watched and read, end to end: files a second from a folder, rows a second of a table."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import anyio
from msgspec import structs
from sqlalchemy import create_engine, text

from benchmarks._table import Row
from byalag.engine import Connected, Engine, SystemClock
from byalag.model import Municipality
from byalag.sources import Common, Query, Watch, settle
from byalag.store import Store
from byalag.testkit import PostgreSql, running

FILES = 2_000
ROWS = 100_000
PLACES = 100
AT = "2026-07-01T11:59:00Z"
SAID: dict[str, Any] = {
    "dataset": "sensors",
    "thing": {"type": "Device", "id": "{place}"},
    "series": [{"name": "level", "value": "level", "at": "at"}],
}


def rows() -> Iterator[Row]:
    """Yield the rows of the table."""
    with TemporaryDirectory() as folder:
        yield files(Path(folder))
    if PostgreSql.installed():
        with TemporaryDirectory() as folder:
            yield table(Path(folder))


def connected(**said: object) -> Connected:
    """Return a source that is looked at all the time."""
    kind, settings = settle({**SAID, **said}, name="bench")

    def reach(settings: Common) -> Watch | Query:
        found = kind.reach(settings)
        assert isinstance(found, Watch | Query)  # noqa: S101 -- of the two kinds below
        if isinstance(found, Watch):
            found = structs.replace(found, settled=timedelta())
        return structs.replace(found, every=timedelta(milliseconds=20))

    home = Municipality(code="2482", name="Skellefteå", on_premises=("127.0.0.0/8",))
    hurried = structs.replace(kind, reach=reach)
    return Connected(name="bench", municipality=home, kind=hurried, settings=settings)


def timed(folder: Path, source: Connected, done: Callable[[Store], bool]) -> float:
    """Run an engine until something holds; return how long it took, seconds."""

    async def run() -> float:
        with Store(folder / "own.sqlite") as store, Store(folder / "commons.sqlite") as commons:
            hub = Engine({"2482": store}, commons, [source], clock=SystemClock(), secret=str)
            began = perf_counter()
            async with running(hub):
                while not done(store):  # noqa: ASYNC110 -- a store sets no event
                    await anyio.sleep(0.02)
                return perf_counter() - began

    return anyio.run(run)


def files(folder: Path) -> Row:
    """Take small files from a folder and move them; the floor only reads and moves them."""
    for name in ("in", "plain"):
        (folder / name / "taken").mkdir(parents=True)
        for number in range(FILES):
            record = {"place": f"p{number % PLACES}", "level": number, "at": AT}
            (folder / name / f"{number}.json").write_text(json.dumps(record))
    began = perf_counter()
    for file in sorted((folder / "plain").glob("*.json")):
        json.loads(file.read_bytes())
        with suppress(FileNotFoundError):
            file.rename(folder / "plain" / "taken" / file.name)
    floor = FILES / (perf_counter() - began)
    source = connected(kind="folder", path=str(folder / "in"), after="move")
    receipts = folder / "in" / "taken"
    seconds = timed(
        folder, source, lambda _: sum(1 for _ in receipts.glob("*.receipt.json")) == FILES
    )
    rate = FILES / seconds
    return Row(
        "files from a folder, to facts and receipts",
        rate,
        "files/s",
        f"read, decode and move: {floor:,.0f}",
        rate / floor,
        f"{FILES} files of one record",
    )


def table(folder: Path) -> Row:
    """Read a table by its watermark; the floor only fetches its rows with the driver."""
    with PostgreSql() as server:
        database = create_engine(server.url.replace("://", "+psycopg://"))
        with database.begin() as connection:
            connection.execute(
                text(
                    "CREATE TABLE levels AS SELECT no, 'p' || no % 100 AS place, no * 0.25 AS "
                    "level, TIMESTAMPTZ '2026-01-01' + no * INTERVAL '1 second' AS at "
                    "FROM generate_series(1, 100000) AS no"
                )
            )
            connection.execute(text("CREATE INDEX ON levels (at)"))
        began = perf_counter()
        with database.connect() as connection:
            assert len(connection.execute(text("SELECT * FROM levels ORDER BY at")).all()) == ROWS  # noqa: S101 -- the floor does the same work
        floor = ROWS / (perf_counter() - began)
        source = connected(kind="sql", url=server.url, table="levels", watermark="at")
        seconds = timed(
            folder,
            source,
            lambda store: sum(one.observations for one in store.deliveries("bench")) == ROWS,
        )
        database.dispose()
    rate = ROWS / seconds
    return Row(
        "rows of a PostgreSQL table, to facts",
        rate,
        "rows/s",
        f"fetch with the driver alone: {floor:,.0f}",
        rate / floor,
        f"{ROWS:,} rows by a watermark, 10,000 a delivery",
    )
