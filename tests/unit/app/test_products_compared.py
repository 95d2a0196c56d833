"""The comparison names what there is: every test and page in it exists, and no line lacks one."""

import re
from pathlib import Path

import pytest

HOME = Path(__file__).parents[3]
PAGES = {"docs/sv/jamforelse.md": "vill vi inte ha", "docs/en/compared.md": "not wanted"}
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`|\[[^\]]+\]\(([^)]+)\)")


def rows(page: str) -> list[list[str]]:
    text = (HOME / page).read_text("utf-8")
    found = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    return [row for row in found if "---" not in row[0] and row[3].strip() not in {"Where", "Var"}]


@pytest.mark.parametrize("page", PAGES)
def test_every_line_names_a_test_or_a_page_that_is_there(page: str) -> None:
    for row in rows(page):
        named = NAMED.findall(row[3])
        assert named, row[0]
        for file, test, link in named:
            if link:
                assert ((HOME / page).parent / link).is_file(), link
                continue
            text = (HOME / file).read_text("utf-8")
            assert not test or f"def {test}(" in text, f"{file}::{test}"


@pytest.mark.parametrize(("page", "refused"), PAGES.items())
def test_what_is_not_wanted_says_why(page: str, refused: str) -> None:
    for row in rows(page):
        verdict = row[2].strip()
        if verdict.startswith(refused):
            assert len(verdict.partition(":")[2]) > 30, row[0]


def test_both_languages_say_the_same_of_the_same_lines() -> None:
    swedish, english = (rows(page) for page in PAGES)
    assert len(swedish) == len(english)
    for one, other in zip(swedish, english, strict=True):
        assert NAMED.sub("", one[3]).count(",") == NAMED.sub("", other[3]).count(",")
        assert [n[:2] for n in NAMED.findall(one[3]) if n[0]] == [
            n[:2] for n in NAMED.findall(other[3]) if n[0]
        ]
