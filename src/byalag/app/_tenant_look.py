"""Whether a municipality's look can be used: colours that are read by all, a mark that is safe."""

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from byalag.app._document import Document
from byalag.model import Municipality, Words
from byalag.pages import Mark, poor

if TYPE_CHECKING:
    from byalag.app._hub import Hub

_LARGEST: Final = 256 * 1024  # bytes of a logo
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_SVG: Final = "{http://www.w3.org/2000/svg}"
_UNSAFE: Final = frozenset(
    {"script", "foreignObject", "iframe", "animate", "set", "handler", "style"}
)
_REACHES: Final = re.compile(r"url\((?!#)|image-set|src\(|\\", re.IGNORECASE)
_SCHEMES: Final[dict[str, tuple[str, str]]] = {
    "light": ("på ljus botten", "on light ground"),
    "dark": ("på mörk botten", "on dark ground"),
    "accent": ("mot accent", "upon accent"),
}


def check_look(document: Document, municipality: Municipality) -> None:
    """Note every colour that not everyone can read, with one near it that can, and a bad logo."""
    for one in poor(municipality.look):
        swedish, english = _SCHEMES[one.scheme]
        ratio = f"{one.ratio:.2f}"
        words: Words = {
            "sv": f"{one.colour} har kontrasten {ratio.replace('.', ',')}:1 {swedish} "
            f"({one.ground}) och minst 4,5:1 behövs; {one.near} ligger nära och duger.",
            "en": f"{one.colour} has the contrast {ratio}:1 {english} ({one.ground}) and at least "
            f"4.5:1 is needed; {one.near} is near and will do.",
        }
        document.blame(("look", one.setting), words)
    name = municipality.look.logo
    if name and (why := _fault(document.path.parent / name)):
        document.blame(("look", "logo"), why)


def marks_of(hub: "Hub") -> dict[str, Mark]:
    """Return the municipalities' logos, which have been checked, by code."""
    named = ((one.municipality, one.folder / one.municipality.look.logo) for one in hub.tenants)
    return {
        town.code: Mark(town.look.logo, file.read_bytes()) for town, file in named if town.look.logo
    }


def _fault(file: Path) -> Words | None:
    if not file.is_file():
        return {
            "sv": f"filen {file.name} finns inte bredvid municipality.toml.",
            "en": f"there is no file {file.name} beside municipality.toml.",
        }
    body = file.read_bytes()
    if len(body) > _LARGEST:
        return {
            "sv": f"{file.name} är större än {_LARGEST // 1024} kB; spara den mindre.",
            "en": f"{file.name} is larger than {_LARGEST // 1024} kB; save a smaller one.",
        }
    if file.suffix == ".png":
        if body.startswith(_PNG):
            return None
        return {"sv": f"{file.name} är ingen PNG-bild.", "en": f"{file.name} is no PNG image."}
    return _unsafe(file.name, body)


def _unsafe(name: str, body: bytes) -> Words | None:
    """Say what in an SVG could do more than be seen, or None."""
    from lxml import etree  # noqa: PLC0415 -- loaded only where there is an SVG

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        tree = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        return {
            "sv": f"{name} kan inte läsas som SVG: {error.msg}.",
            "en": f"{name} cannot be read as SVG: {error.msg}.",
        }
    about: Any = tree.getroottree().docinfo
    found = "DOCTYPE" if about.doctype else _active(tree)
    if not found:
        return None
    return {
        "sv": f"{name} innehåller {found}; en logotyp får bara vara en bild. Ta bort det.",
        "en": f"{name} holds {found}; a logo may only be a picture. Take it away.",
    }


def _active(tree: Any) -> str:  # noqa: ANN401 -- lxml has no public name for an element
    if tree.tag != f"{_SVG}svg":
        return f"<{tree.tag}>"
    around = chain(tree.itersiblings(preceding=True), tree.itersiblings())
    found: Iterator[str] = map(_act, chain(around, tree.iter()))
    return next((one for one in found if one), "")


def _act(element: Any) -> str:  # noqa: ANN401 -- lxml has no public name for an element
    if not isinstance(element.tag, str):  # a comment, or an instruction to a program
        text = str(element)
        return "" if text.startswith("<!--") else text[:40]
    if _local(element.tag) in _UNSAFE:
        return f"<{_local(element.tag)}>"
    for attribute, value in element.attrib.items():
        called = _local(attribute)
        if called.lower().startswith("on"):
            return called
        if called == "href" and not value.startswith(("#", "data:image/png;base64,")):
            return f'href="{value[:40]}"'
        if _REACHES.search(value):
            return f'{called}="{value[:40]}"'
    return ""


def _local(name: str) -> str:
    return name.rpartition("}")[2]
