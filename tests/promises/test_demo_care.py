"""The demo's homes: one goes quiet, its relative's page changes, and a message comes out.

The whole of it by a clock that is moved, so that nobody waits: the demo's operators answer over
HTTP, the hub's own source reads them, and its watch, its telling and its gateway do the rest.
"""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final
from urllib.request import urlopen

import anyio
import pytest
from anyio import to_thread
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from byalag.app import open_hub
from byalag.app._care_book import books
from byalag.app._care_watch import watched_homes
from byalag.app._care_ways import ways_of
from byalag.app._hub import Hub
from byalag.app._run import engine_of
from byalag.app._stores import Stores, declare, open_stores
from byalag.app._web import web
from byalag.cli._demo import fill_all
from byalag.mapping import Context
from byalag.model import Delivery, Observation, Rejected, Series, Thing
from byalag.services.care import Lookout
from byalag.testkit import Replay, StoppedClock, soon
from byalag.testkit.demo import CARE, Outbox, operators, write_hub

pytestmark = [pytest.mark.anyio, pytest.mark.promise]
ADDRESS: Final = "http://127.0.0.1:8080"
RUT, ARVID = "home:care:rut", "home:care:arvid"
AFTERNOON = datetime(2026, 11, 23, 14, tzinfo=UTC)
LINK = re.compile(rf"{ADDRESS}(/l/\S+)")
MINUTE = timedelta(minutes=1)


class Demo:
    """A demo whose clock stands until it is moved."""

    def __init__(self, hub: Hub, stores: Stores, url: str, clock: StoppedClock) -> None:
        self.clock, self._url, self._stores = clock, url, stores
        tenant, self._source = hub.source("omsorg", CARE)
        self._code = tenant.municipality.code
        settings = self._source.settings
        self._translate = self._source.kind.prepare(settings)
        agreed, engine = books(hub, stores.own), engine_of(hub, stores, clock)
        self.book = agreed[CARE]
        self.ways = ways_of(hub, stores, engine, clock, agreed)
        self.watching = watched_homes(hub, stores, agreed, clock.now)
        self.engine = engine
        self.app: ASGIApp = web(
            hub,
            stores,
            engine,
            clock,
            agreed=agreed,
            lookouts=self.watching.lookouts,
            ways=self.ways,
        )

    @property
    def lookout(self) -> Lookout:
        return self.watching.lookouts[CARE]

    def state(self, home: str) -> str:
        standing = self.lookout.standing(home)
        return standing.state if standing else ""

    async def pass_a_minute(self) -> None:
        """Let the sensors say what they have seen in a minute, and look at the homes."""
        self.clock.advance(MINUTE)
        await to_thread.run_sync(self._deliver)
        await self.watching.look(CARE)

    def _deliver(self) -> None:
        with urlopen(f"{self._url}/omsorg/sensors.json") as answer:  # noqa: S310 -- the demo's own
            body = answer.read()
        now = self.clock.now()
        delivery = Delivery(source="omsorg", received=now, bodies=(body,))
        context = Context(
            source="omsorg",
            municipality=self._code,
            dataset=self._source.settings.dataset,
            received=now,
            others={},
        )
        facts = list(self._translate(delivery, context))
        assert not [one for one in facts if isinstance(one, Rejected)]
        ours = [one for one in facts if isinstance(one, Thing | Series | Observation)]
        self._stores.own[CARE].commit(ours, at=now).result()


@asynccontextmanager
async def demo(folder: Path, clock: StoppedClock, outbox: Outbox) -> AsyncIterator[Demo]:
    with Replay(operators(clock.now, outbox)) as replay:
        write_hub(folder, replay.url, address=ADDRESS)
        hub = open_hub(folder)
        with open_stores(hub) as stores:
            declare(hub, stores, clock.now())
            fill_all(hub, stores, replay.url, clock.now())
            one, stop = Demo(hub, stores, replay.url, clock), anyio.Event()
            async with anyio.create_task_group() as work:
                work.start_soon(one.engine.run, stop)
                work.start_soon(one.ways.run, stop)
                yield one
                stop.set()
                work.cancel_scope.cancel()


async def until(one: Demo, holds: Callable[[], bool], *, most: int) -> int:
    """Let minutes pass until something holds, and return how many did."""
    for passed in range(most):
        if holds():
            return passed
        await one.pass_a_minute()
    pytest.fail(f"{most} minutes have passed; Rut is {one.state(RUT)}, Arvid {one.state(ARVID)}")


async def test_one_home_goes_quiet_and_its_relative_gets_to_know(tmp_path: Path) -> None:
    clock = StoppedClock(AFTERNOON)
    outbox = Outbox(clock.now)
    async with demo(tmp_path, clock, outbox) as one:
        await one.pass_a_minute()
        assert (one.state(RUT), one.state(ARVID)) == ("usual", "usual")
        assert outbox.taken == []
        rut = one.book.home(RUT)
        assert rut is not None
        kinds = {contact.kind for contact in rut.contacts.values()}
        assert kinds == {"client", "relative", "staff"}
        passed = await until(one, lambda: one.state(RUT) == "deviation", most=25)
        assert passed > 1  # it goes quiet two minutes after the start, and not before
        assert one.state(ARVID) == "usual"
        await soon(lambda: outbox.taken)
        [sms] = outbox.taken
        link = LINK.search(sms.text)
        assert sms.to == "+46701740605"
        assert link is not None
        assert "Rut" not in sms.text
        browser = TestClient(one.app, base_url=ADDRESS, client=("127.0.0.1", 1))
        page = await to_thread.run_sync(partial(browser.get, link[1]))
        assert page.status_code == 200
        assert "Avvikelse" in page.text
        assert "simulera" in page.text
        shown = outbox.show().body.decode()
        assert f'href="{ADDRESS}{link[1]}"' in shown
