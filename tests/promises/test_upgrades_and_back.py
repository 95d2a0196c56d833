"""A hub with stores of each schema that has been: up from the terminal, used, and back."""

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from byalag.store import schema_of, store_version
from byalag.testkit import RunningHub, byalag

GOLDEN = sorted((Path(__file__).parents[1] / "upgrades").glob("schema-*.zip"))
pytestmark = [pytest.mark.promise, pytest.mark.proves(26)]


@pytest.fixture(params=GOLDEN, ids=[one.stem for one in GOLDEN])
def hub(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    (tmp_path / "kommun" / "datasets").mkdir(parents=True)
    (tmp_path / "hub.toml").write_text('name = "Byalag"\n', "utf-8")
    (tmp_path / "kommun" / "municipality.toml").write_text(
        'code = "2482"\nname = "Skellefteå"\n', "utf-8"
    )
    (tmp_path / "kommun" / "datasets" / "sensors.toml").write_text(
        'title = { sv = "Givare" }\nopen = true\n', "utf-8"
    )
    with ZipFile(request.param) as archive:
        archive.extractall(tmp_path / "store", ["2482.sqlite", "commons.sqlite"])
    return tmp_path


def test_an_old_hub_is_started_used_and_taken_back(hub: Path) -> None:
    own = hub / "store" / "2482.sqlite"
    then = schema_of(own)
    with RunningHub("serve", hub) as running:
        things = running.wait_for("/sensorthings/v1.1/Things", "Åbackens givare")
        assert "Bakdörren" not in things.text
        said = byalag("migrate", "back", hub, "--to", then)
        assert (said.code, "already works with" in said.err) == (5, True)
    assert schema_of(own) == store_version()
    told = byalag("migrate", "show", hub, "--json").json
    assert isinstance(told, dict)
    copies = {one["store"]: [copy["schema"] for copy in one["copies"]] for one in told["stores"]}
    assert copies == {"2482.sqlite": [then], "commons.sqlite": [then], "hub.sqlite": []}
    back = byalag("migrate", "back", hub, "--to", then, "--json")
    assert back.code == 0
    assert [one["deliveries"] for one in json.loads(back.out)["stores"]] == [0, 0]
    assert schema_of(own) == then
    assert byalag("migrate", "back", hub, "--to", 99).code == 2
    assert byalag("migrate", "up", hub).code == 0
    assert schema_of(own) == store_version()
    assert byalag("migrate", "forget", hub).code == 0
    assert sorted(one.name for one in (hub / "store").glob("*-*")) == []
