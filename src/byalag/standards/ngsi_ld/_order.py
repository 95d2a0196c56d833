"""Putting entities in order: `name;desc,createdAt` (GS CIM 009 V1.9.1, 4.23). Pure."""

from collections.abc import Callable
from operator import itemgetter
from typing import Any, Final

from msgspec import Struct

from byalag.model import Json
from byalag.standards.ngsi_ld._context import Context
from byalag.standards.ngsi_ld._entity import Entity
from byalag.standards.ngsi_ld._q import Path
from byalag.standards.ngsi_ld._q_compare import At
from byalag.standards.ngsi_ld._q_judge import values_of
from byalag.standards.ngsi_ld._q_names import named
from byalag.standards.ngsi_ld._q_read import read_path
from byalag.standards.ngsi_ld._refuse import refuse_data

_MOST: Final = 10
_DIRECTIONS: Final = ("asc", "desc")


class By(Struct, frozen=True):
    """What entities are ordered by: a member of theirs, or the first value on a path."""

    member: str
    path: Path | None
    descending: bool


def read_order(text: str, context: Context) -> Callable[[list[Entity]], None]:
    """Return what puts entities in the order that a text says.

    Those without a value are last, and those that are alike stay as they are.

    Raises:
        Refused: It says none (BadRequestData).
    """
    keys = [_key(part, context) for part in text.split(",")]
    if len(keys) > _MOST:
        refuse_data(f"orderBy has at most {_MOST} keys")

    def order(entities: list[Entity]) -> None:
        for by in reversed(keys):
            pairs = [(_value(by, entity), entity) for entity in entities]
            told = [(key, entity) for key, entity in pairs if key is not None]
            told.sort(key=itemgetter(0), reverse=by.descending)
            entities[:] = [each for _, each in told] + [each for key, each in pairs if key is None]

    return order


def _key(text: str, context: Context) -> By:
    name, _, direction = text.partition(";")
    if direction not in ("", *_DIRECTIONS):
        refuse_data(f"orderBy: a key is followed by ;asc or ;desc, not ;{direction[:30]}")
    descending = direction == "desc"
    if name in ("id", "type"):
        return By(name, None, descending)
    return By("", named(read_path(name, "orderBy"), context.expand_name), descending)


def _value(by: By, entity: Entity) -> tuple[int, Any] | None:
    """Return what an entity is put in order by: numbers, then times, then texts, then truths."""
    if by.member:
        return (3, entity.id) if by.member == "id" else (3, min(entity.types))
    if by.path is None:
        return None
    found = [key for value in values_of(by.path, entity) if (key := _sortable(value)) is not None]
    return min(found) if found else None


def _sortable(value: Json | At) -> tuple[int, Any] | None:
    if isinstance(value, At):
        return 2, value.at
    if isinstance(value, bool):
        return 4, value
    if isinstance(value, int | float):
        return 1, value
    return (3, value) if isinstance(value, str) else None
