"""Texts in the languages that somebody wants (GS CIM 009, 4.15; RFC 4647). Pure."""

import re
from collections.abc import Mapping
from typing import TypeAlias

import msgspec

from byalag.model import Json
from byalag.standards.ngsi_ld._entity import Instance
from byalag.standards.ngsi_ld._refuse import refuse_data

Languages: TypeAlias = tuple[str, ...]
_MOST = 50
_WANTED = re.compile(r"(\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)(?:;q=([01](?:\.\d{0,3})?))?")


def read_languages(text: str) -> Languages:
    """Return the languages that are wanted, the most wanted first.

    Raises:
        Refused: They are not written as in Accept-Language (BadRequestData).
    """
    parts = text.split(",")
    found = [_WANTED.fullmatch(part.strip().replace(" ", "")) for part in parts[:_MOST]]
    if None in found or len(parts) > _MOST:
        refuse_data(f"lang: {text[:80]!r} is not a list of languages; write sv or sv,en;q=0.8,*.")
    liked = [(float(each[2] or 1), each[1]) for each in found if each is not None]
    return tuple(language for _, language in sorted(liked, key=lambda pair: -pair[0]))


def spoken(instance: Instance, languages: Languages) -> tuple[Instance, str]:
    """Return a LanguageProperty as a Property in the language wanted most, and that language.

    Where it is in none of them, its default text is taken, or its first.
    """
    texts: Mapping[str, Json] = instance.value
    language = _best(texts, languages)
    return msgspec.structs.replace(instance, kind="Property", value=texts[language]), language


def _best(texts: Mapping[str, Json], languages: Languages) -> str:
    have = {language.lower(): language for language in texts}
    for wanted in languages:
        if wanted == "*":
            return next(iter(texts))
        for shorter in _shortened(wanted.lower()):
            if shorter in have:
                return have[shorter]
    return "@none" if "@none" in texts else next(iter(texts))


def _shortened(language: str) -> list[str]:
    parts = language.split("-")
    return ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]
