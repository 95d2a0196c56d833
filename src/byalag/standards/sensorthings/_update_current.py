"""What an entity is now, as the members that it would be written with. Pure."""

from byalag.asking import Observed
from byalag.model import Flag, Json, Series, Thing
from byalag.standards.sensorthings._create_facts import moment
from byalag.standards.sensorthings._words import DETAILS, Entity


def current(entity: Entity, fact: Thing | Series | Observed) -> dict[str, Json]:
    """Return the members that an entity has now."""
    if isinstance(fact, Observed):
        return _observation(fact)
    own: dict[str, Json] = fact.details.get(DETAILS, {})
    members = {name: own[name] for name in entity.members if own.get(name) is not None}
    if fact.name is not None and "name" in entity.members:
        members["name"] = fact.name
    if isinstance(fact, Thing):
        if fact.description is not None and "description" in entity.members:
            members["description"] = fact.description
        if fact.properties:
            members["properties"] = fact.properties
    return members


def _observation(found: Observed) -> dict[str, Json]:
    extra = found.fact.extra or {}
    members: dict[str, Json] = {
        name: extra[name]
        for name in ("resultTime", "resultQuality", "validTime", "parameters")
        if name in extra
    }
    members["phenomenonTime"] = extra.get("phenomenonTime", moment(found.fact.at))
    value = found.fact.value
    if "result" in extra:
        members["result"] = extra["result"]
    elif found.fact.flag == Flag.MISSING or value != value:  # noqa: PLR0124 -- NaN alone differs
        members["result"] = None
    else:
        members["result"] = int(value) if value.is_integer() else value
    return members
