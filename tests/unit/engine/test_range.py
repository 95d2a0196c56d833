"""Values outside the range that a push source states for its series."""

import json

import pytest

from byalag.engine import Engine
from byalag.model import Flag
from byalag.store import Store
from byalag.testkit import StoppedClock

from .conftest import no_secret, pushes

pytestmark = pytest.mark.anyio

WATER = "sensor:skelleftea:a1/waterTemperature"
AIR = "sensor:skelleftea:a1/airTemperature"
VALUES = [(-5, 2), (-5.1, 2), (40, 1), (40.1, 1), (1e30, 3), (1e30, 9)]
FLAGS = [2, Flag.FAIL, 1, Flag.FAIL, Flag.FAIL, Flag.MISSING]


@pytest.fixture
def engine(store: Store, commons: Store) -> Engine:
    series = [{"id": WATER, "unit": "Cel", "range": [-5, 40]}, {"id": AIR, "unit": "Cel"}]
    lake = pushes("lake", series=series)
    return Engine({"2482": store}, commons, [lake], clock=StoppedClock(), secret=no_secret)


@pytest.mark.parametrize("more", [0, 100])
async def test_a_value_outside_its_range_is_kept_and_flagged(
    more: int, engine: Engine, store: Store
) -> None:
    rows = [
        {"series": WATER, "time": f"2026-07-01T11:00:0{n}Z", "value": value, "flag": flag}
        for n, (value, flag) in enumerate(VALUES)
    ]
    rows += [
        {"series": AIR, "time": f"2026-07-01T10:{n // 60:02}:{n % 60:02}Z", "value": 1e30}
        for n in range(more + 1)
    ]
    receipt = await engine.receive("2482", json.dumps(rows).encode(), "application/json", None)
    assert (receipt.accepted, receipt.refused) == (len(rows), [])
    kept = store.history(WATER, start=0, end=2**62)
    assert kept.flags.tolist() == FLAGS
    assert kept.values.tolist() == [value for value, _ in VALUES]
    assert set(store.history(AIR, start=0, end=2**62).flags.tolist()) == {Flag.NOT_EVALUATED}
