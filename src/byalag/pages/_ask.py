"""What a visitor of a list asks for, read from the address of the page."""

import msgspec
from msgspec import Struct
from starlette.datastructures import QueryParams

from byalag.model import MunicipalityCode, Point
from byalag.pages._site import query_of
from byalag.services import Refused
from byalag.services.baths import FindPlaces

PAGE = 25
MUNICIPALITY, NEAR, NUMBER = "municipality", "near", "page"
POINTS = 1000


class Misasked(Refused):
    """The address asks for something that cannot be; `parameter` is what cannot be read."""

    def __init__(self, parameter: str, given: str) -> None:
        """Say which parameter it is, and what was given."""
        super().__init__(f"{parameter} cannot be {given!r}.")
        self.parameter = parameter
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

    def question(self) -> FindPlaces:
        """Return what to ask the service."""
        offset = PAGE * (self.page - 1)
        return FindPlaces(municipality=self.municipality, near=self.near, limit=PAGE, offset=offset)

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
        municipality=_municipality(query.get(MUNICIPALITY, "")),
        near=_near(query.get(NEAR, "")),
        page=_page(query.get(NUMBER, "")),
    )


def _municipality(given: str) -> str | None:
    if not given:
        return None
    try:
        return msgspec.convert(given, MunicipalityCode)
    except msgspec.ValidationError:
        raise Misasked(MUNICIPALITY, given) from None


def _near(given: str) -> Point | None:
    if not given:
        return None
    try:
        latitude, longitude = map(float, given.split(","))
        return msgspec.convert({"latitude": latitude, "longitude": longitude}, Point)
    except (ValueError, msgspec.ValidationError):
        raise Misasked(NEAR, given) from None


def _page(given: str) -> int:
    if not given:
        return 1
    if not given.isascii() or not given.isdigit() or not 0 < int(given[:9]) <= 10**6:
        raise Misasked(NUMBER, given)
    return int(given)
