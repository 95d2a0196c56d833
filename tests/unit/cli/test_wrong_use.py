"""Wrong use of the terminal is a sentence and the exit code of the manual, never a traceback."""

import gzip
import json
from pathlib import Path

import pytest

from byalag import cli
from byalag.store import Store

SOURCE = """
kind = "http-json"
dataset = "parking"
url = "https://parking.example/lots"
records = "facilities"
[thing]
type = "OffStreetParking"
id = "{id}"
name = "name"
properties = { totalSpotNumber = "total", fee = "fee" }
[[series]]
name = "availableSpotNumber"
value = "free"
at = "at"
"""


def run(arguments: list[str]) -> int:
    return cli.run(["--lang", "en", *arguments])


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    folder = tmp_path / "hub"
    assert run(["init", str(folder), "--municipality", "2260"]) == 0
    (folder / "ange/sources/torget.toml").write_text(SOURCE, "utf-8")
    delivered = SOURCE.replace("http-json", "webhook").replace("url =", "# url =")
    (folder / "ange/sources/hook.toml").write_text(delivered, "utf-8")
    return folder


def answer(folder: Path, count: int) -> Path:
    records = [
        {"id": f"p{n}", "name": f"Torget {n}", "total": 40, "free": n, "at": "2026-11-22T12:00:00Z"}
        for n in range(count)
    ]
    file = folder.parent / "answer.json"
    file.write_text(json.dumps({"facilities": records}), "utf-8")
    return file


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["serve", "{hub}", "--port", "65536"], 2),
        (["serve", "{hub}", "--port", "0"], 2),
        (["load", "{hub}", "--source", "torget", "there-is-none"], 2),
        (["load", "{hub}", "--source", "torget", "static={file}"], 2),
        (["source", "try", "{hub}", "torget", "--file", "static={file}"], 2),
        (["source", "try", "{hub}", "givare"], 2),
        (["source", "try", "{hub}", "hook"], 2),
        (["load", "{hub}", "--source", "givare", "{file}"], 2),
        (["init", "{file}/x"], 5),
        (["export", "{hub}", "--to", "{file}/x"], 5),
    ],
)
def test_the_exit_code_says_whose_fault_it_is(
    hub: Path, arguments: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    file = answer(hub, 1)
    assert run([each.format(hub=hub, file=file) for each in arguments]) == code
    assert "Traceback" not in capsys.readouterr().err


def test_an_unknown_part_is_answered_with_those_there_are(
    hub: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["source", "try", str(hub), "torget", "--file", f"static={answer(hub, 1)}"])
    assert "there is main" in capsys.readouterr().err


def test_a_broken_gzip_file_is_wrong_use(hub: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = answer(hub, 1)
    packed = gzip.compress(file.read_bytes())
    file.write_bytes(packed)
    assert run(["source", "try", str(hub), "torget", "--file", str(file)]) == 0
    file.write_bytes(packed[:-9])
    assert run(["source", "try", str(hub), "torget", "--file", str(file)]) == 2
    assert "gzip" in capsys.readouterr().err


def test_a_try_shows_what_was_understood_and_says_how_much_is_not_shown(
    hub: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["source", "try", str(hub), "torget", "--file", str(answer(hub, 12))])
    shown = capsys.readouterr().out
    assert "totalSpotNumber=40" in shown
    assert "fee=" not in shown
    assert shown.count("10 of 12; --all shows every one.") == 2
    run(["source", "try", str(hub), "torget", "--all", "--file", str(answer(hub, 12))])
    assert "--all" not in capsys.readouterr().out


def test_a_crash_of_ours_is_still_a_fault(
    hub: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError(5, "no file is to blame")

    monkeypatch.setattr("byalag.cli._check.check_hub", broken)
    assert run(["check", str(hub)]) == 1
    assert "fault in Byalag" in capsys.readouterr().err


def test_the_doctor_says_why_something_was_set_aside_and_who_has_not_pushed(
    hub: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = answer(hub, 1)
    file.write_text(file.read_text("utf-8").replace('"free": 0', '"free": "many"'), "utf-8")
    assert run(["load", str(hub), "--source", "torget", str(file)]) == 0
    assert run(["doctor", str(hub)]) == 0
    said = capsys.readouterr().out
    assert "1 set aside: free: 'many' is not a number" in said
    assert "givare: nobody has pushed anything yet" in said


def test_the_doctor_says_which_sources_did_not_work(
    hub: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (hub / "store").mkdir(exist_ok=True)
    with Store(hub / "store/2260.sqlite") as store:
        failing = {"state": "open", "errors": {"main": "it answered 503"}}
        store.remember("health/torget", failing).result()
    assert run(["doctor", str(hub)]) == 0
    assert (
        "torget: did not work when the hub last looked: it answered 503" in capsys.readouterr().out
    )
