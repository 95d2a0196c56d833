"""What the store can do, each figure beside a floor that was measured in the same run.

`BYALAG_BENCH_FULL=1` loads 100 million observations instead of 10 million.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import apsw
import numpy as np
from numpy.typing import NDArray

from benchmarks._table import Row
from byalag.model import Delivery, Observation, Point, Series, Thing, Where
from byalag.store import Store
from byalag.store._pcodec import pack, unpack

CADENCE = 300_000_000
BEGIN = 1_735_689_600_000_000  # 2025-01-01
YEAR = 105_120
SECONDS = 1.5


def rows() -> Iterator[Row]:
    """Measure, and yield one row at a time."""
    with tempfile.TemporaryDirectory() as folder:
        yield from _single_commits(Path(folder))
        yield from _bulk_commits(Path(folder))
        yield from _nearest(Path(folder))
    yield from _loaded()


def _series(number: int, name: str = "temperature") -> Series:
    thing = f"sensor:bench:{number}"
    return Series(id=f"{thing}/{name}", thing=thing, property=name, dataset="sensors")


def _temperatures(count: int, seed: int) -> NDArray[np.float64]:
    """Return temperatures with one decimal: a year's and a day's wave, and weather."""
    random, hours = np.random.default_rng(seed), np.arange(count) / 12
    waves = 8 - 12 * np.cos(hours / 8766 * 2 * np.pi) - 4 * np.cos(hours / 24 * 2 * np.pi)
    weather = np.convolve(random.normal(0, 0.05, count).cumsum(), np.ones(6) / 6, "same")
    return np.asarray(np.round(waves + weather, 1), np.float64)


def _counts(count: int, seed: int) -> NDArray[np.float64]:
    """Return free spaces of a car park of 300: empty at night, busy by day."""
    random, hours = np.random.default_rng(seed), np.arange(count) / 12
    taken = 150 - 130 * np.cos(hours / 24 * 2 * np.pi) + random.normal(0, 6, count)
    return np.asarray(np.clip(np.round(300 - taken), 0, 300), np.float64)


def _times(count: int) -> NDArray[np.int64]:
    return BEGIN + np.arange(count, dtype=np.int64) * CADENCE


def _median(measure: Callable[[], object], times: int = 15) -> float:
    """Return the median time of a call in seconds."""
    taken: list[float] = []
    for _ in range(times):
        begun = time.perf_counter()
        measure()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def _append_rate(folder: Path, size: int) -> float:
    """Return how many times a second a file can be appended to and synchronised: the floor."""
    path = folder / "floor"
    with path.open("wb", buffering=0) as file:
        begun, done = time.perf_counter(), 0
        while time.perf_counter() - begun < SECONDS:
            file.write(bytes(size))
            os.fdatasync(file.fileno())
            done += 1
        return done / (time.perf_counter() - begun)


def _single_commits(folder: Path) -> Iterator[Row]:
    floor = _append_rate(folder, 200)
    for callers in (1, 64):
        with Store(folder / f"single{callers}.sqlite") as store:
            store.commit([_series(n) for n in range(64)], at=0).result()
            rate = _callers(store, callers)
        yield Row(
            f"durable single observations, {callers} callers",
            rate,
            "commits/s",
            floor=f"append + fdatasync, {floor:,.0f}/s",
            ratio=rate / floor,
        )


def _callers(store: Store, callers: int) -> float:
    until = time.perf_counter() + SECONDS

    def post(number: int) -> int:
        done = 0
        while time.perf_counter() < until:
            at = BEGIN + done * 1_000_000
            body = b'{"series": "sensor:bench:1/temperature", "time": "2025-01-01", "value": 7.1}'
            said = Observation(_series(number).id, at, 7.1)
            store.record(Delivery(source="push", received=at, bodies=(body,)), [said]).result()
            done += 1
        return done

    begun = time.perf_counter()
    with ThreadPoolExecutor(callers) as pool:
        done = sum(pool.map(post, range(callers)))
    return done / (time.perf_counter() - begun)


def _bulk_commits(folder: Path) -> Iterator[Row]:
    size, batches = 10_000, 12
    facts = [
        [
            Observation(_series(n % 100).id, BEGIN + (b * size + n) * 1_000_000, n / 10)
            for n in range(size)
        ]
        for b in range(batches)
    ]
    body = json.dumps([{"series": f.series, "time": f.at, "value": f.value} for f in facts[0]])
    floor = _plain_rows(folder, facts)
    with Store(folder / "bulk.sqlite") as store:
        store.commit([_series(n) for n in range(100)], at=0).result()
        delivery = Delivery(source="push", received=BEGIN, bodies=(body.encode(),))
        batch = iter(facts)
        rate = size / _median(lambda: store.record(delivery, next(batch)).result(), batches)
    yield Row(
        "durable batches of 10,000 observations, one caller",
        rate,
        "obs/s",
        floor=f"apsw executemany into a bare table, {floor:,.0f}/s",
        ratio=rate / floor,
    )


def _plain_rows(folder: Path, facts: list[list[Observation]]) -> float:
    connection = apsw.Connection(str(folder / "plain.sqlite"))
    connection.pragma("journal_mode", "wal")
    connection.execute("CREATE TABLE o (s TEXT, at INTEGER, v REAL)")
    batch = iter(facts)

    def insert() -> None:
        with connection:
            told = ((f.series, f.at, f.value) for f in next(batch))
            connection.executemany("INSERT INTO o VALUES (?, ?, ?)", told)

    rate = len(facts[0]) / _median(insert, len(facts))
    connection.close()
    return rate


def _places(count: int) -> list[Thing]:
    random = np.random.default_rng(7)
    positions = zip(random.uniform(60, 69, count), random.uniform(12, 24, count), strict=True)
    return [
        Thing(
            id=f"bath:bench:{n}",
            type="BathingPlace",
            dataset="bathing-places",
            name=f"Badplats {n}",
            municipality=f"{2400 + n % 90}",
            point=Point(float(latitude), float(longitude)),
            properties={"description": "Sandstrand med brygga", "euBathingWater": True},
        )
        for n, (latitude, longitude) in enumerate(positions)
    ]


def _nearest(folder: Path) -> Iterator[Row]:
    with Store(folder / "places.sqlite") as store:
        store.commit(_places(10_000), at=0).result()
        random = np.random.default_rng(3)
        spots = [Point(*map(float, p)) for p in random.uniform((60, 12), (69, 24), (200, 2))]
        spot = iter(spots)
        taken = _median(
            lambda: store.find("BathingPlace", Where(near=next(spot)), limit=10), times=200
        )
        whole = _median(lambda: store.find("BathingPlace", Where(near=spots[0])), times=3)
        listed = _median(lambda: store.find("BathingPlace", limit=20, offset=100))
    floor = f"all 10,000 by distance, {whole * 1000:.0f} ms"
    yield Row("nearest 10 of 10,000 places", taken * 1000, "ms", floor=floor, ratio=taken / whole)
    yield Row("page of 20 of 10,000 places by name", listed * 1000, "ms")


def _loaded() -> Iterator[Row]:
    """Load much in a process of its own, so that its memory can be told."""
    millions = 100 if os.environ.get("BYALAG_BENCH_FULL") == "1" else 10
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.bench_store", folder, str(millions)]
        home = Path(__file__).parent.parent
        done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=home)
    told = json.loads(done.stdout)
    floor = f"pcodec alone, {told['floor_rate']:,.0f} obs/s"
    ratio = told["rate"] / told["floor_rate"]
    yield Row(f"bulk load, {millions} million", told["rate"], "obs/s", floor=floor, ratio=ratio)
    note = f"temperatures {told['temperature']:.2f}, counts {told['count']:.2f} before SQLite"
    yield Row("stored at 5-minute cadence", told["bytes"], "bytes/obs", note=note)
    yield Row("peak memory while loading", told["memory"], "MiB", note="the whole process")
    floor = f"pcodec decode of the same, {told['decode']:.2f} ms"
    ratio = told["year"] / told["decode"]
    yield Row("one series-year, 105,120 values", told["year"], "ms", floor=floor, ratio=ratio)
    yield Row("nearest 10 in that store", told["nearest"], "ms")


def _load(folder: Path, millions: int) -> dict[str, float]:
    """Load years of 5-minute values; say how it went."""
    kinds = [_temperatures(YEAR, 1), _counts(YEAR, 2)]
    times = _times(YEAR)
    packed = [[pack(c) for c in _by_month(k)] for k in kinds]
    stamps = [pack(part) for part in _by_month(times)]
    floor = _median(
        lambda: [pack(c) for a in (*kinds, times, times) for c in _by_month(a)],
        5,
    )
    decode = _median(lambda: [unpack(b) for b in packed[0] + stamps])
    runs = -(-millions * 1_000_000 // YEAR)
    with Store(folder / "loaded.sqlite") as store:
        store.commit(_places(10_000), at=0).result()
    before = (folder / "loaded.sqlite").stat().st_size
    with Store(folder / "loaded.sqlite") as store:
        begun = time.perf_counter()
        for number in range(runs):
            values = np.roll(kinds[number % 2], number * 288)
            store.load(_series(number), times, values).result()
        rate = runs * YEAR / (time.perf_counter() - begun)
        end = BEGIN + YEAR * CADENCE
        ids = iter([_series(n).id for n in range(0, runs, 2)] * 20)
        year = _median(lambda: store.history(next(ids), start=BEGIN, end=end))
        near = Where(near=Point(64.75, 20.95))
        nearest = _median(lambda: store.find("BathingPlace", near, limit=10))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = (folder / "loaded.sqlite").stat().st_size - before
    temperature, count = (sum(map(len, p)) / YEAR for p in packed)
    return {
        "rate": rate,
        "floor_rate": 2 * YEAR / floor,
        "bytes": size / (runs * YEAR),
        "memory": memory,
        "year": year * 1000,
        "decode": decode * 1000,
        "nearest": nearest * 1000,
        "temperature": temperature,
        "count": count,
    }


def _by_month(array: NDArray[np.generic]) -> list[NDArray[np.generic]]:
    return np.array_split(array, 12)


if __name__ == "__main__":
    print(json.dumps(_load(Path(sys.argv[1]), int(sys.argv[2]))))
