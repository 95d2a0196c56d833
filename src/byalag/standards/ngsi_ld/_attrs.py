"""Attributes: added, updated, replaced, deleted (GS CIM 009, 5.6.2 to 5.6.5 and 5.6.19)."""

import msgspec

from byalag.mapping import is_object
from byalag.model import Json
from byalag.standards import Reply, Window
from byalag.standards.ngsi_ld import _alter
from byalag.standards.ngsi_ld._answer import done
from byalag.standards.ngsi_ld._change import alter
from byalag.standards.ngsi_ld._entity import Entity, Instance
from byalag.standards.ngsi_ld._problem import Refused
from byalag.standards.ngsi_ld._provide import named
from byalag.standards.ngsi_ld._request import Request
from byalag.standards.ngsi_ld._said import Fragment, Said, attribute_name, fragment, instance, said
from byalag.standards.ngsi_ld._value import uri


async def append(request: Request, window: Window) -> Reply:
    """Add attributes to an entity (5.6.3)."""
    entity, told = named(request), _fragment(request)
    overwrite = "noOverwrite" not in request.options
    outcome = await alter(
        window, entity, lambda it: _alter.append(it, told, window.now, overwrite=overwrite)
    )
    return _told(outcome)


async def update(request: Request, window: Window) -> Reply:
    """Update the attributes of an entity (5.6.2)."""
    entity, told = named(request), _fragment(request)
    outcome = await alter(window, entity, lambda it: _alter.update(it, told, window.now))
    return _told(outcome)


async def patch(request: Request, window: Window) -> Reply:
    """Update a part of an attribute (5.6.4)."""
    entity, attribute = named(request), _attribute(request)
    content = _object(request)
    if content == "urn:ngsi-ld:null":
        told = Said(value=content, sub={})
    else:
        told = instance(content, request.context, part=True)

    def work(it: Entity) -> None:
        if told.null:
            _gone(it, attribute, told.dataset, window, every=False)
            return
        _alter.patch(_instance(it, attribute, told.dataset), told, window.now)
        it.modified = window.now

    await alter(window, entity, work)
    return done()


async def replace(request: Request, window: Window) -> Reply:
    """Replace an attribute (5.6.19)."""
    entity, attribute = named(request), _attribute(request)
    if attribute == _alter.SCOPE:
        message = "a scope is no attribute; update it by PATCH of the attributes"
        raise Refused(message)
    told = said(request.content, request.context, request.named["attrId"])
    if told is None or any(one.null for one in told):
        message = "an attribute is not replaced by nothing; delete it"
        raise Refused(message)

    def work(it: Entity) -> None:
        if attribute not in it.attributes:
            raise _missing(attribute)
        _alter.replace(it, attribute, told, window.now)

    await alter(window, entity, work)
    return done()


async def delete(request: Request, window: Window) -> Reply:
    """Delete an attribute, or one instance of it (5.6.5)."""
    entity, attribute = named(request), _attribute(request)
    every = request.flag("deleteAll")
    given = request.query.get("datasetId")
    dataset = None if given is None else uri(given, "a datasetId")

    def work(it: Entity) -> None:
        _gone(it, attribute, dataset, window, every=every)

    await alter(window, entity, work)
    return done()


async def without_name(_: Request, __: Window) -> Reply:
    """Refuse what needs an attribute's name.

    Raises:
        Refused: Always.
    """
    message = "the address names no attribute: /entities/{entityId}/attrs/{attrId}"
    raise Refused(message)


def _gone(it: Entity, attribute: str, dataset: str | None, window: Window, *, every: bool) -> None:
    if not _alter.delete(it, attribute, dataset, window.now, every=every):
        raise _missing(attribute)


def _missing(attribute: str) -> Refused:
    return Refused(f"the entity has no such attribute: {attribute[:200]}", "ResourceNotFound")


def _instance(it: Entity, attribute: str, dataset: str | None) -> Instance:
    for one in it.attributes.get(attribute, ()):
        if one.dataset == dataset:
            return one
    raise _missing(attribute)


def _attribute(request: Request) -> str:
    name = request.named["attrId"]
    return _alter.SCOPE if name == "scope" else attribute_name(name, request.context)


def _object(request: Request) -> Json:
    if not is_object(request.content) or not request.content:
        message = "the body is an object with what is changed of the attribute"
        raise Refused(message)
    return request.content


def _fragment(request: Request) -> Fragment:
    told = fragment(request.content, request.context)
    if not request.content:
        message = "the body names no attribute"
        raise Refused(message)
    return told


def _told(outcome: _alter.Outcome) -> Reply:
    """Return that all is done, or what is not, by the IRIs of the attributes (5.2.18)."""
    if not outcome.not_updated:
        return done()
    result = {
        "updated": list(dict.fromkeys(outcome.updated)),
        "notUpdated": [
            {"attributeName": name, "reason": why} for name, why in outcome.not_updated.items()
        ],
    }
    return Reply(status=207, body=msgspec.json.encode(result))
