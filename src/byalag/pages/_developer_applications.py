"""Pages where a person who has logged in registers applications, and sees what they ask."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from byalag import ByalagError
from byalag.governance import Actor, NotAllowed
from byalag.model import Micros
from byalag.pages._developer import Portal, offered
from byalag.pages._developer_usage import drawn
from byalag.pages._enter import refuse_strangers
from byalag.pages._language import Language
from byalag.pages._site import EPOCH, Site
from byalag.store import Registered

FIELDS: Mapping[str, int] = {"name": 100, "organisation": 200, "contact": 200, "purpose": 1000}
_LONGEST = 32 * 1024  # bytes of a form
_NOTE = 100  # characters of what a key is called


def show_applications(site: Site, portal: Portal, language: Language, request: Request) -> Response:
    """Answer with a person's applications, and the form that registers one."""
    return site.page(
        request,
        language,
        "developer_applications.html",
        here="developer_applications",
        applications=portal.office.owned(_owner(request)),
        steward=portal.steward(request),
        given={},
        wrong="",
        fields=FIELDS,
    )


async def register(site: Site, portal: Portal, language: Language, request: Request) -> Response:
    """Register an application, or say what is lacking."""
    refuse_strangers(request)
    given = await _form(request)
    wrong = "name" if not given.get("name") else "purpose" if not given.get("purpose") else ""
    if not wrong:
        try:
            made = await portal.office.register(given, _actor(request))
        except ByalagError:
            wrong = "many"
        else:
            return _to(language, made)
    return site.page(
        request,
        language,
        "developer_applications.html",
        here="developer_applications",
        status=400,
        applications=portal.office.owned(_owner(request)),
        steward=portal.steward(request),
        given=given,
        wrong=wrong,
        fields=FIELDS,
    )


def show_application(site: Site, portal: Portal, language: Language, request: Request) -> Response:
    """Answer with one application: what it may use, its keys, and what it has asked."""
    application = _found(portal, request)
    usage = portal.office.usage(application.id)
    wishes = portal.office.wishes(application.id)
    wished = {wish.product for wish in wishes}
    open_to = [
        one
        for one in offered(portal, drafts=False)
        if one.state == "published" and one.plans and one.id not in wished
    ]
    return site.page(
        request,
        language,
        "developer_application.html",
        here="developer_application",
        named={"application": application.id},
        application=application,
        wishes=wishes,
        products=portal.products,
        open_to=open_to,
        keys=portal.keys.of(application.id),
        homes=_homes(portal, application.id),
        usage=usage,
        chart=drawn(usage.days),
        moment=_moment,
        town=portal.municipality,
        fields=FIELDS,
    )


async def act(site: Site, portal: Portal, language: Language, request: Request) -> Response:
    """Do what a form on an application's page asks for; a new key is shown in the answer."""
    refuse_strangers(request)
    application = _found(portal, request)
    given, who = await _form(request), _actor(request)
    what, product, prefix = (given.get(name, "") for name in ("act", "product", "prefix"))
    id_, office, keys = application.id, portal.office, portal.keys
    if what == "delete":
        await office.delete(id_, who)
        return RedirectResponse(language.address("developer_applications"), 303)
    if what == "alter" and given.get("name") and given.get("purpose"):
        await office.alter(id_, given, who)
    elif what == "subscribe":
        await _subscribe(portal, id_, product, who)
    elif what == "unsubscribe":
        await office.unsubscribe(id_, product, who)
    elif what == "revoke":
        if not await keys.revoke(id_, prefix, who):
            raise HTTPException(404)
    elif what in {"key", "rotate"}:
        return await _new_key(site, portal, language, request, application, given)
    else:
        raise HTTPException(400, "There is nothing to do.")
    return _to(language, id_)


def show_waiting(site: Site, portal: Portal, language: Language, request: Request) -> Response:
    """Answer with the applications that wait for a steward, and those that have been let in."""
    return site.page(
        request,
        language,
        "developer_waiting.html",
        here="developer_waiting",
        rows=portal.office.waiting(_actor(request)),
        products=portal.products,
        drafts=[one for one in portal.products.values() if one.state == "draft"],
        town=portal.municipality,
    )


async def answer(site: Site, portal: Portal, language: Language, request: Request) -> Response:
    """Let an application in, or refuse it."""
    del site
    refuse_strangers(request)
    given = await _form(request)
    id_, product = given.get("application", ""), given.get("product", "")
    let_in, why = given.get("answer") == "yes", given.get("why", "")[:500]
    try:
        done = await portal.office.answer(id_, product, let_in=let_in, why=why, who=_actor(request))
    except NotAllowed as error:
        raise HTTPException(403, str(error)) from error
    if not done:
        raise HTTPException(404)
    return RedirectResponse(language.address("developer_waiting"), 303)


async def _subscribe(portal: Portal, id_: str, product: str, who: Actor) -> None:
    name, _, plan = product.partition(":")
    found = portal.products.get(name)
    if found is None or found.state != "published" or plan not in found.plans:
        raise HTTPException(400, "There is no such plan.")
    await portal.office.subscribe(id_, found, plan, who)


async def _new_key(  # noqa: PLR0913, PLR0917 -- what makes the one page that shows a key
    site: Site,
    portal: Portal,
    language: Language,
    request: Request,
    application: Registered,
    given: Mapping[str, str],
) -> Response:
    """Answer with a key, this once; nothing on the way may keep the answer."""
    who, note, home = _actor(request), given.get("note", "")[:_NOTE], given.get("municipality", "")
    if given["act"] == "rotate":
        shown = await portal.keys.rotate(application.id, given.get("prefix", ""), who)
        if shown is None:
            raise HTTPException(404)
    else:
        if home and home not in _homes(portal, application.id):
            raise HTTPException(400, "The application has not been let in there.")
        try:
            shown = await portal.keys.add(application.id, note, home, who)
        except NotAllowed as error:
            raise HTTPException(400, str(error)) from error
    page = site.page(
        request,
        language,
        "developer_key.html",
        here="developer_application",
        named={"application": application.id},
        application=application,
        shown=shown,
        rotated=given["act"] == "rotate",
    )
    page.headers["Cache-Control"] = "no-store"
    del page.headers["ETag"]
    return page


def _homes(portal: Portal, id_: str) -> list[str]:
    """Return whose own data an application has been let in to read."""
    found = {
        portal.products[wish.product].municipality
        for wish in portal.office.wishes(id_)
        if wish.state == "let-in" and wish.product in portal.products
    }
    return sorted(filter(None, found))


async def _form(request: Request) -> dict[str, str]:
    """Return what a form says, no field longer than it may be."""
    body = await request.body()
    given = parse_qs(body[:_LONGEST].decode("utf-8", "replace"))
    return {
        name: "".join(one for one in values[0].strip() if one.isprintable() or one == "\n")[
            : FIELDS.get(name, 1000)
        ]
        for name, values in given.items()
    }


def _actor(request: Request) -> Actor:
    actor: Actor = request.scope["actor"]
    return actor


def _owner(request: Request) -> str:
    """Return whose applications are asked for: the person's who has logged in."""
    person = _actor(request).person
    if person is None:
        raise HTTPException(403, "Log in to register applications.")
    return person.id


def _found(portal: Portal, request: Request) -> Registered:
    found = portal.office.find(request.path_params["application"], _owner(request))
    if found is None:
        raise HTTPException(404)
    return found


def _moment(micros: Micros) -> datetime:
    return EPOCH + timedelta(microseconds=micros)


def _to(language: Language, id_: str) -> Response:
    return RedirectResponse(language.address("developer_application", application=id_), 303)
