"""`products/NAME.toml`: what is wrong in it, where, and how it is changed from the terminal."""

from pathlib import Path

import pytest

from byalag.app import Problem, check_hub
from byalag.governance import Plan, Product
from byalag.store import Register
from byalag.testkit import byalag

OPEN = """# What we offer.
title = { sv = "Svar", en = "Answers" }
apis = ["baths", "parking/v1"]
contact = { email = "api@example.org" }  # whom to ask

[plans.usual]
rate = 10
burst = 20
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = tmp_path / "nav"
    assert byalag("init", home, "--municipality", "2482").code == 0
    (home / "products").mkdir()
    return home


def write(folder: Path, text: str, name: str = "answers") -> Path:
    file = folder / "products" / f"{name}.toml"
    file.write_text(text, "utf-8")
    return file


def of_products(folder: Path) -> list[Problem]:
    return [one for one in check_hub(folder)[1] if one.file.startswith("products/")]


def test_a_good_product_is_read_and_there_is_nothing_to_say(folder: Path) -> None:
    write(folder, OPEN)
    hub, _ = check_hub(folder)
    assert hub is not None
    assert of_products(folder) == []
    assert hub.products["answers"].plans["usual"].rate == 10


def test_a_hub_without_products_needs_none(folder: Path) -> None:
    hub, _ = check_hub(folder)
    assert hub is not None
    assert hub.products == {}


@pytest.mark.parametrize(
    ("old", "new", "line", "setting", "hint"),
    [
        ('"baths"', '"bath"', 3, "apis[0]", "there is baths"),
        ('"parking/v1"', '"parking/v2"', 3, "apis[1]", "there is parking/v1"),
        ('["baths", "parking/v1"]', "[]", 3, "apis", "there is"),
        ('sv = "Svar", en = "Answers"', 'xx = "?"', 2, "title", "language of the pages"),
        ("rate = 10", "rate = 0", 7, "plans.usual.rate", ""),
        ("apis =", 'id = "other"\napis =', 3, "id", "'answers'"),
        ("apis =", 'state = "deprecated"\napis =', 3, "deprecated", "must be given"),
        (
            "apis =",
            'state = "deprecated"\ndeprecated = 2027-01-01\nsunset = 2026-01-01\napis =',
            5,
            "sunset",
            "RFC 9745",
        ),
        ("apis =", 'successor = "answers"\napis =', 3, "successor", "no other product"),
        ("apis =", 'municipality = "2260"\napis =', 3, "municipality", "there is 2482"),
        (
            "[plans",
            '[versions."features/v1"]\n\n[plans',
            6,
            "versions.features/v1",
            "it has baths/v1",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(  # noqa: PLR0913, PLR0917 -- one case
    folder: Path, old: str, new: str, line: int, setting: str, hint: str
) -> None:
    write(folder, OPEN.replace(old, new))
    wrong = [one for one in of_products(folder) if not one.warning]
    [problem] = [one for one in wrong if one.setting == setting]
    assert problem.line in {line, None}
    assert hint in problem.say()
    assert problem.say("sv") != problem.say("en")


def test_a_municipalitys_own_data_is_never_given_without_a_steward(folder: Path) -> None:
    write(folder, OPEN.replace("apis =", 'municipality = "2482"\napis ='))
    [problem] = [one for one in of_products(folder) if not one.warning]
    assert problem.setting == "plans.usual.approval"
    own = Product(
        id="a", title={"sv": "A"}, apis=("baths",), municipality="2482", plans={"p": Plan()}
    )
    assert not own.lets_in("p")


@pytest.mark.parametrize(
    ("old", "new", "setting"),
    [
        ('contact = { email = "api@example.org" }', "", "contact"),
        ("rate = 10\nburst = 20\n", "", "plans.usual"),
        ("rate = 10\n", "", "plans.usual.burst"),
    ],
)
def test_what_is_seldom_wanted_is_a_warning(folder: Path, old: str, new: str, setting: str) -> None:
    write(folder, OPEN.replace(old, new))
    assert setting in {one.setting for one in of_products(folder) if one.warning}
    assert check_hub(folder)[0] is not None


def test_the_terminal_changes_the_file_where_it_stands_and_writes_the_audit(folder: Path) -> None:
    file = write(folder, OPEN)
    said = byalag("product", "deprecate", folder, "answers", "--sunset", "2099-06-30",
                  "--from", "2026-12-01", "--successor", "features", "--json")  # fmt: skip
    assert said.code == 0
    text = file.read_text("utf-8")
    assert text.startswith("# What we offer.\n")
    assert "# whom to ask" in text
    hub, _ = check_hub(folder)
    assert hub is not None
    assert hub.products["answers"].state == "deprecated"
    assert str(hub.products["answers"].sunset) == "2099-06-30"
    assert byalag("product", "check", folder).code == 0
    assert byalag("product", "publish", folder, "answers").code == 0
    assert 'state = "published"' in file.read_text("utf-8")
    with Register(folder / "store" / "hub.sqlite") as register:
        lines = [one for one in register.audit.notes() if one.what == "change product"]
    assert [one.details["state"] for one in lines] == ["published", "deprecated"]
    assert {one.about for one in lines} == {"product answers"}


def test_what_would_be_wrong_is_put_back(folder: Path) -> None:
    file = write(folder, OPEN)
    said = byalag("product", "retire", folder, "answers", "--successor", "nothing")
    assert said.code == 4
    assert file.read_text("utf-8") == OPEN
    assert "successor" in said.err
    assert byalag("product", "retire", folder, "other").code == 4


def test_a_product_past_its_day_is_found(folder: Path) -> None:
    late = 'state = "deprecated"\ndeprecated = 2020-01-01\nsunset = 2020-02-01\napis ='
    write(folder, OPEN.replace("apis =", late))
    said = byalag("product", "check", folder, "--json")
    assert said.code == 3
    assert said.json["late"] == ["answers"]
    listed = byalag("product", "list", folder, "--json").json["products"]
    assert [(one["id"], one["state"]) for one in listed] == [("answers", "deprecated")]
