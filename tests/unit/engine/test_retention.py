"""The hub deletes what is due once a day, and empties the logs behind it."""

from pathlib import Path

import pytest

from byalag.engine import Kept, Retention
from byalag.governance import Due
from byalag.model import Micros, Observation, Series
from byalag.store import Store
from byalag.testkit import StoppedClock

pytestmark = pytest.mark.anyio

DAY = 86_400_000_000
LEVEL = Series(id="bath:x:1/level", thing="bath:x:1", property="level", dataset="baths")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def rule(now: Micros, *, held: str = "") -> list[Due]:
    before = now - 30 * DAY
    return [Due(stuff="observations", about="baths", kept="30d", before=before, held=held)]


def said(store: Store, now: Micros) -> None:
    old = [Observation(LEVEL.id, now - day * DAY, 1.0, 1) for day in (90, 60, 1)]
    store.commit([LEVEL, *old], at=now).result()


def kept(*, held: str = "", calls: list[Micros] | None = None) -> Kept:
    def due(now: Micros) -> list[Due]:
        if calls is not None:
            calls.append(now)
        return rule(now, held=held)

    return Kept(due=due, held=lambda _: {})


async def test_what_is_due_is_deleted_once_a_day(tmp_path: Path) -> None:
    clock, calls = StoppedClock(), list[Micros]()
    with Store(tmp_path / "a.sqlite") as store, Store(tmp_path / "c.sqlite") as commons:
        said(store, clock.now())
        retention = Retention({"2482": store}, commons, {"2482": kept(calls=calls)}, clock)
        await retention.tidy("2482")
        await retention.tidy("2482")
        assert len(calls) == 1
        assert len(store.history(LEVEL.id, start=0, end=2**62).times) == 1
        line = store.audit.notes()[0]
        assert (line.who, line.what, line.details["count"]) == ("Byalag", "expire", 2)


async def test_what_is_held_is_left_and_so_is_a_municipality_without_rules(tmp_path: Path) -> None:
    clock = StoppedClock()
    with Store(tmp_path / "a.sqlite") as store, Store(tmp_path / "c.sqlite") as commons:
        said(store, clock.now())
        await Retention({"2482": store}, commons, {}, clock).tidy("2482")
        held = {"2482": kept(held="mål T 12")}
        await Retention({"2482": store}, commons, held, clock).tidy("2482")
        assert len(store.history(LEVEL.id, start=0, end=2**62).times) == 3
