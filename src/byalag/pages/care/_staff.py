"""Pages for staff: the units, and the homes of a unit with those that need somebody first."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Final

from anyio import to_thread
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from byalag.analysis import Change
from byalag.governance import Actor
from byalag.model import Micros, MunicipalityCode
from byalag.pages._language import Language
from byalag.pages._site import Site
from byalag.pages.care._form import form_of
from byalag.pages.care._glance import Glance, glance
from byalag.pages.care._handover import handover
from byalag.pages.care._hinder import heard_of, hindrances
from byalag.pages.care._may import home_in, is_staff, own_homes, ward_of, wards_of
from byalag.pages.care._page import page
from byalag.pages.care._ports import Care, Ward
from byalag.pages.care._slow import slowly, why
from byalag.pages.care._stream import streamed
from byalag.pages.care._week import weeks
from byalag.services import Refused
from byalag.services.care import Home, HomeId, Opened, Said, StageSet, onward

URGENT: Final = frozenset({"deviation", "no-contact", "taken", "habit", "activity", "sensor"})
_PARTS: Final = {"municipality": "{municipality}", "unit": "{unit}", "home": "{home}"}


class Count(Struct, frozen=True, kw_only=True):
    """One unit in the list, and how many of its homes are in each case."""

    ward: Ward
    homes: int
    cases: Mapping[str, int]


def named(ward: Ward, home: HomeId | None = None) -> dict[str, str]:
    """Return what names a unit, or a home in it, in an address."""
    found = {"municipality": ward.municipality, "unit": ward.unit.id}
    return found if home is None else {**found, "home": home}


def template(language: Language, page: str) -> str:
    """Return an address as a router wants it."""
    return language.address(page, **_PARTS)


def glances(site: Site, care: Care, ward: Ward) -> list[Glance]:
    """Return the homes of a unit that are open, those where somebody is needed first."""
    now, lookout = site.view.now(), care.lookout(ward.municipality)
    found = [
        glance(
            home,
            lookout.standing(home.id),
            now,
            changes=bool(changing(care, ward.municipality, home.id)),
        )
        for home in care.book(ward.municipality).homes(ward.unit.id)
        if home.open
    ]
    return sorted(found, key=lambda one: one.order)


async def show_units(site: Site, care: Care, language: Language, request: Request) -> Response:
    """Answer with the units of whoever asks; a relative's own homes, if they have no unit."""
    actor: Actor = request.scope["actor"]
    now = site.view.now()
    if not is_staff(actor, care.wards()) and own_homes(care, actor, now):
        return RedirectResponse(language.address("care_mine"), 303)
    wards = wards_of(care, actor, now)
    counts: list[Count] = []
    for ward in wards:
        seen = await to_thread.run_sync(glances, site, care, ward)
        cases = Counter(one.urgency for one in seen)
        counts.append(Count(ward=ward, homes=len(seen), cases=cases))
    return page(
        site,
        request,
        language,
        "care_units.html",
        here="care",
        counts=counts,
        urgent=URGENT,
        names=names(site),
        several=len({ward.municipality for ward in wards}) > 1,
    )


async def show_unit(
    site: Site, care: Care, language: Language, request: Request, *, refused: str = ""
) -> Response:
    """Answer with the homes of a unit, ordered by harm."""
    ward = ward_of(care, request, site.view.now())
    seen = await to_thread.run_sync(glances, site, care, ward)
    heard = await to_thread.run_sync(heard_of, care, ward, [one.home for one in seen])
    wanted = "handover" in request.query_params
    text = await to_thread.run_sync(handover, site, care, language, ward, seen) if wanted else ""
    await care.seen(request.scope["actor"], ward, [one.id for one in seen], "unit")
    return page(
        site,
        request,
        language,
        "care_unit.html",
        here="care_unit",
        place=named(ward),
        code=ward.municipality,
        ward=ward,
        urgent=[one for one in seen if one.urgency in URGENT],
        calm=[one for one in seen if one.urgency not in URGENT],
        stages={one.id: onward(one.home) for one in seen},
        hinders={one.id: hindrances(one.home, ward, heard, site.view.now()) for one in seen},
        sentence=partial(sentence, site, care, language, ward),
        handover=text,
        refused=refused,
        news=language.address("care_unit_news", **named(ward)),
    )


async def show_board(site: Site, care: Care, language: Language, request: Request) -> Response:
    """Answer with the unit for a screen on a wall: pseudonyms and states, and nothing else."""
    ward = ward_of(care, request, site.view.now())
    seen = await to_thread.run_sync(glances, site, care, ward)
    await care.seen(request.scope["actor"], ward, [one.id for one in seen], "board")
    return page(
        site,
        request,
        language,
        "care_board.html",
        here="care_board",
        place=named(ward),
        code=ward.municipality,
        ward=ward,
        seen=seen,
        urgent=[one for one in seen if one.urgency in URGENT],
        news=language.address("care_unit_news", **named(ward)),
    )


async def tell_unit(site: Site, care: Care, language: Language, request: Request) -> Response:
    """Answer with server-sent events: one whenever the unit's list is no longer the same."""
    ward = ward_of(care, request, site.view.now())
    gate, scope = request.scope["gate"], request.scope

    def look() -> object | None:
        if not gate.still_admits(scope):
            return None
        return [
            (one.id, one.urgency, one.since, one.notice, one.told, one.taken, one.home.stage)
            for one in glances(site, care, ward)
        ]

    return streamed(request, look, lambda: clock(site, language), care.stopped)


async def open_home(site: Site, care: Care, language: Language, request: Request) -> Response:
    """Enter a new home in a unit, and go on to its settings."""
    ward = ward_of(care, request, site.view.now())
    id_ = care.new_id("home")
    await say(site, care, request, ward, id_, [Opened(unit=ward.unit.id)])
    return RedirectResponse(language.address("care_settings", **named(ward, id_)), 303)


async def stage_homes(site: Site, care: Care, language: Language, request: Request) -> Response:
    """Take several homes one stage on, each that nothing hinders; tell how many could not."""
    ward = ward_of(care, request, site.view.now())
    form = await form_of(request)
    left = 0
    for id_ in form.many.get("home", []):
        home = care.book(ward.municipality).home(id_)
        stage = None if home is None or home.unit != ward.unit.id else onward(home)
        if home is None or stage is None:
            left += 1
            continue
        try:
            await say(site, care, request, ward, id_, [StageSet(stage=stage)])
        except Refused:
            left += 1
    where = language.address("care_unit", **named(ward))
    return RedirectResponse(f"{where}?said={'stage_left' if left else 'stage'}", 303)


async def show_unit_week(site: Site, care: Care, language: Language, request: Request) -> Response:
    """Answer with the last seven days of a unit, to be read on paper too."""
    ward = ward_of(care, request, site.view.now())
    seen = await to_thread.run_sync(glances, site, care, ward)
    await care.seen(request.scope["actor"], ward, [one.id for one in seen], "week")
    local = site.local(language)
    return page(
        site,
        request,
        language,
        "care_week.html",
        here="care_week",
        place=named(ward),
        code=ward.municipality,
        ward=ward,
        since=local.local_day(local.now) - timedelta(days=7),
        until=local.local_day(local.now),
        weeks=await to_thread.run_sync(weeks, site, care, ward, [one.home for one in seen]),
        slowly=partial(slowly, site, language),
    )


async def say(  # noqa: PLR0913, PLR0917 -- who says what of which home
    site: Site, care: Care, request: Request, ward: Ward, home: HomeId, said: Sequence[Said]
) -> None:
    """Say something of a home, as whoever asks.

    Raises:
        Refused: it cannot be said, as the home is now.
    """
    actor: Actor = request.scope["actor"]
    await care.book(ward.municipality).say(home, said, who=actor.name, at=site.view.now())


def staffed(care: Care, request: Request, now: Micros) -> tuple[Ward, Home]:
    """Return the unit and the home that an address names, for staff who may see them.

    Raises:
        HTTPException: they may not, or there is none.
    """
    ward = ward_of(care, request, now)
    return ward, home_in(care, ward, request)


def sentence(site: Site, care: Care, language: Language, ward: Ward, seen: Glance) -> str:
    """Return what was not seen, since when and how unusual that is; "" without a notice."""
    if seen.opened is None:
        return ""
    standing = care.lookout(ward.municipality).standing(seen.id)
    return why(site, language, seen.home, seen.opened, standing)


def changing(care: Care, code: MunicipalityCode, home: HomeId) -> Sequence[Change]:
    """Return what changes slowly in a home."""
    week = care.week(code, home)
    return () if week is None else week.changes


def clock(site: Site, language: Language) -> str:
    """Return the time of day as a reader of a language writes it."""
    local = site.local(language)
    return local.clock(local.now)


def names(site: Site) -> dict[MunicipalityCode, str]:
    """Return the municipalities' names by their codes."""
    return {one.code: one.name for one in site.view.municipalities}
