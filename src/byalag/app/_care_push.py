"""Where a browser says that it wants to be told: by the link that it was sent, and nothing else."""

from functools import partial
from pathlib import Path
from typing import Final

import msgspec
from anyio import to_thread
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from byalag import Misconfigured
from byalag.app._access import OPEN
from byalag.app._care_identity import Subscription, Unclear
from byalag.app._care_link import ACT, AT, FOLLOW
from byalag.app._care_ways import CareWays
from byalag.app._face import Part
from byalag.app._hub import Hub
from byalag.engine import application_key
from byalag.governance import Action
from byalag.model import MunicipalityCode
from byalag.outlets.push import Settings as PushSettings
from byalag.services.care import Visit

WORKER: Final = "/push-worker.js"  # at the root, so that it may show messages of every page
_SCRIPT: Final = (Path(__file__).parent / "push-worker.js").read_bytes()
_LONGEST: Final = 4096  # bytes of a subscription
_OWN: Final = {"Cache-Control": "no-store"}


class _Said(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a browser says: where it is told and by which keys, or that it is told no more."""

    endpoint: str
    p256dh: str = ""
    auth: str = ""
    stop: bool = False


def care_push(hub: Hub, ways: CareWays) -> Part:
    """Return the addresses by which a browser begins and ends to be told."""
    return Part(
        routes=[
            (Route(WORKER, _worker, methods=["GET"]), OPEN),
            (Route(f"{AT}/push", partial(_offer, hub, ways), methods=["GET"]), FOLLOW),
            (Route(f"{AT}/push", partial(_take, hub, ways), methods=["POST"]), ACT),
        ]
    )


async def _worker(_request: Request) -> Response:
    return Response(
        _SCRIPT,
        media_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "no-cache"},
    )


async def _offer(hub: Hub, ways: CareWays, request: Request) -> Response:
    """Answer with the key that a browser subscribes with, if it may be told."""
    visit = await ways.links.visit(request.scope, request.path_params["token"])
    key = await to_thread.run_sync(_key, hub, ways, visit) if visit is not None else ""
    if not key:
        return _nothing()
    return JSONResponse({"key": key}, headers=_OWN)


async def _take(hub: Hub, ways: CareWays, request: Request) -> Response:
    """Take in that a browser wants to be told, or no more."""
    action: Action = "write"
    visit = await ways.links.visit(request.scope, request.path_params["token"], action)
    if visit is None or not await to_thread.run_sync(_key, hub, ways, visit):
        return _nothing()
    identities = ways.places[visit.municipality].identities
    body = (await request.body())[: _LONGEST + 1]
    try:
        said = msgspec.json.decode(body, type=_Said)
        if said.stop:
            await identities.unsubscribe(visit.contact, said.endpoint, who=visit.contact)
        else:
            given = Subscription(endpoint=said.endpoint, p256dh=said.p256dh, auth=said.auth)
            await identities.subscribe(visit.contact, given, who=visit.contact)
    except (msgspec.MsgspecError, Unclear):
        return PlainTextResponse("This is no subscription of a browser.\n", 400, headers=_OWN)
    return Response(status_code=204, headers=_OWN)


def _nothing() -> Response:
    return PlainTextResponse("There is nothing to be told here.\n", 404, headers=_OWN)


def _key(hub: Hub, ways: CareWays, visit: Visit) -> str:
    """Return the key of the outlet that pushes to a contact's browsers; "" if none does."""
    book = ways.places[visit.municipality].book
    home, unit = book.home(visit.home), book.unit(visit.home)
    contact = home.contacts.get(visit.contact) if home is not None else None
    if contact is None or unit is None or "push" not in contact.ways:
        return ""
    return _of_outlet(hub, visit.municipality, unit.ways.get("push", ""))


def _of_outlet(hub: Hub, code: MunicipalityCode, name: str) -> str:
    for one in hub.tenant(code).outlets:
        if one.name == name and isinstance(one.settings, PushSettings):
            try:
                return application_key(hub.secret(one.settings.key))
            except Misconfigured:  # the outlet itself says so, where it is looked after
                return ""
    return ""
