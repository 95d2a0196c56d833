"""When there is no page to show: what happened, and what to do next."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from byalag.governance import ANYONE, Actor
from byalag.pages._ask import Misasked
from byalag.pages._enter import COOKIE
from byalag.pages._language import Language
from byalag.pages._site import Site

_SERVER = 500
_UNKNOWN = 401


def wrong(
    site: Site, request: Request, language: Language, status: int, reference: str = ""
) -> Response:
    """Answer with the page for a status; `reference` is what an operator can search for.

    Whoever needs a key on the operator's pages is shown where to show it, and whoever needs to be
    known is shown where to log in.
    """
    refused: Actor = request.scope.get("refused", ANYONE)
    drift = request.url.path.startswith(language.address("drift")) and refused.person is None
    known = drift and COOKIE in request.cookies
    if status == _UNKNOWN and site.view.login and request.method == "GET" and not known:
        asked = f"{request.url.path}?{request.url.query}".rstrip("?")
        return RedirectResponse(f"{language.address('login')}?{urlencode({'next': asked})}", 303)
    if status in {401, 403} and drift and request.method == "GET":
        asked = "?wrong" if COOKIE in request.cookies else ""
        return RedirectResponse(language.address("drift_enter") + asked, 303)
    key = str(status) if language.knows(f"error.text_{status}") else "other"
    return _page(
        site,
        request,
        language,
        status,
        title=language.plain(f"error.title_{key}"),
        text=language.plain(f"error.text_{key}"),
        reference=reference,
    )


def misasked(site: Site, language: Language, request: Request, error: Misasked) -> Response:
    """Answer that an address cannot be understood, and how it is written."""
    return _page(
        site,
        request,
        language,
        400,
        title=language.plain("error.title_400"),
        text=language.plain(f"error.bad_{error.parameter}", given=error.given[:40]),
    )


def language_of(site: Site, path: str) -> Language:
    """Return the language that an address is in."""
    first = path.strip("/").partition("/")[0]
    return site.languages.get(first) or next(iter(site.languages.values()))


def _page(  # noqa: PLR0913 -- what makes one page
    site: Site,
    request: Request,
    language: Language,
    status: int,
    *,
    title: str,
    text: str,
    reference: str = "",
) -> Response:
    return site.page(
        request,
        language,
        "error.html",
        here="error",
        status=status,
        title=title,
        text=text,
        reference=reference if status >= _SERVER else "",
    )
