"""How a page is dressed: the stylesheet and the logo of the municipality that it is about."""

from collections.abc import Iterator, Mapping
from pathlib import PurePath

from msgspec import Struct

from byalag.model import Municipality
from byalag.pages._assets import Asset
from byalag.pages._look import Marks, sheet
from byalag.pages._view import View


class Dress(Struct, frozen=True):
    """The stylesheet to read after the site's own, and the address of the logo; either may lack."""

    sheet: Asset | None = None
    logo: str = ""


def dressing(view: View) -> Iterator[tuple[str, bytes]]:
    """Yield the files of all municipalities' looks, by their names among the assets."""
    for town in view.municipalities:
        if body := sheet(town.look):
            yield _sheet(town), body
        if town.code in view.marks:
            yield _logo(town, view.marks), view.marks[town.code].body


def dress(assets: Mapping[str, Asset], marks: Marks, town: Municipality | None) -> Dress:
    """Return how a page about a municipality is dressed."""
    if town is None:
        return Dress()
    logo = assets[_logo(town, marks)].address if town.code in marks else ""
    return Dress(assets.get(_sheet(town)), logo)


def _sheet(town: Municipality) -> str:
    return f"look-{town.code}.css"


def _logo(town: Municipality, marks: Marks) -> str:
    return f"logo-{town.code}{PurePath(marks[town.code].name).suffix}"
