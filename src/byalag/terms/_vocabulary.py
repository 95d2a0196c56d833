"""The words of a hub: the platform's own, and what each municipality means by its own.

Two municipalities may mean different things by one word. None of them is wrong: they are shown
beside one another until a definition that all share is adopted.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct, field

from byalag.terms._dictionary import FALLBACK, Term, Wording

TermStatus: TypeAlias = Literal["draft", "proposed", "adopted", "replaced"]
Word: TypeAlias = Annotated[
    str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9]*(/[A-Za-z0-9.-]+)?$", max_length=100)
]
OptionalWord: TypeAlias = Annotated[
    str, Meta(pattern=r"^([A-Za-z][A-Za-z0-9]*(/[A-Za-z0-9.-]+)?)?$", max_length=100)
]
Address: TypeAlias = Annotated[str, Meta(pattern=r"^https?://[^\s<>\"]+$", max_length=500)]
Texts: TypeAlias = dict[str, Annotated[str, Meta(max_length=2000)]]
_RANK: Mapping[TermStatus, int] = {"adopted": 0, "proposed": 1, "draft": 2, "replaced": 3}


class Definition(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody means by a word: one municipality, or the hub as a whole.

    `owner` is the role that answers for it. `broader` and `narrower` are words of the hub, `exact`
    addresses of the same word elsewhere. `replaced_by` is the word to use instead. Without a
    `municipality` it is the hub's own.
    """

    id: Word
    label: Texts
    definition: Texts = field(default_factory=dict[str, str])
    owner: str = ""
    status: TermStatus = "draft"
    broader: tuple[Word, ...] = ()
    narrower: tuple[Word, ...] = ()
    exact: tuple[Address, ...] = ()
    replaced_by: OptionalWord = ""
    municipality: str = ""

    def name(self, language: str) -> Wording:
        """Return what it is called in a language, else in Swedish, else in any."""
        return _wording(self.label, language)

    def meaning(self, language: str) -> Wording:
        """Return what it means in a language, else in Swedish, else in any."""
        return _wording(self.definition, language)


class Entry(Struct, frozen=True, kw_only=True):
    """One word and all that is meant by it, what all share first.

    `term` is the platform's own, where the platform has the word.
    """

    id: str
    definitions: tuple[Definition, ...] = ()
    term: Term | None = None

    @property
    def shared(self) -> Definition | None:
        """What the hub has adopted, or None: then the platform's own word holds, if any."""
        return next(
            (one for one in self.definitions if not one.municipality and one.status == "adopted"),
            None,
        )

    @property
    def competing(self) -> bool:
        """Whether several mean something by the word that is not said in the same way."""
        now = [one for one in self.definitions if one.status != "replaced"]
        said = {tuple(sorted(one.definition.items())) for one in now}
        return len(said) + (self.term is not None and bool(said)) > 1

    def name(self, language: str) -> Wording:
        """Return what it is called: by what is adopted, else by the platform, else by the first."""
        shared = self.shared
        if shared is None and self.term is not None:
            return self.term.label(language)
        return (shared or self.definitions[0]).name(language)


class Vocabulary:
    """All words of a hub."""

    def __init__(self, terms: Iterable[Term], definitions: Iterable[Definition]) -> None:
        """Gather the words; the order is the platform's, then that of names."""
        own = {term.id: term for term in terms}
        said: dict[str, list[Definition]] = {}
        for one in definitions:
            said.setdefault(one.id, []).append(one)
        self._entries = MappingProxyType(
            {
                word: Entry(id=word, definitions=_ordered(said.get(word, ())), term=own.get(word))
                for word in (*own, *sorted(said.keys() - own.keys(), key=str.casefold))
            }
        )

    def __iter__(self) -> Iterator[Entry]:
        """Yield every word."""
        return iter(self._entries.values())

    def find(self, word: str) -> Entry | None:
        """Return one word, or None."""
        return self._entries.get(word)

    def search(self, text: str, language: str) -> list[Entry]:
        """Return the words whose id, names or meanings hold a text, names first."""
        wanted = text.casefold().strip()
        if not wanted:
            return list(self)
        named = [one for one in self if wanted in f"{one.id} {one.name(language).text}".casefold()]
        known = {one.id for one in named}
        meant = (one for one in self if one.id not in known)
        return named + [one for one in meant if wanted in _texts(one).casefold()]

    def narrower(self, word: str) -> list[str]:
        """Return the words that are narrower, whichever of the two said so."""
        entry = self.find(word)
        said = {name for one in entry.definitions for name in one.narrower} if entry else set[str]()
        said |= {one.id for one in self for each in one.definitions if word in each.broader}
        return sorted(said)


def circles(definitions: Sequence[Definition]) -> list[str]:
    """Return the words that are broader than themselves, by way of others; each a fault."""
    above: dict[str, set[str]] = {}
    for one in definitions:
        above.setdefault(one.id, set()).update(one.broader)
        for name in one.narrower:
            above.setdefault(name, set()).add(one.id)
    return sorted(word for word in above if _reaches(word, above))


def _reaches(word: str, above: Mapping[str, set[str]]) -> bool:
    seen, left = set[str](), list(above.get(word, ()))
    while left:
        one = left.pop()
        if one == word:
            return True
        if one not in seen:
            seen.add(one)
            left += above.get(one, ())
    return False


def _ordered(said: Iterable[Definition]) -> tuple[Definition, ...]:
    return tuple(
        sorted(said, key=lambda one: (bool(one.municipality), _RANK[one.status], one.municipality))
    )


def _texts(entry: Entry) -> str:
    own = [*entry.term.labels.values(), *entry.term.definitions.values()] if entry.term else []
    said = [
        text
        for one in entry.definitions
        for text in (*one.label.values(), *one.definition.values())
    ]
    return " ".join([*own, *said])


def _wording(texts: Mapping[str, str], language: str) -> Wording:
    for code in (language, FALLBACK, *texts):
        if code in texts:
            return Wording(texts[code], code)
    return Wording("", language)
