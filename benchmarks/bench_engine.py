"""What the engine takes in: pushes in bulk and one by one, as it will be asked to over HTTP."""

import asyncio
import gc
import json
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TypeVar

import anyio
import msgspec

from benchmarks._table import Row
from byalag.engine import Connected, Engine, SystemClock
from byalag.engine._push import Door
from byalag.model import Dataset, Municipality, Series
from byalag.sources import Receive, settle
from byalag.store import Store

T = TypeVar("T")

ROWS = 10_000
ROUNDS = 7
PUSHES = 20
CALLERS = 64
SINGLES = 6_000
SERIES = [f"sensor:skelleftea:{number:x}/waterTemperature" for number in range(100)]
START = datetime(2026, 1, 1, tzinfo=UTC)
JSON = "application/json"


def rows() -> Iterator[Row]:
    """Yield the engine's rows of the table."""
    yield from decoding()
    for callers in (1, 4):
        yield asyncio.run(bulk(callers))
    yield asyncio.run(singles())


def source() -> Connected:
    """Return a push source with a hundred series."""
    table = {"kind": "push", "dataset": "sensors", "series": [{"id": one} for one in SERIES]}
    kind, settings = settle(table, name="sensors")
    home = Municipality(code="2482", name="Skellefteå")
    return Connected(name="sensors", municipality=home, kind=kind, settings=settings)


def body(begin: int, count: int = ROWS) -> bytes:
    """Return a push of so many rows, five seconds apart in time."""
    times = (START + timedelta(seconds=5 * n) for n in range(begin, begin + count))
    said = [
        {"series": SERIES[n % len(SERIES)], "time": time.isoformat()[:19] + "Z", "value": n / 10}
        for n, time in enumerate(times)
    ]
    return json.dumps(said).encode()


def timed(work: Callable[[], object]) -> float:
    """Return the median time of some rounds, seconds."""
    times: list[float] = []
    for _ in range(ROUNDS):
        began = perf_counter()
        work()
        times.append(perf_counter() - began)
    return median(times)


def decoding() -> Iterator[Row]:
    """Measure reading a push of many rows, against decoding the same bytes without types."""
    door = Door({series.id: series for series in source_series()}, frozenset[str])
    said, now = body(0), SystemClock().now()
    floor = timed(lambda: msgspec.json.decode(said))
    taken = timed(lambda: door.read(said, JSON, now))
    yield Row("push of 10,000 rows read", ROWS / taken, "obs/s", "msgspec decode", floor / taken)


def source_series() -> tuple[Series, ...]:
    """Return the series that the source declares."""
    connected = source()
    reach = connected.kind.reach(connected.settings)
    return reach.series if isinstance(reach, Receive) else ()


async def inside(work: Callable[[Engine, Store, Store], Awaitable[T]]) -> T:
    """Do something with a running engine whose stores are empty and on disk."""
    with TemporaryDirectory() as home, Store(Path(home) / "own.sqlite") as store:
        commons = Store(Path(home) / "commons.sqlite")
        engine = Engine(
            {"2482": store}, commons, [source()], clock=SystemClock(), secret=lambda name: name
        )
        store.publish(
            {"sensors": Dataset(id="sensors", title={"sv": "Givare"}, open=True)}
        ).result()
        async with anyio.create_task_group() as running:
            stop = anyio.Event()
            running.start_soon(engine.run, stop)
            await engine.receive("2482", body(0, 100), JSON, None)
            await told(store, commons)
            gc.collect()
            found = await work(engine, store, commons)
            stop.set()
        commons.close()
        return found


async def told(store: Store, commons: Store) -> None:
    """Wait until the commons has everything that the store has."""
    while commons.latest(SERIES) != store.latest(SERIES):  # noqa: ASYNC110 -- a store has no event
        await anyio.sleep(0.002)


async def bulk(callers: int) -> Row:
    """Measure pushes of 10,000 rows, each on disk when answered, and the commons catching up."""
    bodies = [body(ROWS * (number + 1)) for number in range(PUSHES)]
    waiting = iter(bodies)

    async def push(engine: Engine, store: Store, commons: Store) -> tuple[float, float]:
        async def caller() -> None:
            for said in waiting:
                await engine.receive("2482", said, JSON, None)

        began = perf_counter()
        await asyncio.gather(*(caller() for _ in range(callers)))
        answered = perf_counter()
        await told(store, commons)
        return PUSHES * ROWS / (answered - began), perf_counter() - answered

    rate, behind = await inside(push)
    note = f"the commons has the last row {behind * 1000:.0f} ms later"
    who = f"{callers} caller{'s' * (callers > 1)}"
    name = f"push of 10,000 rows, {who}, durable and told"
    return Row(name, rate, "obs/s", "150,000 promised", rate / 150_000, note)


async def singles() -> Row:
    """Measure pushes of one observation from 64 callers at once, each on disk when answered."""
    bodies = iter([body(number, 1)[1:-1] for number in range(SINGLES)])

    async def push(engine: Engine, _store: Store, _commons: Store) -> float:
        async def caller() -> None:
            for said in bodies:
                await engine.receive("2482", said, JSON, None)

        began = perf_counter()
        await asyncio.gather(*(caller() for _ in range(CALLERS)))
        return SINGLES / (perf_counter() - began)

    return Row("push of 1 observation, 64 callers, durable", await inside(push), "posts/s")


if __name__ == "__main__":
    for row in rows():
        print(row)
