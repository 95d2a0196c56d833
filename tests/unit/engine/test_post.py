import json
import math
from datetime import timedelta

import pytest

from byalag import Misconfigured
from byalag.engine import Engine
from byalag.model import Flag
from byalag.sources import Garbled
from byalag.store import Store
from byalag.testkit import StoppedClock

from .conftest import no_secret, pushes

pytestmark = pytest.mark.anyio

WATER = "sensor:skelleftea:a1/waterTemperature"
AIR = "sensor:skelleftea:a1/airTemperature"
AT = "2026-07-01T11:00:00Z"
JSON = "application/json"


def row(series: str = WATER, time: str = AT, value: object = 17.5) -> dict[str, object]:
    return {"series": series, "time": time, "value": value}


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def engine(store: Store, commons: Store, clock: StoppedClock) -> Engine:
    sources = [pushes("lake", WATER, expect={"fresh": "1h"}), pushes("roof", AIR)]
    return Engine({"2482": store}, commons, sources, clock=clock, secret=no_secret)


@pytest.mark.parametrize(
    ("body", "media_type", "count"),
    [
        (json.dumps(row()), JSON, 1),
        (json.dumps([row(), row(AIR)]), JSON, 2),
        ("[]", JSON, 0),
        (f"{json.dumps(row())}\n{json.dumps(row(AIR))}\n", "application/x-ndjson", 2),
        (f"{json.dumps(row())}\r\n\r\n{json.dumps(row(AIR))}", JSON, 2),
        (json.dumps(row(time="2026-07-01T13:00:00+02:00")), f"{JSON}; charset=utf-8", 1),
    ],
)
async def test_one_observation_many_or_one_a_line_are_taken_in(
    body: str, media_type: str, count: int, engine: Engine, store: Store
) -> None:
    receipt = await engine.receive("2482", body.encode(), media_type, None)
    assert (receipt.accepted, receipt.refused) == (count, [])
    assert len(store.latest([WATER, AIR])) == count
    if count:
        assert store.latest([WATER])[WATER].at == 1782903600000000


@pytest.mark.parametrize("lines", [True, False])
async def test_what_is_refused_is_listed_by_position_and_the_rest_is_kept(
    *, lines: bool, engine: Engine, store: Store
) -> None:
    rows = [
        row(),
        row("sensor:skelleftea:a1/waterTemp"),
        row(time="2026-07-01T11:00:00"),
        row(time="2026-07-01T13:00:00Z"),
        row(time="1970-01-01T00:00:00Z"),
        row(value="warm"),
        row(value=math.nan),
        {"series": WATER},
        row(AIR, value=None),
        row(time="2026-07-01T11:58:00Z", value=21),
    ]
    said = [json.dumps(one) for one in rows]
    body = "\n".join(said) if lines else f"[{','.join(said)}]"
    receipt = await engine.receive(
        "2482", body.encode(), "application/x-ndjson" if lines else JSON, None
    )
    assert receipt.accepted == 2
    assert [refused.position for refused in receipt.refused] == [1, 2, 3, 4, 5, 6, 7, 8]
    why = {refused.position: refused.why for refused in receipt.refused}
    assert WATER in why[1]
    assert "time zone" in why[2]
    assert "local time sent as UTC" in why[3]
    assert "before 1990" in why[4]
    assert why[5].startswith("value:")
    assert "time" in why[7]
    assert store.counts().observations == 2
    assert AIR not in store.latest([AIR])
    assert len(store.set_aside("push")) == 8


async def test_a_missing_value_is_kept_as_missing_when_the_series_has_had_one(
    engine: Engine, store: Store
) -> None:
    await engine.receive("2482", json.dumps(row()).encode(), JSON, None)
    gone = json.dumps(row(time="2026-07-01T11:30:00Z", value=None)).encode()
    assert (await engine.receive("2482", gone, JSON, None)).accepted == 1
    latest = store.latest([WATER])[WATER]
    assert math.isnan(latest.value)
    assert latest.flag == Flag.MISSING


async def test_gaps_in_the_first_push_of_a_series_are_kept_as_gaps(
    engine: Engine, store: Store
) -> None:
    rows = [
        row(time=f"2026-07-01T11:{minute}:00Z", value=None if minute % 3 else minute)
        for minute in range(10, 40)
    ]
    receipt = await engine.receive("2482", json.dumps(rows).encode(), JSON, None)
    assert (receipt.accepted, receipt.refused) == (30, [])
    flags = store.history(WATER, start=0, end=2**62).flags
    assert (flags == Flag.MISSING).sum() == 20


@pytest.mark.parametrize("body", [b"", b"hello", b"[1, 2", b"\xff\xfe", b"[" * 200_000])
async def test_a_body_that_cannot_be_read_is_refused_whole(
    body: bytes, engine: Engine, store: Store
) -> None:
    with pytest.raises(Garbled, match="series"):
        await engine.receive("2482", body, JSON, None)
    assert not store.deliveries()


async def test_a_repeated_key_answers_the_first_receipt(engine: Engine, store: Store) -> None:
    first = await engine.receive("2482", json.dumps([row(), row("x")]).encode(), JSON, "k")
    again = await engine.receive("2482", json.dumps([row(AIR)]).encode(), JSON, "k")
    assert again == first
    assert [refused.position for refused in first.refused] == [1]
    assert store.counts().deliveries == 1
    assert not store.latest([AIR])


async def test_a_large_body_is_refused_before_it_is_read(engine: Engine) -> None:
    with pytest.raises(Garbled, match="send at most"):
        await engine.receive("2482", b" " * (33 * 1024 * 1024), JSON, None)


async def test_a_municipality_that_is_not_here_is_said_so(engine: Engine) -> None:
    with pytest.raises(Misconfigured, match="there are 2482"):
        await engine.receive("2260", b"[]", JSON, None)


async def test_a_pushed_source_that_goes_silent_is_reported(
    engine: Engine, clock: StoppedClock
) -> None:
    await engine.receive("2482", json.dumps(row()).encode(), JSON, None)
    states = {status.source: status.state for status in engine.status()}
    assert states == {"lake": "ok", "roof": "waiting"}
    clock.advance(timedelta(hours=1, minutes=1))
    silent, roof = engine.status()
    assert silent.state == "silent"
    assert "hörts" in silent.to_do["sv"]
    assert roof.state == "waiting"


async def test_ten_thousand_rows_are_taken_in_at_once(engine: Engine, store: Store) -> None:
    rows = [
        row(time=f"2026-06-{1 + n // 1440:02}T{n // 60 % 24:02}:{n % 60:02}:00Z", value=n)
        for n in range(10_000)
    ]
    receipt = await engine.receive("2482", json.dumps(rows).encode(), JSON, None)
    assert receipt.accepted == 10_000
    assert store.counts().observations == 10_000


@pytest.mark.parametrize("count", [3, 100])
async def test_what_is_pushed_is_flagged_by_the_rule_of_its_series(
    count: int, store: Store, commons: Store, clock: StoppedClock
) -> None:
    quality = {"range": [-5, 40], "spike": 3}
    lake = pushes("lake", WATER, series=[{"id": WATER, "quality": quality}])
    engine = Engine({"2482": store}, commons, [lake], clock=clock, secret=no_secret)
    rows = [row(time=f"2026-07-01T{n // 60:02}:{n % 60:02}:00Z") for n in range(count)]
    rows[1]["value"] = 25.0
    receipt = await engine.receive("2482", json.dumps(rows[:-1]).encode(), JSON, None)
    assert receipt.accepted == count - 1
    await engine.receive("2482", json.dumps(rows[-1:]).encode(), JSON, None)
    spiky = {1, 2} if count > 3 else {1}  # beside a spike the middle moves, too
    found = store.values(WATER, 0, 2**62).flags.tolist()
    assert found == [Flag.SUSPECT if n in spiky else Flag.GOOD for n in range(count)]
