"""How services answer is set by a file each, and what is wrong in it is named where it stands."""

from datetime import timedelta
from pathlib import Path

import pytest

from byalag.app import Problem, check_hub, open_hub
from byalag.app._services import completed
from byalag.services import baths, parking


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ange").mkdir()
    (tmp_path / "services").mkdir()
    (tmp_path / "hub.toml").write_text('name = "Prov"\n', "utf-8")
    (tmp_path / "ange/municipality.toml").write_text('code = "2260"\nname = "Ånge"\n', "utf-8")
    return tmp_path


def only(folder: Path) -> Problem:
    [problem] = check_hub(folder)[1]
    return problem


def test_what_a_file_says_is_what_the_service_goes_by(folder: Path) -> None:
    (folder / "services/baths.toml").write_text('sensor_fresh = "2h"\n', "utf-8")
    (folder / "services/parking.toml").write_text('fresh = "90s"\n', "utf-8")
    hub = open_hub(folder)
    settings = completed(hub.services, [each.municipality for each in hub.tenants])
    water, cars = settings["baths"], settings["parking"]
    assert isinstance(water, baths.Settings)
    assert water.sensor_fresh == timedelta(hours=2)
    assert water.sample_fresh == baths.Settings().sample_fresh
    assert isinstance(cars, parking.Settings)
    assert cars.fresh == timedelta(seconds=90)
    assert cars.municipalities["2260"].name == "Ånge"


def test_without_files_services_answer_as_usual(folder: Path) -> None:
    settings = completed(open_hub(folder).services)
    assert settings["baths"].sensor_fresh == timedelta(hours=6)


def test_what_cannot_be_read_is_named_with_its_line(folder: Path) -> None:
    (folder / "services/baths.toml").write_text('sample_fresh = "7d"\nsensor_fresh = 6\n', "utf-8")
    problem = only(folder)
    assert (problem.file, problem.line, problem.setting) == (
        "services/baths.toml",
        2,
        "sensor_fresh",
    )


def test_an_unknown_setting_is_answered_with_what_there_is(folder: Path) -> None:
    (folder / "services/parking.toml").write_text('\nfersh = "1h"\n', "utf-8")
    problem = only(folder)
    assert (problem.line, problem.setting) == (2, "fersh")
    assert "fresh" in problem.say("en")


def test_the_names_of_municipalities_are_not_a_setting(folder: Path) -> None:
    (folder / "services/baths.toml").write_text("[municipalities]\n", "utf-8")
    assert only(folder).setting == "municipalities"


def test_a_file_for_a_service_that_is_not_there_is_answered_with_those_that_are(
    folder: Path,
) -> None:
    (folder / "services/bath.toml").write_text("", "utf-8")
    problem = only(folder)
    assert problem.file == "services/bath.toml"
    assert "baths" in problem.say("sv")
    assert "parking" in problem.say("en")
