import math

import apsw
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from byalag.model import Observation, Series
from byalag.store import Store
from byalag.store._pcodec import pack, unpack
from byalag.store._periods import DAY, EARLIEST, LATEST, day_of, end_of, month_after, month_of

LEVEL = Series(id="sensor:a:1/level", thing="sensor:a:1", property="level", dataset="sensors")
JANUARY = 1_767_225_600_000_000  # 2026
FEBRUARY = JANUARY + 31 * DAY
MINUTES = 300_000_000


@given(arrays(np.float64, st.integers(1, 300)))
def test_values_come_out_to_the_bit(values: NDArray[np.float64]) -> None:
    assert unpack(pack(values)).tobytes() == values.tobytes()


@settings(max_examples=300)
@given(st.integers(EARLIEST + 32 * DAY, LATEST - 32 * DAY))
def test_every_time_is_in_its_day_and_month(at: int) -> None:
    assert month_of(at) <= day_of(at) <= at < day_of(at) + DAY <= month_after(at)
    assert month_of(month_of(at)) == month_of(at) == month_of(month_after(at) - 1)
    assert month_after(at) == month_of(month_after(at)) == end_of(1, month_of(at))


@pytest.mark.parametrize(
    ("at", "month", "after"),
    [
        (0, 0, 31 * DAY),
        (-1, -31 * DAY, 0),
        (FEBRUARY + 5, FEBRUARY, FEBRUARY + 28 * DAY),
        (1_709_164_800_000_000, 1_706_745_600_000_000, 1_709_251_200_000_000),  # 2024-02-29
    ],
)
def test_months(at: int, month: int, after: int) -> None:
    assert (month_of(at), month_after(at)) == (month, after)


def year(store: Store, count: int = 20_000) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    times = JANUARY + np.arange(count, dtype=np.int64) * MINUTES
    values = np.round(10 + 5 * np.sin(np.arange(count) / 288), 1)
    store.load(LEVEL, times, values).result()
    return times, values


def test_loaded_history_reads_back_to_the_bit(store: Store) -> None:
    times, values = year(store)
    run = store.history(LEVEL.id, start=JANUARY, end=2**62)
    assert run.times.tolist() == times.tolist()
    assert run.values.tobytes() == values.tobytes()
    assert set(run.flags.tolist()) == {2}
    assert store.latest([LEVEL.id])[LEVEL.id].value == values[-1]
    assert store.counts().rows == 0
    assert store.check() == []


def test_any_period_is_cut_exactly(store: Store) -> None:
    times, _ = year(store)
    for low, high in [(0, 1), (5, 288 * 31), (288 * 31 - 1, 288 * 31 + 1), (9, 9), (100, 19_999)]:
        run = store.history(LEVEL.id, start=int(times[low]), end=int(times[high]))
        assert run.times.tolist() == times[low:high].tolist()


@pytest.mark.proves(3)
def test_history_in_no_order_and_with_doubles_is_loaded_in_order(store: Store) -> None:
    times = np.array([3, 1, 2, 1, 3], np.int64)
    count = store.load(LEVEL, times, np.array([1.0, 2.0, math.nan, 4.0, 5.0])).result()
    run = store.history(LEVEL.id, start=0, end=9)
    assert count == 3
    assert run.times.tolist() == [1, 2, 3]
    assert run.values[[0, 2]].tolist() == [4.0, 5.0]
    assert run.flags.tolist() == [2, 9, 2]


def test_loading_again_changes_nothing(store: Store) -> None:
    year(store)
    before = store.changed()
    year(store)
    assert store.changed() == before


def test_wrong_arrays_are_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="must be of one length"):
        store.load(LEVEL, np.array([1]), np.array([1.0, 2.0]))
    with pytest.raises(ValueError, match="a time is out of range"):
        store.load(LEVEL, np.array([2**63 - 1]), np.array([1.0]))
    assert store.load(LEVEL, np.array([], np.int64), np.array([])).result() == 0


def test_rows_fold_to_days_and_days_to_months(store: Store) -> None:
    times = range(JANUARY, FEBRUARY + 5 * DAY, 6 * 3_600_000_000)
    facts = [Observation(LEVEL.id, at, float(at % 7)) for at in times]
    store.commit([LEVEL, *facts], at=0).result()
    before = store.history(LEVEL.id, start=0, end=2**62)
    assert store.fold(JANUARY + 10 * DAY).result() == 9 * 4
    assert store.counts().chunks == 9
    assert store.fold(FEBRUARY + 3 * DAY).result() == 24 * 4
    assert store.counts().chunks == 1 + 2
    assert store.fold(FEBRUARY + 3 * DAY).result() == 0
    after = store.history(LEVEL.id, start=0, end=2**62)
    assert after.times.tolist() == before.times.tolist()
    assert after.values.tolist() == before.values.tolist()
    assert store.check() == []


def test_a_fold_of_very_many_rows_takes_many_steps(store: Store) -> None:
    facts = [Observation(LEVEL.id, JANUARY + n * MINUTES, n) for n in range(30_000)]
    store.commit([LEVEL, *facts], at=0).result()
    assert store.fold(JANUARY + 400 * DAY).result() == 30_000
    assert store.counts().rows == 0
    assert store.counts().chunks == 4


@pytest.mark.proves(3)
def test_a_correction_that_is_taken_back_counts(store: Store) -> None:
    said = [Observation(LEVEL.id, JANUARY, value) for value in (1.0, 2.0, 1.0)]
    store.commit([LEVEL, said[0], Observation(LEVEL.id, JANUARY + 40 * DAY, 0.0)], at=0).result()
    store.fold(JANUARY + 90 * DAY).result()
    for one in said:
        store.commit([one], at=0).result()
        run = store.history(LEVEL.id, start=JANUARY, end=JANUARY + 1)
        assert run.values.tolist() == [one.value]


@pytest.mark.proves(3)
def test_late_data_never_becomes_the_latest(store: Store) -> None:
    late, new = Observation(LEVEL.id, 5, 1.0), Observation(LEVEL.id, 9, 2.0)
    store.commit([LEVEL, new], at=0).result()
    store.commit([late], at=0).result()
    store.load(LEVEL, np.array([1, 7]), np.array([0.0, 0.0])).result()
    assert store.latest([LEVEL.id]) == {LEVEL.id: new}


def test_what_cannot_be_kept_is_refused(store: Store) -> None:
    for wrong in (Observation(LEVEL.id, 2**63 - 1, 1.0), Observation(LEVEL.id, 1, 1.0, 256)):
        with pytest.raises(ValueError, match="out of range"):
            store.commit([LEVEL, wrong], at=0).result()


def test_a_damaged_chunk_is_named(store: Store) -> None:
    year(store)
    connection = apsw.Connection(str(store.path))
    connection.execute("UPDATE chunk SET total = total + 1 WHERE start = ?", (JANUARY,))
    connection.execute("UPDATE chunk SET points = x'00' WHERE start = ?", (FEBRUARY,))
    connection.execute("UPDATE latest SET at = at + 1")
    connection.close()
    latest, wrong, unreadable = store.check()
    assert "latest value of sensor:a:1/level" in latest
    assert f"begins at {JANUARY} does not hold what its header says" in wrong
    assert f"begins at {FEBRUARY} cannot be read" in unreadable
