"""The settings of a home: what is agreed and how it is made, in forms that say what they mean."""

from functools import partial
from typing import Final, get_args

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from byalag.governance import Actor
from byalag.model import ThingId, Words
from byalag.pages._language import Language
from byalag.pages._site import Site
from byalag.pages.care._form import form_of
from byalag.pages.care._glance import contact_name, glance
from byalag.pages.care._hinder import heard_of, hindrances, unhandled
from byalag.pages.care._page import page
from byalag.pages.care._ports import Care, Ward, Who
from byalag.pages.care._said import Unclear, Wish, said_by
from byalag.pages.care._staff import clock, named, say, staffed
from byalag.pages.care._stream import streamed
from byalag.services.care import ROOMS, Counts, Home, Meaning, Sight, Unsayable

_MEANINGS: Final[tuple[Meaning, ...]] = get_args(Meaning)
_COUNTS: Final[tuple[Counts, ...]] = get_args(Counts)
_SIGHTS: Final[tuple[Sight, ...]] = get_args(Sight)
_BEATS: Final = ("5m", "10m", "20m", "30m", "1h", "2h", "6h", "12h", "24h")
_WAITS: Final = ("10m", "15m", "30m", "1h", "2h")
_HOURS: Final = (1, 2, 4, 12, 24)


async def show_settings(  # noqa: PLR0913 -- what makes the page
    site: Site,
    care: Care,
    language: Language,
    request: Request,
    *,
    refused: str = "",
    why: Words | None = None,
    who: tuple[ThingId, Who] | None = None,
) -> Response:
    """Answer with the settings of a home, and what hinders its next stage."""
    now = site.view.now()
    ward, home = staffed(care, request, now)
    await care.seen(request.scope["actor"], ward, (home.id,), "settings")
    seen = glance(home, care.lookout(ward.municipality).standing(home.id), now)
    heard = await to_thread.run_sync(care.heard, ward, home.id)
    ever = await to_thread.run_sync(heard_of, care, ward, [home])
    local = site.local(language)
    return page(
        site,
        request,
        language,
        "care_settings.html",
        here="care_settings",
        place=named(ward, home.id),
        code=ward.municipality,
        ward=ward,
        home=home,
        seen=seen,
        heard=heard,
        agreed=home.agreed(now),
        told_to=home.told_to(now),
        role=partial(contact_name, home, me=None),
        browsers=await to_thread.run_sync(_browsers, care, ward, home),
        hinders=hindrances(home, ward, ever, now),
        unhandled=unhandled(home),
        places=ROOMS,
        meanings=_MEANINGS,
        counts=_COUNTS,
        sights=_SIGHTS,
        beats=_BEATS,
        waits=_WAITS,
        hours=_HOURS,
        today=local.local_day(local.now),
        away=home.away if home.away is not None and home.away > now else None,
        visiting=home.visiting if home.visiting is not None and home.visiting > now else None,
        refused=refused,
        why=why,
        who=who,
        news=language.address("care_heard_news", **named(ward, home.id)),
    )


async def do_settings(site: Site, care: Care, language: Language, request: Request) -> Response:
    """Say what a form says of a home, and show its settings again."""
    now = site.view.now()
    ward, home = staffed(care, request, now)
    actor: Actor = request.scope["actor"]
    form = await form_of(request)
    if form.get("act") == "who" and form.get("contact") in home.contacts:
        asked = form["contact"]
        who = (asked, await care.identity(ward, home.id, asked, actor))
        return await show_settings(site, care, language, request, who=who)
    where = language.address("care_settings", **named(ward, home.id))
    if form.get("act") == "contact_browsers" and form.get("contact") in home.contacts:
        await care.forget(ward, form["contact"], actor.name)
        return RedirectResponse(f"{where}?said=browsers#contact", 303)
    wish = Wish(form=form, home=home, ward=ward, now=now, zone=site.zone, new_id=care.new_id)
    try:
        said, whom = said_by(wish)
        if said:
            await say(site, care, request, ward, home.id, said)
        if whom is not None:
            await care.naming(ward, home.id, whom[0], whom[1], actor)
    except Unclear as unclear:
        return await show_settings(
            site, care, language, request, refused=f"care.{unclear.sentence}"
        )
    except Unsayable as error:
        return await show_settings(
            site, care, language, request, refused="care.bad_refused", why=error.words
        )
    return RedirectResponse(f"{where}?said={form['act']}#{form['act'].partition('_')[0]}", 303)


async def tell_heard(site: Site, care: Care, language: Language, request: Request) -> Response:
    """Answer with server-sent events: one whenever a sensor of the unit has told something."""
    ward, home = staffed(care, request, site.view.now())
    gate, scope = request.scope["gate"], request.scope

    def look() -> object | None:
        if not gate.still_admits(scope):
            return None
        return [care.book(ward.municipality).home(home.id), *care.heard(ward, home.id)]

    return streamed(request, look, lambda: clock(site, language), care.stopped)


def _browsers(care: Care, ward: Ward, home: Home) -> dict[ThingId, int]:
    """Return how many browsers get messages for each contact of a home."""
    return {one: care.browsers(ward, one) for one in home.contacts}
