"""The page of a relative or a client: one thing, the state, large and in words."""

from collections.abc import Callable, Sequence
from typing import Final

from anyio import to_thread
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from byalag.governance import Actor
from byalag.model import Micros
from byalag.pages._language import Language
from byalag.pages._site import Site
from byalag.pages.care._day import drawn
from byalag.pages.care._form import form_of
from byalag.pages.care._glance import Glance, acknowledged_by, contact_name, for_contact, glance
from byalag.pages.care._page import page
from byalag.pages.care._ports import Care, Onward, Ward
from byalag.pages.care._slow import why
from byalag.pages.care._when import hours_ahead, local_time
from byalag.services import Refused
from byalag.services.care import (
    Acknowledged,
    Away,
    Back,
    ConsentWithdrawn,
    Contact,
    Home,
    Said,
    Visiting,
)

HOURS: Final = (1, 2, 4, 12, 24)  # for how long a visit may be said to last


class Standpoint(Struct, frozen=True, kw_only=True):
    """Who looks at which home from where: a contact, by a link or logged in.

    `page` names the address of the page in each language and `named` what it is about; `allowed`
    tells whether they still may look. `who` is the name that is written in the journal. `reading`
    is whoever has logged in, of whom it is written down that they read; of a link that is done.
    """

    ward: Ward
    home: Home
    contact: Contact
    page: str
    named: dict[str, str]
    who: str
    allowed: Callable[[], bool]
    reading: Actor | None = None


class Teller(Struct, frozen=True, kw_only=True):
    """Somebody who is told, as the page lists them: a role, what they may see, and how."""

    role: str
    contact: Contact


class Step(Struct, frozen=True, kw_only=True):
    """Something that was done about a notice: who by role, and when."""

    at: Micros
    role: str
    what: str


def now_of(site: Site, care: Care, at: Standpoint) -> Glance:
    """Return the home as this contact may see it now."""
    now = site.view.now()
    home = care.book(at.ward.municipality).home(at.home.id) or at.home
    return for_contact(glance(home, care.lookout(at.ward.municipality).standing(home.id), now))


async def show_state(  # noqa: PLR0913, PLR0917 -- what makes the page, and what went wrong with it
    site: Site,
    care: Care,
    language: Language,
    request: Request,
    at: Standpoint,
    refused: str = "",
) -> Response:
    """Answer with how the home is, and what this contact may do about it."""
    now = site.view.now()
    seen = now_of(site, care, at)
    if at.reading is not None:
        await care.seen(at.reading, at.ward, (at.home.id,), at.page)
    return page(
        site,
        request,
        language,
        "care_state.html",
        here=at.page,
        place=at.named,
        code=at.ward.municipality,
        ward=at.ward,
        seen=seen,
        me=at.contact,
        refused=refused,
        sentence=_sentence(site, care, language, at, seen) if "reason" in at.contact.may else "",
        steps=_steps(care, at, seen) if seen.notice else [],
        looker=contact_name(seen.home, seen.taken.contact, at.contact.id) if seen.taken else "",
        onward=_onward(care, at, seen, now),
        tellers=_tellers(at, now),
        consents=seen.home.agreed(now),
        visiting=_until(seen.home.visiting, now),
        away=_until(seen.home.away, now),
        may_leave=at.contact.kind == "client" or at.contact.away,
        hours=HOURS,
        today=site.local(language).local_day(site.local(language).now),
        day=await drawn(site, care, at.ward, seen.home, language)
        if "timeline" in at.contact.may and seen.state != "off"
        else None,
        browsers=await to_thread.run_sync(care.browsers, at.ward, at.contact.id),
        action=language.address(f"{at.page}_say", **at.named),
        news=language.address(f"{at.page}_news", **at.named),
    )


async def answer_state(
    site: Site, care: Care, language: Language, request: Request, at: Standpoint
) -> Response:
    """Say of the home what the contact says, and show the page again."""
    form = await form_of(request)
    now = site.view.now()
    where = language.address(at.page, **at.named)
    if form.get("act") == "browsers":
        await care.forget(at.ward, at.contact.id, at.who)
        return RedirectResponse(f"{where}?said=browsers", 303)
    said = _said(site, at, form, now)
    if not said:
        return await show_state(site, care, language, request, at, refused="care.bad_form")
    try:
        await care.book(at.ward.municipality).say(at.home.id, said, who=at.who, at=now)
    except Refused:
        return await show_state(site, care, language, request, at, refused="care.bad_late")
    if form["act"] == "withdraw":
        return page(
            site,
            request,
            language,
            "care_withdrawn.html",
            here=at.page,
            place=at.named,
            code=at.ward.municipality,
        )
    return RedirectResponse(f"{where}?said={form['act']}", 303)


def look_of(site: Site, care: Care, at: Standpoint) -> Callable[[], object | None]:
    """Return what tells whether the page would say something else than before."""

    def look() -> object | None:
        if not at.allowed():
            return None
        seen = now_of(site, care, at)
        home = seen.home
        return (seen.state, seen.since, seen.notice, seen.taken, seen.told, home.visiting,
                home.away, tuple(home.consents))  # fmt: skip

    return look


def _said(  # noqa: PLR0911 -- one for each thing that a contact may say
    site: Site, at: Standpoint, form: dict[str, str], now: Micros
) -> Sequence[Said]:
    """Return what a contact may say by a form; nothing if it cannot be understood."""
    match form.get("act", ""):
        case "looking" if notice := form.get("notice", ""):
            return (Acknowledged(notice=notice, contact=at.contact.id),)
        case "visiting" if until := hours_ahead(form.get("hours", ""), now):
            return _there(at, until)
        case "left":
            return (Visiting(until=now, contact=at.contact.id),)
        case "away" if at.contact.kind == "client" or at.contact.away:
            until = local_time(form.get("day", ""), form.get("clock", ""), site.zone)
            return () if until is None else (Away(until=until),)
        case "back" if at.contact.kind == "client" or at.contact.away:
            return (Back(),)
        case "withdraw" if at.contact.kind == "client":
            return tuple(ConsentWithdrawn(consent=one.id) for one in at.home.agreed(now))
        case _:
            return ()


def _there(at: Standpoint, until: Micros) -> Sequence[Said]:
    """Say that a contact is there, and so looks into whatever is open."""
    waiting = (each for each in at.home.notices if each not in at.home.acknowledged)
    return (
        Visiting(until=until, contact=at.contact.id),
        *(Acknowledged(notice=each, contact=at.contact.id) for each in waiting),
    )


def _sentence(site: Site, care: Care, language: Language, at: Standpoint, seen: Glance) -> str:
    if seen.opened is None or seen.state not in {"deviation", "habit"}:
        return ""
    standing = care.lookout(at.ward.municipality).standing(seen.id)
    return why(site, language, seen.home, seen.opened, standing)


def _steps(care: Care, at: Standpoint, seen: Glance) -> list[Step]:
    """Return what was done about the notice: sent to whom, and who looks into it."""
    me = at.contact.id
    told = [
        Step(at=when, role=contact_name(seen.home, one.contact, me), what="sent")
        for when, one in seen.told
        if one.outcome == "taken" and one.about == "notice"
    ]
    history = care.history(at.ward.municipality, seen.home.id)
    looking = [
        Step(at=when, role=contact_name(seen.home, one.contact, me), what="looking")
        for when, one in acknowledged_by(history, seen.notice)
    ]
    return sorted([*told, *looking], key=lambda step: step.at)


def _onward(care: Care, at: Standpoint, seen: Glance, now: Micros) -> Sequence[Onward]:
    if not seen.notice or seen.taken or seen.state == "learning":
        return ()
    return care.onward(at.ward, seen.home, seen.notice, now)


def _tellers(at: Standpoint, now: Micros) -> list[Teller]:
    return [
        Teller(role=contact_name(at.home, id_, at.contact.id), contact=one)
        for id_, one in sorted(at.home.told_to(now).items(), key=lambda pair: pair[1].step)
    ]


def _until(until: Micros | None, now: Micros) -> Micros | None:
    return until if until is not None and until > now else None
