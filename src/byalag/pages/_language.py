"""The languages of the pages: one catalogue a language, as data; Swedish comes first.

A catalogue holds every word of the pages and their addresses in that language. A string that a
language lacks is shown in Swedish and marked `lang="sv"`. A string with plural forms is a table of
CLDR plural categories, chosen by the value `count`. `sv.toml` is followed by the files in `sv/`,
one a theme: no text is said twice.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from babel import Locale
from markupsafe import Markup
from msgspec import Struct

Forms: TypeAlias = str | Mapping[str, str]
CATALOGUES = Path(__file__).parent / "catalogues"
FIRST = "sv"
_CATEGORIES = frozenset({"zero", "one", "two", "few", "many", "other"})


class Language(Struct, frozen=True):
    """One language of the pages. `first` is the language to fall back to; None for Swedish."""

    code: str
    name: str
    locale: Locale
    words: Mapping[str, Forms]
    first: "Language | None" = None

    def say(self, key: str, **values: object) -> Markup:
        """Return a text for the page, the values escaped, marked when it is in Swedish only."""
        if key not in self.words and self.first is not None:
            marked = Markup('<span lang="{}">{}</span>')
            return marked.format(self.first.code, self.first.say(key, **values))
        return Markup(self._form(key, values)).format(**values)  # noqa: S704 -- our own catalogue

    def plain(self, key: str, **values: object) -> str:
        """Return a text for an attribute or a title, where no language can be marked."""
        if key not in self.words and self.first is not None:
            return self.first.plain(key, **values)
        return self._form(key, values).format(**values)

    def knows(self, key: str) -> bool:
        """Tell whether there is such a text, for words that are looked up by a code."""
        return key in self.words

    def address(self, page: str, **values: object) -> str:
        """Return the path of a page in this language."""
        return self.plain(f"address.{page}", **values)

    def _form(self, key: str, values: Mapping[str, Any]) -> str:
        forms = self.words[key]
        if isinstance(forms, str):
            return forms
        category = str(self.locale.plural_form(values["count"]))
        return forms.get(category, forms["other"])


@cache
def languages(folder: Path = CATALOGUES) -> dict[str, Language]:
    """Return every language that has a catalogue, by its code, Swedish first."""
    first = _read(folder / f"{FIRST}.toml", None)
    others = sorted(path for path in folder.glob("*.toml") if path.stem != FIRST)
    return {first.code: first, **{path.stem: _read(path, first) for path in others}}


def preferred(accept: str, offered: Mapping[str, Language]) -> str:
    """Choose among the languages by an Accept-Language header; Swedish if it names none of them."""
    wanted: list[tuple[float, str]] = []
    for part in accept.split(","):
        name, _, weight = part.strip().partition(";q=")
        try:
            wanted.append((float(weight or 1), name.lower().partition("-")[0]))
        except ValueError:
            continue
    known = [(weight, code) for weight, code in wanted if code in offered and weight > 0]
    return max(known, key=lambda choice: choice[0])[1] if known else FIRST


def _read(path: Path, first: Language | None) -> Language:
    tree = tomllib.loads(path.read_text(encoding="utf-8"))
    words = dict(_flatten(tree, ""))
    for part in sorted((path.parent / path.stem).glob("*.toml")):
        more = dict(_flatten(tomllib.loads(part.read_text(encoding="utf-8")), ""))
        if twice := sorted(words.keys() & more.keys()):
            message = f"{part.name} says again what another part of {path.stem} says: {twice}"
            raise ValueError(message)
        words |= more
    return Language(path.stem, tree["name"], Locale.parse(path.stem), words, first)


def _flatten(tree: Mapping[str, Any], path: str) -> Iterator[tuple[str, Forms]]:
    for key, value in tree.items():
        if isinstance(value, str) or _CATEGORIES.issuperset(value):
            yield path + key, value
        else:
            yield from _flatten(value, f"{path}{key}.")
