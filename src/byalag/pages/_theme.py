"""The themes of the site: what each asks its service, how it is drawn, where it is found."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from byalag.model import Micros
from byalag.pages._chart import Style
from byalag.pages._format import NO_BREAK
from byalag.pages._language import Language
from byalag.pages._site import Site
from byalag.services import Page, Reader
from byalag.services.baths import (
    BathingPlace,
    BathingPlaceHistory,
    FindPlaces,
    OnePlace,
    PropertyHistory,
    bathing_place,
    bathing_place_history,
    bathing_places,
)
from byalag.services.parking import (
    ParkingFacilityHistory,
    parking_facilities,
    parking_facility,
    parking_facility_history,
)


class Theme(Struct, frozen=True, kw_only=True):
    """One theme of the site: its addresses, its API, what it asks and how it draws.

    `list_page`, `place_page` and `values_page` are names of addresses in the catalogues.
    """

    list_page: str
    place_page: str
    values_page: str
    api: str
    find: Callable[[FindPlaces, Reader, Micros], Page[Any]]
    one: Callable[[OnePlace, Reader, Micros], Any]
    history: Callable[[str, Reader, Micros], PropertyHistory]
    style: Callable[[Language], Style]
    more: Callable[[Any], dict[str, Any]]


def baths(site: Site) -> Theme:
    """Return how bathing places are shown."""
    settings = site.baths
    return Theme(
        list_page="baths",
        place_page="bath",
        values_page="bath_values",
        api="/baths/v1/bathing-places",
        find=lambda ask, reader, now: bathing_places(ask, reader, now, settings=settings),
        one=lambda ask, reader, now: bathing_place(ask, reader, now, settings=settings),
        history=lambda thing, reader, now: bathing_place_history(
            BathingPlaceHistory(id=thing), reader, now, settings=settings
        ),
        style=lambda language: Style(
            decimals=1,
            suffix=f"{NO_BREAK}°C",
            from_zero=False,
            finding=_finding(language, "bath"),
        ),
        more=_about_bath,
    )


def parking(site: Site) -> Theme:
    """Return how places to park are shown."""
    settings = site.parking
    return Theme(
        list_page="parking",
        place_page="facility",
        values_page="facility_values",
        api="/parking/v1/parking-facilities",
        find=lambda ask, reader, now: parking_facilities(ask, reader, now, settings=settings),
        one=lambda ask, reader, now: parking_facility(ask, reader, now, settings=settings),
        history=lambda thing, reader, now: parking_facility_history(
            ParkingFacilityHistory(id=thing), reader, now, settings=settings
        ),
        style=lambda language: Style(
            decimals=0, suffix="", from_zero=True, finding=_finding(language, "facility")
        ),
        more=lambda _: {},
    )


def _finding(language: Language, page: str) -> Callable[[str, str, str], str]:
    def say(low: str, high: str, last: str) -> str:
        key = f"{page}.chart_same" if low == high else f"{page}.chart_finding"
        return language.plain(key, low=low, high=high, last=last)

    return say


def _about_bath(place: BathingPlace) -> dict[str, Any]:
    """Return what a bathing place's page shows besides: other temperatures, and who knows it.

    A place in the national register always says whether there is advice against bathing; of any
    other place, silence means that nobody has said.
    """
    water = place.water_temperature
    shown = {water.series} if water else set[str]()
    also = [
        temperature
        for temperature in (place.sample_temperature, place.forecast_temperature)
        if temperature and temperature.series not in shown
    ]
    known = place.eu_bathing_water is not None or place.latest_sample or place.water_quality
    return {"water": water, "also": also, "known": bool(known)}
