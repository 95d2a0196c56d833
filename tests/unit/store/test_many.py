"""Many observations at once mean what they would mean one by one."""

import math
from pathlib import Path

import numpy as np
import pytest

from byalag.model import Dataset, Delivery, Gone, Observation, Series, Thing
from byalag.store import Columns, Store

DATASETS = {
    "open": Dataset(id="open", title={"sv": "Öppen"}, open=True),
    "closed": Dataset(id="closed", title={"sv": "Stängd"}),
}
HOUR = 3_600_000_000
PUSH = Delivery(source="push", received=0, bodies=(b"[]",))


def series(number: int, dataset: str = "open") -> Series:
    thing = f"sensor:x:{number}"
    return Series(id=f"{thing}/level", thing=thing, property="level", dataset=dataset)


ONE, OTHER, CLOSED = series(1), series(2), series(3, "closed")


def many(*rows: tuple[Series, int, float]) -> Columns:
    names = sorted({one.id for one, _, _ in rows})
    return Columns(
        series=names,
        which=np.array([names.index(one.id) for one, _, _ in rows], np.int64),
        times=np.array([at for _, at, _ in rows], np.int64),
        values=np.array([value for _, _, value in rows], np.float64),
        flags=np.full(len(rows), 2, np.uint8),
    )


@pytest.fixture
def told(store: Store) -> Store:
    store.publish(DATASETS).result()
    store.commit([ONE, OTHER, CLOSED], at=0).result()
    return store


def values(store: Store, of: Series) -> dict[int, float]:
    run = store.history(of.id, start=0, end=2**62)
    return dict(zip(run.times.tolist(), run.values.tolist(), strict=True))


def carry(store: Store, commons: Store, origin: str = "2482") -> None:
    while changes := store.changes(commons.cursor(origin), 2):
        commons.absorb(origin, changes).result()


def test_of_many_at_one_time_the_last_said_counts(told: Store) -> None:
    told.record(PUSH, [], columns=many((ONE, 2, 1.0), (ONE, 1, 1.5), (ONE, 2, 2.0))).result()
    assert values(told, ONE) == {1: 1.5, 2: 2.0}
    assert told.latest([ONE.id])[ONE.id].value == 2.0


def test_what_is_said_before_and_after_in_one_commit_keeps_its_order(
    told: Store, commons: Store
) -> None:
    commons.publish(DATASETS, origin="2482").result()
    futures = [
        told.record(PUSH, [Observation(ONE.id, 1, 1.0), Observation(OTHER.id, 1, 1.0)]),
        told.record(PUSH, [], columns=many((ONE, 1, 2.0), (ONE, 3, 2.0), (OTHER, 1, 2.0))),
        told.record(PUSH, [Observation(ONE.id, 1, 3.0)]),
    ]
    for future in futures:
        future.result()
    carry(told, commons)
    for store in (told, commons):
        assert values(store, ONE) == {1: 3.0, 3: 2.0}
        assert values(store, OTHER) == {1: 2.0}


def test_what_is_closed_is_not_told(told: Store, commons: Store) -> None:
    commons.publish(DATASETS, origin="2482").result()
    told.record(PUSH, [], columns=many((CLOSED, 1, 1.0), (ONE, 1, 1.5))).result()
    assert sum(change.weight for change in told.changes(0, 100)) == 3  # two series and one value
    carry(told, commons)
    assert values(commons, ONE) == {1: 1.5}
    assert commons.series(CLOSED.id) is None


def test_nobody_is_told_by_another_municipality(
    told: Store, commons: Store, tmp_path: Path
) -> None:
    for origin in ("2482", "2260"):
        commons.publish(DATASETS, origin=origin).result()
    carry(told, commons)
    with Store(tmp_path / "other.sqlite") as other:
        other.publish(DATASETS).result()
        other.commit([ONE], at=0).result()
        other.record(PUSH, [], columns=many((ONE, 1, 1.5))).result()
        carry(other, commons, "2260")
    assert values(commons, ONE) == {}


def test_a_dataset_that_closes_takes_what_was_pushed_with_it(told: Store, commons: Store) -> None:
    pushed = told.record(PUSH, [], columns=many((ONE, 1, 1.5)))
    shut = told.publish({**DATASETS, "open": Dataset(id="open", title={"sv": "Öppen"})})
    pushed.result()
    shut.result()
    assert [change.weight for change in told.changes(0, 100)] == [0]
    carry(told, commons)
    assert commons.series(ONE.id) is None


def test_what_chunks_say_already_is_no_news(told: Store) -> None:
    said = many(*((ONE, n * HOUR, math.nan if n == 5 else float(n)) for n in range(1, 300)))
    told.record(PUSH, [], columns=said).result()
    told.fold(100 * 24 * HOUR).result()
    changed = told.changed()
    told.record(PUSH, [], columns=said).result()
    assert told.changed() == changed
    assert told.counts().rows == 0
    told.record(PUSH, [], columns=many((ONE, 7 * HOUR, 70.0))).result()
    assert values(told, ONE)[7 * HOUR] == 70.0
    assert values(told, ONE)[8 * HOUR] == 8.0


def test_a_delivery_with_an_undeclared_series_keeps_nothing(told: Store) -> None:
    before = told.counts()
    with pytest.raises(ValueError, match="has not been declared"):
        told.record(PUSH, [], columns=many((ONE, 1, 1.0), (series(9), 1, 1.0))).result()
    with pytest.raises(ValueError, match="out of range"):
        told.record(PUSH, [], columns=many((ONE, 2**63 - 1, 1.0))).result()
    assert told.counts() == before


def test_a_series_and_its_observations_bring_no_thing_into_being(
    told: Store, commons: Store
) -> None:
    commons.publish(DATASETS, origin="2482").result()
    told.load(ONE, np.array([1, 2]), np.array([1.0, 2.0])).result()
    told.commit([Observation(OTHER.id, 1, 1.0), Gone(thing=OTHER.thing)], at=0).result()
    carry(told, commons)
    assert [store.counts().things for store in (told, commons)] == [0, 0]
    assert told.thing(ONE.thing) is commons.thing(ONE.thing) is None
    thing = Thing(id=ONE.thing, type="Device", dataset="open", name="Ett")
    told.commit([thing], at=0).result()
    assert told.find("Device")[0].thing.name == "Ett"
