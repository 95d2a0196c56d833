"""Changing where in its life a product is: in its file, with its comments left as they are."""

import re
from datetime import date
from pathlib import Path
from typing import Final

from byalag import Misconfigured
from byalag.app._document import Document
from byalag.app._hub import Hub, check_hub
from byalag.app._problem import HubFaulty, Problem, suggest
from byalag.app._read_product import FOLDER
from byalag.app._stores import REGISTER
from byalag.governance import Life, Product
from byalag.model import Micros
from byalag.store import Note, Register

_LINE: Final = re.compile(r"""^(\s*[\w-]+\s*=\s*)("[^"]*"|'[^']*'|[^\s#]+)(.*)$""")


def product_of(hub: Hub, name: str) -> Product:
    """Return a product of a hub.

    Raises:
        Misconfigured: there is no such product; the message says which there are.
    """
    if name in hub.products:
        return hub.products[name]
    known = suggest(name, hub.products) or "none"
    message = f"No product {name!r}; there is {known}."
    raise Misconfigured(message)


def write_life(hub: Hub, name: str, life: Life, *, who: str, at: Micros) -> Path:
    """Write where in its life a product is, and a line in the hub's audit; return its file.

    What is empty in `life` is left as it stands in the file.

    Raises:
        HubFaulty: the file would be wrong; it is left as it was.
    """
    before = product_of(hub, name)
    file = hub.folder / FOLDER / f"{name}.toml"
    text = file.read_text("utf-8")
    told: dict[str, str | date | None] = {
        "state": life.state,
        "deprecated": life.deprecated,
        "sunset": life.sunset,
        "successor": life.successor,
    }
    for key, value in reversed(told.items()):  # each goes right below the title
        if value:
            _set(file, hub.folder, key, _written(value))
    if problems := _wrong(hub.folder, file):
        file.write_text(text, "utf-8")
        raise HubFaulty(problems)
    details = {key: str(value) for key, value in told.items() if value} | {"was": before.state}
    with Register(hub.store / REGISTER) as register:
        line = Note(at=at, who=who, what="change product", about=f"product {name}", details=details)
        register.note(line).result()
    return file


def _written(value: str | date) -> str:
    return value.isoformat() if isinstance(value, date) else f'"{value}"'


def _wrong(folder: Path, file: Path) -> list[Problem]:
    """Return what is wrong in one file of a hub."""
    _, problems = check_hub(folder)
    here = file.relative_to(folder).as_posix()
    return [one for one in problems if one.file == here and not one.warning]


def _set(file: Path, folder: Path, key: str, value: str) -> None:
    """Write one setting at the top of a file: where it stands, else after the title."""
    document = Document(file, folder, [])
    lines = file.read_text("utf-8").splitlines()
    at = document.lines.get((key,))
    found = _LINE.match(lines[at - 1]) if at else None
    if at and found:
        lines[at - 1] = f"{found[1]}{value}{found[3]}"
    else:
        lines.insert(_place(document, lines), f"{key} = {value}")
    beside = file.with_name(f".{file.name}.new")
    beside.write_text("\n".join(lines) + "\n", "utf-8")
    beside.replace(file)


def _place(document: Document, lines: list[str]) -> int:
    """Return where a new setting can stand: after a title on one line, else before the first."""
    title = document.lines.get(("title",))
    if title and lines[title - 1].lstrip().startswith("title"):
        return title
    tops = [line for path, line in document.lines.items() if len(path) == 1]
    return min(tops) - 1
