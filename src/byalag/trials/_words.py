"""What a report says, in the reader's language: `report/sv.toml` and `report/en.toml`."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Final, Literal, TypeAlias

Language: TypeAlias = Literal["sv", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("sv", "en")
DASH: Final = "\N{EN DASH}"


class Words:
    """The words of one language, and how it writes numbers."""

    def __init__(self, language: Language) -> None:
        """Read the words of a language."""
        self.language = language
        self._said = _read(language)

    def say(self, name: str, /, **values: object) -> str:
        """Return the words called `name`, with values filled in."""
        return self._said[name].format(**values) if values else self._said[name]

    @property
    def names(self) -> frozenset[str]:
        """Return what all the words are called."""
        return frozenset(self._said)

    def number(self, value: float | None, decimals: int = 2) -> str:
        """Return a number as it is written here; a dash for none."""
        if value is None:
            return DASH
        written = f"{value:,.{decimals}f}"
        if self.language == "en":
            return written
        return written.replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")

    def share(self, value: float | None) -> str:
        """Return a share as per cent."""
        if value is None:
            return DASH
        gap = "\N{NO-BREAK SPACE}" if self.language == "sv" else ""
        return f"{self.number(100 * value, 1)}{gap}%"


@cache
def _read(language: str) -> dict[str, str]:
    said = files("byalag.trials").joinpath("report", f"{language}.toml").read_text("utf-8")
    return {name: str(value) for name, value in tomllib.loads(said).items()}
