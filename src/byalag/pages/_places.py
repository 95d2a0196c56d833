"""The pages of a theme: the list of its places, one place, and one place's values."""

from collections.abc import Iterator, Sequence
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
from byalag.standards.profile import (
    EXACT,
    SPREADSHEET,
    Cell,
    exact_csv,
    spreadsheet_csv,
    spreadsheet_name,
)


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
        sheet_address=_sheet(theme, language, thing),
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
        sheet_address=_sheet(theme, language, thing),
    )


def values_as_csv(site: Site, theme: Theme, language: Language, request: Request) -> Response:
    """Answer with the values of one place's week as a table for machines and spreadsheets."""
    thing = request.path_params["id"]
    try:
        history = theme.history(thing, site.view.reader, site.view.now())
    except Unknown:
        return wrong(site, request, language, 404)
    body = exact_csv(("time", history.property, "flag"), _rows(history, site.local(language)))
    return _file(body, EXACT, f"{_stem(thing)}.csv")


def values_for_spreadsheets(
    site: Site, theme: Theme, language: Language, request: Request
) -> Response:
    """Answer with the values of one place's week as a table that a spreadsheet runs nothing of."""
    thing = request.path_params["id"]
    try:
        history = theme.history(thing, site.view.reader, site.view.now())
    except Unknown:
        return wrong(site, request, language, 404)
    head = (language.plain("place.time"), history.property, language.plain("place.flag"))
    rows = _rows(history, site.local(language))
    body = spreadsheet_csv(head, rows, comma=language.code != "en")
    return _file(body, SPREADSHEET, spreadsheet_name(_stem(thing), language.code))


def _sheet(theme: Theme, language: Language, thing: str) -> str:
    return spreadsheet_name(language.address(theme.values_page, id=thing), language.code)


def _stem(thing: str) -> str:
    return thing.replace(":", "-")


def _file(body: bytes, media_type: str, name: str) -> Response:
    attached = f'attachment; filename="{name}"'
    headers = {"Content-Disposition": attached, "Cache-Control": "no-cache"}
    return Response(body, media_type=media_type, headers=headers)


def _rows(history: PropertyHistory, local: Local) -> Iterator[Sequence[Cell]]:
    for value in history.values:
        yield local.iso(value.time), value.value, value.flag


def _municipality(site: Site, ask: Asked) -> str | None:
    names = {town.code: town.name for town in site.view.municipalities}
    return names.get(ask.municipality, ask.municipality) if ask.municipality else None


def _locator(code: str | None, position: Point | None) -> _map.Locator | None:
    return _map.locate(code, position) if position else None
