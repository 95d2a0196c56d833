"""What the files of sources and of outlets are read alike by: their kind, secrets and faults."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from byalag import Misconfigured
from byalag.app._document import Document, parsed
from byalag.app._problem import suggest
from byalag.app._secret import references, secrets
from byalag.model import Words

K = TypeVar("K")

NAME = re.compile(r"^[a-z0-9][a-z0-9-]*$")  # of a file, without its ending
_SETTING = re.compile(r"^`?([A-Za-z_][\w.\[\]-]*)`?: ")


def kind_of(document: Document, kinds: Mapping[str, K]) -> K | None:
    """Return the kind that a file names; None, and a word about it, if there is none such."""
    given = document.values.get("kind")
    if isinstance(given, str) and given in kinds:
        return kinds[given]
    known = suggest(str(given), kinds)
    words: Words = (
        {"sv": f"måste anges: {known}.", "en": f"must be given: {known}."}
        if given is None
        else {
            "sv": f"{given!r} finns inte; det här finns: {known}.",
            "en": f"{given!r} is not known; use one of {known}.",
        }
    )
    document.blame(("kind",), words)
    return None


def check_secrets(document: Document, folder: Path) -> None:
    """Note every secret that a file refers to and that cannot be read now."""
    resolve = secrets(folder)
    for path, reference in references(document.values):
        try:
            resolve(reference)
        except Misconfigured as error:
            words = {"sv": f"hemligheten {reference} går inte att läsa.", "en": str(error)}
            document.blame(path, words, warning=True, secret=True)


def blame_setting(document: Document, said: str) -> None:
    """Note what a kind refuses, on the line of the setting that its sentence begins with."""
    found = _SETTING.match(said)
    path, why = (parsed(found[1]), said[found.end() :]) if found else ((), said)
    document.blame(path, {"en": why, "sv": f"{why} (på engelska)"})
