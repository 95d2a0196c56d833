"""A page for each municipality: who it is, what it has open, in its own colours."""

from starlette.requests import Request
from starlette.responses import Response

from byalag.model import Municipality
from byalag.pages._error import wrong
from byalag.pages._language import Language
from byalag.pages._site import Site

_NOT_FOUND = 404


def show_town(site: Site, language: Language, request: Request) -> Response:
    """Answer with who a municipality is and what it has open; 404 where there is no such."""
    town = town_of(site, request.path_params["code"])
    if town is None or language.code not in (town.languages or (language.code,)):
        return wrong(site, request, language, _NOT_FOUND, "")
    return site.page(
        request,
        language,
        "town.html",
        here="town",
        named={"code": town.code},
        town=town,
        paused=site.view.paused(town.code),
        datasets=sorted(site.view.opened(town.code), key=lambda one: one.id),
    )


def town_of(site: Site, code: str) -> Municipality | None:
    """Return one municipality of the hub."""
    return next((one for one in site.view.municipalities if one.code == code), None)
