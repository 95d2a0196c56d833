"""The addresses that operators visit.

Apart from the other pages: whoever only checks a hub folder needs the languages of the pages, and
not the engine that operators look into.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Literal, NamedTuple, TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from byalag.pages._aside import mend, show_aside, show_group, show_row
from byalag.pages._desk import Desk, Flow, Step
from byalag.pages._dictionary import Lexicon, Use, dictionary_routes
from byalag.pages._drift import show_drift, show_flow, show_source, tell_news
from byalag.pages._enter import enter, leave, show_enter
from byalag.pages._flags import save_flags, show_flags
from byalag.pages._language import Language
from byalag.pages._review import Archive, review_routes
from byalag.pages._site import Site
from byalag.pages._view import View

__all__ = [
    "Archive",
    "Desk",
    "Flow",
    "Lexicon",
    "Served",
    "Site",
    "Step",
    "Use",
    "dictionary_routes",
    "operations",
    "review_routes",
]

Endpoint: TypeAlias = Callable[[Request], Response]


class Served(NamedTuple):
    """An address of the operator's pages, and what is done there: anyone, see or do."""

    route: BaseRoute
    act: Literal["enter", "see", "do"]


def operations(view: View, desk: Desk) -> list[Served]:
    """Return the addresses that operators visit."""
    site = Site(view)
    made: list[Served] = []
    for language in site.languages.values():
        path = language.address

        def told(show: Callable[..., Response], language: Language = language) -> Endpoint:
            return partial(show, site, desk, language)

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
            Served(Route(_all(language, "drift_flags"), told(show_flags)), "see"),
            Served(Route(_all(language, "drift_flags_file"), told(save_flags)), "see"),
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
    go: Callable[[Request], Awaitable[Response]] = partial(leave, site, language)
    return [
        Served(Route(path, show), "enter"),
        Served(Route(path, come, methods=["POST"]), "enter"),
        Served(Route(language.address("drift_leave"), go, methods=["POST"]), "enter"),
    ]
