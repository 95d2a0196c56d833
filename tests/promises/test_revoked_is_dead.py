"""What is revoked is dead in every process within seconds, and open event streams are closed."""

import json
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from byalag.app import open_hub
from byalag.governance import Issued, issue
from byalag.store import ApiKeys, Register
from byalag.testkit import Page, RunningHub, byalag

pytestmark = [pytest.mark.promise, pytest.mark.proves(19)]

FILES = {
    "hub.toml": 'name = "Prov"\n',
    "ange/municipality.toml": 'code = "2260"\nname = "Ånge"\n',
    "ange/datasets/sensors.toml": 'title = { sv = "Givare" }\nopen = true\n',
    "ange/sources/givare.toml": (
        'kind = "push"\ndataset = "sensors"\n\n'
        '[[series]]\nid = "sensor:ange:a/waterTemperature"\nunit = "Cel"\n'
    ),
}
EVERY = 0.25  # seconds between polls
POLLS = 20  # so all is over within five seconds
IN_A_ROW = 8  # connections, each of which any worker may take


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


@pytest.fixture(params=[(), ("--workers", "2")], ids=["one process", "two workers"])
def hub(folder: Path, request: pytest.FixtureRequest) -> Iterator[RunningHub]:
    with RunningHub("serve", folder, *request.param) as hub:
        yield hub


def use(hub: RunningHub, shown: str) -> Page:
    return hub.get("/metrics", authorization=f"Bearer {shown}", **{"x-forwarded-for": "192.0.2.7"})


def statuses(hub: RunningHub, shown: str) -> set[int]:
    return {use(hub, shown).status for _ in range(IN_A_ROW)}


def polls_until(holds: Callable[[], bool]) -> int:
    for count in range(POLLS):
        if holds():
            return count
        time.sleep(EVERY)
    pytest.fail(f"not within {POLLS} polls")


def made(folder: Path) -> Issued:
    """Make a key in the register, as an application makes one for itself."""
    new = issue("2260", ("metrics:read",), random=bytes(range(40)), application="walks")
    with Register(open_hub(folder).store / "hub.sqlite") as register:
        ApiKeys(register).put(new.key, at=1, who="person a").result()
    return new


def test_a_key_of_a_file_is_good_at_once_and_dead_when_it_is_revoked(
    folder: Path, hub: RunningHub
) -> None:
    said = byalag(
        "key", "new", folder, "--municipality", "2260", "--scope", "metrics:read", "--json"
    )
    shown, prefix = said.json["key"], said.json["prefix"]
    assert statuses(hub, shown) == {200}
    assert byalag("key", "revoke", folder, prefix).code == 0
    polls_until(lambda: statuses(hub, shown) == {401})
    assert statuses(hub, shown) == {401}


def test_a_key_of_the_register_and_its_tokens_are_dead_when_it_is_revoked(
    folder: Path, hub: RunningHub
) -> None:
    new = made(folder)
    id_, _, secret = new.text.partition(".")
    form = f"grant_type=client_credentials&client_id={id_}&client_secret={secret}"
    headers = {"content-type": "application/x-www-form-urlencoded"}
    given = hub.ask("POST", "/oauth/token", body=form.encode(), headers=headers)
    token = json.loads(given.text)["access_token"]
    assert statuses(hub, new.text) == statuses(hub, token) == {200}
    assert byalag("key", "revoke", folder, id_).code == 0
    polls_until(lambda: statuses(hub, new.text) == statuses(hub, token) == {401})


def test_a_token_that_is_taken_back_is_dead(folder: Path, hub: RunningHub) -> None:
    new = made(folder)
    id_, _, secret = new.text.partition(".")
    who = f"client_id={id_}&client_secret={secret}"
    headers = {"content-type": "application/x-www-form-urlencoded"}
    form = f"grant_type=client_credentials&{who}"
    given = hub.ask("POST", "/oauth/token", body=form.encode(), headers=headers)
    token = json.loads(given.text)["access_token"]
    assert statuses(hub, token) == {200}
    hub.ask("POST", "/oauth/revoke", body=f"token={token}&{who}".encode(), headers=headers)
    polls_until(lambda: statuses(hub, token) == {401})
    assert statuses(hub, new.text) == {200}


def test_a_new_secret_takes_over_and_the_former_one_is_good_for_a_while(
    folder: Path, hub: RunningHub
) -> None:
    new = made(folder)
    said = byalag("key", "rotate", folder, new.key.prefix, "--overlap", "1h", "--json")
    assert statuses(hub, said.json["key"]) == {200}
    polls_until(lambda: statuses(hub, new.text) == {200})
    byalag("key", "revoke", folder, new.key.prefix)
    polls_until(lambda: statuses(hub, said.json["key"]) == statuses(hub, new.text) == {401})


def test_an_open_event_stream_is_closed_when_its_key_is_revoked(
    folder: Path, hub: RunningHub
) -> None:
    scopes = ("--scope", "operations:read")
    said = byalag("key", "new", folder, "--municipality", "2260", *scopes, "--json")
    answer, connection = listening(hub, said.json["key"])
    assert answer.status == 200
    assert answer.readline() == b"retry: 3000\n"
    assert byalag("key", "revoke", folder, said.json["prefix"]).code == 0
    rest = answer.read()  # returns when the stream is closed, and times out if it never is
    assert b"event: crashed" not in rest
    connection.close()


def listening(hub: RunningHub, key: str) -> tuple[HTTPResponse, HTTPConnection]:
    """Listen for news as a browser does."""
    connection = HTTPConnection("127.0.0.1", hub.port, timeout=POLLS * EVERY)
    headers = {"authorization": f"Bearer {key}", "x-forwarded-for": "192.0.2.7"}
    connection.request("GET", "/drift/handelser", headers=headers)
    return connection.getresponse(), connection
