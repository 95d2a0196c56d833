"""`terms/*.toml`: what each municipality means by its words, read and checked."""

from pathlib import Path

import pytest

from byalag.app import check_hub
from byalag.terms import Definition, Vocabulary, circles, terms

HUB = 'name = "Navet"\n'
TOWN = 'code = "2482"\nname = "Skellefteå"\n'
EMPLOYEE = """[[term]]
id = "employee"
label = { sv = "anställd", en = "employee" }
definition = { sv = "Den som har anställning hos kommunen, också timanställda." }
owner = "HR-chef"
status = "adopted"
broader = ["person"]

[[term]]
id = "person"
label = { sv = "person" }
"""


def hub(folder: Path, own: str, shared: str = "") -> Path:
    home = folder / "skelleftea"
    (home / "terms").mkdir(parents=True)
    (folder / "terms").mkdir()
    (folder / "hub.toml").write_text(HUB)
    (home / "municipality.toml").write_text(TOWN)
    (home / "terms" / "hr.toml").write_text(own)
    (folder / "terms" / "hr.toml").write_text(shared)
    return folder


def said(folder: Path) -> list[str]:
    _, problems = check_hub(folder)
    return [f"{one.file}:{one.line} {one.why['en']}" for one in problems if not one.warning]


def test_words_are_read_with_whose_they_are(tmp_path: Path) -> None:
    found, problems = check_hub(hub(tmp_path, EMPLOYEE, EMPLOYEE.replace("också", "inte")))
    assert [one for one in problems if not one.warning] == []
    assert found is not None
    assert {(one.id, one.municipality) for one in found.words} == {
        ("employee", ""), ("person", ""), ("employee", "2482"), ("person", "2482"),
    }  # fmt: skip
    entry = Vocabulary(terms(), found.words).find("employee")
    assert entry is not None
    assert entry.competing
    assert entry.shared is not None
    assert "inte timanställda" in entry.shared.meaning("sv").text


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (('"person"]', '"persno"]'), "there is no word persno; near it are: person"),
        (('owner = "HR-chef"\n', ""), "needs a definition and an owner"),
        (('status = "adopted"', 'status = "replaced"'), "is given for a word with the status"),
        (('id = "person"', 'id = "employee"'), "a municipality means one thing by it"),
        (('label = { sv = "person" }', 'label = { sv = "" }'), "must be given in a language"),
        (('id = "person"', 'id = "ej så"'), "Write a word of the letters a-z"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    tmp_path: Path, change: tuple[str, str], why: str
) -> None:
    problems = said(hub(tmp_path, EMPLOYEE.replace(*change)))
    assert any(why in one and "skelleftea/terms/hr.toml:" in one for one in problems), problems


def test_a_word_cannot_be_broader_than_itself(tmp_path: Path) -> None:
    circle = EMPLOYEE + 'broader = ["employee"]\n'
    assert any("broader than itself" in one for one in said(hub(tmp_path, circle)))
    words = [
        Definition(id="a", label={}, broader=("b",)),
        Definition(id="b", label={}, narrower=("a",)),
        Definition(id="c", label={}, narrower=("b",)),
    ]
    assert circles(words) == []
    assert circles([*words, Definition(id="c", label={}, broader=("a",))]) == ["a", "b", "c"]


def test_words_are_found_by_name_before_meaning() -> None:
    words = Vocabulary(
        terms(),
        [
            Definition(id="shift", label={"sv": "pass"}, definition={"sv": "Tid för en anställd."}),
            Definition(id="employee", label={"sv": "anställd"}),
        ],
    )
    assert [one.id for one in words.search("ANSTÄLLD", "sv")] == ["employee", "shift"]
    assert next(one.id for one in words.search("badplats", "sv")) == "BathingPlace"
    assert len(words.search("", "sv")) == len(list(words))
