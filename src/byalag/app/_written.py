"""Which dataset of a municipality holds what is written through the standards."""

from collections.abc import Iterable

from byalag.app._document import Document
from byalag.model import Dataset, Words


def check_written(found: Iterable[tuple[Document, Dataset]], filled: Iterable[str]) -> None:
    """Note every dataset that cannot be written in: one a municipality, and of nothing else.

    `filled` are the datasets that sources and places fill. What they say is said anew now and
    then, and would take away what somebody has written.
    """
    others, first = frozenset(filled), ""
    for document, dataset in found:
        if not dataset.written:
            continue
        if first:
            words: Words = {
                "sv": f"{first} tar redan emot det som skrivs; en kommun har en sådan datamängd.",
                "en": f"{first} already takes what is written; a municipality has one such.",
            }
            document.blame(("written",), words)
        elif dataset.id in others:
            words = {
                "sv": "en källa eller en fil med platser fyller redan datamängden, och skriver "
                "över det som andra skriver: gör en egen datamängd för det som skrivs.",
                "en": "a source or a file of places fills the dataset already, and overwrites what "
                "others write: make a dataset of its own for what is written.",
            }
            document.blame(("written",), words)
        first = first or document.file
