"""Histories of entities: to add to, to mend and to take back (GS CIM 009, 5.6.11 to 5.6.16)."""

from collections.abc import Callable, Sequence
from urllib.parse import quote

from byalag.model import Fact, Retracted, Thing
from byalag.standards import Reply, Window
from byalag.standards.ngsi_ld._alter import patch
from byalag.standards.ngsi_ld._answer import done
from byalag.standards.ngsi_ld._facts import known, refuse_hidden
from byalag.standards.ngsi_ld._json import is_array, is_object
from byalag.standards.ngsi_ld._name import SCOPE
from byalag.standards.ngsi_ld._problem import Refused
from byalag.standards.ngsi_ld._refuse import refuse_data
from byalag.standards.ngsi_ld._request import Request
from byalag.standards.ngsi_ld._said import attribute_name, instance
from byalag.standards.ngsi_ld._temporal_read import read_history
from byalag.standards.ngsi_ld._temporal_say import EVERY, erased, located, moved, removed, said
from byalag.standards.ngsi_ld._value import uri
from byalag.store import Here


async def create(request: Request, window: Window) -> Reply:
    """Add instances to an entity that there is, or make it (5.6.11)."""
    now, dataset = window.now, dataset_of(window)
    whole, entity = read_history(request.content, request.context, now)
    if whole.id is None:
        refuse_data("an entity has an id, which is a URI")
    if not entity.types:
        refuse_data("an entity has a type")

    def work(here: Here) -> bool:
        before = known(here, entity.id)
        if before is None:
            refuse_hidden(here, [entity.id])
        here.say(said(here, entity, before, dataset, now))
        return before is None

    if not await window.change(work):
        return done()
    place = f"{request.spoken.root}/temporal/entities/{quote(entity.id, safe=':')}"
    return done(201, {"Location": place})


async def add(request: Request, window: Window) -> Reply:
    """Add instances to the attributes of an entity (5.6.12)."""
    id_, now, dataset = entity_id(request), window.now, dataset_of(window)
    _, entity = read_history(request.content, request.context, now)
    entity.id = id_

    def work(here: Here, thing: Thing) -> Sequence[Fact]:
        return said(here, entity, thing, dataset, now)

    return await _changed(window, id_, work)


async def delete(request: Request, window: Window) -> Reply:
    """Delete the whole history of an entity, and an entity that is nothing else (5.6.16)."""
    now = window.now
    return await _changed(window, entity_id(request), lambda here, thing: erased(here, thing, now))


async def delete_attribute(request: Request, window: Window) -> Reply:
    """Delete the history of an attribute: without a datasetId, with one, or of every (5.6.13)."""
    id_, name, now = entity_id(request), attribute_of(request), window.now
    which = request.query.get("datasetId")
    which = None if which in (None, "@none") else uri(which, "a datasetId")
    which = EVERY if request.flag("deleteAll") else which

    def work(here: Here, thing: Thing) -> Sequence[Fact] | Refused:
        return removed(here, thing, name, which, now) or _missing("no such attribute has a history")

    return await _changed(window, id_, work)


async def change_instance(request: Request, window: Window) -> Reply:
    """Change a part of one instance of an attribute; it keeps its id (5.6.14)."""
    id_, name, now = entity_id(request), attribute_of(request), window.now
    one = uri(request.named["instanceId"], "an instance's id")
    content = request.content
    if is_object(content) and len(content) == 1 and request.named["attrId"] in content:
        content = content[request.named["attrId"]]  # 5.6.14 shows it within its attribute
        content = content[0] if is_array(content) and content else content
    part = instance(content, request.context, part=True)

    def work(here: Here, thing: Thing) -> Sequence[Fact] | Refused:
        found = located(here, thing, name, one)
        if found is None:
            return _missing("the attribute has no such instance")
        series, at, told = found
        was = told.instance
        patch(told, part, now)
        return moved(series, at, told, was)

    return await _changed(window, id_, work)


async def delete_instance(request: Request, window: Window) -> Reply:
    """Delete one instance of an attribute (5.6.15)."""
    id_, name = entity_id(request), attribute_of(request)
    one = uri(request.named["instanceId"], "an instance's id")

    def work(here: Here, thing: Thing) -> Sequence[Fact] | Refused:
        found = located(here, thing, name, one)
        if found is None:
            return _missing("the attribute has no such instance")
        return [Retracted(series=found[0].id, at=found[1])]

    return await _changed(window, id_, work)


async def _changed(
    window: Window, id_: str, work: Callable[[Here, Thing], Sequence[Fact] | Refused]
) -> Reply:
    """Say what is to be said of an entity that there must be.

    Raises:
        Refused: It is not there, or `work` says that something of it is not.
    """

    def change(here: Here) -> Refused | None:
        thing = known(here, id_)
        found = _missing(f"there is no entity {id_}") if thing is None else work(here, thing)
        if isinstance(found, Refused):
            return found
        here.say(found)
        return None

    refused = await window.change(change)
    if refused is not None:
        raise refused
    return done()


def _missing(detail: str) -> Refused:
    return Refused(detail, "ResourceNotFound")


def entity_id(request: Request) -> str:
    """Return the entity's id in the path.

    Raises:
        Refused: It is no URI.
    """
    return uri(request.named["entityId"], "an entity's id")


def attribute_of(request: Request) -> str:
    """Return the IRI of the attribute in the path.

    Raises:
        Refused: It can be no attribute's name.
    """
    name = request.named["attrId"]
    return SCOPE if name == "scope" else attribute_name(name, request.context)


def dataset_of(window: Window) -> str:
    """Return the dataset that what is said belongs to.

    Raises:
        Refused: Nothing may be said here.
    """
    if window.writes is None:
        message = "nothing may be written here; ask the municipality for a key with facts:write"
        raise Refused(message, 403)
    return window.writes.id
