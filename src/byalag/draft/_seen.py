"""What can be seen of each column: how often it is there, and what its values could be."""

import re
from collections import Counter
from typing import Final, Literal

from msgspec import Struct

from byalag.draft._flat import Column
from byalag.draft._moment import Form, form_of
from byalag.draft._words import LEXICON, fold, means, names_in, words_of
from byalag.model import Json

_POINT = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:[ \u00a0\u202f]\d{3})+)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_COMMA = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:[ .\u00a0\u202f]\d{3})+)(?:,\d+)?")
_WITH_UNIT = re.compile(
    r"(?P<number>[+-]?\d+(?:[.,]\d+)?)\s*(?P<unit>[^\W\d_][^\d]{0,11}|%|°C?|µg/m³)"
)
_WKT = re.compile(
    r"\s*(?:SRID=\d+;)?\s*(?:MULTI)?(?:POINT|POLYGON|LINESTRING)\s*Z?M?\s*\(", re.IGNORECASE
)
_PAIR = re.compile(r"\s*[(\[]?\s*-?\d+(?:\.\d+)?\s*[,; ]\s*-?\d+(?:\.\d+)?\s*[)\]]?\s*")
_MOSTLY: Final = 0.5
LONGEST_NUMBER: Final = 32


class Seen(Struct, kw_only=True):
    """One column: its words, its values, and what they all could be."""

    path: str
    keys: tuple[str, ...]
    leaf: tuple[str, ...]
    outer: tuple[str, ...]
    values: list[Json]  # record by record, None where there is none
    given: list[Json]  # those that are something
    missing: tuple[Json, ...]  # words in it for "no value"
    distinct: int
    numbers: list[float | None] | None = None  # record by record
    decimal: Literal[".", ","] = "."
    pattern: str = ""  # what takes the number out of a text
    suffix: str = ""  # the unit that stands after the number
    time: Form | None = None
    truth: tuple[list[Json], list[Json]] | None = None
    textual: bool = False

    @property
    def share(self) -> float:
        """How many of the records have it."""
        return len(self.given) / max(len(self.values), 1)

    @property
    def words(self) -> tuple[str, ...]:
        """All its words."""
        return (*self.leaf, *self.outer)

    @property
    def depth(self) -> int:
        """How far in it stands."""
        return len(self.named)

    @property
    def named(self) -> list[str]:
        """The names on the way to it that say something."""
        return names_in(self.keys)

    def says(self, concept: str) -> bool:
        """Return whether its own name stands for a concept."""
        return means(self.leaf, concept)

    def example(self) -> Json:
        """Return a value that shows what it holds."""
        return self.given[0] if self.given else None


def look(column: Column) -> Seen:
    """Look at one column."""
    leaf, outer = words_of(column.keys)
    given = [value for value in column.values if value is not None and not _is_word(value)]
    words = tuple(dict.fromkeys(v for v in column.values if isinstance(v, str) and _is_word(v)))
    seen = Seen(
        path=column.path,
        keys=column.keys,
        leaf=leaf,
        outer=outer,
        values=column.values,
        given=given,
        missing=tuple(word for word in words if word != ""),
        distinct=len({repr(value) for value in given}),
    )
    if not given:
        return seen
    seen.time = form_of(given, timely=means(leaf, "time") or means(leaf, "static_time"))
    seen.truth = _truth(given)
    seen.textual = sum(isinstance(value, str) for value in given) > len(given) * _MOSTLY
    if all(isinstance(value, bool) for value in given):
        return seen
    _count(seen)
    return seen


def is_wkt(seen: Seen) -> bool:
    """Return whether the column holds well-known text."""
    return bool(seen.given) and all(
        isinstance(value, str) and _WKT.match(value) for value in seen.given[:50]
    )


def is_pair(seen: Seen) -> bool:
    """Return whether the column holds two numbers in one text."""
    return bool(seen.given) and all(
        isinstance(value, str) and _PAIR.fullmatch(value) for value in seen.given[:50]
    )


def _is_word(value: Json) -> bool:
    return isinstance(value, str) and len(value) < 30 and fold(value) in _NOTHING  # noqa: PLR2004 -- longer than any such word


_NOTHING: Final = LEXICON.missing.words - {"offline", "x", "ka", "na", "nan", "none"}


def _count(seen: Seen) -> None:
    """See whether the values are numbers, in which writing, and what stands for none."""
    texts = [value for value in seen.given if isinstance(value, str)]
    for decimal, form in ((".", _POINT), (",", _COMMA)):
        odd = Counter(text for text in texts if not _fits(form, text))
        fits = len(seen.given) - sum(odd.values())
        if odd and (len(odd) > 2 or fits < len(seen.given) * _MOSTLY or fits < 2):  # noqa: PLR2004 -- two words for "no value" are possible
            continue
        if any(any(mark.isdigit() for mark in word) for word in odd):
            continue
        seen.decimal = "." if decimal == "." else ","
        seen.missing = (*seen.missing, *odd)
        seen.given = [value for value in seen.given if value not in odd]
        seen.numbers = [_number(value, seen.decimal, odd) for value in seen.values]
        return
    _with_unit(seen, texts)


def _fits(form: re.Pattern[str], text: str) -> bool:
    return len(text) <= LONGEST_NUMBER and form.fullmatch(text.strip()) is not None


def _number(value: Json, decimal: str, odd: Counter[str]) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return float(value) if abs(value) < 1e300 else None  # noqa: PLR2004 -- more than any float that is meant
    if not isinstance(value, str) or value in odd or _is_word(value):
        return None
    plain = "".join(value.split())
    plain = plain.replace(".", "").replace(",", ".") if decimal == "," else plain
    try:
        return float(plain)
    except ValueError:
        return None


def _with_unit(seen: Seen, texts: list[str]) -> None:
    """See whether each text is a number and the same unit: "1,85 m"."""
    if len(texts) < len(seen.given):
        return
    found = [_WITH_UNIT.fullmatch(text.strip()) for text in texts if len(text) <= LONGEST_NUMBER]
    matches = [match for match in found if match]
    units = {match["unit"].strip() for match in matches}
    if len(matches) < len(texts) or len(units) != 1:
        return
    seen.suffix = units.pop()
    comma = any("," in match["number"] for match in matches)
    seen.decimal = "," if comma else "."
    seen.pattern = r"^\s*([-+]?[\d.,]+)"
    seen.numbers = [
        float(match["number"].replace(",", "."))
        if isinstance(value, str) and (match := _WITH_UNIT.fullmatch(value.strip()))
        else None
        for value in seen.values
    ]


def _truth(given: list[Json]) -> tuple[list[Json], list[Json]] | None:
    """Return the words for yes and for no, if all of the values are such."""
    words = {str(value).strip(): value for value in given[:2000]}
    if len(words) > 4:  # noqa: PLR2004 -- yes and no, each in two writings
        return None
    numeric = all(not isinstance(value, bool) and word in "01" for word, value in words.items())
    known = {word: fold(word) for word in words}
    yes = [words[word] for word, plain in known.items() if plain in LEXICON.truth["true"]]
    no = [words[word] for word, plain in known.items() if plain in LEXICON.truth["false"]]
    whole = len(yes) + len(no) == len(words)
    return (yes, no) if whole and not numeric else None
