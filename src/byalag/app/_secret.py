"""Secrets are named in the hub folder and kept outside it: in the environment, files or systemd."""

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
        "pseudonyms", "headers", "password", "token", "ca", "key", "secrets",
        "private_key", "access_key", "secret_key", "master", "former", "client_secret",
    }
)  # fmt: skip
_WHOLE = re.compile(r"^(env|file|credential):\S+$")
_CREDENTIAL = re.compile(r"^[A-Za-z0-9_][A-Za-z0-9_.@-]*$")  # as systemd names them: no folder


def secrets(folder: Path) -> Callable[[str], str]:
    """Return the function that resolves what names a secret.

    `env:NAME`, `file:PATH` (relative to the hub folder), and `credential:NAME`: a credential that
    systemd has loaded for the service (systemd.exec(5), LoadCredential=).
    """

    def resolve(reference: str) -> str:
        from byalag.engine import hide_from_log  # noqa: PLC0415 -- checking a folder needs no engine

        found = _resolved(folder, reference)
        hide_from_log(found.strip())
        return found

    return resolve


def _resolved(folder: Path, reference: str) -> str:
    kind, _, name = reference.partition(":")
    match kind:
        case "env":
            if name in os.environ:
                return os.environ[name]
            message = (
                f"The secret {reference} is not set: give the environment variable {name} a value."
            )
        case "file":
            return _read(reference, folder / name)
        case "credential":
            return _read(reference, _credential(reference, name))
        case _:
            message = (
                f"The secret {reference!r} is not understood; "
                "write env:NAME, file:PATH or credential:NAME."
            )
    raise Misconfigured(message)


def _credential(reference: str, name: str) -> Path:
    folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
    if not _CREDENTIAL.match(name):
        message = f"The secret {reference!r} is not understood; a credential is a plain name."
        raise Misconfigured(message)
    if not folder:
        message = (
            f"The secret {reference} cannot be read: systemd has loaded no credentials; "
            f"write LoadCredential={name}:PATH in the unit."
        )
        raise Misconfigured(message)
    return Path(folder) / name


def _read(reference: str, file: Path) -> str:
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
        message = f"The secret {reference} cannot be read: {why}."
        raise Misconfigured(message) from None


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
