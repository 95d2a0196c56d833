"""What it costs to measure how good a dataset of a million observations is.

`python benchmarks/quality.py`: the first look at thirty days, the look every hour after, and the
same when all but the last days have been folded. One process, a store in a temporary folder.
"""

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from byalag.model import Dataset, Observation, Series
from byalag.store import Store

DAY = 86_400_000_000
CADENCE = DAY // 288
NOW = 20_000 * DAY + DAY // 2
SERIES = 116  # times 30 days of 288 values: 1,002,240 observations
DATASET = Dataset(id="water", title={"sv": "Vatten"}, open=True)


def timed(what: str, work: Callable[[], object], times: int = 3) -> None:
    """Print the best of some runs, milliseconds."""
    best = min(_once(work) for _ in range(times))
    print(f"{what:58} {best * 1000:8.0f} ms")


def _once(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def main() -> None:
    """Fill a store twice, hot and cold, and measure it."""
    with TemporaryDirectory() as folder:
        for name, folded in (("rows", False), ("chunks", True)):
            with Store(Path(folder) / f"{name}.sqlite") as store:
                store.publish({"water": DATASET}).result()
                fill(store, folded=folded)
                count = store.counts().observations
                print(f"{count:,} observations as {name}")
                timed("  the first look, 30 days", lambda: store.quality.measure(DATASET, [], NOW))
                store.quality.keep("water", store.quality.measure(DATASET, [], NOW)).result()
                timed("  every hour after", lambda: store.quality.measure(DATASET, [], NOW))
                timed("  reading a trend", lambda: store.quality.of("water"))


def fill(store: Store, *, folded: bool) -> None:
    """Write thirty days of many series, as rows or as chunks."""
    times = np.arange(NOW - 30 * DAY, NOW, CADENCE, dtype=np.int64)
    values = np.sin(times / DAY) * 10
    flags = np.ones(len(times), np.uint8)
    for number in range(SERIES):
        one = Series(
            id=f"sensor:a:s{number}/temperature",
            thing=f"sensor:a:s{number}",
            property="temperature",
            dataset="water",
            cadence=CADENCE,
        )
        if folded:
            store.load(one, times, values, flags).result()
            continue
        store.commit([one], at=NOW).result()
        rows = zip(times.tolist(), values.tolist(), strict=True)
        store.commit([Observation(one.id, at, value, 1) for at, value in rows], at=NOW).result()


if __name__ == "__main__":
    main()
