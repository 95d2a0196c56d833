"""The addresses of care, in every language, each with who may come there."""

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Literal, NamedTuple, TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from byalag.pages._enter import refuse_strangers
from byalag.pages._language import Language
from byalag.pages._site import Site
from byalag.pages.care._home import do_home, show_history, show_home, show_who, tell_home, write_day
from byalag.pages.care._mine import (
    do_link,
    do_own,
    renew_link,
    show_link,
    show_mine,
    show_own,
    tell_link,
    tell_own,
)
from byalag.pages.care._ports import Care
from byalag.pages.care._settings import do_settings, show_settings, tell_heard
from byalag.pages.care._staff import (
    open_home,
    show_board,
    show_unit,
    show_unit_week,
    show_units,
    stage_homes,
    tell_unit,
)

CareAct: TypeAlias = Literal["see", "do", "follow", "act"]
Shown: TypeAlias = Callable[[Site, Care, Language, Request], Awaitable[Response]]
_SEEN: dict[str, Shown] = {
    "care": show_units,
    "care_unit": show_unit,
    "care_unit_news": tell_unit,
    "care_board": show_board,
    "care_week": show_unit_week,
    "care_home": show_home,
    "care_home_news": tell_home,
    "care_day": write_day,
    "care_history": show_history,
    "care_settings": show_settings,
    "care_heard_news": tell_heard,
    "care_mine": show_mine,
    "care_own": show_own,
    "care_own_news": tell_own,
}
_DONE: dict[str, Shown] = {
    "care_open": open_home,
    "care_stage": stage_homes,
    "care_who": show_who,
    "care_home": do_home,
    "care_settings": do_settings,
    "care_own_say": do_own,
}
_FOLLOWED: dict[str, Shown] = {"care_link": show_link, "care_link_news": tell_link}
_ACTED: dict[str, Shown] = {"care_link_say": do_link, "care_link_new": renew_link}


class CareAddress(NamedTuple):
    """An address of care: see or do, logged in; or follow a link, or act by one."""

    route: BaseRoute
    act: CareAct


def care_addresses(site: Site, care: Care) -> list[CareAddress]:
    """Return the addresses of care in every language of a site."""
    return [
        address
        for language in site.languages.values()
        for address in _of_language(site, care, language)
    ]


def _of_language(site: Site, care: Care, language: Language) -> Iterator[CareAddress]:
    ways: list[tuple[CareAct, str, dict[str, Shown]]] = [
        ("see", "GET", _SEEN),
        ("do", "POST", _DONE),
        ("follow", "GET", _FOLLOWED),
        ("act", "POST", _ACTED),
    ]
    for act, method, pages in ways:
        for page, show in pages.items():
            path = language.address(page, **_NAMES)
            endpoint = partial(_guarded if act == "do" else _plain, show, site, care, language)
            yield CareAddress(Route(path, endpoint, methods=[method]), act)


async def _plain(
    show: Shown, site: Site, care: Care, language: Language, request: Request
) -> Response:
    return await show(site, care, language, request)


async def _guarded(
    show: Shown, site: Site, care: Care, language: Language, request: Request
) -> Response:
    """Answer a form that was sent from one of our own pages; a link is a secret by itself."""
    refuse_strangers(request)
    return await show(site, care, language, request)


_NAMES = {name: f"{{{name}}}" for name in ("municipality", "unit", "home", "token")}
