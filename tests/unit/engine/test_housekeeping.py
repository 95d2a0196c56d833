from datetime import timedelta

import pytest

from byalag.engine._housekeeping import Housekeeping
from byalag.engine._stopping import Stopping
from byalag.model import Observation, Series
from byalag.store import Store
from byalag.testkit import StoppedClock

pytestmark = pytest.mark.anyio

WATER = Series(
    id="sensor:x:a/waterTemperature",
    thing="sensor:x:a",
    property="waterTemperature",
    dataset="sensors",
)


async def test_old_rows_are_folded_and_what_has_been_carried_over_is_dropped(
    store: Store, commons: Store
) -> None:
    clock = StoppedClock()
    old = clock.now() - timedelta(days=40) // timedelta(microseconds=1)
    facts = [Observation(WATER.id, old + n * 60_000_000, 17.0) for n in range(100)]
    store.commit([WATER, *facts], at=clock.now()).result()
    commons.publish(store.datasets(), origin="2482").result()
    commons.absorb("2482", store.changes(0, 100)).result()
    await Housekeeping({"2482": store}, commons, clock, Stopping()).tidy()
    for each in (store, commons):
        assert each.counts().rows == 0
        assert each.counts().observations == 100
    assert store.counts().outbox == 0


async def test_one_store_that_fails_holds_up_no_other(store: Store, commons: Store) -> None:
    store.commit([WATER], at=1).result()
    commons.close()
    await Housekeeping({"2482": store}, commons, StoppedClock(), Stopping()).tidy()
    assert store.series(WATER.id)


async def test_how_good_a_dataset_is_is_measured_and_the_commons_knows_of_the_open(
    store: Store, commons: Store
) -> None:
    clock = StoppedClock()
    now = clock.now()
    facts = [Observation(WATER.id, now - n * 60_000_000, 17.0, 1) for n in range(1, 11)]
    store.commit([WATER, *facts], at=now).result()
    opened = {id_: one for id_, one in store.datasets().items() if one.open}
    commons.publish(opened, origin="2482").result()
    await Housekeeping({"2482": store}, commons, clock, Stopping()).tidy()
    for id_ in store.datasets():
        assert commons.quality.of(id_) == (store.quality.of(id_) if id_ in opened else [])
    assert sum(one.whole for one in store.quality.of("sensors") if one.metric == "validity") == 10
