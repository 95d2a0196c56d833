"""Promise 8: poison never blocks. What was set aside is mended, replayed and accounted for."""

import json
from pathlib import Path

import pytest

from byalag.testkit import RunningHub, byalag

from .test_terminal import SOURCE

COUNT = 1000


def _lots(bad: int) -> bytes:
    lots = [
        {
            "id": f"p{n}",
            "name": f"P{n}",
            "lat": 64.75,
            "lon": 20.95,
            "spaces": 40,
            "free": "full" if n == bad else n % 40,
            "at": "2026-07-01T10:00:00Z",
        }
        for n in range(COUNT)
    ]
    return json.dumps({"lots": lots}).encode()


def _hub(tmp_path: Path) -> Path:
    hub = tmp_path / "hub"
    assert byalag("init", hub, "--municipality", "2482").code == 0
    (hub / "skelleftea/sources/hav.toml").unlink()
    file = hub / "skelleftea/sources/testbolaget.toml"
    file.write_text(SOURCE.format(url="https://parkering.example"), "utf-8")
    (tmp_path / "lots.json").write_bytes(_lots(bad=417))
    loaded = byalag("load", hub, tmp_path / "lots.json", "--source", "testbolaget", "--json").json
    assert (loaded["records"], loaded["observations"], loaded["setAside"]) == (1000, 999, 1)
    return hub


def _mend(hub: Path) -> None:
    file = hub / "skelleftea/sources/testbolaget.toml"
    file.write_text(file.read_text("utf-8") + "codes = { full = 0 }\n", "utf-8")


@pytest.mark.proves(8)
def test_one_bad_of_a_thousand_is_set_aside_mended_replayed_once_and_audited(
    tmp_path: Path,
) -> None:
    hub = _hub(tmp_path)
    [group] = byalag("aside", "list", hub, "--json").json["groups"]
    assert (group["count"], group["example"]["where"]) == (1, "lots[417]")

    early = byalag("aside", "replay", hub, "--group", group["no"], "--json")
    assert early.code == 3
    assert early.json["deliveries"] == 0
    assert "has not been changed" in next(iter(early.json["passed"]))

    _mend(hub)
    done = byalag("aside", "replay", hub, "--group", group["no"], "--json")
    assert done.code == 0
    assert (done.json["mended"], done.json["still"]) == (1, 0)
    assert byalag("aside", "list", hub, "--json").json["groups"] == []

    again = byalag("aside", "replay", hub, 1, "--json")
    assert again.code == 3
    assert again.json["passed"] == {"it is mended or dismissed already": 1}
    assert "--force" not in byalag("aside", "replay", hub, 1).err

    [line] = byalag("aside", "audit", hub, "--json").json["audit"]
    assert (line["what"], line["about"]) == ("replay", "testbolaget")
    assert line["details"]["mended"] == 1
    assert line["who"]
    with RunningHub("serve", hub) as running:
        told = running.get("/parking/v1/parkings?limit=1&offset=417").json
        assert told, "the mended car park is served"


@pytest.mark.proves(8)
def test_what_is_set_aside_is_listed_and_mended_while_the_hub_runs(tmp_path: Path) -> None:
    hub = _hub(tmp_path)
    with RunningHub("serve", hub) as running:
        assert byalag("aside", "list", hub, "--json").json["count"] == 1
        assert byalag("aside", "show", hub, 1).code == 0
        assert f"byalag aside list {hub}" in byalag("doctor", hub).out
        _mend(hub)
        assert byalag("aside", "replay", hub, "--all", "--json").json["mended"] == 1
        assert byalag("aside", "list", hub, "--json").json["count"] == 0
        assert running.get("/health/ready").status == 200


@pytest.mark.proves(8)
def test_what_is_set_aside_is_shown_in_swedish_too(tmp_path: Path) -> None:
    hub = _hub(tmp_path)
    listed = byalag("aside", "list", hub, language="sv")
    assert "'full' är inget tal" in listed.out
    shown = byalag("aside", "show", hub, 1, language="sv")
    assert "lots[417]" in shown.out
    assert "testbolaget" in shown.out
    assert '"value": "free"' in shown.out  # of the mapping, only what there is
    assert "null" not in shown.out
    assert (
        byalag("aside", "dismiss", hub, 1, "--why", "prov", language="sv").out == "1 avskrivna.\n"
    )
    assert byalag("aside", "list", hub, language="sv").out == "Ingenting ligger åt sidan.\n"


@pytest.mark.proves(8)
def test_an_operator_must_say_what_to_replay(tmp_path: Path) -> None:
    hub = _hub(tmp_path)
    assert byalag("aside", "replay", hub).code == 2
    assert byalag("aside", "replay", hub, 1, "--all").code == 2
    assert byalag("aside", "show", hub, 99).code == 4
    assert byalag("aside", "replay", hub, "--group", 99).code == 4
