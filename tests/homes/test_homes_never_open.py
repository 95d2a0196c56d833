"""Nothing of a home becomes open: whatever settings, sources, keys and addresses are tried."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from byalag.app import HubFaulty, at_the_terminal, check_hub, erase_subject, open_hub
from byalag.app._stores import declare, open_stores
from byalag.app._tenant_watch import TenantWatch
from byalag.engine import Engine, SystemClock
from byalag.model import Fact, Link, Observation, Series, Thing
from byalag.store import Store
from byalag.testkit import Page, RunningHub, byalag
from tests.homes._hub import (
    ANNA,
    CODE,
    FRIDGE,
    HOME,
    NAME,
    PHONE,
    START,
    agreed,
    fill,
    opened,
    write_hub,
)

SENSOR = FRIDGE.partition("/")[0]
VALUE = 4711.25
PUSH = """kind = "push"
dataset = "{dataset}"
[[series]]
id = "{series}"
"""
PLACE = f"""dataset = "parks"
[[place]]
id = "park:skelleftea:parken"
type = "BathingPlace"
name = "Parken"
lat = 64.75
lon = 20.95
[[place.measured]]
property = "waterTemperature"
series = "{FRIDGE}"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a hub with a home in its store, and a value that can be looked for."""
    folder = write_hub(tmp_path / "nav")
    with opened(folder) as (store, book, _):
        fill(store, folder)
        store.commit([Observation(FRIDGE, START, VALUE)], at=START).result()
        book.write(HOME, agreed(), who="x", at=START).result()
    return folder


def told(store: Store) -> str:
    """Return all that the store has for the commons."""
    return str(store.changes(0, 1000)) + str(list(store.replay("parks")))


def test_a_series_of_a_home_stays_whoever_else_says_its_id(folder: Path) -> None:
    with opened(folder) as (store, _, _):
        thief = Series(id=FRIDGE, thing=SENSOR, property="opened", dataset="parks")
        place = Thing(id="park:x:y", type="Park", dataset="parks", name="Parken")
        facts: list[Fact] = [place, thief, Observation(FRIDGE, START + 1, VALUE)]
        store.commit(facts, at=START).result()
        store.commit([Link(thing="park:x:y", property="p", series=FRIDGE)], at=START).result()
        store.commit([thief], at=START + 1).result()
        found = store.series(FRIDGE)
        assert found is not None
        assert found.dataset == "homes"
        assert "park:x:y" in told(store)
        assert str(VALUE) not in told(store)
        assert not [one for one in store.changes(0, 1000) if one.columns or one.blocks]


def rewritten(folder: Path, **said: object) -> None:
    file = folder / "skelleftea" / "datasets" / "homes.toml"
    lines = [
        line for line in file.read_text("utf-8").splitlines() if line.partition(" =")[0] not in said
    ]
    new = [f"{name} = {value}" for name, value in said.items() if value is not None]
    file.write_text("\n".join([*new, *lines]), "utf-8")


NO_CLASS = "{ confidentiality = 0, integrity = 0, availability = 0 }"


def test_a_dataset_of_a_unit_cannot_be_open_or_about_nobody(folder: Path) -> None:
    rewritten(folder, personal_data="false", open="true", classification=NO_CLASS)
    hub, problems = check_hub(folder)
    assert hub is None
    said = [one.say("sv") for one in problems if one.file.endswith("norr.toml")]
    assert any("personal_data = true" in one for one in said)
    assert any("blir aldrig öppet" in one for one in said)


@pytest.mark.parametrize("how", ["opened", "freed", "gone"])
def test_a_dataset_that_homes_use_stays_even_if_the_unit_has_gone(folder: Path, how: str) -> None:
    (folder / "skelleftea" / "care" / "norr.toml").unlink()
    if how == "gone":
        (folder / "skelleftea" / "datasets" / "homes.toml").unlink()
    else:
        opens = "true" if how == "opened" else "false"
        rewritten(folder, personal_data="false", open=opens, classification=NO_CLASS)
    hub = open_hub(folder)
    with open_stores(hub) as stores:
        with pytest.raises(HubFaulty, match="homes have sensors in the dataset"):
            declare(hub, stores, START)
        assert stores.own[CODE].datasets()["homes"].personal_data


def test_a_hub_that_runs_does_not_take_up_that_a_dataset_of_homes_is_open(folder: Path) -> None:
    hub, clock = open_hub(folder), SystemClock()
    with open_stores(hub) as stores:
        declare(hub, stores, START)
        engine = Engine(stores.own, stores.commons, (), clock=clock, secret=hub.secret)
        watch = TenantWatch(hub, stores, engine, clock.now)
        (folder / "skelleftea" / "care" / "norr.toml").unlink()
        rewritten(folder, personal_data="false", open="true", classification=NO_CLASS)
        asyncio.run(watch.look())
        assert not stores.own[CODE].datasets()["homes"].open
        assert str(VALUE) not in told(stores.own[CODE])


def test_when_the_homes_are_erased_the_dataset_is_free(folder: Path) -> None:
    actor = at_the_terminal("x", CODE)
    purpose = "data-subject-rights"
    erase_subject(open_hub(folder), None, HOME, actor=actor, purpose=purpose)
    (folder / "skelleftea" / "care" / "norr.toml").unlink()
    rewritten(folder, personal_data="false", open="true", classification=NO_CLASS)
    hub = open_hub(folder)
    with open_stores(hub) as stores:
        declare(hub, stores, START)
        assert str(VALUE) not in told(stores.own[CODE])


ADDRESSES = [
    "/",
    "/om/data",
    "/bad",
    f"/bad/{SENSOR}",
    "/datasets/dcat",
    f"/{CODE}/datasets/dcat",
    "/datasets/homes",
    "/datasets/homes/observations.csv",
    "/files/v1/homes",
    "/baths/v1/bathing-places?limit=1000",
    "/baths/v1/bathing-places/park:skelleftea:parken/history",
    "/features/v1/collections?limit=1000",
    "/features/v1/collections/homes/items",
    "/features/v1/collections/parks/items",
    "/sensorthings/v1.1/Things?$expand=Datastreams($expand=Observations)",
    "/sensorthings/v1.1/Observations",
    "/ngsi-ld/v1/entities?type=Sensor&limit=100",
    f"/ngsi-ld/v1/entities/urn:ngsi-ld:Sensor:{SENSOR}",
    "/ngsi-ld/v1/temporal/entities?type=Sensor&timerel=after&timeAt=2020-01-01T00:00:00Z",
    "/ngsi-ld/v1/types",
    "/ngsi-ld/v1/subscriptions",
    "/metrics",
    "/health/ready",
    "/stewardship/v1/reports/article-30",
    "/sok?q=kyl1",
]
SCOPES = ("facts:read", "facts:write", "metrics:read", "operations:read", "audit:read")


@pytest.fixture
def running(folder: Path, tmp_path: Path) -> Iterator[tuple[RunningHub, list[str]]]:
    home = folder / "skelleftea"
    (home / "sources").mkdir()
    (home / "places").mkdir()
    (home / "sources" / "hem.toml").write_text(PUSH.format(dataset="homes", series=FRIDGE))
    parks = PUSH.format(dataset="parks", series="sensor:skelleftea:park/waterTemperature")
    (home / "sources" / "park.toml").write_text(parks)
    (home / "places" / "parken.toml").write_text(PLACE, "utf-8")
    identity = tmp_path / "vem.toml"
    identity.write_text(f'name = "{NAME}"\nphone = "{PHONE}"\n', "utf-8")
    assert byalag("care", "identify", folder, HOME, "--file", identity).code == 0
    keys = [
        byalag("key", "new", folder, "--municipality", CODE, "--scope", scope, "--json").json["key"]
        for scope in SCOPES
    ]
    pusher = byalag("key", "new", folder, "--municipality", CODE, "--json").json["key"]
    with RunningHub("serve", folder) as hub:
        rows = [{"series": FRIDGE, "time": "2026-11-20T10:00:00Z", "value": VALUE}]
        rows += [{**rows[0], "series": "sensor:skelleftea:park/waterTemperature", "value": 17.5}]
        answer = push(hub, pusher, rows)
        assert answer.status in {200, 201}, answer.text
        hub.wait_for("/baths/v1/bathing-places?limit=1000", "Parken", seconds=60)
        yield hub, keys


def push(hub: RunningHub, key: str, rows: list[dict[str, object]]) -> Page:
    headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
    body = json.dumps(rows).encode()
    return hub.ask("POST", "/observations/v1/observations", body=body, headers=headers)


@pytest.mark.promise
def test_nothing_that_a_hub_shows_or_says_tells_of_a_home(
    running: tuple[RunningHub, list[str]], folder: Path
) -> None:
    hub, keys = running
    secret = (str(VALUE), "kyl1", HOME, ANNA, NAME, PHONE)
    for address in ADDRESSES:
        for key in ("", *keys):
            shown = {"authorization": f"Bearer {key}"} if key else {}
            page = hub.get(address, **shown)
            leaked = [one for one in secret if one in page.text and one not in address]
            assert leaked == [], (address, key.partition(".")[0], leaked)
    with Store(folder / "store" / f"{CODE}.sqlite", beside=True) as store:
        assert store.latest([FRIDGE])[FRIDGE].value == VALUE  # it is there, and not shown
    commons = b"".join(one.read_bytes() for one in (folder / "store").glob("commons.sqlite*"))
    assert not any(one.encode() in commons for one in secret)
    assert not any(one in hub.said for one in (NAME, PHONE, HOME, ANNA))
