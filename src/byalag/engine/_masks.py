"""The last wall before the log: a secret that has been resolved is never written out in clear.

There is one log in a process, so there is one list of what must not be in it. What is written is
looked through for each secret in every way that it may be spelt: as it is, in an address, in
base64, in hex, and escaped in JSON.
"""

import base64
from collections.abc import Mapping, MutableMapping
from typing import Any, Final, cast
from urllib.parse import quote, quote_plus

import msgspec

from byalag.engine._secret import MASK

_SHORTEST: Final = 4  # a shorter one would take ordinary words out of the log
_seen: set[str] = set()


def spellings(secret: str) -> set[str]:
    """Return the ways in which a secret may be written."""
    raw = secret.encode()
    coded = {_inside(raw, before) for before in range(3)}
    coded |= {one.replace("+", "-").replace("/", "_") for one in coded}
    plain = {secret, quote(secret, safe=""), quote(secret), quote_plus(secret), raw.hex()}
    inner = msgspec.json.encode(secret).decode()[1:-1]
    escaped = secret.encode("unicode_escape").decode()
    found = plain | coded | {inner, escaped, raw.hex().upper(), repr(raw)[2:-1]}
    return {one for one in found if len(one) >= _SHORTEST}


def _inside(raw: bytes, before: int) -> str:
    """Return what is the same in base64 of anything that holds bytes after so many others."""
    coded = base64.b64encode(bytes(before) + raw).decode()
    return coded[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6]


def remember(secret: str) -> None:
    """Mask a secret wherever something is written from now on."""
    if len(secret) >= _SHORTEST and secret not in _seen:
        _seen.update(spellings(secret))


def masked(text: str) -> str:
    """Return a text without any secret that has been resolved in this process."""
    for secret in sorted(_seen, key=len, reverse=True):
        if secret in text:
            text = text.replace(secret, MASK)
    return text


def mask_event(_logger: object, _name: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Return a line of the log without secrets: a processor for structlog."""
    return {key: _masked(value) for key, value in event.items()}


def _masked(value: object) -> object:
    match value:
        case str():
            return masked(value)
        case bytes():
            return masked(value.decode("utf-8", "backslashreplace"))
        case bool() | int() | float() | None:
            return value
        case dict():
            pairs = cast("dict[object, object]", value).items()
            return {_masked(key): _masked(one) for key, one in pairs}
        case list() | tuple():
            return [_masked(one) for one in cast("list[object]", value)]
        case _:
            return masked(str(value))
