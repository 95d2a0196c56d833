"""A slow or dead source harms no other: one drips a byte a second, one hangs, thirty go on."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from time import monotonic

import pytest

from byalag.engine import Connected, Engine, SystemClock
from byalag.mapping import Context, Heard
from byalag.model import Delivery, Municipality, Thing
from byalag.sources import Ask, Common, Kind, Poll
from byalag.store import Store
from byalag.testkit import Answer, Asked, Faulty, running, soon

pytestmark = [pytest.mark.anyio, pytest.mark.promise]  # what it measures needs a quiet machine

HOME = Municipality(code="2482", name="Skellefteå", on_premises=("127.0.0.0/8",))
EVERY = timedelta(seconds=0.4)
GOOD = [f"good{number}" for number in range(30)]


class Plain(Common, frozen=True, kw_only=True):
    """Only an address."""

    url: str


def reach(settings: Plain) -> Poll:
    return Poll((Ask(url=settings.url, every=EVERY, undated=True),))


def translate(delivery: Delivery, _: Context) -> Iterator[Heard]:
    yield Thing(id=f"parking:{delivery.source}:1", type="OffStreetParking", dataset="parking")


PLAIN = Kind(name="plain", title={}, settings=Plain, reach=reach, prepare=lambda _: translate)


def source(name: str, url: str) -> Connected:
    settings = Plain(kind="plain", dataset="parking", url=url)
    return Connected(name=name, municipality=HOME, kind=PLAIN, settings=settings)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def ninety_ninth_wait(folder: Path, server: Faulty, names: list[str]) -> float:
    """Run the sources for a while; return the 99th percentile of the good ones' waits, seconds."""
    asked: dict[str, list[float]] = {name: [] for name in GOOD}

    def answer(said: Asked) -> Answer:
        asked[said.target[1:]].append(monotonic())
        return Answer(body=b"{}")

    for name in GOOD:
        server.put(f"/{name}", answer)
    with Store(folder / "own.sqlite") as store, Store(folder / "commons.sqlite") as commons:
        sources = [source(name, server.url(f"/{name}")) for name in names]
        engine = Engine(
            {"2482": store}, commons, sources, clock=SystemClock(), secret=lambda name: name
        )
        async with running(engine):
            await soon(lambda: all(len(times) >= 7 for times in asked.values()), within=30)
    waits = sorted(
        later - sooner for times in asked.values() for sooner, later in pairwise(times[:7])
    )
    return waits[int(len(waits) * 0.99)]


@pytest.mark.proves(10)
async def test_a_source_that_drips_and_one_that_hangs_delay_no_other(tmp_path: Path) -> None:
    (tmp_path / "alone").mkdir()
    (tmp_path / "beside").mkdir()
    with Faulty() as server:
        server.put("/drips", Answer(body=b"x" * 999, drip=1))
        server.put("/hangs", Answer(hang=True))
        alone = await ninety_ninth_wait(tmp_path / "alone", server, GOOD)
        beside = await ninety_ninth_wait(tmp_path / "beside", server, ["drips", "hangs", *GOOD])
        assert server.count("/drips") == server.count("/hangs") == 1
    assert beside < max(alone * 1.2, 1.0)
