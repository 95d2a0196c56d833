"""Which entities are asked for, whatever request asks for them (GS CIM 009, 5.7.2). Pure."""

from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct

from byalag.asking import Call, Expression, Field, Value
from byalag.standards.ngsi_ld import _geo, _q_ask
from byalag.standards.ngsi_ld._bounds import Bounds, all_of, any_of, either, exactly, there
from byalag.standards.ngsi_ld._entity import Entity
from byalag.standards.ngsi_ld._geo import GeoQuery
from byalag.standards.ngsi_ld._name import (
    DETAILS,
    LOCATION,
    SIDES,
    from_source,
    short_type,
    written_id,
)
from byalag.standards.ngsi_ld._odd import spaced
from byalag.standards.ngsi_ld._q import Q
from byalag.standards.ngsi_ld._q_ask import Look
from byalag.standards.ngsi_ld._q_judge import Follow, fits
from byalag.standards.ngsi_ld._regex import Searched
from byalag.standards.ngsi_ld._types import AnyType, OfType, Types, of_types


class Selector(Struct, frozen=True):
    """Entities of these types, with one of these ids, with ids like a pattern; or of any."""

    types: Types | None = None
    ids: frozenset[str] = frozenset()
    pattern: Searched | None = None


class Selection(Struct, frozen=True, kw_only=True):
    """Entities that any of the selectors chooses and that meet every condition that there is.

    `attrs` are attributes of which an entity has at least one. `datasets` are those that a query
    looks at.
    """

    selectors: tuple[Selector, ...] = ()
    attrs: tuple[str, ...] = ()
    q: Q | None = None
    geo: GeoQuery | None = None
    scopes: Callable[[Sequence[str]], bool] | None = None
    datasets: frozenset[str] = frozenset()


_NO_SIDES: Final[Expression] = Call(
    "not", (Call("in", (Field(("type",)), *(Value(side) for side in sorted(SIDES)))),)
)


def bounds(selection: Selection, linked: Sequence[str], look: Look) -> Bounds:
    """Return what asks a store for the things that are selected.

    `linked` are the things that other things' series are linked to: what those observe, the store
    does not ask of them. `look` tells of a property's series.
    """
    parts = [exactly(_NO_SIDES)]
    if selection.selectors:
        parts.append(any_of(_selector(each) for each in selection.selectors))
    if selection.attrs:
        parts.append(_also(any_of(_q_ask.has(each, look) for each in selection.attrs), linked))
    if selection.q is not None:
        asked = _also(_q_ask.asked(selection.q, look), linked)
        parts.append(Bounds(asked.may, None) if selection.datasets else asked)
    if selection.geo is not None:
        parts.append(_geo.asked(selection.geo))
    if selection.scopes is not None:
        parts.append(Bounds(there("details", DETAILS, "scopes"), None))
    return all_of(parts)


def selected(selection: Selection, entity: Entity, follow: Follow) -> bool:
    """Return whether an entity is selected, where the store has chosen it by its location."""
    if selection.selectors and not any(_chosen(each, entity) for each in selection.selectors):
        return False
    if selection.attrs and not any(each in entity.attributes for each in selection.attrs):
        return False
    if selection.scopes is not None and not selection.scopes(entity.scopes):
        return False
    geo = selection.geo
    if geo is not None and geo.attribute != LOCATION and not _geo.is_there(geo, entity):
        return False
    return selection.q is None or fits(selection.q, entity, follow, selection.datasets)


def _also(asked: Bounds, linked: Sequence[str]) -> Bounds:
    """Return bounds within which what is linked to may be too, and surely is not."""
    if not linked or asked.may is None:
        return asked
    if len(linked) > _MOST_NAMED:
        return Bounds(None, None)
    is_linked = Call("in", (Field(("id",)), *map(Value, linked)))
    sure = asked.sure
    if sure is not None:
        sure = Call("and", (sure, Call("not", (is_linked,))))
    return Bounds(either(is_linked, asked.may), sure)


_MOST_NAMED: Final = 200  # things that a question to the store names; with more, all are looked at


def _selector(selector: Selector) -> Bounds:
    parts: list[Bounds] = []
    if selector.types is not None:
        parts.append(_types(selector.types))
    if selector.ids:
        written = [Value(written_id(uri)) for uri in sorted(selector.ids)]
        sources = [Value(each) for uri in sorted(selector.ids) if (each := from_source(uri))]
        sure = Call("in", (Field(("id",)), *written))
        may = Call("in", (Field(("id",)), *written, *sources)) if sources else sure
        parts.append(Bounds(may, sure))
    if selector.pattern is not None:
        parts.append(Bounds(None, None))
    return all_of(parts)


def _types(types: Types) -> Bounds:
    if isinstance(types, OfType):
        first = Call("eq", (Field(("type",)), Value(short_type(types.iri))))
        other = Call("contains", (Field(("details", DETAILS, "also")), Value(spaced(types.iri))))
        return exactly(either(first, other))
    parts = map(_types, types.parts)
    return any_of(parts) if isinstance(types, AnyType) else all_of(parts)


def _chosen(selector: Selector, entity: Entity) -> bool:
    if selector.types is not None and not of_types(selector.types, entity.types):
        return False
    if selector.ids and entity.id not in selector.ids:
        return False
    return selector.pattern is None or selector.pattern.search(entity.id) is not None
