"""Finds the entities that Smart Data Models divide a source's things into, as any others."""

from collections.abc import Iterator
from itertools import chain
from typing import Final

from byalag.model import Where
from byalag.standards import Window
from byalag.standards.ngsi_ld import _geo
from byalag.standards.ngsi_ld._entity import Entity
from byalag.standards.ngsi_ld._facts import entities_of, known
from byalag.standards.ngsi_ld._find_entities import (
    MOST_SORTED,
    Page,
    Part,
    every_selected,
    find_entities,
    following,
)
from byalag.standards.ngsi_ld._name import iri
from byalag.standards.ngsi_ld._problem import Refused
from byalag.standards.ngsi_ld._select import Selection, selected
from byalag.standards.ngsi_ld._smart import SOURCES, made_of, source_uri
from byalag.standards.ngsi_ld._types import of_types
from byalag.store import Reading

_CHUNK: Final = 500


def shaped(reading: Reading, uri: str) -> Entity | None:
    """Return an entity that is made of a source's thing, by its URI."""
    source = source_uri(uri)
    thing = None if source is None else known(reading, source)
    if thing is None:
        return None
    place = entities_of(reading, [thing])[0]
    return next((one for one in made_of(thing, place) if one.id == uri), None)


async def find_all(window: Window, selection: Selection, part: Part) -> Page:
    """Return a page of what is selected, with what is made of sources' things where its type is.

    Raises:
        Refused: The question is too hard or cannot be asked.
    """
    kinds = _sources(selection)
    if not kinds:
        return await find_entities(window, selection, part)
    return await window.beside(lambda: _page(window.reading, selection, part, kinds))


def _sources(selection: Selection) -> tuple[str, ...]:
    """Return the types of things that what is asked for by its name is made of."""
    asked = [each.types for each in selection.selectors if each.types is not None]
    found = [
        source
        for kind, source in SOURCES.items()
        if any(of_types(types, (iri(kind),)) for types in asked)
    ]
    return tuple(dict.fromkeys(found))


def _page(reading: Reading, selection: Selection, part: Part, kinds: tuple[str, ...]) -> Page:
    found = chain(every_selected(reading, selection), _made(reading, selection, kinds))
    entities: list[Entity] = []
    for entity in found:
        entities.append(entity)
        if len(entities) > MOST_SORTED:
            message = f"more than {MOST_SORTED} entities are selected; ask for fewer"
            raise Refused(message, "TooManyResults")
    if part.order is not None:
        part.order(entities)
    end = part.offset + part.limit
    return Page(entities[part.offset : end], len(entities) > end, len(entities))


def _made(reading: Reading, selection: Selection, kinds: tuple[str, ...]) -> Iterator[Entity]:
    """Yield every entity that is made of a source's thing and that is selected."""
    follow, offset, geo = following(reading), 0, selection.geo
    while things := reading.find(kinds, Where(), limit=_CHUNK, offset=offset):
        offset += _CHUNK
        described = [found.thing for found in things]
        for thing, place in zip(described, entities_of(reading, described), strict=True):
            for entity in made_of(thing, place):
                if geo is not None and not _geo.is_there(geo, entity):
                    continue
                if selected(selection, entity, follow):
                    yield entity
