"""Letting an operator in: a key is shown once, and kept in the browser until it is closed."""

from urllib.parse import parse_qs, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from byalag.pages._language import Language
from byalag.pages._site import Site

COOKIE = "byalag_operator"
_LONGEST = 4096  # bytes of the form


def show_enter(site: Site, language: Language, request: Request) -> Response:
    """Answer with the form where a key is shown."""
    wrong = request.query_params.get("wrong") is not None
    return site.page(request, language, "enter.html", here="drift_enter", wrong=wrong)


async def enter(site: Site, language: Language, request: Request) -> Response:
    """Keep the key that is shown; the pages ask the gate about it each time."""
    refuse_strangers(request)
    body = await request.body()
    given = parse_qs(body[:_LONGEST].decode("utf-8", "replace")).get("key", [""])[0].strip()
    answer = RedirectResponse(language.address("drift"), 303)
    answer.set_cookie(
        COOKIE,
        given if given.isascii() and given.isprintable() else "",
        httponly=True,
        samesite="strict",
        secure=site.view.base_url.startswith("https:"),
    )
    return answer


async def leave(site: Site, language: Language, request: Request) -> Response:
    """Forget the key."""
    refuse_strangers(request)
    answer = RedirectResponse(language.address("home"), 303)
    secure = site.view.base_url.startswith("https:")
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=secure)
    return answer


def refuse_strangers(request: Request) -> None:
    """Refuse a form that another site has sent.

    Raises:
        HTTPException: the form comes from elsewhere.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site == "same-origin":
        return  # the browser's own word; its Origin may be null, as our pages want no referrer
    if site is not None:
        raise HTTPException(403, "This form was sent from another site.")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise HTTPException(403, "This form was sent from another site.")
