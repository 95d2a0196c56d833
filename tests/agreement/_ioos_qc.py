"""Random series, and what ioos_qc 3.0.0 says of them.

`python -m tests.agreement._ioos_qc` writes the answers anew, where ioos_qc is installed: it is no
part of our own surroundings, as it brings pandas, xarray and scipy along. The series are made of a
seed with plain arithmetic, so that they are the same everywhere; the answers are flags, packed.
"""

import lzma
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from byalag.analysis import QualityRule

ANSWERS = Path(__file__).with_name("ioos_qc.flags.xz")
TESTS = ("range", "spike", "rate", "flat", "rolled")
SERIES = 1200
SECOND = 1_000_000
BEGIN = 1_780_000_000 * SECOND


class Case(NamedTuple):
    """One series and the rule that it is judged by."""

    times: NDArray[np.int64]
    values: NDArray[np.float64]
    rule: QualityRule


def cases() -> Iterator[Case]:
    """Yield series with irregular steps, gaps, duplicates, NaN, infinity, steps and flat parts."""
    for seed in range(SERIES):
        chosen = np.random.default_rng(seed)
        count = 1 + int(chosen.random() ** 2 * 350)
        base = (1, 60, 600, 3600)[int(chosen.random() * 4)]
        times = BEGIN + np.cumsum(_steps(chosen, count, base) * SECOND).astype(np.int64)
        yield Case(times, _values(chosen, count), _rule(chosen, base))


def _steps(chosen: np.random.Generator, count: int, base: int) -> NDArray[np.float64]:
    kind = int(chosen.random() * 5)
    spread = chosen.random(count)
    even = np.full(count, float(base))
    uneven = [
        even,
        np.round(spread * 3 * base, (0, 3)[int(chosen.random() * 2)]),
        even + np.round((spread - 0.5) * base / 2),
        np.where(spread < 0.1, base * (2 + np.floor(spread * 400)), even),
        np.where(spread < 0.2, 0.0, even),
    ]
    return uneven[kind]


def _values(chosen: np.random.Generator, count: int) -> NDArray[np.float64]:
    walk = np.cumsum(chosen.random(count) - 0.5) * (0.02, 0.2, 2.0)[int(chosen.random() * 3)]
    values = np.round(walk + 10, (1, 2, 12)[int(chosen.random() * 3)])
    for _ in range(int(chosen.random() * 4)):
        place = int(chosen.random() * count)
        values[place : place + int(chosen.random() * 60)] = values[place]
    values[chosen.random(count) < 0.03] += 50
    values[chosen.random(count) < (0, 0, 0.02, 0.3)[int(chosen.random() * 4)]] = np.nan
    values[chosen.random(count) < (0, 0, 0, 0.03)[int(chosen.random() * 4)]] = np.inf
    values[chosen.random(count) < (0, 0, 0, 0.02)[int(chosen.random() * 4)]] = -np.inf
    return values


def _rule(chosen: np.random.Generator, base: int) -> QualityRule:
    low, wide = 10 - chosen.random() * 15, 1 + chosen.random() * 20
    spike = (0.1, 0.5, 2.0, 10.0)[int(chosen.random() * 4)]
    rate = (0.0001, 0.001, 0.1, 3.0)[int(chosen.random() * 4)]
    flat = base * (0.5, 1, 2, 3.7, 10)[int(chosen.random() * 5)]
    both = chosen.random() < 0.7
    return QualityRule(
        range=(low, low + wide),
        suspect=(low + wide / 4, low + wide / 2) if both else None,
        spike=(spike, spike * 3 if both else None),
        rate=(rate, rate * 4 if both else None),
        flat=(flat, flat * (1.5, 2.0, 3.0)[int(chosen.random() * 3)]),
        tolerance=(5e-324, 0.01, 0.1, 1.0, 5.0, 0.0)[int(chosen.random() * 6)],
    )


def answers() -> NDArray[np.uint8]:
    """Return what was recorded: a row a test, all series laid end to end."""
    packed = lzma.decompress(ANSWERS.read_bytes())
    return np.frombuffer(packed, np.uint8).reshape(len(TESTS), -1)


def is_usable(case: Case) -> bool:
    """Tell whether ioos_qc can test it: it cannot where the median step is less than a second."""
    steps = np.diff(case.times)
    return len(steps) < 2 or float(np.median(steps)) >= SECOND


def asked(case: Case) -> NDArray[np.uint8]:
    """Return what ioos_qc says of one series."""
    qartod = import_module("ioos_qc.qartod")
    times, rule = case.times.astype("datetime64[us]"), case.rule
    four = [
        qartod.gross_range_test(case.values, rule.range, rule.suspect),
        qartod.spike_test(case.values, *rule.spike),
        qartod.rate_of_change_test(case.values, times, *rule.rate),
        qartod.flat_line_test(case.values, times, *rule.flat, rule.tolerance),
    ]
    plain = [np.ma.getdata(one).astype(np.uint8) for one in four]
    return np.stack([*plain, np.ma.getdata(qartod.qartod_compare(plain))])


def main() -> None:
    """Ask ioos_qc of every series, and write down what it answers."""
    with np.errstate(all="ignore"):
        told = np.concatenate([asked(one) for one in cases() if is_usable(one)], axis=1)
    ANSWERS.write_bytes(lzma.compress(told.tobytes(), preset=9))


if __name__ == "__main__":
    main()
