"""Homes from the terminal, and what `byalag check` says of a unit's file."""

import io
from pathlib import Path

import pytest

from byalag.app import check_hub
from byalag.testkit import Said, byalag
from tests.homes._hub import FRIDGE, NAME, fill, opened, raw, write_hub


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = write_hub(tmp_path / "nav")
    with opened(folder) as (store, _, _):
        fill(store, folder)
    return folder


def care(folder: Path, *said: object, code: int = 0, language: str = "en") -> Said:
    group = 2 if said[0] in {"home", "channel", "contact", "consent"} else 1
    done = byalag("care", *said[:group], folder, *said[group:], "--json", language=language)
    assert done.code == code, (done.out, done.err)
    return done


def test_a_home_is_entered_agreed_upon_moved_on_and_left_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (unit,) = care(folder, "units").json["units"]
    assert (unit["id"], unit["datasets"], unit["ways"]) == ("norr", ["homes"], {"sms": "sms-hem"})
    home = care(folder, "home", "new", "norr", "--pets").json["home"]
    told = ("--room", "kitchen", "--meaning", "fridge")
    assert not care(folder, "channel", "set", home, FRIDGE, *told).json["watched"]
    contact = care(folder, "contact", "set", home, "--kind", "relative", "--quiet", "22:00-07:00")
    anna = contact.json["contact"]
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(f'name = "{NAME}"'.encode())))
    care(folder, "identify", home, "--contact", anna)
    consent = care(folder, "consent", "give", home, "--meaning", "fridge", "--contact", anna)
    shown = care(folder, "home", "show", home, "--history").json
    assert (shown["watched"], shown["toldTo"]) == ([FRIDGE], [anna])
    assert shown["hinders"] == ["too-early"]
    assert [one["said"]["type"] for one in shown["history"]][:2] == ["Opened", "Household"]
    assert NAME not in str(shown)
    kept = care(folder, "onward", "--unit", "norr", code=3).json["homes"]
    assert kept == [{"home": home, "stage": "learning", "hinders": ["too-early"]}]
    care(folder, "stage", home, "silent")
    care(folder, "away", home, "--until", "2026-11-30")
    care(folder, "visiting", home, "--until", "2026-11-25T18:00", "--contact", anna)
    care(folder, "back", home)
    withdrawn = care(folder, "consent", "withdraw", home).json["consents"]
    assert withdrawn == [consent.json["consent"]]
    (listed,) = care(folder, "home", "list").json["homes"]
    assert (listed["stage"], listed["watched"], listed["toldTo"]) == ("silent", [], [])
    care(folder, "contact", "remove", home, anna)
    care(folder, "channel", "remove", home, FRIDGE)
    care(folder, "home", "close", home)
    with opened(folder) as (store, _, _):
        assert {one.who[:16] for one in store.audit.notes()} == {"person terminal:"}
        assert ("read", home) in {(one.what, one.about) for one in store.audit.notes()}


def test_a_refusal_is_a_sentence_in_the_language_of_the_terminal(folder: Path) -> None:
    home = care(folder, "home", "new", "norr").json["home"]
    said = care(folder, "stage", home, "silent", code=2, language="sv")
    assert said.err == f"inget samtycke gäller för {home}\n"
    said = care(folder, "consent", "give", home, "--meaning", "fridge", "--until", "x", code=2)
    assert "Write a day as 2026-12-24" in said.err
    assert "No home" in care(folder, "home", "show", "home:care:ingen", code=4).err


def test_names_never_come_by_an_argument_nor_from_what_is_no_file_of_them(
    folder: Path, tmp_path: Path
) -> None:
    home = care(folder, "home", "new", "norr").json["home"]
    file = tmp_path / "vem.toml"
    file.write_text('namn = "Anna"', "utf-8")
    said = care(folder, "identify", home, "--file", file, code=4)
    assert "Write name, address, phone and email" in said.err
    file.write_text(f'name = "{NAME}"', "utf-8")
    care(folder, "identify", home, "--file", file)
    assert NAME.encode() in raw(folder / "store")  # this hub seals nothing, and check says so


WRONG = [
    ('datasets = ["homes"]', 'datasets = ["hem"]', "datamängden 'hem' finns inte"),
    ('datasets = ["homes"]', 'datasets = ["parks"]', "måste ha personal_data = true"),
    ('purpose = "care"', 'purpose = "statistics"', "har inte ändamålet 'statistics'"),
    ('sms = "sms-hem"', 'sms = "sms"', "utgången 'sms' finns inte"),
    ('sms = "sms-hem"', 'fax = "sms-hem"', "ways: 'fax' finns inte. Det här finns: 'email'"),
    ('title = { sv = "Hemtjänst norr" }', "title = {}", "måste anges på ett språk"),
    ('purpose = "care"', 'purpose = "care"\nbudget = 0', "budget"),
    ('purpose = "care"', 'purpose = "care"\nid = "syd"', "ska vara filens namn"),
]


@pytest.mark.parametrize(("before", "after", "why"), WRONG)
def test_what_is_wrong_in_a_units_file_is_said_with_its_line(
    folder: Path, before: str, after: str, why: str
) -> None:
    file = folder / "skelleftea" / "care" / "norr.toml"
    text = file.read_text("utf-8")
    assert before in text
    file.write_text(text.replace(before, after), "utf-8")
    hub, problems = check_hub(folder)
    assert hub is None
    said = [one.say("sv") for one in problems if one.file.endswith("care/norr.toml")]
    assert any(why in one for one in said), said
    assert all(one.line for one in problems if one.file.endswith("care/norr.toml"))


def test_what_is_seldom_wanted_is_a_warning(folder: Path) -> None:
    file = folder / "skelleftea" / "care" / "norr.toml"
    file.write_text('title = { sv = "N" }\npurpose = "care"\ndatasets = ["homes"]\n', "utf-8")
    hub, problems = check_hub(folder)
    assert hub is not None
    warned = [one.setting for one in problems if one.file.endswith("norr.toml")]
    assert warned == ["ways", "contact", "basis"]
