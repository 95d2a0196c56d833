"""A hub folder is checked whole, and each fault is named where it stands."""

from pathlib import Path

import pytest

from byalag.app import HubFaulty, Problem, check_hub, municipalities, open_hub

FILES = {
    "hub.toml": 'name = "Prov"\n',
    "ange/municipality.toml": 'code = "2260"\nname = "Ånge"\n',
    "ange/datasets/sensors.toml": 'title = { sv = "Givare" }\nopen = true\n',
    "ange/sources/givare.toml": (
        'kind = "push"\ndataset = "sensors"\n\n'
        '[[series]]\nid = "sensor:ange:a/waterTemperature"\nunit = "Cel"\n'
    ),
    "ange/places/bad.toml": (
        'dataset = "sensors"\n\n'
        '[[place]]\nid = "bath:ange:holm"\ntype = "BathingPlace"\nname = "Holm"\n'
        'lat = 62.4\nlon = 15.4\nsameAs = ["https://example.org/holm"]\n\n'
        '[[place.measured]]\nproperty = "waterTemperature"\n'
        'series = "sensor:ange:a/waterTemperature"\n'
    ),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        write(tmp_path, name, text)
    return tmp_path


def write(folder: Path, name: str, text: str) -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


def only(folder: Path) -> Problem:
    [problem] = check_hub(folder)[1]
    return problem


def place(problem: Problem) -> tuple[str, int | None, str]:
    return problem.file, problem.line, problem.setting


def test_a_right_hub_is_read_whole(folder: Path) -> None:
    hub = open_hub(folder)
    [tenant] = hub.tenants
    assert tenant.municipality.name == "Ånge"
    assert list(tenant.datasets) == ["sensors"]
    assert [series.id for series in tenant.pushed()] == ["sensor:ange:a/waterTemperature"]
    thing, link = tenant.facts
    assert thing.municipality == "2260"  # type: ignore[union-attr]  # places come first
    assert link.series == "sensor:ange:a/waterTemperature"  # type: ignore[union-attr]  # then links
    assert hub.warnings == ()


@pytest.mark.parametrize(
    ("name", "old", "new", "line", "setting", "hint"),
    [
        ("hub.toml", "name", "nam", 1, "nam", "name"),
        ("ange/municipality.toml", "2260", "2261", 1, "code", "2260"),
        ("ange/municipality.toml", '"2260"', "2260", 1, "code", "quotes"),
        ("ange/datasets/sensors.toml", "open = true", "open = 1", 2, "open", "true or false"),
        (
            "ange/datasets/sensors.toml",
            "open = true",
            "open = true\npersonal_data = true",
            2,
            "open",
            "personal",
        ),
        ("ange/sources/givare.toml", '"push"', '"psuh"', 1, "kind", "push"),
        ("ange/sources/givare.toml", '"sensors"', '"sensor"', 2, "dataset", "sensors"),
        ("ange/sources/givare.toml", "unit", "unti", 6, "series[0].unti", "unit"),
        ("ange/places/bad.toml", "lat = 62.4\n", "", 3, "place[0]", "both lat and lon"),
        ("ange/places/bad.toml", "62.4", "624", 7, "place[0].lat", "90"),
        ("ange/places/bad.toml", "bath:ange:holm", "holm", 4, "place[0].id", ""),
    ],
)
def test_a_wrong_setting_is_named_with_file_line_and_what_is_allowed(  # noqa: PLR0913, PLR0917 -- one row
    folder: Path, name: str, old: str, new: str, line: int, setting: str, hint: str
) -> None:
    write(folder, name, FILES[name].replace(old, new, 1))
    problems = [problem for problem in check_hub(folder)[1] if not problem.warning]
    found = next(problem for problem in problems if problem.setting == setting)
    assert place(found) == (name, line, setting)
    assert hint in found.why["en"]
    assert found.say("sv").startswith(f"{name}:{line}: {setting}: ")


def test_a_file_that_is_no_toml_is_named_with_its_line(folder: Path) -> None:
    write(folder, "ange/sources/givare.toml", 'kind = "push"\ndataset = \n')
    [found] = [problem for problem in check_hub(folder)[1] if not problem.warning]
    assert (found.file, found.line) == ("ange/sources/givare.toml", 2)


def test_everything_wrong_is_found_at_once(folder: Path) -> None:
    write(folder, "hub.toml", 'name = 1\nport = 80\nlanguages = "sv"\n')
    write(folder, "ange/datasets/sensors.toml", "title = 1\nopne = true\n")
    with pytest.raises(HubFaulty) as caught:
        open_hub(folder)
    settings = {problem.setting for problem in caught.value.problems}
    assert {"name", "port", "languages", "title", "opne"} <= settings


def test_two_folders_cannot_be_the_same_municipality(folder: Path) -> None:
    write(folder, "ange2/municipality.toml", FILES["ange/municipality.toml"])
    assert place(only(folder)) == ("ange2/municipality.toml", 1, "code")


def test_two_places_cannot_have_the_same_id(folder: Path) -> None:
    write(folder, "ange/places/mer.toml", FILES["ange/places/bad.toml"])
    assert place(only(folder)) == ("ange/places/mer.toml", 4, "place[0].id")


def test_a_link_to_a_series_that_nobody_declares_is_a_warning(folder: Path) -> None:
    text = FILES["ange/places/bad.toml"].replace('"sensor:ange:a/', '"sensor:nobody:a/')
    write(folder, "ange/places/bad.toml", text)
    hub, [problem] = check_hub(folder)
    assert hub is not None
    assert problem.warning
    assert place(problem) == ("ange/places/bad.toml", 13, "place[0].measured[0].series")


def test_two_municipalities_may_not_name_a_dataset_alike(folder: Path) -> None:
    write(folder, "luleå/municipality.toml", 'code = "2580"\nname = "Luleå"\n')
    write(folder, "luleå/datasets/sensors.toml", FILES["ange/datasets/sensors.toml"])
    problem = only(folder)
    assert not problem.warning
    assert place(problem) == ("luleå/datasets/sensors.toml", None, "id")
    assert "ange/datasets/sensors.toml" in problem.why["en"]
    assert "lulea-sensors.toml" in problem.why["sv"]


def test_a_folder_without_hub_toml_says_how_to_get_one(tmp_path: Path) -> None:
    assert "byalag init" in only(tmp_path).why["en"]


def test_there_are_290_municipalities_with_four_digits_each() -> None:
    known = municipalities()
    assert len(known) == 290
    assert all(len(code) == 4 and code.isdigit() for code in known)
    assert (known["0180"], known["2482"]) == ("Stockholm", "Skellefteå")
