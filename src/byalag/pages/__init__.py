"""How people see it: accessible HTML for citizens, operators, relatives and data users."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Literal, NamedTuple, TypeAlias

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from byalag.pages._about import show_accessibility, show_data
from byalag.pages._aside import mend, show_aside, show_group, show_row
from byalag.pages._assets import serve
from byalag.pages._desk import Desk, Flow, Step
from byalag.pages._drift import show_drift, show_flow, show_source, tell_news
from byalag.pages._enter import COOKIE, enter, leave, show_enter
from byalag.pages._error import language_of, wrong
from byalag.pages._home import show_home
from byalag.pages._language import Language, languages
from byalag.pages._places import list_places, show_place, show_values, values_as_csv
from byalag.pages._site import Site
from byalag.pages._theme import Theme, baths, parking
from byalag.pages._view import View

__all__ = [
    "COOKIE",
    "Desk",
    "Flow",
    "Served",
    "Step",
    "View",
    "error_page",
    "languages",
    "operations",
    "routes",
]


Endpoint: TypeAlias = Callable[[Request], Response]


class Served(NamedTuple):
    """An address of the operator's pages, and what is done there: anyone, see or do."""

    route: BaseRoute
    act: Literal["enter", "see", "do"]


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


def operations(view: View, desk: Desk) -> list[Served]:
    """Return the addresses that operators visit."""
    site = Site(view)
    made: list[Served] = []
    for language in site.languages.values():
        path = language.address

        def told(show: Callable[..., Response], language: Language = language) -> Endpoint:
            return _told(show, site, desk, language)

        made += [
            Served(Route(path("drift"), told(show_drift)), "see"),
            Served(Route(path("drift_news"), told(tell_news)), "see"),
            Served(
                Route(
                    path("drift_source", municipality="{municipality}", name="{name}"),
                    told(show_source),
                ),
                "see",
            ),
            Served(Route(path("drift_flow", id="{id}"), told(show_flow)), "see"),
            Served(Route(path("drift_aside"), told(show_aside)), "see"),
            Served(Route(_all(language, "drift_group"), told(show_group)), "see"),
            Served(Route(_all(language, "drift_row"), told(show_row)), "see"),
            Served(
                Route(
                    _all(language, "drift_mend"),
                    partial(mend, site, desk, language),
                    methods=["POST"],
                ),
                "do",
            ),
        ]
        made += _entrance(site, language)
    return made


def _all(language: Language, page: str) -> str:
    """Return the address of a page with its names as a router wants them."""
    names = ("municipality", "name", "group", "row", "id")
    return language.address(page, **{name: f"{{{name}}}" for name in names})


def _entrance(site: Site, language: Language) -> list[Served]:
    path = language.address("drift_enter")
    show: Callable[[Request], Response] = partial(show_enter, site, language)
    come: Callable[[Request], Awaitable[Response]] = partial(enter, site, language)
    go: Callable[[Request], Awaitable[Response]] = partial(leave, language)
    return [
        Served(Route(path, show), "enter"),
        Served(Route(path, come, methods=["POST"]), "enter"),
        Served(Route(language.address("drift_leave"), go, methods=["POST"]), "enter"),
    ]


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
        values: show_values,
    }
    return [Route(path, _told(show, site, theme, language)) for path, show in shown.items()]


def _told(show: Callable[..., Response], *what: object) -> Endpoint:
    """Return an endpoint that is told what it shows; run in a thread, since it reads files."""

    def endpoint(request: Request) -> Response:
        return show(*what, request)

    return endpoint
