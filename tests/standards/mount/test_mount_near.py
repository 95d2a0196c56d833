"""A hub that is open to its own machine: what it takes from whom, and what it refuses."""

from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from byalag.app import open_hub, open_loopback
from byalag.testkit import Answer, Faulty, RunningHub, byalag

Client = Callable[..., TestClient]


def test_everybody_on_the_machine_reads_and_writes_its_one_store(near: Client) -> None:
    client = near()
    assert client.post("/small/v1/things", content=b"one").status_code == 201
    assert client.get("/small/v1/things").text == "one"
    assert client.get("/small/v1/seen").json()["whose"] == "2482"


def test_the_one_municipality_may_be_named_and_no_other(near: Client) -> None:
    client = near()
    assert client.get("/small/v1/x", headers={"x-tenant": "2482"}).json()["whose"] == "2482"
    assert client.get("/small/v1/x", headers={"x-tenant": "2260"}).status_code == 404


def test_another_machine_is_refused(near: Client) -> None:
    for method in ("GET", "POST"):
        assert near("192.0.2.7").request(method, "/small/v1/things").status_code == 403


@pytest.mark.parametrize(
    "host", ["hub.example.se", "127.0.0.1.example.se", "localhost.example.se", "10.0.0.1", "[", ""]
)
def test_a_name_that_leads_here_by_somebody_elses_word_is_refused(near: Client, host: str) -> None:
    for path in ("/small/v1/things", "/", "/health/live"):
        answer = near().get(path, headers={"host": host})
        assert answer.status_code == 403
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "[::1]:8080", "127.1.2.3"])
def test_the_machines_own_names_are_let_in(near: Client, host: str) -> None:
    assert near().get("/small/v1/things", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("origin", ["https://example.org", "null", "http://10.0.0.1", "x"])
def test_a_web_page_of_another_site_is_refused(near: Client, origin: str) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE", "GET", "OPTIONS"):
        answer = near().request(method, "/small/v1/things", headers={"origin": origin})
        assert answer.status_code == 403


def test_a_web_page_of_the_machine_itself_is_let_in(near: Client) -> None:
    own = {"origin": "http://localhost:3000"}
    assert near().post("/small/v1/things", content=b"a", headers=own).status_code == 201


def test_only_the_machine_itself_is_asked_for_what_requests_name(near: Client) -> None:
    client = near()
    with Faulty(here=Answer(body=b"here")) as server:
        assert client.get(f"/small/v1/fetch?{server.url('/here')}").text == "here"
    for address in ("http://example.org/", "http://192.0.2.1/", "https://1.1.1.1/"):
        assert client.get(f"/small/v1/fetch?{address}").status_code == 503


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {
        "hub.toml": 'name = "Prov"\n',
        "ange/municipality.toml": 'code = "2260"\nname = "Ånge"\n',
        "ange/datasets/written.toml": 'title = { sv = "Skrivet" }\nwritten = true\n',
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def refused(*arguments: object) -> str:
    said = byalag("serve", *arguments, "--open-loopback")
    assert said.code == 4
    return said.err


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "hub.example.se"])  # noqa: S104 -- these are what must be refused
def test_it_is_not_opened_where_others_reach_it(folder: Path, host: str) -> None:
    assert "--open-loopback" in refused(folder, "--host", host)
    assert not (folder / "store").exists()


def test_it_is_not_opened_for_several_municipalities(folder: Path) -> None:
    (folder / "bad").mkdir()
    (folder / "bad/municipality.toml").write_text('code = "2482"\nname = "Skellefteå"\n', "utf-8")
    assert "has 2" in refused(folder)


def test_it_is_not_opened_without_a_dataset_to_write_in(folder: Path) -> None:
    (folder / "ange/datasets/written.toml").write_text('title = { sv = "S" }\n', "utf-8")
    assert "written = true" in refused(folder)


def test_it_is_not_opened_on_a_store_that_holds_something(folder: Path) -> None:
    (folder / "store").mkdir()
    (folder / "store/2260.sqlite").write_bytes(b"")
    assert "holds something" in refused(folder)


def test_its_sources_and_outlets_do_not_run(folder: Path) -> None:
    (folder / "ange/datasets/d.toml").write_text('title = { sv = "D" }\n', "utf-8")
    (folder / "ange/sources").mkdir()
    (folder / "ange/sources/g.toml").write_text(
        'kind = "push"\ndataset = "d"\n'
        '[[series]]\nid = "sensor:ange:a/temperature"\nunit = "Cel"\n',
        "utf-8",
    )
    opened = open_loopback(open_hub(folder), host="127.0.0.1", port=8080)
    assert opened.tenants[0].sources == ()
    assert opened.near == "2260"
    assert opened.settings.address == "http://127.0.0.1:8080"


def test_a_hub_must_be_named_unless_one_is_made_for_the_occasion() -> None:
    assert byalag("serve").code == 2


def test_a_throwaway_hub_tells_its_addresses_and_warns() -> None:
    with RunningHub("serve", "--open-loopback") as hub:
        root = hub.get("/sensorthings/v1.1/")
        assert root.status == 200
        assert "OPEN TO THIS MACHINE" in hub.said
        assert f"http://127.0.0.1:{hub.port}/ngsi-ld/v1/" in hub.said
