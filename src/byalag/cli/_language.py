"""Which language the terminal speaks. English in the code, Swedish in `swedish.toml`."""

import os
from contextvars import ContextVar

from byalag.cli._swedish import swedish

LANGUAGES = ("sv", "en")
_chosen: ContextVar[str | None] = ContextVar("language", default=None)


def language() -> str:
    """Return "sv" or "en": as chosen, else as the environment says."""
    chosen = _chosen.get() or os.environ.get("BYALAG_LANG", "")
    if chosen in LANGUAGES:
        return chosen
    place = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "sv" if place.startswith("sv") else "en"


def choose(name: str | None) -> None:
    """Speak this language from now on."""
    if name is not None:
        _chosen.set(name)


def say(english: str, /, **values: object) -> str:
    """Return a text in the chosen language, with the values filled in."""
    text = swedish().get(english, english) if language() == "sv" else english
    return text.format(**values) if values else text
