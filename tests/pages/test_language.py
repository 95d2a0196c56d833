"""Every word of the pages, in every language that they are offered in."""

import re
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from byalag.pages._language import CATALOGUES, Language, languages, preferred

ROOM = CATALOGUES.parent
USED = re.compile(r"""(?:say|plain)\(\s*["']([a-z_]+\.[A-Za-z0-9_-]+)["']\s*[,)]""")
EVERY = languages()


def forms(language: Language, key: str) -> list[str]:
    said = language.words[key]
    return [said] if isinstance(said, str) else list(said.values())


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", [code for code in EVERY if code != "sv"])
def test_a_language_has_every_word_and_no_other(code: str) -> None:
    assert EVERY[code].words.keys() == EVERY["sv"].words.keys()


@pytest.mark.parametrize("code", EVERY)
def test_a_translation_has_the_same_blanks_as_the_swedish_text(code: str) -> None:
    for key in EVERY["sv"].words:
        wanted = blanks(forms(EVERY["sv"], key)[-1])
        said = forms(EVERY[code], key)
        assert blanks(said[-1]) == wanted, key
        assert all(blanks(form) <= wanted for form in said), key


def test_every_word_that_a_page_asks_for_is_in_the_catalogue() -> None:
    files = [*ROOM.glob("templates/*.html"), *ROOM.glob("*.py")]
    asked = {key for file in files for key in USED.findall(file.read_text(encoding="utf-8"))}
    assert len(asked) > 100
    assert asked <= EVERY["sv"].words.keys()


def test_a_missing_word_is_shown_in_swedish_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "sv.toml").write_text('name = "Svenska"\n[a]\nb = "Hej {namn}"', encoding="utf-8")
    (tmp_path / "fi.toml").write_text('name = "Suomi"', encoding="utf-8")
    finnish = languages(tmp_path)["fi"]
    assert finnish.say("a.b", namn="<b>") == '<span lang="sv">Hej &lt;b&gt;</span>'
    assert finnish.plain("a.b", namn="du") == "Hej du"
    with pytest.raises(KeyError):
        finnish.say("a.c")


def test_one_is_counted_otherwise_than_many() -> None:
    assert EVERY["sv"].say("baths.found", count=1) == "1 badplats"
    assert EVERY["en"].say("baths.found", count=0) == "0 bathing places"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", "sv"),
        ("en", "en"),
        ("en-US,en;q=0.9", "en"),
        ("sv-SE,sv;q=0.9,en;q=0.8", "sv"),
        ("de-DE,en;q=0.5", "en"),
        ("de", "sv"),
        ("en;q=0", "sv"),
        ("en;q=high", "sv"),
        ("*", "sv"),
    ],
)
def test_the_browser_says_which_language_it_prefers(accept: str, chosen: str) -> None:
    assert preferred(accept, EVERY) == chosen


@given(some.text())
def test_no_header_breaks_the_choice(accept: str) -> None:
    assert preferred(accept, EVERY) in EVERY
