"""A key made at the terminal is good at the push door, and is of the folder it lies in."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from byalag.app import open_hub
from byalag.app._connected import connected
from byalag.app._stores import declare, open_stores
from byalag.app._web import web
from byalag.cli import main
from byalag.engine import Engine
from byalag.testkit import StoppedClock

FILES = {
    "hub.toml": 'name = "Prov"\n',
    "ange/municipality.toml": 'code = "2260"\nname = "Ånge"\n',
    "ange/datasets/sensors.toml": 'title = { sv = "Givare" }\nopen = true\n',
    "ange/sources/givare.toml": (
        'kind = "push"\ndataset = "sensors"\n\n'
        '[[series]]\nid = "sensor:ange:a/waterTemperature"\nunit = "Cel"\n'
    ),
}


AT = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=StoppedClock().now())).isoformat()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


@pytest.fixture
def key(folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main(["key", "new", str(folder), "--municipality", "2260", "--json"])
    assert ended.value.code == 0
    shown: str = json.loads(capsys.readouterr().out)["key"]
    return shown


@contextmanager
def client(folder: Path) -> Iterator[TestClient]:
    hub, clock = open_hub(folder), StoppedClock()
    with open_stores(hub) as stores:
        declare(hub, stores, clock.now())
        engine = Engine(stores.own, stores.commons, connected(hub), clock=clock, secret=hub.secret)
        yield TestClient(web(hub, stores, engine, clock))


def push(asking: TestClient, key: str) -> int:
    body = [{"series": "sensor:ange:a/waterTemperature", "time": AT, "value": 4}]
    headers = {"authorization": f"Bearer {key}"}
    return asking.post("/observations/v1/observations", json=body, headers=headers).status_code


def test_a_new_key_may_push_at_once(folder: Path, key: str) -> None:
    with client(folder) as asking:
        assert push(asking, key) == 201
        assert push(asking, key + "x") == 401


def test_a_key_without_a_municipality_is_of_the_folder_it_lies_in(folder: Path, key: str) -> None:
    file = folder / "ange/keys.toml"
    text, changed = re.subn(r'municipality = "\d+"\n', "", file.read_text("utf-8"))
    assert changed == 1
    file.write_text(text, "utf-8")
    with client(folder) as asking:
        assert push(asking, key) == 201
