"""Subscriptions: created, read, changed, deleted (GS CIM 009, 5.8.1 to 5.8.5)."""

from typing import Final
from urllib.parse import quote, urlsplit
from uuid import UUID, uuid5

import msgspec

from byalag.model import Json, Micros
from byalag.standards import Reply, Window
from byalag.standards.ngsi_ld._answer import done, told
from byalag.standards.ngsi_ld._change import accepted, written
from byalag.standards.ngsi_ld._context import Context
from byalag.standards.ngsi_ld._contexts import implicit, is_own
from byalag.standards.ngsi_ld._core import documents
from byalag.standards.ngsi_ld._find import context_of, gathered
from byalag.standards.ngsi_ld._find_entities import Part
from byalag.standards.ngsi_ld._json import is_object
from byalag.standards.ngsi_ld._notify import what_there_is
from byalag.standards.ngsi_ld._operation import BODIES, JSON, LD_JSON, PATCHES, Operation
from byalag.standards.ngsi_ld._page import part_of, with_links
from byalag.standards.ngsi_ld._problem import Refused
from byalag.standards.ngsi_ld._refuse import refuse_data, refuse_missing
from byalag.standards.ngsi_ld._request import Request
from byalag.standards.ngsi_ld._subscription import (
    KEPT,
    SENT,
    WAS,
    Subscription,
    fared,
    kept,
    renamed,
    shown,
)
from byalag.standards.ngsi_ld._subscription_read import NULL, read
from byalag.standards.ngsi_ld._value import uri
from byalag.store import Here

MOST: Final = 10_000  # subscriptions of one municipality
_SPACE: Final = UUID("6f8dd4f2-6bb1-5f6c-9a52-3c0f2a6f7c11")


async def create(request: Request, window: Window) -> Reply:
    """Begin to notify (5.8.1)."""
    written(window)
    content, now = _object(request), window.now
    said = read(content, request.context, now)
    id_ = _id(content, now)
    one = Subscription(
        id=id_,
        said=said,
        context=request.context.given,
        documents=await _documents(request, window, request.context.given, said),
        created=now,
        modified=now,
        key=window.key,
    )

    def work(here: Here) -> Refused | None:
        if here.recall(KEPT + id_) is not None:
            return Refused(f"there is a subscription {id_} already", "AlreadyExists")
        if len(here.recalled(KEPT)) >= MOST:
            return Refused(f"there are {MOST} subscriptions, and no more", "TooManyResults")
        if "jsonldContext" not in one.said and is_own(one.context):
            name = implicit(here, one.context, now)
            one.said["jsonldContext"] = f"{request.spoken.root}/jsonldContexts/{name}"
            one.documents[one.said["jsonldContext"]] = {"@context": one.context}
        here.remember(KEPT + id_, msgspec.to_builtins(one))
        here.remember(WAS + id_, what_there_is(here, one))
        here.forget(SENT + id_)
        return None

    accepted(await window.change(work))
    place = f"{request.spoken.root}/subscriptions/{quote(id_, safe=':')}"
    return done(201, {"Location": place})


def _id(content: dict[str, Json], now: Micros) -> str:
    if "id" in content:
        return uri(content["id"], "a subscription's id")
    key = msgspec.json.encode([now, content], order="deterministic").decode()
    return f"urn:ngsi-ld:Subscription:{uuid5(_SPACE, key)}"


def _object(request: Request) -> dict[str, Json]:
    content = request.content
    if not is_object(content):
        refuse_data("a subscription is a JSON object")
    return content


async def _documents(
    request: Request, window: Window, given: Json, said: dict[str, Json]
) -> dict[str, Json]:
    """Return the contexts that are needed to notify, without the core's, which are always there."""
    found = dict(await gathered(given, window, request.spoken))
    if "jsonldContext" in said:
        found |= await gathered(said["jsonldContext"], window, request.spoken)
    return {address: one for address, one in found.items() if address not in documents()}


async def change(request: Request, window: Window) -> Reply:
    """Change a subscription: members that are null are taken away (5.8.2)."""
    written(window)
    id_, content, now = _named(request), _object(request), window.now
    before = _there(request, window)
    theirs = request.linked is not None or request.takes == LD_JSON
    given = request.context.given if theirs else before.context
    context = await context_of(given, window, request.spoken)
    gone = {name for name, value in content.items() if value in (None, NULL)}
    fresh = {name: value for name, value in content.items() if name not in gone}
    expanded = renamed(fresh, request.context.expand_name)
    old = {name: value for name, value in before.said.items() if name not in gone}
    if "expiresAt" not in content and before.is_expired(now):
        old.pop("expiresAt", None)
    said = read({**old, **expanded, "type": content.get("type", "Subscription")}, context, now)
    one = msgspec.structs.replace(
        before,
        said=said,
        context=given,
        documents=await _documents(request, window, given, said),
        modified=now,
    )

    def work(here: Here) -> Refused | None:
        if here.recall(KEPT + id_) is None:
            return _missing(id_)
        here.remember(KEPT + id_, msgspec.to_builtins(one))
        return None

    accepted(await window.change(work))
    return done()


async def delete(request: Request, window: Window) -> Reply:
    """Notify no more (5.8.5)."""
    written(window)
    id_ = _named(request)

    def work(here: Here) -> Refused | None:
        if here.recall(KEPT + id_) is None:
            return _missing(id_)
        for kind in (KEPT, SENT, WAS):
            here.forget(kind + id_)
        return None

    accepted(await window.change(work))
    return done()


async def retrieve(request: Request, window: Window) -> Reply:
    """Answer a subscription, and how its notifications have fared (5.8.3)."""
    one = _there(request, window)
    return told(request, _shown(request, window, one, request.context))


async def query(request: Request, window: Window) -> Reply:
    """Answer the subscriptions there are (5.8.4)."""
    part = part_of(request)
    every = list(window.reading.recalled(KEPT).values())
    every.sort(key=lambda one: (one["created"], one["id"]))
    some = every[part.offset : part.offset + part.limit]
    content = [_shown(request, window, kept(one), request.context) for one in some]
    headers = {"NGSILD-Results-Count": str(len(every))} if part.count else {}
    return with_links(told(request, content, headers=headers), _around(request, part, len(every)))


def _around(request: Request, part: Part, total: int) -> list[str]:
    """Return links to the pages before and after (6.3.10)."""
    path = f"{urlsplit(request.spoken.root).path}/subscriptions"
    starts = {"prev": part.offset - part.limit, "next": part.offset + part.limit}
    if not part.offset:
        del starts["prev"]
    return [
        f'<{path}?limit={part.limit}&offset={max(0, start)}>;rel="{name}";type="{LD_JSON}"'
        for name, start in starts.items()
        if start < total and part.limit
    ]


def _shown(
    request: Request, window: Window, one: Subscription, context: Context
) -> dict[str, Json]:
    sent = fared(window.reading.recall(SENT + one.id))
    return shown(one, sent, context, window.now, system="sysAttrs" in request.options)


def _there(request: Request, window: Window) -> Subscription:
    id_ = _named(request)
    found = window.reading.recall(KEPT + id_)
    if found is None:
        refuse_missing(f"there is no subscription {id_}")
    return kept(found)


def _missing(id_: str) -> Refused:
    return Refused(f"there is no subscription {id_}", "ResourceNotFound")


def _named(request: Request) -> str:
    return uri(request.named["subscriptionId"], "a subscription's id")


_EXAMPLE: Json = {
    "id": "urn:ngsi-ld:Subscription:2482:torget",
    "type": "Subscription",
    "entities": [{"type": "OffStreetParking"}],
    "watchedAttributes": ["availableSpotNumber"],
    "q": "availableSpotNumber<5",
    "notification": {
        "format": "keyValues",
        "attributes": ["availableSpotNumber"],
        "endpoint": {"uri": "https://example.org/notify", "accept": "application/json"},
    },
}
_TOLD: Json = {
    **_EXAMPLE,
    "notificationTrigger": ["attributeCreated", "attributeUpdated"],
    "status": "active",
}
_DONE = {"204": ({"sv": "Det är gjort.", "en": "It is done."}, None)}
_GIVES = (JSON, LD_JSON)

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        method="POST",
        path="/subscriptions",
        run=create,
        summary={"sv": "Prenumerera", "en": "Subscribe"},
        clause="5.8.1",
        parameters=("local",),
        takes=BODIES,
        example=_EXAMPLE,
        answers={"201": ({"sv": "Den finns nu.", "en": "It is there now."}, None)},
    ),
    Operation(
        method="GET",
        path="/subscriptions",
        run=query,
        summary={"sv": "Läs prenumerationer", "en": "Query subscriptions"},
        clause="5.8.4",
        parameters=("options", "limit", "offset", "count", "local"),
        options=("sysAttrs",),
        gives=_GIVES,
        answers={"200": ({"sv": "Prenumerationerna.", "en": "The subscriptions."}, [_TOLD])},
    ),
    Operation(
        method="GET",
        path="/subscriptions/{subscriptionId}",
        run=retrieve,
        summary={"sv": "Läs en prenumeration", "en": "Retrieve a subscription"},
        clause="5.8.3",
        parameters=("options", "local"),
        options=("sysAttrs",),
        gives=_GIVES,
        answers={"200": ({"sv": "Prenumerationen.", "en": "The subscription."}, _TOLD)},
    ),
    Operation(
        method="PATCH",
        path="/subscriptions/{subscriptionId}",
        up=("subscriptionId",),
        run=change,
        summary={"sv": "Ändra en prenumeration", "en": "Change a subscription"},
        clause="5.8.2",
        parameters=("local",),
        takes=PATCHES,
        example={"type": "Subscription", "isActive": False},
        answers=_DONE,
    ),
    Operation(
        method="DELETE",
        path="/subscriptions/{subscriptionId}",
        up=("subscriptionId",),
        run=delete,
        summary={"sv": "Sluta prenumerera", "en": "Delete a subscription"},
        clause="5.8.5",
        parameters=("local",),
        answers=_DONE,
    ),
)
