"""What a draft says to people, in Swedish and English."""

import tomllib
from importlib.resources import files
from typing import Final

from msgspec import Struct, field

from byalag.model import Language, Words


class Note(Struct, frozen=True):
    """A sentence of the catalogue with what it is about; said in the reader's language."""

    key: str
    said: dict[str, str] = field(default_factory=dict[str, str])

    def say(self, language: Language) -> str:
        """Return the sentence; in English where it is not there in the language."""
        words = _TEXTS[self.key]
        return words.get(language, words["en"]).format(**self.said)


def note(key: str, **said: object) -> Note:
    """Return a sentence of the catalogue."""
    return Note(key, {name: str(value) for name, value in said.items()})


_TEXTS: Final[dict[str, Words]] = tomllib.loads(
    files("byalag.draft").joinpath("texts.toml").read_text("utf-8")
)
