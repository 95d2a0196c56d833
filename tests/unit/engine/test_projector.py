from collections.abc import Callable
from pathlib import Path

import anyio
import pytest
from msgspec import structs
from prometheus_client import CollectorRegistry

from byalag.engine import Connected, Engine
from byalag.engine._metrics import Metrics
from byalag.engine._projector import Projector
from byalag.engine._stopping import Stopping
from byalag.model import Fact, Observation, Series, Thing
from byalag.store import Store
from byalag.testkit import StoppedClock, running, soon

from .conftest import ANGE, DATASETS, no_secret, pushes

pytestmark = pytest.mark.anyio

AT = StoppedClock().now()
LOT = "parking:x:1"
FREE = f"{LOT}/availableSpotNumber"


def said(value: float, *, dataset: str = "parking", lot: str = LOT) -> list[Fact]:
    free = f"{lot}/availableSpotNumber"
    return [
        Thing(id=lot, type="OffStreetParking", dataset=dataset, name="Torget"),
        Series(id=free, thing=lot, property="availableSpotNumber", dataset=dataset),
        Observation(free, AT + int(value), value),
    ]


Project = Callable[[Store], Projector]


@pytest.fixture
def project(store: Store) -> Project:
    metrics, stopping = Metrics(CollectorRegistry()), Stopping()
    return lambda commons: Projector("2482", store, commons, metrics, stopping)


async def test_what_is_open_is_carried_over_and_what_is_closed_is_not(
    store: Store, commons: Store, project: Project
) -> None:
    store.commit(said(3), at=AT).result()
    store.commit(said(4, dataset="staff", lot="parking:x:2"), at=AT).result()
    assert await project(commons).catch_up() > 0
    assert commons.latest([FREE])[FREE].value == 3
    assert commons.thing("parking:x:2") is None
    assert "staff" not in commons.datasets()
    assert await project(commons).catch_up() == 0


async def test_a_dataset_that_is_closed_is_withdrawn_and_comes_back_when_opened(
    store: Store, commons: Store, project: Project
) -> None:
    store.commit(said(3), at=AT).result()
    projector = project(commons)
    await projector.catch_up()
    closed = structs.replace(DATASETS["parking"], open=False)
    store.publish({**DATASETS, "parking": closed}).result()
    await projector.catch_up()
    assert commons.thing(LOT) is None
    assert commons.series(FREE) is None
    assert store.thing(LOT)
    store.publish(DATASETS).result()
    await projector.catch_up()
    assert commons.latest([FREE])[FREE].value == 3


async def test_the_commons_can_be_built_again_from_nothing(
    store: Store, commons: Store, project: Project, tmp_path: Path
) -> None:
    store.commit(said(3), at=AT).result()
    await project(commons).catch_up()
    store.trim(commons.cursor("2482")).result()
    store.commit(said(5), at=AT).result()
    with Store(tmp_path / "again.sqlite") as again:
        await project(again).catch_up()
        assert again.latest([FREE])[FREE].value == 5
        assert len(again.history(FREE, start=0, end=AT * 2).times) == 2


async def test_one_municipality_that_cannot_be_read_holds_up_no_other(
    store: Store, other: Store, commons: Store
) -> None:
    series = "sensor:ange:a/waterTemperature"
    sources: list[Connected] = [pushes("lake", series, of=ANGE)]
    engine = Engine(
        {"2482": store, "2260": other}, commons, sources, clock=StoppedClock(), secret=no_secret
    )
    store.close()
    body = b'{"series": "%s", "time": "2026-07-01T11:00:00Z", "value": 1}' % series.encode()
    async with running(engine):
        await engine.receive("2260", body, "application/json", None)
        await soon(lambda: commons.latest([series]))


async def test_a_push_is_in_the_commons_soon_after_its_answer(store: Store, commons: Store) -> None:
    series = "sensor:x:a/waterTemperature"
    engine = Engine(
        {"2482": store}, commons, [pushes("lake", series)], clock=StoppedClock(), secret=no_secret
    )
    body = b'{"series": "%s", "time": "2026-07-01T11:00:00Z", "value": 1}' % series.encode()
    async with running(engine):
        await anyio.sleep(0.2)
        await engine.receive("2482", body, "application/json", None)
        await soon(lambda: commons.latest([series]), within=2)
