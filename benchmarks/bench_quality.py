"""How fast values are judged by the five tests together, beside one pass of numpy over them.

A million minute values in one series, and ten thousand series of a day each, laid end to end.
"""

import statistics
import time
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from benchmarks._table import Row
from byalag.analysis import QualityRule, flags

COUNT = 1_000_000
MINUTE = 60_000_000
TIMES = 9
RULE = QualityRule(
    range=(-40.0, 60.0),
    suspect=(-20.0, 40.0),
    spike=(2.0, 5.0),
    rate=(0.02, 0.2),
    flat=(7200.0, 14400.0),
    gap=30 * MINUTE,
)


def rows() -> Iterator[Row]:
    """Measure, and yield one row at a time."""
    chosen = np.random.default_rng(1)
    day = 10 * np.sin(np.arange(COUNT) / 1440 * 2 * np.pi)
    noisy = day + chosen.normal(0, 0.3, COUNT)
    stuck = noisy.copy()
    for place in range(0, COUNT, 5000):
        stuck[place : place + 300] = stuck[place]
    even = np.arange(COUNT, dtype=np.int64) * MINUTE
    uneven = even + chosen.integers(-5_000_000, 5_000_000, COUNT)
    yield _row("minute values", even, noisy)
    yield _row("some of them stuck", even, stuck)
    yield _row("in whole tenths", even, np.round(day, 1))
    yield _row("uneven steps", uneven, noisy)
    yield _row("uneven steps, some stuck", uneven, stuck)
    short = np.tile(np.arange(100, dtype=np.int64) * 10 * MINUTE, 10_000)
    yield _row("10,000 series of 100", short, noisy, starts=range(0, COUNT, 100))


def _row(
    name: str,
    times: NDArray[np.int64],
    values: NDArray[np.float64],
    *,
    starts: range = range(1),
) -> Row:
    begins = np.array(starts)
    own = _median(lambda: flags(times, values, RULE, starts=begins))
    floor = _median(lambda: np.add(values, 1.0))
    return Row(
        name=f"five tests: {name}",
        value=COUNT / own / 1e6,
        unit="million values/s",
        floor="one pass of numpy",
        ratio=own / floor,
        note="seconds a pass over seconds of the floor",
    )


def _median(work: Callable[[], object]) -> float:
    taken: list[float] = []
    for _ in range(TIMES):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return statistics.median(taken)
