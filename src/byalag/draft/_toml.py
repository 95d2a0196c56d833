"""Writes values as TOML, on one line each."""

import json
import re
from typing import cast

from byalag.model import Json

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SHORT = 70  # characters of a value that is shown in a comment


def key(name: str) -> str:
    """Return a name as it stands before `=`."""
    return name if _BARE.fullmatch(name) else text(name)


def text(value: str) -> str:
    """Return a text in quotation marks; without escapes where it can be."""
    if "\\" in value and "'" not in value and value.isprintable():
        return f"'{value}'"
    said = json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return re.sub("[\ud800-\udfff]", "�", said)


def value(said: Json) -> str:
    """Return a value as TOML writes it.

    Raises:
        TypeError: It is null or something that TOML has no way to write.

    """
    match said:
        case bool():
            return "true" if said else "false"
        case str():
            return text(said)
        case int():
            return str(said)
        case float():
            return f"{said:.1f}" if said.is_integer() and abs(said) < 1e15 else repr(said)  # noqa: PLR2004 -- exact in a float
        case list() | tuple():
            items = [value(item) for item in cast("list[Json]", said)]
            return f"[{', '.join(items)}]"
        case dict():
            table = cast("dict[str, Json]", said)
            pairs = ", ".join(f"{key(name)} = {value(inner)}" for name, inner in table.items())
            return f"{{ {pairs} }}" if pairs else "{}"
        case _:
            message = f"{type(said).__name__} cannot be written as TOML"
            raise TypeError(message)


def shown(said: Json) -> str:
    """Return a value as a comment shows it: on one line, short, nothing that ends the line."""
    given = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False, default=str)
    plain = "".join(mark if mark.isprintable() else " " for mark in given)
    plain = re.sub("[\ud800-\udfff]", "�", plain)
    return plain if len(plain) <= _SHORT else f"{plain[:_SHORT]}…"
