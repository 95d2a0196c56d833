"""Writes the paths and templates of mappings, quoting what must be quoted."""

import re
from typing import Final

LONGEST: Final = 120  # characters of a key that a person could be asked to read
_BARE = re.compile(r"[^\W\d][\w-]*|\d+|@\w[\w-]*", re.UNICODE)


def usable(key: str) -> bool:
    """Return whether a path can name the key at all."""
    if not key or key in {"*", "@"} or key.startswith("$") or len(key) > LONGEST:
        return False
    marks = ("'" in key) + ('"' in key)
    return marks < 2 and "{" not in key and "}" not in key and key.isprintable()  # noqa: PLR2004 -- both kinds of quotation marks


def quoted(key: str) -> str:
    """Return the key as it stands in a path."""
    if _BARE.fullmatch(key) or key == "#":
        return key
    return f'"{key}"' if "'" in key else f"'{key}'"


def written(keys: tuple[str, ...]) -> str:
    """Return the path to what stands under the keys, each inside the one before."""
    return ".".join(quoted(key) for key in keys)


def beginning(texts: list[str]) -> str:
    """Return the characters that all of the texts begin with."""
    least, most = min(texts), max(texts)
    alike = (n for n, (a, b) in enumerate(zip(least, most, strict=False)) if a != b)
    return least[: next(alike, min(len(least), len(most)))]
