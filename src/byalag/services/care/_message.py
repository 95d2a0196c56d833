"""What a message says: that there is something to look at, and where. Never what, whose or why.

A telephone lies on a table and an e-mail is read by others, so that no text holds a name, a place,
a word of health or of what sees it, nor that anybody has an account. Whoever opens the link is told
the rest.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from byalag.services.care._home import Way
from byalag.services.care._said import About

LANGUAGES: Final = ("sv", "en")
_LINES: Final[Mapping[str, Mapping[About, str]]] = {
    "sv": {
        "notice": "Det finns något att titta på.",
        "reminder": "Påminnelse: det finns något att titta på, och ingen har svarat än.",
        "looking": "Någon tittar på det nu. Du behöver inte göra något.",
        "over": "Det du fick veta om är över. Du behöver inte göra något.",
        "test": "PROV. Så här ser ett meddelande ut. Inget har hänt.",
        "link": "Här är den nya länken.",
    },
    "en": {
        "notice": "There is something to look at.",
        "reminder": "Reminder: there is something to look at, and nobody has answered yet.",
        "looking": "Somebody is looking at it now. You need not do anything.",
        "over": "What you were told of is over. You need not do anything.",
        "test": "TEST. This is what a message looks like. Nothing has happened.",
        "link": "Here is the new link.",
    },
}
_SUBJECTS: Final[Mapping[str, Mapping[About, str]]] = {
    "sv": {
        "notice": "Något att titta på",
        "reminder": "Påminnelse: något att titta på",
        "looking": "Någon tittar på det nu",
        "over": "Det är över",
        "test": "PROV",
        "link": "Ny länk",
    },
    "en": {
        "notice": "Something to look at",
        "reminder": "Reminder: something to look at",
        "looking": "Somebody is looking at it now",
        "over": "It is over",
        "test": "TEST",
        "link": "New link",
    },
}
_LETTERS: Final[Mapping[str, str]] = {
    "sv": "Hej!\n\n{line}\n\nÖppna länken så ser du mer:\n{link}\n\n"
    "Länken är bara din. Den slutar gälla efter en tid; då kan du be om en ny på samma sida.\n"
    "Det går inte att svara på det här brevet.",
    "en": "Hello!\n\n{line}\n\nOpen the link to see more:\n{link}\n\n"
    "The link is yours alone. It ends after a while; then you can ask for a new one on the same "
    "page.\nThis letter cannot be answered.",
}
_TAPS: Final[Mapping[str, str]] = {"sv": "Tryck här för att se mer.", "en": "Tap to see more."}


class Worded(Struct, frozen=True, kw_only=True):
    """What one message says in one language, by the way that it goes."""

    subject: str
    text: str


def worded(about: About, way: Way, language: str, link: str) -> Worded:
    """Return what a message says; in Swedish where a language is not spoken."""
    spoken = language if language in LANGUAGES else "sv"
    subject, line = _SUBJECTS[spoken][about], _LINES[spoken][about]
    match way:
        case "sms":
            text = f"{line} {link}"
        case "email":
            text = _LETTERS[spoken].replace("{line}", line).replace("{link}", link)
        case "push":
            text = f"{line} {_TAPS[spoken]}"
    return Worded(subject=subject, text=text)
