"""The shared dictionary: what a word means, in which languages. Pure.

The words themselves are data in `terms.toml`. A word of a code list is named with its list:
`parkingStatus/open`.
"""

from byalag.terms._dictionary import (
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

__all__ = [
    "NoSuchTerm",
    "Term",
    "Unit",
    "Wording",
    "coded",
    "definition",
    "label",
    "languages",
    "term",
    "terms",
    "unit",
]
