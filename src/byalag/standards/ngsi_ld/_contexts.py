"""Contexts that are kept here: hosted, cached and implicitly created (GS CIM 009, 5.13)."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from urllib.parse import urlsplit

import msgspec

from byalag.mapping import is_list, is_object
from byalag.model import Json, Micros
from byalag.standards import Reply, Window
from byalag.standards.ngsi_ld._answer import done
from byalag.standards.ngsi_ld._change import accepted, written
from byalag.standards.ngsi_ld._context import compiled, inner
from byalag.standards.ngsi_ld._core import CORE, documents
from byalag.standards.ngsi_ld._find import KEPT, fetched, forget, gathered, local_name
from byalag.standards.ngsi_ld._operation import JSON
from byalag.standards.ngsi_ld._problem import Refused
from byalag.standards.ngsi_ld._request import Request
from byalag.standards.ngsi_ld._when import when
from byalag.store import Here

KINDS = ("Hosted", "Cached", "ImplicitlyCreated")


async def add(request: Request, window: Window) -> Reply:
    """Host a context (5.13.2)."""
    written(window)
    document, at = request.content, window.now
    if not is_object(document) or "@context" not in document:
        message = "what is hosted is an object with @context"
        raise Refused(message, "InvalidRequest")
    given = inner(document)
    compiled(given, await gathered(given, window, request.spoken))
    body = {"@context": given}
    name = _named(body, at)
    await window.change(lambda here: keep(here, name, "Hosted", body, at))
    return done(201, {"Location": f"{urlsplit(request.spoken.root).path}/jsonldContexts/{name}"})


def implicit(here: Here, given: Json, at: Micros) -> str:
    """Keep a context that only a body has given, and return its id: others can then name it."""
    body = {"@context": given}
    name = _named(body, at)
    keep(here, name, "ImplicitlyCreated", body, at)
    return name


def is_own(given: Json) -> bool:
    """Return whether a context has no address of its own: an object, or several of them."""
    listed = given if is_list(given) else [given]
    left = [one for one in listed if not isinstance(one, str) or one not in documents()]
    return len(left) > 1 or any(is_object(one) for one in left)


def keep(here: Here, name: str, kind: str, document: Json, at: Micros) -> None:
    """Keep a context document under a name."""
    here.remember(KEPT + name, {"kind": kind, "at": at, "body": document})


def _named(body: Json, at: Micros) -> str:
    return sha256(b"%d " % at + msgspec.json.encode(body)).hexdigest()[:20]


async def listed(request: Request, window: Window) -> Reply:
    """List the contexts that are kept (5.13.3)."""
    details, kind = request.flag("details"), request.query.get("kind")
    if kind is not None and kind not in KINDS:
        message = f"kind is one of {', '.join(KINDS)}, not {kind[:50]!r}"
        raise Refused(message)
    found = [
        _told(name, kept, request) for name, kept in _kept(window) if kind in {None, kept["kind"]}
    ]
    return _reply(found if details else [one["URL"] for one in found])


async def serve(request: Request, window: Window) -> Reply:
    """Serve a context, or tell of it (5.13.4)."""
    details = request.flag("details")
    name, kept = _found(request, window)
    if details:
        return _reply(_told(name, kept, request) | {"body": kept["body"]})
    return _reply(kept["body"])


async def delete(request: Request, window: Window) -> Reply:
    """Forget a context, or fetch it again (5.13.5)."""
    written(window)
    again = request.flag("reload")
    try:
        name, kept = _found(request, window)
    except Refused as refused:
        raise Refused(str(refused), "BadRequestData" if again else refused.kind) from refused
    if again and kept["kind"] != "Cached":
        message = f"the context is {kept['kind']}: it is not fetched, and cannot be fetched again"
        raise Refused(message)
    if name in documents():
        if not again:
            message = "the core context cannot be deleted"
            raise Refused(message)
        return done()
    await _replace(name, again=again, window=window)
    forget()
    return done()


async def _replace(name: str, *, again: bool, window: Window) -> None:
    document, at = await fetched(name, window) if again else None, window.now

    def act(here: Here) -> Refused | None:
        if here.recall(KEPT + name) is None:
            return _unknown(name)
        here.forget(KEPT + name)
        if again:
            keep(here, name, "Cached", document, at)
        return None

    accepted(await window.change(act))


def _unknown(name: str) -> Refused:
    return Refused(f"there is no context {name[:200]}", "ResourceNotFound")


def _found(request: Request, window: Window) -> tuple[str, Mapping[str, Json]]:
    name = local_name(request.named["contextId"], request.spoken)
    if name in documents():
        return name, _core(name)
    kept = window.reading.recall(KEPT + name)
    if kept is None:
        raise _unknown(name)
    return name, kept


def _kept(window: Window) -> Iterator[tuple[str, Mapping[str, Json]]]:
    yield CORE, _core(CORE)
    for name, kept in window.reading.recalled(KEPT).items():
        yield name.removeprefix(KEPT), kept


def _core(name: str) -> Mapping[str, Json]:
    return {"kind": "Cached", "at": 0, "body": documents()[name]}


def _told(name: str, kept: Mapping[str, Json], request: Request) -> dict[str, Json]:
    cached = kept["kind"] == "Cached"
    return {
        "URL": name if cached else f"{request.spoken.root}/jsonldContexts/{name}",
        "localId": name,
        "kind": kept["kind"],
        "createdAt": when(kept["at"]),
    }


def _reply(content: Json) -> Reply:
    return Reply(body=msgspec.json.encode(content), media_type=JSON)
