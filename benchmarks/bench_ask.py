"""What it costs to ask, beside the same statement written by hand on the same file.

10,000 things; 1,000 series of 1,000 observations each, half of them in chunks.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import apsw
import msgspec
import numpy as np

from benchmarks._table import Row
from byalag.asking import Ask, Call, Field, Order, Shape, Value
from byalag.model import Delivery, Observation, Point, Series, Thing
from byalag.store import Columns, Store

CADENCE = 600_000_000
BEGIN = 1_735_689_600_000_000  # 2025-01-01
THINGS, SERIES, EACH = 10_000, 1_000, 1_000
SECONDS = 0.7
PUSH = Delivery(source="bench", received=0, bodies=(b"[]",))
DECODE = msgspec.json.Decoder(Thing).decode
ROWS = (
    "SELECT o.series, s.id, o.at, o.value, o.flag, o.extra FROM observation o"
    " JOIN series s ON s.no = o.series"
)
IN_BOX = (
    "SELECT t.document FROM place p JOIN thing t ON t.no = p.no"
    " WHERE p.north >= 57.2 AND p.south <= 57.4 AND p.east >= 15.2 AND p.west <= 15.4"
    " ORDER BY t.no LIMIT 100"
)
BOX = [[[15.2, 57.2], [15.4, 57.2], [15.4, 57.4], [15.2, 57.4], [15.2, 57.2]]]


def rows() -> Iterator[Row]:
    """Measure, and yield one row at a time."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        with Store(path) as store:
            _fill(store)
            by_hand = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
            yield from _things(store, by_hand)
            yield from _observed(store, by_hand)
            by_hand.close()


def _fill(store: Store) -> None:
    things = [
        Thing(
            id=f"sensor:bench:{n}",
            type="Device",
            dataset="sensors",
            name=f"Device {n * 7919 % THINGS:05}",
            point=Point(57 + n % 100 / 100, 15 + n // 100 / 100),
            properties={"battery": n % 101, "maker": f"m{n % 7}"},
        )
        for n in range(THINGS)
    ]
    series = [
        Series(id=f"{one.id}/level", thing=one.id, property="level", dataset="sensors")
        for one in things[:SERIES]
    ]
    store.commit([*things, *series], at=0).result()
    half = EACH // 2
    random = np.random.default_rng(1)
    for n, one in enumerate(series):
        at = BEGIN + n * 1_000_000 + np.arange(half) * CADENCE
        store.load(one, at, random.normal(10, 3, half).round(1)).result()
    times = BEGIN + (half + np.arange(half)) * CADENCE
    for begin in range(0, SERIES, 100):
        which = np.repeat(np.arange(100), half)
        at = np.tile(times, 100) + (begin + which) * 1_000_000
        columns = Columns(
            series=[one.id for one in series[begin : begin + 100]],
            which=which,
            times=at,
            values=random.normal(10, 3, len(at)).round(1),
            flags=np.full(len(at), 2, np.uint8),
        )
        store.record(PUSH, [], columns=columns).result()


def _things(store: Store, by_hand: apsw.Connection) -> Iterator[Row]:
    def documents(sql: str) -> list[Thing]:
        return [DECODE(row[0]) for row in by_hand.execute(sql)]

    field = Field(("properties", "battery"))
    yield _row(
        "thing by number",
        lambda: store.ask(Ask(of="thing", where=_is("no", 77))),
        lambda: documents("SELECT document FROM thing WHERE no = 77 AND gone = 0"),
    )
    yield _row(
        "100 things by name",
        lambda: store.ask(Ask(of="thing", order=(Order(Field(("name",))),), limit=100)),
        lambda: documents(
            "SELECT document FROM thing WHERE gone = 0 ORDER BY asked ->> '$.name', no LIMIT 101"
        ),
    )
    yield _row(
        "a property of 10,000 things",
        lambda: store.ask(Ask(of="thing", where=Call("eq", (field, Value(50))), limit=100)),
        lambda: documents(
            "SELECT document FROM thing WHERE gone = 0"
            " AND asked ->> '$.properties.battery' = 50 ORDER BY no LIMIT 101"
        ),
    )
    place = Shape({"type": "Polygon", "coordinates": BOX})
    inside = Call("intersects", (Field(("geometry",)), place))
    yield _row(
        "100 things in a box",
        lambda: store.ask(Ask(of="thing", where=inside, limit=100)),
        lambda: documents(IN_BOX),
    )
    things = list(range(1, 101))
    series = Ask(of="series")
    yield _row(
        "the series of 100 things",
        lambda: store.ask_each(series, Field(("thing",)), things),
        lambda: by_hand.execute(
            "SELECT s.* FROM thing t JOIN series s ON s.thing = t.id WHERE t.no <= 100"
        ).fetchall(),
    )


def _observed(store: Store, by_hand: apsw.Connection) -> Iterator[Row]:
    newest = (Order(Field(("at",)), descending=True),)

    def by_sql(sql: str) -> list[Observation]:
        return [
            Observation(id_, at, value, flag) for _, id_, at, value, flag, _ in by_hand.execute(sql)
        ]

    one = Ask(of="observation", where=_is("series", "no", 77), order=newest, limit=100)
    yield _row(
        "100 newest of a series",
        lambda: store.ask(one),
        lambda: by_sql(f"{ROWS} WHERE o.series = 77 ORDER BY o.at DESC LIMIT 101"),
    )
    yield _row(
        "100 newest of 1,000,000",
        lambda: store.ask(Ask(of="observation", order=newest, limit=100)),
        lambda: by_sql(f"{ROWS} WHERE o.series > 900 AND o.at > 1736288999000000 LIMIT 101"),
        "a range of rows",
    )
    more = Call("gt", (Field(("value",)), Value(19)))
    both = Call("and", (_is("series", "no", 77), more))
    yield _row(
        "those above 19 of a series",
        lambda: store.ask(Ask(of="observation", where=both, order=newest, limit=100)),
        lambda: by_sql(f"{ROWS} WHERE o.series = 77 AND o.value > 19 ORDER BY o.at DESC LIMIT 101"),
        "the rows without the chunks",
    )
    yield _row(
        "count of 1,000,000",
        lambda: store.ask(Ask(of="observation", limit=0, count=True)),
        lambda: by_hand.execute("SELECT count(*) FROM observation").fetchall(),
        "the rows without the chunks",
    )
    numbers = list(range(1, 101))
    latest = Ask(of="observation", order=newest, limit=1)
    yield _row(
        "the newest of 100 series",
        lambda: store.ask_each(latest, Field(("series",)), numbers),
        lambda: by_sql(
            "SELECT l.series, s.id, l.at, l.value, l.flag, l.extra FROM latest l"
            " JOIN series s ON s.no = l.series WHERE l.series <= 100"
        ),
    )


def _is(*path_and_value: str | int) -> Call:
    *path, value = path_and_value
    return Call("eq", (Field(tuple(map(str, path))), Value(value)))


def _row(
    name: str,
    ask: Callable[[], object],
    floor: Callable[[], object],
    what: str = "the same by hand",
) -> Row:
    taken, least = _median(ask), _median(floor)
    note = f"{least * 1e6:.0f} µs by hand"
    return Row(f"ask: {name}", taken * 1e6, "µs", what, taken / least, note)


def _median(work: Callable[[], object]) -> float:
    work()
    spent: list[float] = []
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end or len(spent) < 3:
        begin = time.perf_counter()
        work()
        spent.append(time.perf_counter() - begin)
    return statistics.median(spent)
