"""The shared dictionary: what a word means, in which languages. Pure.

The words themselves are data in `terms.toml`. A word of a code list is named with its list:
`parkingStatus/open`. What municipalities mean by words of their own is told in a hub's folder, and
gathered in a `Vocabulary`.
"""

from byalag.terms._dictionary import (
    FALLBACK,
    NoSuchTerm,
    Term,
    Unit,
    Wording,
    coded,
    definition,
    label,
    languages,
    term,
    terms,
    unit,
)
from byalag.terms._possible import possible
from byalag.terms._vocabulary import Definition, Entry, TermStatus, Vocabulary, circles

__all__ = [
    "FALLBACK",
    "Definition",
    "Entry",
    "NoSuchTerm",
    "Term",
    "TermStatus",
    "Unit",
    "Vocabulary",
    "Wording",
    "circles",
    "coded",
    "definition",
    "label",
    "languages",
    "possible",
    "term",
    "terms",
    "unit",
]
