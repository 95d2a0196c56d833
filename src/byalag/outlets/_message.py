"""What is told: one message, the same however often it is sent and to whom."""

from hashlib import sha256
from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct, field

from byalag.model import Json, Micros, MunicipalityCode, Words

Matter: TypeAlias = Literal[
    "observation",  # something was observed, or passed a limit
    "thing",  # a thing was described anew, or is no more
    "state",  # a source went silent or fails, or is back
    "notice",  # a service has something to say
    "test",  # somebody tries the outlet
]


class Message(Struct, frozen=True, kw_only=True):
    """Something to tell. `id` is the same each time it is sent, so that a repeat can be seen.

    `subject` and `text` are for people, by language. `facts` are for machines: one JSON object
    each. `data` says more of the matter itself: which limit was passed, which source is silent.
    """

    id: str
    at: Micros
    municipality: MunicipalityCode
    matter: Matter
    subject: Words
    text: Words
    dataset: str = ""
    facts: tuple[dict[str, Json], ...] = ()
    data: dict[str, Json] = field(default_factory=dict[str, Json])


def identify(*parts: Json) -> str:
    """Return an id that is the same whenever the same is told for the same reason."""
    said = msgspec.json.encode(parts, order="deterministic")
    return f"msg_{sha256(said).hexdigest()[:32]}"


def in_language(words: Words, language: str) -> str:
    """Return the words in a language; in Swedish, English or any where they are not said in it."""
    for known in (language, "sv", "en"):
        if words.get(known):
            return words[known]
    return next(iter(words.values()), "")
