"""Entities: created, replaced, merged, deleted (GS CIM 009, 5.6.1, 5.6.6, 5.6.17, 5.6.18)."""

from urllib.parse import quote

from byalag.model import Micros, Thing
from byalag.standards import Reply, Window
from byalag.standards.ngsi_ld import _alter
from byalag.standards.ngsi_ld._answer import done
from byalag.standards.ngsi_ld._change import accepted, alter, missing, retract, say, written
from byalag.standards.ngsi_ld._entity import Entity
from byalag.standards.ngsi_ld._facts import known, refuse_hidden
from byalag.standards.ngsi_ld._problem import Refused
from byalag.standards.ngsi_ld._request import Request
from byalag.standards.ngsi_ld._said import fragment
from byalag.standards.ngsi_ld._value import moment, uri
from byalag.store import Here


async def create(request: Request, window: Window) -> Reply:
    """Create an entity (5.6.1)."""
    dataset, now = written(window), window.now
    entity = _alter.entity(fragment(request.content, request.context), now)

    def act(here: Here) -> Refused | None:
        if known(here, entity.id) is not None:
            return Refused(f"there is an entity {entity.id} already", "AlreadyExists")
        refuse_hidden(here, [entity.id])
        say(here, entity, dataset, None, now)
        return None

    accepted(await window.change(act))
    return done(201, {"Location": location(request, entity.id)})


def location(request: Request, entity: str) -> str:
    """Return the address of an entity."""
    return f"{request.spoken.root}/entities/{quote(entity, safe=':')}"


async def replace(request: Request, window: Window) -> Reply:
    """Replace an entity, all but its id and when it was created (5.6.18)."""
    known_as = named(request)
    said = fragment(request.content, request.context)
    if said.id not in {None, known_as}:
        message = "the id of the body is not that of the address"
        raise Refused(message)
    said.id = known_as

    def work(entity: Entity) -> None:
        said.types = said.types or entity.types
        put(entity, _alter.entity(said, window.now))

    await alter(window, known_as, work)
    return done()


def put(entity: Entity, new: Entity) -> None:
    """Make an entity another: its id and when it was created stay."""
    entity.types, entity.scopes, entity.modified = new.types, new.scopes, new.modified
    entity.attributes = new.attributes


async def merge(request: Request, window: Window) -> Reply:
    """Merge what is said into an entity (5.6.17)."""
    known_as = named(request)
    said = fragment(request.content, request.context)
    if said.id not in {None, known_as}:
        message = "the id of the body is not that of the address"
        raise Refused(message)
    observed = request.query.get("observedAt")
    at: Micros | None = None if observed is None else moment(observed, "observedAt")
    stamp = _alter.Stamp(window.now, at, request.query.get("lang", "@none"))
    await alter(window, known_as, lambda entity: _alter.merge(entity, said, stamp))
    return done()


async def delete(request: Request, window: Window) -> Reply:
    """Delete an entity, and its history (5.6.6)."""
    known_as, dataset = named(request), written(window)

    def act(here: Here) -> Refused | None:
        thing: Thing | None = known(here, known_as)
        if thing is None:
            return missing(known_as)
        try:
            here.say([retract(thing, dataset)])
        except Refused as refused:
            return refused
        return None

    accepted(await window.change(act))
    return done()


async def without_id(_: Request, __: Window) -> Reply:
    """Refuse what needs an entity's id.

    Raises:
        Refused: Always.
    """
    message = "the address names no entity: /entities/{entityId}"
    raise Refused(message)


def named(request: Request) -> str:
    """Return the id of the entity that the address names.

    Raises:
        Refused: It is no URI.
    """
    return uri(request.named["entityId"], "an entity's id")
