"""What is said when a source goes silent or fails, and when it is back."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from byalag.model import Micros, Words
from byalag.outlets._fill import one_line
from byalag.outlets._message import Message, identify, in_language
from byalag.outlets._tell import Whose
from byalag.outlets._words import moment

_BACK: Words = {"sv": "Källan {name} är tillbaka", "en": "The source {name} is back"}
_SAID: Final[Mapping[str, Words]] = {
    "silent": {"sv": "Källan {name} är tyst", "en": "The source {name} is silent"},
    "failing": {"sv": "Källan {name} svarar inte som den ska", "en": "The source {name} fails"},
    "open": {
        "sv": "Källan {name} har slutat svara",
        "en": "The source {name} has stopped answering",
    },
    "late": {
        "sv": "Källan {name} har inte lämnat något nytt på länge",
        "en": "The source {name} has given nothing new for long",
    },
    "low": {
        "sv": "Källan {name} lämnar färre poster än vanligt",
        "en": "The source {name} gives fewer records than usual",
    },
    "set-aside-rising": {
        "sv": "Fler poster än vanligt från {name} läggs åt sidan",
        "en": "More records than usual from {name} are set aside",
    },
}
_TEXT: Words = {
    "sv": "{subject}.\nSedan: {time}\n{error}{to_do}",
    "en": "{subject}.\nSince: {time}\n{error}{to_do}",
}
_ERROR: Words = {"sv": "Fel: {error}\n", "en": "Error: {error}\n"}


class SourceState(Struct, frozen=True, kw_only=True):
    """A source whose state is told of. `state` is empty when it is back."""

    source: str
    title: Words
    state: str
    since: Micros
    error: str = ""
    to_do: Words = {}


def of_state(whose: Whose, said: SourceState, now: Micros) -> Message:
    """Return what is told of a source's state."""
    subjects: Words = {}
    texts: Words = {}
    for language in ("sv", "en"):
        name = one_line(in_language(said.title, language) or said.source)
        template = _SAID.get(said.state, _BACK)[language]
        subjects[language] = subject = template.replace("{name}", name)
        error = _ERROR[language].replace("{error}", one_line(said.error)) if said.error else ""
        texts[language] = (
            _TEXT[language]
            .replace("{time}", moment(said.since, whose.zone))
            .replace("{to_do}", said.to_do.get(language, ""))
            .replace("{error}", error)
            .replace("{subject}", subject)
            .rstrip()
        )
    return Message(
        id=identify(whose.municipality, "state", said.source, said.state, said.since),
        at=now,
        municipality=whose.municipality,
        matter="state",
        subject=subjects,
        text=texts,
        data={"source": said.source, "state": said.state or "back", "error": said.error},
    )


def of_test(whose: Whose, outlet: str, now: Micros, mark: str) -> Message:
    """Return a message that says of itself that it is only a test."""
    subject: Words = {
        "sv": f"PROV från Byalag: utgången {outlet}",
        "en": f"TEST from Byalag: the outlet {outlet}",
    }
    text: Words = {
        "sv": f"{subject['sv']}. Ingenting har hänt och ingenting behöver göras. "
        f"Skickat {moment(now, whose.zone)}.",
        "en": f"{subject['en']}. Nothing has happened and nothing needs to be done. "
        f"Sent {moment(now, whose.zone)}.",
    }
    return Message(
        id=identify(whose.municipality, "test", outlet, now, mark),
        at=now,
        municipality=whose.municipality,
        matter="test",
        subject=subject,
        text=text,
        data={"outlet": outlet, "test": True},
    )
