"""What is wrong in a hub folder: which file, which line, what is allowed, what to do."""

from collections.abc import Iterable
from difflib import get_close_matches

from msgspec import Struct

from byalag import Misconfigured
from byalag.model import Words


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing to mend. A warning stops nothing, but a secret that is missing stops `serve`."""

    file: str
    why: Words
    line: int | None = None
    setting: str = ""
    warning: bool = False
    secret: bool = False

    def say(self, language: str = "en") -> str:
        """Return the whole sentence: `file:line: setting: what and what to do`."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        setting = f"{self.setting}: " if self.setting else ""
        return f"{place}: {setting}{self.why.get(language, self.why['en'])}"


class HubFaulty(Misconfigured):
    """The hub folder cannot be used as it is."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Collect every problem that stops the hub."""
        self.problems = tuple(problems)
        super().__init__("\n".join(problem.say() for problem in self.problems))


def suggest(given: str, known: Iterable[str]) -> str:
    """List what is allowed, the likeliest meant first."""
    names = sorted(known)
    near = get_close_matches(given, names, n=1, cutoff=0.6)
    ordered = [*near, *(name for name in names if name not in near)]
    shown = ", ".join(ordered[:12])
    return f"{shown}, ..." if len(ordered) > len(ordered[:12]) else shown
