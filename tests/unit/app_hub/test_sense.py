"""What is well formed but makes no sense in a hub folder is said, where it stands."""

from pathlib import Path

import msgspec
import pytest

from byalag.app import Problem, check_hub
from byalag.app._in_words import MEANINGS
from byalag.app._settings import HubSettings, PlacesFile
from byalag.governance import Key, Product
from byalag.model import Dataset, Municipality
from byalag.sources import kinds

SOURCE = (
    'kind = "http-json"\ndataset = "parking"\nurl = "https://parking.example/a"\n\n'
    '[thing]\ntype = "OffStreetParking"\nid = "{id}"\n\n'
    '[[series]]\nname = "availableSpotNumber"\nvalue = "free"\nat = "at"\nunit = "1"\n'
)
FILES = {
    "hub.toml": 'name = "Prov"\nlisten = "127.0.0.1:8080"\nlanguages = ["sv"]\n',
    "ange/municipality.toml": (
        'code = "2260"\nname = "Ånge"\ntime_zone = "Europe/Stockholm"\n'
        'on_premises = ["10.0.0.0/8"]\n'
    ),
    "ange/datasets/parking.toml": 'title = { sv = "Parkering" }\nopen = true\n',
    "ange/sources/torget.toml": SOURCE,
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


def test_a_sensible_hub_has_nothing_to_say(folder: Path) -> None:
    assert check_hub(folder)[1] == []


@pytest.mark.parametrize(
    ("name", "old", "new", "line", "setting", "hint"),
    [
        ("hub.toml", ":8080", ":65536", 2, "listen", "65535"),
        ("hub.toml", '["sv"]', '["sv", "xx"]', 3, "languages[1]", "sv, en"),
        ("hub.toml", '["sv"]', "[]", 3, "languages", "sv, en"),
        ("ange/municipality.toml", "Stockholm", "Stokholm", 3, "time_zone", "Europe/Stockholm"),
        ("ange/municipality.toml", "Europe/Stockholm", "../x", 3, "time_zone", "Europe/Stockholm"),
        ("ange/municipality.toml", "10.0.0.0/8", "10.0.0.0/99", 4, "on_premises[0]", "/32"),
        ("ange/municipality.toml", "10.0.0.0/8", "10.1.2.3/8", 4, "on_premises[0]", "10.0.0.0/8"),
        ("ange/datasets/parking.toml", 'sv = "Parkering"', "", 1, "title", "sv ="),
        ("ange/sources/torget.toml", "parking.example", "parking example", 3, "url", "space"),
        ("ange/sources/torget.toml", "parking.example", "parking.example:70000", 3, "url", "65535"),
        (
            "ange/sources/torget.toml",
            "parking.example",
            "a:b@parking.example",
            3,
            "url",
            "password",
        ),
        ("ange/sources/torget.toml", '"1"', '"Celcius"', 13, "series[0].unit", "Cel"),
        ("ange/sources/torget.toml", '"{id}"', '"{id"', 7, "thing.id", "brace"),
    ],
)
def test_what_makes_no_sense_stops_the_hub_with_file_and_line(  # noqa: PLR0913, PLR0917 -- one row
    folder: Path, name: str, old: str, new: str, line: int, setting: str, hint: str
) -> None:
    write(folder, name, FILES[name].replace(old, new, 1))
    problem = only(folder)
    assert (problem.file, problem.line, problem.setting) == (name, line, setting)
    assert not problem.warning
    assert hint in problem.why["en"]


@pytest.mark.parametrize(
    ("name", "text", "file"),
    [
        ("ange/source/lost.toml", SOURCE, "ange/source"),
        ("ange/lost.toml", SOURCE, "ange/lost.toml"),
        ("lulea/sources/lost.toml", SOURCE, "lulea"),
    ],
)
def test_what_lies_where_nothing_reads_it_is_a_warning(
    folder: Path, name: str, text: str, file: str
) -> None:
    write(folder, name, text)
    problem = only(folder)
    assert problem.warning
    assert problem.file == file


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        (
            """kind = "webhook"
dataset = "parking"

[thing]
type = "OffStreetParking"
id = "{id}"

[door]
proof = "token"
header = "X-Token"
secrets = ["env:NOWHERE"]
""",
            "door.secrets[0]",
        ),
        ('kind = "trafikverket-weather"\ndataset = "parking"\nkey = "env:NOWHERE"\n', "key"),
    ],
)
def test_a_secret_that_is_not_there_is_told_before_it_is_needed(
    folder: Path, text: str, setting: str
) -> None:
    write(folder, "ange/sources/torget.toml", text)
    problem = only(folder)
    assert (problem.setting, problem.warning, problem.secret) == (setting, True, True)
    assert "NOWHERE" in problem.why["sv"]


def test_a_series_that_two_sources_take_is_named_in_both(folder: Path) -> None:
    pushed = 'kind = "push"\ndataset = "parking"\n[[series]]\nid = "sensor:ange:a/free"\n'
    write(folder, "ange/sources/first.toml", pushed)
    write(folder, "ange/sources/second.toml", pushed)
    problem = only(folder)
    assert (problem.file, problem.line) == ("ange/sources/second.toml", 4)
    assert "ange/sources/first.toml" in problem.why["en"]


def test_a_network_wider_than_ones_own_is_a_warning(folder: Path) -> None:
    name = "ange/municipality.toml"
    write(folder, name, FILES[name].replace("10.0.0.0/8", "0.0.0.0/0"))
    assert only(folder).warning


def test_a_name_that_is_not_the_codes_is_a_warning(folder: Path) -> None:
    name = "ange/municipality.toml"
    write(folder, name, FILES[name].replace("Ånge", "Umeå"))
    assert only(folder).warning
    write(folder, name, FILES[name].replace("Ånge", "Ånge kommun"))
    assert check_hub(folder)[1] == []


@pytest.mark.parametrize(
    "body",
    [
        "å".encode("latin-1"),
        SOURCE.encode("utf-16"),
        b"\x00\x01",
        b"",
        ("x = " + "[" * 5000 + "]" * 5000).encode(),
        (".".join("a" * 3000) + " = 1").encode(),
        b"every = 1" + b"0" * 5000,
        b'kind = "http-json"\nevery = "99999999999999d"\n',
    ],
)
def test_any_file_is_read_or_refused_but_never_a_crash(folder: Path, body: bytes) -> None:
    (folder / "ange/sources/torget.toml").write_bytes(body)
    hub, problems = check_hub(folder)
    assert hub is None
    assert {problem.file for problem in problems} == {"ange/sources/torget.toml"}
    assert all(problem.why["sv"] != problem.why["en"] for problem in problems)


def test_text_that_is_not_utf8_is_named_with_its_line(folder: Path) -> None:
    text = FILES["ange/municipality.toml"].encode("latin-1")
    (folder / "ange/municipality.toml").write_bytes(text)
    assert (only(folder).line, only(folder).file) == (2, "ange/municipality.toml")


@pytest.mark.parametrize(
    "kind",
    [
        *(HubSettings, Municipality, Dataset, PlacesFile, Key, Product),
        *(k.settings for k in kinds().values()),
    ],
)
def test_every_pattern_in_the_settings_is_said_in_words(kind: type) -> None:
    schema = msgspec.json.encode(msgspec.json.schema(kind, schema_hook=lambda _: {})).decode()
    assert _patterns(msgspec.json.decode(schema)) <= set(MEANINGS)


def _patterns(tree: object) -> set[str]:
    if isinstance(tree, dict):
        own = {tree["pattern"]} if isinstance(tree.get("pattern"), str) else set()
        return own.union(*(_patterns(each) for each in tree.values()))
    if isinstance(tree, list):
        return set().union(*(_patterns(each) for each in tree))
    return set()


def test_no_english_is_left_in_what_swedish_readers_are_told(folder: Path) -> None:
    write(
        folder, "hub.toml", 'name = ""\nlisten = 7\nlanguages = "sv"\ncontact = 1\naddress = "x"\n'
    )
    write(folder, "ange/municipality.toml", "code = 2260\nname = 1.5\non_premises = true\n")
    said = " ".join(problem.say("sv") for problem in check_hub(folder)[1])
    assert not {"must", "Expected", "got", "given", "text in quotes", "list"} & set(said.split())
