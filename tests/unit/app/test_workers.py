"""A hub in three processes behaves as one: over HTTP, on a port that they share."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from byalag.testkit import Page, RunningHub, byalag

OFTEN = 12  # connections, so that each of three processes is very likely to answer one


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hub")
    (folder / "kommun" / "datasets").mkdir(parents=True)
    (folder / "hub.toml").write_text('name = "Byalag"\nworkers = 2\n', "utf-8")
    (folder / "kommun" / "municipality.toml").write_text(
        'code = "2482"\nname = "Skellefteå"\n', "utf-8"
    )
    (folder / "kommun" / "datasets" / "written.toml").write_text(
        'title = { sv = "Skrivet", en = "Written" }\nopen = true\nwritten = true\n', "utf-8"
    )
    return folder


@pytest.fixture(scope="module")
def key(folder: Path) -> str:
    said = byalag(
        "key", "new", folder, "--municipality", "2482", "--scope", "facts:write", "--json"
    )
    return str(json.loads(said.out)["key"])


@pytest.fixture(scope="module")
def hub(folder: Path, key: str) -> Iterator[RunningHub]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BYALAG_LOG", "info")
        with RunningHub("serve", folder) as hub:
            yield hub


def lines(hub: RunningHub) -> list[dict[str, object]]:
    whole = hub.said.rpartition("\n")[0].splitlines()
    return [json.loads(line) for line in whole if line.startswith("{")]


def say(hub: RunningHub, key: str, name: str) -> Page:
    return hub.ask(
        "POST",
        "/sensorthings/v1.1/Things",
        body=json.dumps({"name": name, "description": "A thing"}).encode(),
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )


def test_several_processes_answer_and_each_says_in_the_log_which_it_was(hub: RunningHub) -> None:
    pages = [hub.get("/datasets/dcat?asked=canary-in-a-query") for _ in range(4 * OFTEN)]
    assert {page.status for page in pages} <= {200, 400}
    assert len({page.status for page in pages}) == 1
    traces = {page.headers["traceparent"].split("-")[1] for page in pages}
    for _ in range(200):  # a line is written when the answer has been sent
        answered = [line for line in lines(hub) if line["event"] == "answered"]
        if traces <= {line["trace"] for line in answered}:
            break
        time.sleep(0.05)
    assert traces <= {line["trace"] for line in answered}
    assert {line["worker"] for line in answered} >= {"1", "2"}
    assert "canary-in-a-query" not in hub.said


def test_what_is_written_through_one_is_read_through_all(hub: RunningHub, key: str) -> None:
    bearer = {"Authorization": f"Bearer {key}"}
    for number in range(6):
        said = say(hub, key, f"Thing {number}")
        assert said.status == 201, said.text
        own = [hub.get("/sensorthings/v1.1/Things", **bearer).text for _ in range(3)]
        assert all(f"Thing {number}" in text for text in own)
    hub.wait_for("/sensorthings/v1.1/Things", "Thing 5")
    opened = [hub.get("/sensorthings/v1.1/Things").text for _ in range(OFTEN)]
    assert all("Thing 5" in text for text in opened)


def test_a_forged_word_about_whom_it_comes_from_is_not_believed(hub: RunningHub) -> None:
    asked = [
        hub.get("/metrics", **{"X-Forwarded-For": "192.0.2.1", "X-Byalag-From": "x 127.0.0.1 1"})
        for _ in range(OFTEN)
    ]
    assert {page.status for page in asked} == {401}
    assert {hub.get("/metrics").status for _ in range(OFTEN)} == {200}


def test_what_is_counted_is_the_sum_of_all_processes(hub: RunningHub) -> None:
    for _ in range(OFTEN):
        assert hub.get("/en/").status == 200
    told = 'byalag_http_requests_total{method="GET",route="/en/",status="200"} '
    hub.wait_for("/metrics", f"{told}{float(OFTEN)}")
    page = hub.get("/metrics").text
    assert 'byalag_worker_up{worker="1"} 1.0' in page
    assert 'byalag_ledger_position{municipality="2482"}' in page


def test_a_large_body_without_a_key_is_refused_through_any_process(hub: RunningHub) -> None:
    pages = [
        hub.ask("POST", "/sensorthings/v1.1/Things", body=bytes(300_000)) for _ in range(OFTEN)
    ]
    assert {page.status for page in pages} == {401}


def test_readiness_tells_of_every_part_and_needs_no_path(hub: RunningHub, folder: Path) -> None:
    page = hub.get("/health/ready")
    told = json.loads(page.text)
    names = {check["name"] for check in told["checks"]}
    assert names == {"stores", "disk", "projection", "workers", "key"}
    assert told["status"] == "ready"
    assert str(folder) not in page.text


def test_no_secret_way_in_is_shown_to_others_on_the_machine(hub: RunningHub) -> None:
    children = Path(f"/proc/{hub.pid}/task/{hub.pid}/children").read_text("ascii").split()
    assert len(children) >= 2
    for child in children:
        assert b"secret" not in Path(f"/proc/{child}/cmdline").read_bytes()
    sockets = [
        line.split()[-1]
        for line in Path("/proc/net/unix").read_text("utf-8").splitlines()
        if line.endswith("/main.sock")
    ]
    mine = [Path(one).parent for one in sockets if Path(one).parent.stat().st_uid == os.getuid()]
    assert mine
    assert all(one.stat().st_mode & 0o077 == 0 for one in mine)
