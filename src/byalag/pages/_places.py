"""The pages of a theme: the list of its places, one place, and one place's values."""

from collections.abc import Iterator
from functools import partial
from itertools import groupby

from starlette.requests import Request
from starlette.responses import Response

from byalag.model import Point
from byalag.pages import _map
from byalag.pages._ask import Asked, Misasked, read
from byalag.pages._chart import draw
from byalag.pages._error import misasked, wrong
from byalag.pages._format import Local
from byalag.pages._language import Language
from byalag.pages._site import Site
from byalag.pages._theme import Theme
from byalag.services import Unknown
from byalag.services.baths import OnePlace, PropertyHistory


def list_places(site: Site, theme: Theme, language: Language, request: Request) -> Response:
    """Answer with the list, or with its fragment when the page itself asks for it."""
    try:
        ask = read(language.address(theme.list_page), request.query_params)
    except Misasked as error:
        return misasked(site, language, request, error)
    found = theme.find(ask.question(), site.view.reader, site.view.now())
    fragment = request.headers.get("hx-request") == "true"
    return site.page(
        request,
        language,
        f"{'_' if fragment else ''}{theme.list_page}.html",
        here=theme.list_page,
        vary="Accept-Encoding, HX-Request",
        ask=ask,
        found=found,
        where=_municipality(site, ask),
    )


def show_place(site: Site, theme: Theme, language: Language, request: Request) -> Response:
    """Answer with one place: what is known now, its week, its facts and its data."""
    thing = request.path_params["id"]
    try:
        place = theme.one(OnePlace(id=thing), site.view.reader, site.view.now())
    except Unknown:
        return wrong(site, request, language, 404)
    history = theme.history(thing, site.view.reader, site.view.now())
    chart = draw(history, site.local(language), theme.style(language))
    return site.page(
        request,
        language,
        f"{theme.place_page}.html",
        here=theme.place_page,
        thing=thing,
        place=place,
        chart=chart,
        history_address=f"{theme.api}/{thing}/history",
        values_address=language.address(theme.values_page, id=thing),
        here_map=_locator(place.municipality and place.municipality.code, place.position),
        **theme.more(place),
    )


def show_values(site: Site, theme: Theme, language: Language, request: Request) -> Response:
    """Answer with every value of one place's week, day by day."""
    thing = request.path_params["id"]
    try:
        place = theme.one(OnePlace(id=thing), site.view.reader, site.view.now())
    except Unknown:
        return wrong(site, request, language, 404)
    history = theme.history(thing, site.view.reader, site.view.now())
    local, style = site.local(language), theme.style(language)
    days = groupby(reversed(history.values), key=lambda value: local.local_day(value.time))
    return site.page(
        request,
        language,
        "values.html",
        here=theme.values_page,
        thing=thing,
        place=place,
        history=history,
        days=[(day, list(values)) for day, values in days],
        write=partial(style.write, local),
        place_address=language.address(theme.place_page, id=thing),
        values_address=language.address(theme.values_page, id=thing),
    )


def values_as_csv(site: Site, theme: Theme, language: Language, request: Request) -> Response:
    """Answer with the values of one place's week as a table for machines and spreadsheets."""
    thing = request.path_params["id"]
    try:
        history = theme.history(thing, site.view.reader, site.view.now())
    except Unknown:
        return wrong(site, request, language, 404)
    local = site.local(language)
    name = thing.replace(":", "-")
    return Response(
        "".join(_rows(history, local)),
        media_type="text/csv; charset=utf-8; header=present",
        headers={
            "Content-Disposition": f'attachment; filename="{name}.csv"',
            "Cache-Control": "no-cache",
        },
    )


def _rows(history: PropertyHistory, local: Local) -> Iterator[str]:
    yield f"time,{history.property},flag\r\n"
    for value in history.values:
        shown = "" if value.value is None else value.value
        yield f"{local.iso(value.time)},{shown},{value.flag}\r\n"


def _municipality(site: Site, ask: Asked) -> str | None:
    names = {town.code: town.name for town in site.view.municipalities}
    return names.get(ask.municipality, ask.municipality) if ask.municipality else None


def _locator(code: str | None, position: Point | None) -> _map.Locator | None:
    return _map.locate(code, position) if position else None
