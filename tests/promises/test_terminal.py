"""The terminal: every command answers people and machines, and leaves with a documented code."""

import json
import signal
from pathlib import Path

import pytest

from byalag.testkit import Answer, Asked, Replay, RunningHub, byalag

SOURCE = """\
kind = "http-json"
dataset = "parking"
url = "{url}/lots"
every = "1s"
records = "lots"
expect = {{ fresh = "2s" }}

[thing]
type = "OffStreetParking"
id = "{{id}}"
operator = "testbolaget"
name = "name"
point = {{ lat = "lat", lon = "lon" }}
properties = {{ totalSpotNumber = "spaces" }}

[[series]]
name = "availableSpotNumber"
value = "free"
at = "at"
"""
LOT = {
    "id": "torget",
    "name": "Torget",
    "lat": 64.75,
    "lon": 20.95,
    "spaces": 40,
    "free": 17,
    "at": "2026-07-01T10:00:00Z",
}


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    folder = tmp_path / "hub"
    assert byalag("init", folder, "--municipality", "2482").code == 0
    (folder / "skelleftea/sources/hav.toml").unlink()  # the tests reach no outside network
    municipality = folder / "skelleftea/municipality.toml"
    local = 'on_premises = ["127.0.0.0/8"]\n'
    municipality.write_text(municipality.read_text("utf-8").replace("\n\n[", f"\n{local}\n[", 1))
    return folder


def connect(hub: Path, url: str, text: str = SOURCE) -> Path:
    file = hub / "skelleftea/sources/testbolaget.toml"
    file.write_text(text.format(url=url), "utf-8")
    return file


def lots(*records: object) -> bytes:
    return json.dumps({"lots": records}).encode()


def test_a_new_hub_folder_is_right_and_runs(hub: Path) -> None:
    checked = byalag("check", hub, "--json")
    assert checked.code == 0
    said = checked.json
    lacking, gaps = said.pop("uncatalogued"), said.pop("gaps")
    assert len(gaps) == 3  # what only the municipality can fill in: whom to ask
    assert all("no contact" in gap["why"] for gap in gaps)
    assert all("a contact: name and email" in words for words in lacking.values())
    assert said == {
        "ok": True,
        "municipalities": ["2482"],
        "sources": 1,
        "datasets": 3,
        "problems": [],
    }
    with RunningHub("serve", hub) as running:
        assert running.get("/health/ready").status == 200
        assert running.get("/bad").status == 200
        assert running.stop(signal.SIGTERM) == 0


def test_from_a_new_source_to_an_open_answer(hub: Path, tmp_path: Path) -> None:
    answer = tmp_path / "answer.json"
    answer.write_bytes(lots(LOT, {"id": "utan-namn", "free": "många"}))
    with Replay(lambda _: Answer(body=lots(LOT))) as operator:
        connect(hub, operator.url)
        tried = byalag("source", "try", hub, "testbolaget", "--file", answer, "--json")
        assert tried.code == 3, tried.err
        assert (tried.json["records"], tried.json["things"]) == (2, 1)
        assert tried.json["setAside"] == 1
        assert "lots[1]" in tried.json["reasons"][0]["where"]
        assert not (hub / "store").exists()
        asked = byalag("source", "try", hub, "testbolaget")
        assert asked.code == 0, asked.err
        assert "parking:testbolaget:torget\tTorget\t64.75000, 20.95000" in asked.out
        with RunningHub("serve", hub) as running:
            found = running.wait_for("/parking/v1/parking-facilities?municipality=2482", "Torget")
    [lot] = found.json["items"]
    assert lot["totalSpots"] == 40
    assert lot["free"]["lastValue"] == 17  # the operator's time is long ago: no news is not free


def test_a_wrong_setting_stops_the_hub_and_is_named_with_file_and_line(hub: Path) -> None:
    text = SOURCE.replace('value = "free"', 'valu = "free"').replace("1s", "often")
    connect(hub, "http://127.0.0.1:9", text)
    checked = byalag("check", hub)
    assert checked.code == 4
    assert "skelleftea/sources/testbolaget.toml:18: series[0].valu: is not known" in checked.err
    assert "value" in checked.err
    assert "testbolaget.toml:4: every: cannot be read. Write a length of time" in checked.err
    swedish = byalag("check", hub, language="sv")
    assert "testbolaget.toml:18: series[0].valu: finns inte" in swedish.err
    served = byalag("serve", hub)
    assert served.code == 4
    assert not (hub / "store").exists()
    problems = byalag("check", hub, "--json").json["problems"]
    assert {(one["line"], one["setting"]) for one in problems} >= {(18, "series[0].valu")}


def test_an_operator_learns_that_a_source_has_gone_silent(hub: Path) -> None:
    silent = False

    def answer(_: Asked) -> Answer:
        return Answer(status=503) if silent else Answer(body=lots(LOT))

    with Replay(answer) as operator:
        connect(hub, operator.url)
        with RunningHub("serve", hub) as running:
            running.wait_for("/parking/v1/parking-facilities", "Torget")
            silent = True
            ready = running.wait_for("/health/ready", "testbolaget")
    [told] = [one for one in ready.json["attention"] if one["source"] == "testbolaget"]
    assert told["state"] in {"failing", "late", "silent", "open"}
    assert told["toDo"]["sv"]


def test_a_pushed_value_is_answered_when_it_is_kept_and_read_at_once(hub: Path) -> None:
    key = byalag("key", "new", hub, "--municipality", "2482", "--note", "provet").out.strip()
    series = "sensor:skelleftea:badet/waterTemperature"
    with RunningHub("serve", hub) as running:
        body = json.dumps(
            [
                {"series": series, "time": "2026-07-01T12:00:00Z", "value": 18.5},
                {"series": "sensor:skelleftea:okand/x", "time": "2026-07-01T12:00:00Z", "value": 1},
            ]
        ).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
        path = "/observations/v1/observations"
        assert running.ask("POST", path, body=body).status == 401
        receipt = running.ask("POST", path, body=body, headers=headers).json
    assert receipt["accepted"] == 1
    assert receipt["refused"][0]["position"] == 1
    listed = byalag("key", "list", hub, "--json").json["keys"]
    assert [one["note"] for one in listed] == ["provet"]
    assert key not in (hub / "skelleftea/keys.toml").read_text()
    prefix = listed[0]["prefix"]
    assert byalag("key", "revoke", hub, prefix, "--municipality", "2482").code == 0
    assert byalag("key", "list", hub, "--json").json["keys"][0]["revoked"]


def test_recorded_answers_are_loaded_counted_and_exported(hub: Path, tmp_path: Path) -> None:
    connect(hub, "http://127.0.0.1:9")
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    first.write_bytes(lots(LOT, {**LOT, "id": "hamnen", "free": None}))
    second.write_bytes(lots({**LOT, "at": "2026-07-01T10:05:00Z", "free": 9}, {"id": ""}))
    loaded = byalag(
        "load", hub, "--municipality", "2482", "--source", "testbolaget", first, second, "--json"
    )
    assert loaded.code == 0, loaded.err
    answer = loaded.json
    assert (answer["deliveries"], answer["records"]) == (2, 4)
    assert (answer["things"], answer["observations"], answer["setAside"]) == (2, 2, 1)
    assert sum(answer["reasons"].values()) == 1
    exported = byalag("export", hub, "--to", tmp_path / "out", "--json")
    assert exported.code == 0, exported.err
    assert exported.json["observations"] == 2
    table = (tmp_path / "out/2482/parking.observations.csv").read_text()
    assert "parking:testbolaget:torget/availableSpotNumber,2026-07-01T10:05:00Z,9.0,1" in table
    places = json.loads((tmp_path / "out/2482/parking.geojson").read_text())
    assert places["features"][0]["geometry"]["coordinates"] == [20.95, 64.75]


def test_the_doctor_says_what_to_do(hub: Path) -> None:
    well = byalag("doctor", hub, "--json")
    assert well.code == 0, well.out
    assert well.json["ok"]
    file = connect(hub, "http://127.0.0.1:9")
    file.write_text(file.read_text() + 'tilt = "30"\n')
    ill = byalag("doctor", hub)
    assert ill.code == 3
    assert "testbolaget.toml" in ill.out


def test_a_missing_secret_is_a_warning_until_the_hub_is_to_run(hub: Path) -> None:
    text = SOURCE.replace("records =", 'headers = {{ X-Key = "env:NO_SUCH_KEY" }}\nrecords =')
    connect(hub, "http://127.0.0.1:9", text)
    checked = byalag("check", hub)
    assert checked.code == 0
    assert "NO_SUCH_KEY" in checked.err
    assert byalag("serve", hub).code == 4


def test_a_port_in_use_is_said_clearly(hub: Path) -> None:
    with Replay(lambda _: Answer()) as other:
        port = other.url.rpartition(":")[2]
        served = byalag("serve", hub, "--port", port)
    assert served.code == 5
    assert f"Port {port}" in served.err
    assert "--port" in served.err


def test_wrong_use_lists_what_there_is() -> None:
    said = byalag("sevre", "x")
    assert said.code == 2
    assert "serve" in said.err
    assert byalag("check", "/no/such/folder").code == 2
    machine = byalag("check", "/no/such/folder", "--json")
    assert machine.json["error"]["code"] == 2


def test_another_municipality_or_source_than_there_is_lists_those_that_are(hub: Path) -> None:
    said = byalag("source", "try", hub, "givarna")
    assert said.code == 4
    assert "givare" in said.err
    assert byalag("key", "new", hub, "--municipality", "2260").code == 4


def test_help_and_messages_speak_swedish() -> None:
    assert "Kontrollera en navmapp" in byalag("--help", language="sv").out
    assert "Check a hub folder" in byalag("--help", "--lang", "en", language="sv").out
    kinds = byalag("source", "kinds", "--json", language="sv").json["kinds"]
    assert {"http-json", "http-csv", "hav-bathing", "push"} <= {kind["name"] for kind in kinds}
