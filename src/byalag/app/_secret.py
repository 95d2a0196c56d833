"""Secrets are named in the hub folder and kept outside it: in the environment or in a file."""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, cast

from byalag import Misconfigured
from byalag.app._locate import KeyPath
from byalag.model import Json

_INSIDE = re.compile(r"\{secret:([^}]+)\}")
_SECRET: Final = frozenset(  # settings that are secrets by reference, or hold such
    {
        "headers", "password", "token", "ca", "key", "secrets",
        "private_key", "access_key", "secret_key",
    }
)  # fmt: skip
_WHOLE = re.compile(r"^(env|file):\S+$")


def secrets(folder: Path) -> Callable[[str], str]:
    """Return the function that resolves `env:NAME` and `file:PATH` (relative to the hub folder)."""

    def resolve(reference: str) -> str:
        kind, _, name = reference.partition(":")
        if kind == "env" and name in os.environ:
            return os.environ[name]
        if kind == "file":
            try:
                return (folder / name).read_text("utf-8").strip()
            except OSError as error:
                message = f"The secret {reference} cannot be read: {error.strerror}."
                raise Misconfigured(message) from error
        message = (
            f"The secret {reference} is not set: give the environment variable {name} a value."
            if kind == "env"
            else f"The secret {reference!r} is not understood; write env:NAME or file:PATH."
        )
        raise Misconfigured(message)

    return resolve


def references(values: Json, path: KeyPath = ()) -> Iterator[tuple[KeyPath, str]]:
    """Find every secret that a settings file refers to, and where."""
    if isinstance(values, dict):
        for key, value in cast("dict[str, Json]", values).items():
            yield from references(value, (*path, key))
    elif isinstance(values, list):
        for position, value in enumerate(cast("Iterable[Json]", values)):
            yield from references(value, (*path, position))
    elif isinstance(values, str):
        yield from ((path, name) for name in _INSIDE.findall(values))
        if _SECRET & set(path) and _WHOLE.match(values):
            yield path, values
