"""Where a relative or a client sees a home: by a link, or logged in among their own homes."""

from msgspec import Struct
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from byalag.governance import Action, Actor
from byalag.model import Micros
from byalag.pages._language import Language
from byalag.pages._site import Site
from byalag.pages.care._form import form_of
from byalag.pages.care._glance import Glance, for_contact, glance
from byalag.pages.care._may import contact_of, own_homes
from byalag.pages.care._page import page
from byalag.pages.care._ports import Care, Ward
from byalag.pages.care._relative import (
    Standpoint,
    answer_state,
    look_of,
    show_state,
)
from byalag.pages.care._staff import clock, names
from byalag.pages.care._stream import streamed
from byalag.services.care import Home


class Own(Struct, frozen=True, kw_only=True):
    """One of somebody's own homes in a list."""

    ward: Ward
    seen: Glance


async def show_mine(site: Site, care: Care, language: Language, request: Request) -> Response:
    """Answer with the homes where whoever has logged in is a contact."""
    actor: Actor = request.scope["actor"]
    now = site.view.now()
    found = own_homes(care, actor, now)
    for ward, home, _ in found:
        await care.seen(actor, ward, (home.id,), "mine")
    return page(
        site,
        request,
        language,
        "care_mine.html",
        here="care_mine",
        homes=[Own(ward=ward, seen=_seen(care, ward, home, now)) for ward, home, _ in found],
        names=names(site),
    )


async def show_own(site: Site, care: Care, language: Language, request: Request) -> Response:
    """Answer with one of somebody's own homes."""
    return await show_state(site, care, language, request, _logged_in(site, care, request))


async def do_own(site: Site, care: Care, language: Language, request: Request) -> Response:
    """Say something of one of somebody's own homes."""
    return await answer_state(site, care, language, request, _logged_in(site, care, request))


async def tell_own(site: Site, care: Care, language: Language, request: Request) -> Response:
    """Answer with server-sent events about one of somebody's own homes."""
    at = _logged_in(site, care, request)
    return streamed(request, look_of(site, care, at), lambda: clock(site, language), care.stopped)


async def show_link(site: Site, care: Care, language: Language, request: Request) -> Response:
    """Answer with what a link opens, or with how to get a new one."""
    at = await _by_link(site, care, request)
    if at is None:
        return lost(site, language, request)
    return await show_state(site, care, language, request, at)


async def do_link(site: Site, care: Care, language: Language, request: Request) -> Response:
    """Say something of the home that a link opens; that the link is held is what it proves."""
    at = await _by_link(site, care, request)
    if at is None:
        return lost(site, language, request)
    return await answer_state(site, care, language, request, at)


async def tell_link(site: Site, care: Care, language: Language, request: Request) -> Response:
    """Answer with server-sent events about the home that a link opens.

    Raises:
        HTTPException: the link opens nothing.
    """
    at = await _by_link(site, care, request)
    if at is None:
        raise HTTPException(404)
    return streamed(request, look_of(site, care, at), lambda: clock(site, language), care.stopped)


async def renew_link(site: Site, care: Care, language: Language, request: Request) -> Response:
    """Send a new link to whoever held this one, or is reached so; the answer is always the same."""
    reached = (await form_of(request)).get("reached", "")
    if reached:
        await care.reach(request.scope, reached)
    else:
        await care.renew(request.scope, request.path_params["token"])
    return lost(site, language, request, asked=True)


def lost(site: Site, language: Language, request: Request, *, asked: bool = False) -> Response:
    """Answer that a link opens nothing: nothing is said of why, nor of what it once opened."""
    token = request.path_params["token"]
    return page(
        site,
        request,
        language,
        "care_lost.html",
        here="error",
        place={"token": token},
        status=200 if asked else 404,
        asked=asked,
    )


async def _by_link(site: Site, care: Care, request: Request) -> Standpoint | None:
    """Return from where a home is seen by the link that an address holds; None if it is lost."""
    token = request.path_params["token"]
    action: Action = "write" if request.method == "POST" else "read"
    visit = await care.visit(request.scope, token, action)
    if visit is None:
        return None
    code, now = visit.municipality, site.view.now()
    home = care.book(code).home(visit.home)
    contact = None if home is None else home.told_to(now).get(visit.contact)
    if home is None or contact is None:
        return None
    ward = next(one for one in care.wards() if (one.municipality, one.unit.id) == (code, home.unit))

    def allowed() -> bool:
        known = care.book(code).home(visit.home)
        now = site.view.now()
        return known is not None and visit.contact in known.told_to(now) and now < visit.until

    return Standpoint(
        ward=ward,
        home=home,
        contact=contact,
        page="care_link",
        named={"token": token},
        who=contact.id,
        allowed=allowed,
    )


def _logged_in(site: Site, care: Care, request: Request) -> Standpoint:
    """Return from where a home is seen by whoever has logged in.

    Raises:
        HTTPException: they are no contact of it: to them there is no such page.
    """
    actor: Actor = request.scope["actor"]
    gate, scope = request.scope["gate"], request.scope
    code, id_ = request.path_params["municipality"], request.path_params["home"]
    action: Action = "write" if request.method == "POST" else "read"
    mine = own_homes(care, actor, site.view.now(), action)
    found = [one for one in mine if (one[0].municipality, one[1].id) == (code, id_)]
    if not found:
        raise HTTPException(404)
    ward, home, contact = found[0]

    def allowed() -> bool:
        known = care.book(code).home(id_)
        still = known is not None and contact_of(known, actor, site.view.now()) is not None
        return bool(still and gate.still_admits(scope))

    return Standpoint(
        ward=ward,
        home=home,
        contact=contact,
        page="care_own",
        named={"municipality": code, "home": id_},
        who=actor.name,
        allowed=allowed,
        reading=actor,
    )


def _seen(care: Care, ward: Ward, home: Home, now: Micros) -> Glance:
    standing = care.lookout(ward.municipality).standing(home.id)
    return for_contact(glance(home, standing, now))
