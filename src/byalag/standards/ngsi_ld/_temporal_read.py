"""Bodies with histories: an entity whose attributes are lists of instances (4.5.6)."""

from collections.abc import Mapping
from typing import Final

from byalag.model import Json, Micros
from byalag.standards.ngsi_ld._alter import instance as settled
from byalag.standards.ngsi_ld._context import Context
from byalag.standards.ngsi_ld._entity import Entity, Instance
from byalag.standards.ngsi_ld._json import is_array, is_object, listed
from byalag.standards.ngsi_ld._name import SCOPE
from byalag.standards.ngsi_ld._problem import Refused
from byalag.standards.ngsi_ld._refuse import refuse_data
from byalag.standards.ngsi_ld._said import (
    MOST_ATTRIBUTES,
    Fragment,
    attribute_name,
    fragment,
    instance,
)

MOST: Final = 100_000  # instances in one body
_WHOLE: Final = frozenset({"id", "@id", "type", "@type", "createdAt", "modifiedAt", "deletedAt"})


def read_history(content: Json, context: Context, now: Micros) -> tuple[Fragment, Entity]:
    """Read an entity, or a part of one, with instances of its attributes.

    Raises:
        Refused: Something in it cannot be.
    """
    if not is_object(content):
        message = "an entity is a JSON object"
        raise Refused(message, "InvalidRequest")
    if len(content) > MOST_ATTRIBUTES:
        refuse_data(f"an entity has at most {MOST_ATTRIBUTES} attributes")
    plain = "scope" in content and not _is_history(content["scope"])
    whole = fragment(
        {
            name: one
            for name, one in content.items()
            if name in _WHOLE or (plain and name == "scope")
        },
        context,
    )
    attributes = _attributes(content, context, now, {"scope"} if plain else set())
    if sum(len(one) for one in attributes.values()) > MOST:
        refuse_data(f"a body has at most {MOST} instances; send them in several")
    scopes = whole.scopes if isinstance(whole.scopes, tuple) else ()
    entity = Entity(
        id=whole.id or "",
        types=whole.types,
        scopes=scopes,
        created=now,
        modified=now,
        attributes=attributes,
    )
    return whole, entity


def _is_history(scope: Json) -> bool:
    return is_array(scope) and bool(scope) and is_object(scope[0])


def _attributes(
    content: Mapping[str, Json], context: Context, now: Micros, besides: set[str]
) -> dict[str, list[Instance]]:
    found: dict[str, list[Instance]] = {}
    for name, value in content.items():
        if name in _WHOLE or name in besides:
            continue
        iri = SCOPE if name == "scope" else attribute_name(name, context)
        several = listed(value)
        if not several:
            refuse_data(f"{name} has no instances")
        found[iri] = [settled(instance(one, context), now) for one in several]
    return found
