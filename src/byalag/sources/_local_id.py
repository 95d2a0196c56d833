"""Names that other platforms give, in forms that our ids may hold. Each has only one form."""

import re
from functools import lru_cache
from typing import Final

from byalag.mapping import slug

URN: Final = "urn:ngsi-ld:"
WHOLE: Final = "~."  # begins an id that is kept whole; no escape looks like it
_ESCAPED = re.compile(r"[^A-Za-z0-9._-]")
_ESCAPE = re.compile(r"(?:~[0-9A-F]{2})+")
_PARTS = re.compile(r"[^A-Za-z0-9]+")
_LAST = re.compile(r"[^/#:]*$")


def escaped(text: str) -> str:
    """Return text as an id may hold it: bytes other than A-Z a-z 0-9 . _ - are written ~XX."""
    return _ESCAPED.sub(lambda found: "".join(f"~{b:02X}" for b in found[0].encode()), text)


def unescaped(text: str) -> str:
    """Return the text that `escaped` was given.

    What `escaped` cannot have written stands as a mark of replacement.
    """

    def read(found: re.Match[str]) -> str:
        return bytes.fromhex(found[0].replace("~", "")).decode(errors="replace")

    return _ESCAPE.sub(read, text)


def fitted(text: str) -> str:
    """Return text as an id may hold it: as it is where it fits already, else `escaped`.

    Text that fits and looks escaped is escaped too, so that `unescaped` gives every text back.
    """
    fits = _ESCAPED.search(text.replace("~", "")) is None and _ESCAPE.search(text) is None
    return text if fits else escaped(text)


def local_of(entity: str, kind: str) -> str:
    """Return the local part of the id of an NGSI-LD entity of a type.

    Of `urn:ngsi-ld:{type}:{rest}` the rest is kept; any other address is kept whole, after `~.`.
    """
    start = f"{URN}{kind}:"
    rest = entity.removeprefix(start)
    return escaped(rest) if rest and rest != entity else WHOLE + escaped(entity)


def type_in(entity: str) -> str | None:
    """Return the type that an entity's id states: `urn:ngsi-ld:{type}:...`."""
    if not entity.startswith(URN):
        return None
    kind, colon, rest = entity.removeprefix(URN).partition(":")
    return kind if colon and rest else None


def entity_of(local: str, kind: str) -> str:
    """Return the id of the NGSI-LD entity that `local_of` was given."""
    if local.startswith(WHOLE):
        return unescaped(local.removeprefix(WHOLE))
    return f"{URN}{kind}:{unescaped(local)}"


@lru_cache(maxsize=4096)
def last_part(name: str) -> str:
    """Return what a name is called at its end: of an address, what follows the last / # or :."""
    found = _LAST.search(name)
    return (found and found[0]) or name


@lru_cache(maxsize=4096)
def property_name(name: str) -> str:
    """Return a name of letters and digits, beginning with a letter; empty if there is none.

    "Air Temperature" is airTemperature, "no2_raw" is no2Raw, "Lufttryck (havsnivå)" is
    lufttryckHavsniva; a name that is letters and digits already stays as it is.
    """
    if name.isascii() and name.isalnum() and name[0].isalpha():
        return name
    plain = name if name.isascii() else slug(name)
    first, *others = [part for part in _PARTS.split(plain) if part] or [""]
    joined = _lowered(first) + "".join(part[:1].upper() + part[1:] for part in others)
    return joined.lstrip("0123456789")


def property_called(words: str) -> str:
    """Return a name for what people call a property: "Temperature" is temperature, "PM10" PM10."""
    return _lowered(property_name(words))


def _lowered(word: str) -> str:
    """Return a first word in lower case where it begins as a sentence does; "PM10" stays."""
    return word[:1].lower() + word[1:] if word[1:] == word[1:].lower() and word.isalpha() else word
