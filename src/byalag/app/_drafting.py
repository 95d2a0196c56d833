"""Describing a source from one answer, and putting the description into a hub folder."""

import asyncio
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from byalag import Misconfigured
from byalag.app._document import Document
from byalag.app._problem import Problem
from byalag.app._secret import secrets
from byalag.draft import Draft
from byalag.engine import Looked, look_at

_DATASET = """\
id = "{id}"
title = {{ sv = "{sv}", en = "{en}" }}
owner = "{owner}"
"""


class Placed(Struct, frozen=True, kw_only=True):
    """Where a draft goes in a hub folder, and the dataset's file if there is none yet."""

    source: Path
    dataset: Path | None = None


def look_once(
    url: str, *, headers: Mapping[str, str], allowed: Iterable[str], folder: Path
) -> Looked:
    """Ask an address once. `folder` is what secrets in files are relative to."""
    asked = look_at(url, headers=headers, allowed=allowed, secret=secrets(folder))
    return asyncio.run(asked)


def place_draft(hub: Path, draft: Draft, *, municipality: str | None, force: bool) -> Placed:
    """Write a draft into the municipality's folder, with its dataset if that is not declared.

    Raises:
        Misconfigured: If the municipality cannot be told, or the file is there already.

    """
    folder, owner = _folder(hub, municipality)
    source = folder / "sources" / f"{draft.name}.toml"
    write_new(source, draft.text, force=force)
    declared = {_declared(file) for file in (folder / "datasets").glob("*.toml")}
    if draft.dataset in declared:
        return Placed(source=source)
    dataset = folder / "datasets" / f"{draft.dataset}.toml"
    english = draft.title.get("en", draft.dataset)
    text = _DATASET.format(
        id=draft.dataset, sv=draft.title.get("sv", english), en=english, owner=owner
    )
    write_new(dataset, text, force=False)
    return Placed(source=source, dataset=dataset)


def write_new(file: Path, text: str, *, force: bool) -> None:
    """Write a file that is not there yet.

    Raises:
        Misconfigured: If it is there, and that was not said to be right.

    """
    if file.exists() and not force:
        message = f"{file} is there already; choose another name, or write over it with --force"
        raise Misconfigured(message)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


def _folder(hub: Path, municipality: str | None) -> tuple[Path, str]:
    """Return the municipality's folder, and its name."""
    problems: list[Problem] = []
    found: dict[str, tuple[Path, str]] = {}
    for file in sorted(hub.glob("*/municipality.toml")):
        values = Document(file, hub, problems).values
        found[str(values.get("code", ""))] = file.parent, str(values.get("name", ""))
    if municipality is None and len(found) == 1:
        return next(iter(found.values()))
    if municipality not in found:
        known = ", ".join(sorted(found)) or "none"
        given = f"no municipality {municipality or 'was given'}"
        message = f"{given}; {hub} has {known}: say one with --municipality"
        raise Misconfigured(message)
    return found[municipality]


def _declared(file: Path) -> str:
    try:
        return str(tomllib.loads(file.read_text("utf-8")).get("id", file.stem))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return file.stem
