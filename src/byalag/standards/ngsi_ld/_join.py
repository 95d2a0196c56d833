"""Entities that others point to, shown with them (GS CIM 009, 4.5.23: linked entity retrieval)."""

from collections.abc import Iterable, Mapping
from typing import Final, Literal, TypeAlias

import msgspec

from byalag.standards.ngsi_ld._entity import Entity
from byalag.standards.ngsi_ld._facts import entities_of, known_all
from byalag.standards.ngsi_ld._problem import Refused
from byalag.standards.ngsi_ld._show import Shown, relationships
from byalag.store import Reading

Join: TypeAlias = Literal["flat", "inline", "@none"]
MOST_LINKED: Final = 5_000
DEEPEST: Final = 20


def joined(reading: Reading, entities: Iterable[Entity], shown: Shown) -> Shown:
    """Return what is shown, with the entities that are pointed to, so many steps away."""
    linked: dict[str, Entity] = {}
    wanted = [(entity, shown) for entity in entities]
    for _ in range(shown.level):
        uris = {
            uri
            for entity, how in wanted
            for _, uri in relationships(entity, how)
            if uri not in linked and uri not in shown.contained
        }
        linked |= _found(reading, uris, len(linked))
        wanted = _next(wanted, linked)
    return msgspec.structs.replace(shown, linked=linked)


def flattened(entities: Iterable[Entity], shown: Shown) -> list[tuple[Entity, Shown]]:
    """Return entities, and after them those that they point to: each once, with how it is shown."""
    alone = msgspec.structs.replace(shown, linked=None)
    first = [(entity, alone) for entity in entities]
    seen = {entity.id for entity, _ in first} | shown.contained
    found = list(first)
    wanted = first
    for _ in range(shown.level):
        fresh: dict[str, tuple[Entity, Shown]] = {}
        for entity, how in _next(wanted, shown.linked or {}):
            if entity.id not in seen:
                fresh.setdefault(entity.id, (entity, how))
        seen |= fresh.keys()
        wanted = list(fresh.values())
        found += wanted
    return found


def _next(
    wanted: Iterable[tuple[Entity, Shown]], linked: Mapping[str, Entity]
) -> list[tuple[Entity, Shown]]:
    """Return the entities one step away, each with how it is shown there."""
    return [
        (linked[uri], how.within(iri, entity.id))
        for entity, how in wanted
        for iri, uri in relationships(entity, how)
        if uri in linked
    ]


def _found(reading: Reading, uris: Iterable[str], already: int) -> dict[str, Entity]:
    things = list(known_all(reading, sorted(uris)).values())
    if already + len(things) > MOST_LINKED:
        message = f"at most {MOST_LINKED} linked entities are shown; ask for fewer, or less deep"
        raise Refused(message, "TooManyResults")
    return {entity.id: entity for entity in entities_of(reading, things)}
