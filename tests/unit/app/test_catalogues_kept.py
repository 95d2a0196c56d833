"""The hub's catalogue is made before anybody asks, and again before it is old or untrue."""

from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest
from msgspec import Struct, structs

from byalag.app import _catalogues_kept as kept
from byalag.app._catalogues import FRESH, SOON, Catalogues
from byalag.app._catalogues_kept import keep
from byalag.model import Dataset, Thing
from byalag.standards.dcat import FORMATS
from byalag.store import Store
from byalag.testkit import soon
from tests.pages import _hub, _serve

TURTLE = "text/turtle"
NEW = Dataset(id="new-baths", title={"sv": "Nya bad"}, description={"sv": "Nya"}, open=True)


class Hub(Struct):
    store: Store
    made: Catalogues
    at: list[int]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with _hub.filled(tmp_path) as store:
        at = [_hub.micros(_hub.NOW)]
        made = _serve.catalogues(store, _hub.view(store, "http://testserver"))
        own = {"": made.municipalities["2482"]}  # what the store itself has published
        yield Hub(store, structs.replace(made, now=lambda: at[0], municipalities=own), at)


def test_it_is_made_in_every_form_once_and_again_before_it_is_old(hub: Hub) -> None:
    assert hub.made.renew(None) == len(FORMATS)
    first = hub.made.written(None, TURTLE)
    assert hub.made.renew(None) == 0
    hub.at[0] += SOON
    assert hub.made.written(None, TURTLE) is first
    assert hub.made.renew(None) == len(FORMATS)
    second = hub.made.written(None, TURTLE)
    assert second is not first
    hub.at[0] += FRESH - 1  # the first would be old by now
    assert hub.made.written(None, TURTLE) is second


def test_it_is_made_again_when_what_is_open_changes(hub: Hub) -> None:
    hub.made.renew(None)
    before = hub.made.written(None, TURTLE)
    hub.store.publish({**hub.store.datasets(), NEW.id: NEW}).result()
    assert hub.made.renew(None) == len(FORMATS)
    assert NEW.id in hub.made.kept[None, TURTLE][1][""]
    assert hub.made.written(None, TURTLE) is not before
    assert hub.made.renew(None) == 0


def test_it_is_made_again_when_what_was_empty_holds_something(hub: Hub) -> None:
    hub.store.publish({**hub.store.datasets(), NEW.id: NEW}).result()
    hub.made.renew(None)
    before = hub.made.written(None, TURTLE)
    bath = Thing(id="bath:new:1", type="BathingPlace", dataset=NEW.id, name="Nytt")
    hub.store.commit([bath], at=hub.at[0]).result()
    assert hub.made.renew(None) == len(FORMATS)
    assert hub.made.written(None, TURTLE) is not before
    assert hub.made.renew(None) == 0


def test_the_first_is_made_when_the_commons_has_taken_in_what_there_is(hub: Hub) -> None:
    looks: list[bool] = []

    def come() -> bool:
        looks.append(not hub.made.kept)
        return len(looks) == 3

    async def begin() -> None:
        stop = anyio.Event()
        async with anyio.create_task_group() as work:
            await work.start(keep, hub.made, stop, come)
            stop.set()

    anyio.run(begin)
    assert looks == [True, True, True]
    assert hub.made.kept


def test_what_keeps_it_has_made_it_when_it_says_that_it_has_begun(hub: Hub) -> None:
    async def begin() -> None:
        stop = anyio.Event()
        async with anyio.create_task_group() as work:
            await work.start(keep, hub.made, stop)
            assert {form for _, form in hub.made.kept} == set(FORMATS)
            stop.set()

    anyio.run(begin)


def test_it_is_kept_for_as_long_as_the_hub_runs(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_LOOKS", 0)
    monkeypatch.setattr(kept, "_IDLE", 0)

    async def look_again() -> None:
        stop = anyio.Event()
        async with anyio.create_task_group() as work:
            await work.start(keep, hub.made, stop)
            first = hub.made.written(None, TURTLE)
            hub.at[0] += SOON
            await soon(lambda: hub.made.written(None, TURTLE) is not first)
            stop.set()

    anyio.run(look_again)
