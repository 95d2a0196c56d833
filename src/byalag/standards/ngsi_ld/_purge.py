"""Purging: every entity that a query chooses, or some of their attributes (V1.9.1, 5.6.21)."""

from collections.abc import Sequence
from typing import Final

from byalag.model import Dataset, Fact, Micros
from byalag.standards import Reply, Window
from byalag.standards.ngsi_ld import _alter
from byalag.standards.ngsi_ld._answer import done
from byalag.standards.ngsi_ld._batch import Told, partly
from byalag.standards.ngsi_ld._change import accepted, retract, say, written
from byalag.standards.ngsi_ld._entity import Entity
from byalag.standards.ngsi_ld._facts import known_all
from byalag.standards.ngsi_ld._find_entities import every_selected
from byalag.standards.ngsi_ld._problem import Refused
from byalag.standards.ngsi_ld._query import selection_of
from byalag.standards.ngsi_ld._request import Request
from byalag.standards.ngsi_ld._said import attribute_name
from byalag.standards.ngsi_ld._temporal_past import settle, traces
from byalag.store import Here

CHOOSES: Final = (
    "id",
    "type",
    "idPattern",
    "attrs",
    "q",
    "georel",
    "geometry",
    "coordinates",
    "geoproperty",
    "scopeQ",
)
ATTRIBUTES: Final = ("keep", "drop")


async def purge(request: Request, window: Window) -> Reply:
    """Delete the entities that are chosen; with `keep` or `drop`, only attributes of them."""
    dataset, now = written(window), window.now
    if not request.query.keys() & set(CHOOSES) and not request.flag("local"):
        message = f"a purge says what is purged, by {', '.join(CHOOSES)}, or local=true for all"
        raise Refused(message)
    if all(name in request.query for name in ATTRIBUTES):
        message = "say which attributes to keep or which to drop, not both"
        raise Refused(message)
    selection = selection_of(request)
    keep, drop = (_names(request, name) for name in ATTRIBUTES)

    def act(here: Here) -> Told | Refused:
        try:
            chosen = list(every_selected(here, selection))
        except Refused as refused:
            return refused
        if keep is None and drop is None:
            return _delete(here, chosen, dataset)
        things = known_all(here, [one.id for one in chosen])
        for entity in chosen:
            before = traces(things[entity.id], entity)
            if _strip(entity, keep, drop, now):
                here.say(settle(here, entity, before, dataset.id, now))
                say(here, entity, dataset, things[entity.id], now)
        return Told()

    told = accepted(await window.change(act))
    return partly(told) if told.errors else done()


def _delete(here: Here, chosen: Sequence[Entity], dataset: Dataset) -> Told:
    """Delete entities; those that are a source's stay."""
    things = known_all(here, [one.id for one in chosen])
    told = Told()
    gone: list[Fact] = []
    for one in chosen:
        try:
            gone.append(retract(things[one.id], dataset))
            told.changed.append(one.id)
        except Refused as refused:
            told.errors.append((one.id, refused))
    here.say(gone)
    return told


def _names(request: Request, parameter: str) -> set[str] | None:
    said = request.query.get(parameter)
    if said is None:
        return None
    return {attribute_name(name, request.context) for name in said.split(",") if name}


def _strip(entity: Entity, keep: set[str] | None, drop: set[str] | None, now: Micros) -> bool:
    """Take away attributes; return whether any was there."""
    lost = [
        name
        for name in entity.attributes
        if (keep is not None and name not in keep) or (drop is not None and name in drop)
    ]
    for name in lost:
        _alter.delete(entity, name, None, now, every=True)
    return bool(lost)
