"""The addresses that developers visit.

Apart from the other pages, as the operators' are: what they show is told by the application.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Literal, NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from byalag.pages._developer import (
    Api,
    Keys,
    KeySeen,
    Left,
    Office,
    Portal,
    Usage,
    UsedApi,
    UsedDay,
)
from byalag.pages._developer_applications import (
    act,
    answer,
    register,
    show_application,
    show_applications,
    show_waiting,
)
from byalag.pages._developer_browse import (
    show_api,
    show_developer,
    show_limits,
    show_operation,
    show_product,
    show_status,
)
from byalag.pages._developer_call import SHOWN, Called
from byalag.pages._developer_document import Document, read
from byalag.pages._language import Language, languages
from byalag.pages._site import Site
from byalag.pages._view import View

__all__ = [
    "SHOWN",
    "Api",
    "Called",
    "Document",
    "KeySeen",
    "Keys",
    "Left",
    "Office",
    "Portal",
    "Usage",
    "UsedApi",
    "UsedDay",
    "Visited",
    "guide",
    "read",
    "visited",
]


class Visited(NamedTuple):
    """An address of the developers' pages, and what is done there."""

    route: BaseRoute
    act: Literal["look", "own", "alter", "see", "answer"]


def visited(view: View, portal: Portal) -> list[Visited]:
    """Return the addresses that developers visit, in each language of the hub."""
    site = Site(view)
    made: list[Visited] = []
    for language in site.languages.values():
        made += _of(site, portal, language)
    return made


def guide(kind: str, name: str, language: str = "sv") -> str:
    """Return the path of the page about a "product" or an "api"."""
    return languages()[language].address(f"developer_{kind}", **{kind: name})


def _of(site: Site, portal: Portal, language: Language) -> list[Visited]:
    def seen(page: str, show: Callable[..., Awaitable[Response]]) -> Visited:
        ask: Callable[[Request], Awaitable[Response]] = partial(show, site, portal, language)
        return Visited(Route(_path(language, page), ask), "look")

    def told(page: str, show: Callable[..., Response], what: Literal["own", "see"]) -> Visited:
        ask: Callable[[Request], Response] = partial(show, site, portal, language)
        return Visited(Route(_path(language, page), ask), what)

    def done(
        page: str, do: Callable[..., Awaitable[Response]], what: Literal["alter", "answer"]
    ) -> Visited:
        ask: Callable[[Request], Awaitable[Response]] = partial(do, site, portal, language)
        return Visited(Route(_path(language, page), ask, methods=["POST"]), what)

    return [
        seen("developer", show_developer),
        seen("developer_limits", show_limits),
        seen("developer_status", show_status),
        seen("developer_product", show_product),
        told("developer_applications", show_applications, "own"),
        done("developer_applications", register, "alter"),
        told("developer_application", show_application, "own"),
        done("developer_application", act, "alter"),
        told("developer_waiting", show_waiting, "see"),
        done("developer_waiting", answer, "answer"),
        seen("developer_api", show_api),
        seen("developer_operation", show_operation),
    ]


def _path(language: Language, page: str) -> str:
    """Return the address of a page with its names as a router wants them."""
    names = ("api", "operation", "product", "application")
    return language.address(page, **{name: f"{{{name}}}" for name in names})
