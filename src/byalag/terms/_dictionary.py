"""Reads the dictionary once, and looks words up in it."""

import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias

from msgspec import Struct

from byalag import ByalagError

TermKind: TypeAlias = Literal["type", "property", "code"]

FALLBACK: Final = "sv"  # what is not translated is shown in Swedish, and says so
_FACTS: Final = frozenset({"unit", "scheme", "notation", "exact", "symbol"})
_NEAR: Final = 5


class NoSuchTerm(ByalagError):
    """The dictionary has no such word."""


class Wording(Struct, frozen=True):
    """A text and the language it is in, which may be another than the one asked for."""

    text: str
    language: str


class Term(Struct, frozen=True, kw_only=True):
    """What one word means.

    `id` is the word as the platform publishes it; one of a code list begins with the list
    (`parkingStatus/open`). `labels` and `definitions` are by language. `scheme` is the list that a
    code is in, or that a property takes its values from. `unit` is a UCUM code. `notation` is the
    source's own number for a code. `exact` holds addresses of the same word elsewhere.
    """

    id: str
    kind: TermKind
    labels: Mapping[str, str]
    definitions: Mapping[str, str]
    unit: str = ""
    scheme: str = ""
    notation: str = ""
    exact: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """Return the word itself, without the list that it is in."""
        return self.id.rpartition("/")[2]

    def uri(self, hub: str) -> str:
        """Return the word's address on a hub, where anyone can read what it means."""
        return f"{hub.rstrip('/')}/terms/{self.id}"

    def label(self, language: str) -> Wording:
        """Return what people call it, in Swedish if it has no name in the language."""
        return _wording(self.labels, language)

    def definition(self, language: str) -> Wording:
        """Return what it means, in Swedish if that is not said in the language."""
        return _wording(self.definitions, language)


class Unit(Struct, frozen=True):
    """How a unit is shown to people: what is written after a number, and its name."""

    code: str
    symbol: str
    names: Mapping[str, str]

    def name(self, language: str) -> Wording:
        """Return the unit's name, in Swedish if it has none in the language."""
        return _wording(self.names, language)


class _Book(Struct, frozen=True):
    languages: Mapping[str, str]
    terms: Mapping[str, Term]
    units: Mapping[str, Unit]


def term(word: str) -> Term:
    """Look a word up: `waterTemperature`, `BathingPlace`, `parkingStatus/open`.

    Raises:
        NoSuchTerm: If it is not in the dictionary; the message lists near words.

    """
    known = _book().terms
    if word not in known:
        near = get_close_matches(word, known, n=_NEAR, cutoff=0.5)
        hint = f"near words are {', '.join(near)}" if near else "see terms.toml for all of them"
        reason = f"{word!r} is not in the dictionary; {hint}"
        raise NoSuchTerm(reason)
    return known[word]


def terms(kind: TermKind | None = None, *, scheme: str | None = None) -> list[Term]:
    """Return all words, or those of a kind, or the codes of one list, in the dictionary's order."""
    return [
        known
        for known in _book().terms.values()
        if (kind is None or known.kind == kind)
        and (scheme is None or (known.kind == "code" and known.scheme == scheme))
    ]


def coded(scheme: str, notation: str | int) -> Term | None:
    """Return the word that a source's number stands for in a code list, if it is known."""
    found = (known for known in terms("code", scheme=scheme) if known.notation)
    return next((known for known in found if known.notation == str(notation)), None)


def label(word: str, language: str) -> str:
    """Return what people call a word in a language, or else in Swedish.

    Raises:
        NoSuchTerm: If it is not in the dictionary.

    """
    return term(word).label(language).text


def definition(word: str, language: str) -> str:
    """Return what a word means in a language, or else in Swedish.

    Raises:
        NoSuchTerm: If it is not in the dictionary.

    """
    return term(word).definition(language).text


def languages() -> Mapping[str, str]:
    """Return the languages that a municipality may serve, by code, each with its own name."""
    return _book().languages


def unit(code: str) -> Unit:
    """Return how a unit is shown; one that is not listed is shown as its UCUM code."""
    return _book().units.get(code) or Unit(code, code, {FALLBACK: code})


def _wording(texts: Mapping[str, str], language: str) -> Wording:
    if language in texts:
        return Wording(texts[language], language)
    return Wording(texts[FALLBACK], FALLBACK)


@cache
def _book() -> _Book:
    text = files("byalag.terms").joinpath("terms.toml").read_text("utf-8")
    read = tomllib.loads(text)
    return _Book(
        languages=MappingProxyType(read["languages"]),
        terms=MappingProxyType({found.id: found for found in _read(read)}),
        units=MappingProxyType(
            {code: Unit(code, said["symbol"], _texts(said)) for code, said in read["units"].items()}
        ),
    )


def _read(book: Mapping[str, Any]) -> Iterator[Term]:
    for word, said in book["types"].items():
        yield _term(word, "type", said)
    for word, said in book["properties"].items():
        yield _term(word, "property", said)
    for scheme, words in book["codes"].items():
        for word, said in words.items():
            yield _term(f"{scheme}/{word}", "code", {**said, "scheme": scheme})


def _term(word: str, kind: TermKind, said: Mapping[str, Any]) -> Term:
    texts = _texts(said)
    return Term(
        id=word,
        kind=kind,
        labels={language: pair[0] for language, pair in texts.items()},
        definitions={language: pair[1] for language, pair in texts.items()},
        unit=said.get("unit", ""),
        scheme=said.get("scheme", ""),
        notation=said.get("notation", ""),
        exact=tuple(said.get("exact", ())),
    )


def _texts(said: Mapping[str, Any]) -> dict[str, Any]:
    return {key: text for key, text in said.items() if key not in _FACTS}
