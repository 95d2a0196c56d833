"""What a visitor of a list asks for, read from the address of the page."""

from typing import Any

import msgspec
from msgspec import Struct
from starlette.datastructures import QueryParams

from byalag.model import MunicipalityCode, Point
from byalag.pages._site import query_of

PAGE = 25
POINTS = 1000


class Misasked(Exception):
    """The address asks for something that cannot be; `key` is the text that says so."""

    def __init__(self, key: str, given: str) -> None:
        """Say which text explains it, and what was given."""
        super().__init__(key)
        self.key = key
        self.given = given


class Asked(Struct, frozen=True, kw_only=True):
    """Which places to list. `path` is the address of the list itself."""

    path: str
    municipality: str | None = None
    near: Point | None = None
    page: int = 1

    @property
    def near_text(self) -> str:
        """Return the position as it stands in an address, or nothing."""
        return f"{self.near.latitude:g},{self.near.longitude:g}" if self.near else ""

    def question(self, **more: Any) -> dict[str, Any]:
        """Return what to ask the service."""
        asked = {"municipality": self.municipality, "near": self.near}
        return {**asked, "limit": PAGE, "offset": PAGE * (self.page - 1), **more}

    def link(self, **changes: object) -> str:
        """Return the address of this list with something changed."""
        now = {"municipality": self.municipality, "near": self.near_text, "page": self.page}
        asked = {**now, **changes}
        if asked["page"] == 1:
            asked["page"] = None
        return self.path + query_of(asked)

    def data(self, api: str) -> str:
        """Return the address of the same rows in the API."""
        offset = PAGE * (self.page - 1) or None
        asked = {"municipality": self.municipality, "near": self.near_text}
        return api + query_of({**asked, "limit": PAGE, "offset": offset})

    def points(self, api: str) -> str:
        """Return the address of all the places of the list in the API, for the map."""
        return api + query_of({"municipality": self.municipality, "limit": POINTS})


def read(path: str, query: QueryParams) -> Asked:
    """Read what is asked for.

    Raises:
        Misasked: a parameter cannot be read.
    """
    return Asked(
        path=path,
        municipality=_municipality(query.get("municipality", "")),
        near=_near(query.get("near", "")),
        page=_page(query.get("page", "")),
    )


def _municipality(given: str) -> str | None:
    if not given:
        return None
    try:
        return msgspec.convert(given, MunicipalityCode)
    except msgspec.ValidationError:
        raise Misasked("error.bad_municipality", given) from None


def _near(given: str) -> Point | None:
    if not given:
        return None
    try:
        latitude, longitude = map(float, given.split(","))
        return msgspec.convert({"latitude": latitude, "longitude": longitude}, Point)
    except (ValueError, msgspec.ValidationError):
        raise Misasked("error.bad_near", given) from None


def _page(given: str) -> int:
    if not given:
        return 1
    if not given.isascii() or not given.isdigit() or not 0 < int(given[:9]) <= 10**6:
        raise Misasked("error.bad_page", given)
    return int(given)
