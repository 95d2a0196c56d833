"""What a rule is, and what is found by it. Pure data."""

from collections.abc import Callable, Iterator
from typing import Literal, TypeAlias

from msgspec import Struct

from byalag.model import Words
from byalag.standards.profile.lint._document import Document

Level: TypeAlias = Literal["SKALL", "SKALL INTE", "BÖR", "BÖR INTE"]


class Trace(Struct, frozen=True):
    """Where a rule is broken, as a JSON pointer, and what stands there."""

    at: str
    what: str = ""


class Rule(Struct, frozen=True, kw_only=True):
    """One rule of the profile: its id, how binding it is, and what it asks, in words."""

    id: str
    level: Level
    says: Words
    broken: Callable[[Document], Iterator[Trace]]

    @property
    def binding(self) -> bool:
        """Whether it must be met to follow the profile."""
        return self.level.startswith("SKALL")


class Finding(Struct, frozen=True, kw_only=True):
    """A rule that is broken at one place. `excepted` is why that has been declared, if it has."""

    rule: Rule
    at: str
    what: str = ""
    excepted: Words | None = None
