"""The addresses that people visit, and what answers their errors."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from byalag.pages._about import show_accessibility, show_data
from byalag.pages._assets import serve
from byalag.pages._error import language_of, wrong
from byalag.pages._home import show_home
from byalag.pages._language import Language
from byalag.pages._places import (
    list_places,
    show_place,
    show_values,
    values_as_csv,
    values_for_spreadsheets,
)
from byalag.pages._site import Site
from byalag.pages._theme import Theme, baths, parking
from byalag.pages._towns import show_town
from byalag.pages._view import View
from byalag.standards.profile import spreadsheet_name


def routes(view: View) -> list[BaseRoute]:
    """Return the addresses that people visit, and the files that the pages need."""
    site = Site(view)
    addresses = {asset.address: asset for asset in site.assets.values()}

    def file(request: Request) -> Response:
        return serve(request, addresses)

    found: list[BaseRoute] = [Route("/s/{name}", file)]
    for language in site.languages.values():
        found += _general(site, language)
        for theme in (baths(site), parking(site)):
            found += _themed(site, theme, language)
    return found


def error_page(view: View) -> Callable[[Request, int, str], Response]:
    """Return what answers people's errors: request, status, and a reference for the operator."""
    site = Site(view)

    def answer(request: Request, status: int, reference: str) -> Response:
        language = language_of(site, request.url.path)
        return wrong(site, request, language, status, reference)

    return answer


def _general(site: Site, language: Language) -> list[BaseRoute]:
    shown = {"home": show_home, "data": show_data, "accessibility": show_accessibility}
    made: list[BaseRoute] = [
        Route(language.address(page), _told(show, site, language)) for page, show in shown.items()
    ]
    made.append(Route(language.address("town", code="{code}"), _told(show_town, site, language)))
    home = language.address("home")

    def redirect(_: Request) -> Response:
        return RedirectResponse(home, 308)

    if home != "/":
        made.append(Route(home.rstrip("/"), redirect))
    return made


def _themed(site: Site, theme: Theme, language: Language) -> list[BaseRoute]:
    values = language.address(theme.values_page, id="{id}")
    shown = {
        language.address(theme.list_page): list_places,
        language.address(theme.place_page, id="{id}"): show_place,
        f"{values}.csv": values_as_csv,
        spreadsheet_name(values, language.code): values_for_spreadsheets,
        values: show_values,
    }
    return [Route(path, _told(show, site, theme, language)) for path, show in shown.items()]


def _told(show: Callable[..., Response], *what: object) -> Callable[[Request], Response]:
    """Return an endpoint that is told what it shows; run in a thread, since it reads files."""

    def endpoint(request: Request) -> Response:
        return show(*what, request)

    return endpoint
