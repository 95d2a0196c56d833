"""Pages for staff about one home: how it is, its day, its devices, and what was told to whom."""

from datetime import date
from functools import partial
from typing import Final

from anyio import to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from byalag.governance import Actor
from byalag.pages._language import Language
from byalag.pages._site import Site
from byalag.pages.care._day import as_csv, drawn
from byalag.pages.care._form import form_of, own
from byalag.pages.care._glance import contact_name, glance
from byalag.pages.care._hinder import heard_of, hindrances, unhandled
from byalag.pages.care._page import page
from byalag.pages.care._past import cases, changes
from byalag.pages.care._ports import Care, Ward, Who
from byalag.pages.care._slow import slowly, why
from byalag.pages.care._staff import changing, clock, named, say, sentence, staffed
from byalag.pages.care._stream import streamed
from byalag.services import Refused
from byalag.services.care import Acknowledged, Home, NoticeClosed, NoticeOpened, Said

_CASES: Final = 10  # notices on the page; the history has them all
_CHANGES: Final = 500
_CSV: Final = "text/csv; charset=utf-8"


async def show_home(  # noqa: PLR0913 -- what makes the page
    site: Site,
    care: Care,
    language: Language,
    request: Request,
    *,
    refused: str = "",
    who: Who | None = None,
) -> Response:
    """Answer with one home. `who` is who lives there, if that has been asked for and allowed."""
    now = site.view.now()
    ward, home = staffed(care, request, now)
    code = ward.municipality
    standing = care.lookout(code).standing(home.id)
    slow = await to_thread.run_sync(changing, care, code, home.id)
    heard = await to_thread.run_sync(heard_of, care, ward, [home])
    seen = glance(home, standing, now, changes=bool(slow))
    actor: Actor = request.scope["actor"]
    await care.seen(actor, ward, (home.id,), "home")
    history = await to_thread.run_sync(care.history, code, home.id)
    return page(
        site,
        request,
        language,
        "care_home.html",
        here="care_home",
        place=named(ward, home.id),
        code=ward.municipality,
        ward=ward,
        home=home,
        seen=seen,
        who=who,
        standing=standing,
        sentence=sentence(site, care, language, ward, seen),
        day=await drawn(site, care, ward, home, language, _day(request)),
        cases=cases(history)[:_CASES],
        say_notice=partial(_notice, site, care, language, ward, home),
        role=partial(contact_name, home),
        onward=care.onward(ward, home, seen.notice, now) if seen.notice and not seen.taken else (),
        slow=[slowly(site, language, one) for one in slow],
        hinders=hindrances(home, ward, heard, now),
        unhandled=unhandled(home),
        refused=refused,
        news=language.address("care_home_news", **named(ward, home.id)),
    )


async def show_history(site: Site, care: Care, language: Language, request: Request) -> Response:
    """Answer with every change of a home and every notice: what, when and by whom."""
    ward, home = staffed(care, request, site.view.now())
    await care.seen(request.scope["actor"], ward, (home.id,), "history")
    history = await to_thread.run_sync(care.history, ward.municipality, home.id)
    return page(
        site,
        request,
        language,
        "care_history.html",
        here="care_history",
        place=named(ward, home.id),
        code=ward.municipality,
        ward=ward,
        home=home,
        cases=cases(history),
        changes=changes(history)[:_CHANGES],
        say_notice=partial(_notice, site, care, language, ward, home),
        role=partial(contact_name, home),
    )


async def write_day(site: Site, care: Care, language: Language, request: Request) -> Response:
    """Answer with a day of a home as comma-separated values."""
    ward, home = staffed(care, request, site.view.now())
    await care.seen(request.scope["actor"], ward, (home.id,), "day")
    local = site.local(language)
    day = _day(request) or local.local_day(local.now)
    view = await to_thread.run_sync(care.lookout(ward.municipality).day, home.id, day)
    if view is None:
        raise HTTPException(404)
    name = f"{home.id.rpartition(':')[2]}-{day.isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return own(Response(as_csv(view, local), headers=headers, media_type=_CSV))


async def show_who(site: Site, care: Care, language: Language, request: Request) -> Response:
    """Answer with the home and who lives there: decided and written down each time it is asked."""
    ward, home = staffed(care, request, site.view.now())
    actor: Actor = request.scope["actor"]
    who = await care.identity(ward, home.id, home.id, actor)
    return await show_home(site, care, language, request, who=who)


async def do_home(site: Site, care: Care, language: Language, request: Request) -> Response:
    """Look into a notice on behalf of staff, or close it."""
    ward, home = staffed(care, request, site.view.now())
    form = await form_of(request)
    notice, act = form.get("notice", ""), form.get("act", "")
    can: dict[str, Said] = {
        "looking": Acknowledged(notice=notice),
        "close": NoticeClosed(notice=notice, by="staff"),
    }
    said = can.get(act)
    if said is None:
        return await show_home(site, care, language, request, refused="care.bad_form")
    try:
        await say(site, care, request, ward, home.id, [said])
    except Refused:
        return await show_home(site, care, language, request, refused="care.bad_late")
    where = language.address("care_home", **named(ward, home.id))
    return RedirectResponse(f"{where}?said={act}", 303)


async def tell_home(site: Site, care: Care, language: Language, request: Request) -> Response:
    """Answer with server-sent events: one whenever the home is no longer as it was."""
    ward, home = staffed(care, request, site.view.now())
    gate, scope, code = request.scope["gate"], request.scope, ward.municipality

    def look() -> object | None:
        known = care.book(code).home(home.id)
        if known is None or not gate.still_admits(scope):
            return None
        standing = care.lookout(code).standing(home.id)
        seen = glance(known, standing, site.view.now())
        devices = [] if standing is None else [(one.device, one.state) for one in standing.devices]
        return (known, seen.state, seen.since, seen.notice, seen.last, devices)

    return streamed(request, look, lambda: clock(site, language), care.stopped)


def _notice(  # noqa: PLR0913, PLR0917 -- which notice of which home, and for whom it is written
    site: Site, care: Care, language: Language, ward: Ward, home: Home, opened: NoticeOpened
) -> str:
    return why(site, language, home, opened, care.lookout(ward.municipality).standing(home.id))


def _day(request: Request) -> date | None:
    """Return the day that an address asks for, if it asks for one.

    Raises:
        HTTPException: what it asks for is no day.
    """
    given = request.query_params.get("day", "")
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        raise HTTPException(404) from None
