"""The first page: what this is, and the two questions it answers."""

from collections.abc import Sequence
from functools import partial

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from byalag.pages import _map
from byalag.pages._language import FIRST, Language, preferred
from byalag.pages._site import Site
from byalag.services.baths import BathingPlace, FindPlaces, bathing_places
from byalag.services.parking import parking_facilities

EVERY = 1000
VARY = "Accept-Encoding, Accept-Language, Sec-Fetch-Site"


class Town(Struct, frozen=True):
    """A municipality and how much of it can be seen."""

    code: str
    name: str
    baths: int
    parking: int


class Now(Struct, frozen=True):
    """The answers that the first page gives away: the warmest water and how many free spots."""

    warmest: BathingPlace | None
    free: int | None
    free_simulated: bool
    towns: Sequence[Town]


def show_home(site: Site, language: Language, request: Request) -> Response:
    """Answer with the first page, or send a first visitor to the page in their own language."""
    chosen = preferred(request.headers.get("accept-language", ""), site.languages)
    inside = request.headers.get("sec-fetch-site") == "same-origin" or request.query_params
    if language.code == FIRST and chosen != FIRST and not inside:
        headers = {"Vary": VARY, "Cache-Control": "no-cache"}
        return RedirectResponse(site.languages[chosen].address("home"), 302, headers)
    now = site.remember("home", partial(_look, site))
    names = {town.code: town.name for town in now.towns}
    return site.page(
        request,
        language,
        "home.html",
        here="home",
        vary=VARY if language.code == FIRST else "Accept-Encoding",
        sweden=site.remember("sweden", partial(_map.sweden, names)) if names else None,
        warmest=now.warmest,
        free=now.free,
        free_simulated=now.free_simulated,
        towns=now.towns,
    )


def _look(site: Site) -> Now:
    reader, now = site.view.reader, site.view.now()
    places = bathing_places(FindPlaces(limit=EVERY), reader, now, settings=site.baths)
    lots = parking_facilities(FindPlaces(limit=EVERY), reader, now, settings=site.parking)
    counted = [lot for lot in lots.items if lot.free.value is not None]
    return Now(
        warmest=_warmest(places.items),
        free=sum(lot.free.value or 0 for lot in counted) if counted else None,
        free_simulated=any(lot.simulated for lot in counted),
        towns=[_town(site, town.code, town.name) for town in site.view.municipalities],
    )


def _warmest(places: Sequence[BathingPlace]) -> BathingPlace | None:
    """Choose among what is measured and fresh; a sample or a forecast is not "now"."""
    measured = [
        (place.water_temperature.value, place)
        for place in places
        if place.water_temperature
        and place.water_temperature.kind == "measured"
        and not place.water_temperature.old
        and not place.advice_against_bathing
    ]
    return max(measured, key=lambda known: known[0])[1] if measured else None


def _town(site: Site, code: str, name: str) -> Town:
    ask = FindPlaces(municipality=code, limit=1)
    reader, now = site.view.reader, site.view.now()
    return Town(
        code,
        name,
        bathing_places(ask, reader, now, settings=site.baths).total,
        parking_facilities(ask, reader, now, settings=site.parking).total,
    )
