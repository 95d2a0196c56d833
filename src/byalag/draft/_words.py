"""What operators' words mean: names are split, folded and looked up in `words.toml`."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Final

import msgspec
from msgspec import Struct, field

LONGEST: Final = 80  # characters of a name that are looked at
_COMPOUND: Final = 4  # letters of the shortest word that counts inside a compound
_MIDDLE: Final = 7  # letters of the shortest word that counts in the middle of one
_SPLIT = re.compile(r"[A-ZÅÄÖÜÉ]+(?![a-zåäöüéß])|[A-ZÅÄÖÜÉ]?[a-zåäöüéèêàçñß]+|\d+", re.UNICODE)
_ACCENTS = re.compile("[\u0300-\u036f]+")
_LETTERS: Final = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "ł": "l"})
_SPELT: Final = (("ae", "a"), ("oe", "o"), ("ue", "u"))
_NOT_COMPOUNDS: Final = frozenset({"parameter", "parameters", "diameter", "kilometer", "meter"})
_NOT_IDS: Final = frozenset({"valid", "paid", "fluid", "solid", "grid", "covid", "humid", "mid"})
CARRIERS: Final = frozenset({"properties", "attributes", "value", "values", "fields", "#", "attr"})


class Measure(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that is measured, and the words it goes by."""

    name: str
    words: frozenset[str]
    unit: str = "1"
    range: tuple[float, float] | None = None
    all: tuple[tuple[str, ...], ...] = ()
    not_: frozenset[str] = field(default_factory=frozenset[str], name="not")


class Sort(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A type of thing, and the words that tell it: anywhere, and in the address alone."""

    type: str
    dataset: str
    title: dict[str, str]
    words: frozenset[str]
    prefix: str | None = None
    parking: bool = False
    address: frozenset[str] = frozenset()


class _Markers(Struct, frozen=True, forbid_unknown_fields=True):
    words: frozenset[str]
    numbers: tuple[float, ...]


class Lexicon(Struct, frozen=True, forbid_unknown_fields=True):
    """All that `words.toml` says."""

    concepts: dict[str, frozenset[str]]
    measures: tuple[Measure, ...]
    things: tuple[Sort, ...]
    status: dict[str, frozenset[str]]
    truth: dict[str, frozenset[str]]
    missing: _Markers


LEXICON: Final = msgspec.convert(
    tomllib.loads(files("byalag.draft").joinpath("words.toml").read_text("utf-8")), Lexicon
)


def fold(text: str) -> str:
    """Return the text in small letters without accents."""
    plain = text.strip().lower().translate(_LETTERS)
    return plain if plain.isascii() else _ACCENTS.sub("", unicodedata.normalize("NFKD", plain))


@cache
def _vocabulary() -> frozenset[str]:
    """Return every word that may stand inside a compound."""
    lists = [*LEXICON.concepts.values(), *(measure.words for measure in LEXICON.measures)]
    lists += [sort.words for sort in LEXICON.things]
    return frozenset(word for words in lists for word in words if len(word) >= _COMPOUND)


def split(name: str) -> tuple[str, ...]:
    """Return the words of one name, folded, and those found in its compounds."""
    said = [fold(word) for word in _SPLIT.findall(unicodedata.normalize("NFC", name[:LONGEST]))]
    found = dict.fromkeys(said)
    joined = [a + b for a, b in pairwise(said)]
    found.update(dict.fromkeys([*joined, "".join(said)]))
    for word in list(found):
        found.update(dict.fromkeys(_inside(word)))
    return tuple(found)


@cache
def _long() -> frozenset[str]:
    """Return the words that may stand in the middle of a compound."""
    return frozenset(word for word in _vocabulary() if len(word) >= _MIDDLE)


@cache
def _inside(word: str) -> tuple[str, ...]:
    """Return the known words that a compound begins or ends with."""
    spelt = {word}
    for two, one in _SPELT:
        spelt |= {each.replace(two, one) for each in spelt}
    parts = [each for each in spelt if each != word]
    for each in spelt - _NOT_COMPOUNDS:
        cuts = range(_COMPOUND, len(each) - 1)
        parts += [each[:cut] for cut in cuts if each[:cut] in _vocabulary()]
        parts += [each[-cut:] for cut in cuts if each[-cut:] in _vocabulary()]
        if len(each) > 2 * _MIDDLE:
            parts += sorted(word for word in _long() if word in each)
        if each.endswith("id") and len(each) > _COMPOUND and each not in _NOT_IDS:
            parts.append("id")
        if each.endswith("nr") and len(each) > _COMPOUND:
            parts.append("nr")
    return tuple(parts)


def words_of(keys: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words of what a value is called, and those of what it stands inside.

    Names that only carry others (`properties`, `value`) are passed over.
    """
    named = names_in(keys)
    if not named:
        return (), ()
    outer = dict.fromkeys(word for key in named[:-1] for word in split(key))
    return split(named[-1]), tuple(outer)


def names_in(keys: Iterable[str]) -> list[str]:
    """Return the names that say something: not those that only carry others, and no numbers."""
    kept = list(keys)
    named = [key for key in kept if fold(key) not in CARRIERS and not key.lstrip("-").isdecimal()]
    return named or kept[-1:]


def means(words: Iterable[str], concept: str) -> bool:
    """Return whether any of the words stands for the concept."""
    return not LEXICON.concepts[concept].isdisjoint(words)


def measured(leaf: tuple[str, ...], outer: tuple[str, ...]) -> Measure | None:
    """Return what a field with these words measures, if its name says so."""
    everything = {*leaf, *outer}
    for measure in LEXICON.measures:
        if measure.not_ & everything:
            continue
        together = any(set(words) <= everything for words in measure.all)
        if together or measure.words & set(leaf):
            return measure
    return next(
        (one for one in LEXICON.measures if one.words & set(outer) and means(leaf, "value")), None
    )
