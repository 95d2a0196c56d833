"""Finds what a path in an expression names: `Datastream/Thing/name`. Pure."""

from typing import Final

from msgspec import Struct

from byalag.asking import Call, Expression, Field, Value
from byalag.standards.sensorthings._problem import known, unfit
from byalag.standards.sensorthings._words import DETAILS, ENTITIES, Entity, Member

_LINKS, _SEVERAL = 6, 2  # how many steps to others, and how many of them to many, in one path
SOURCE: Final = "byalag"  # what we tell of a source's thing, in its `properties`
_TOLD: Final = frozenset({"id", "type", "dataset", "municipality", "property", "unit", "kind"})


class Found(Struct, frozen=True, kw_only=True):
    """What a path names. `until` is the end of a period; `words` the value when not a number.

    What is `free` may be of any sort, and so a truth.
    """

    value: Expression
    until: Expression | None = None
    words: Expression | None = None
    time: bool = False
    geometry: bool = False
    several: bool = False
    free: bool = False


def find(entity: Entity, steps: tuple[str, ...]) -> Found:
    """Find what a path names, seen from an entity.

    Raises:
        Refused: There is nothing of that name (400).
    """
    path: tuple[str, ...] = ()
    several = 0
    here = entity
    for at, step in enumerate(steps):
        link = here.links.get(step)
        if link is None:
            return _last(here, path, steps[at:], several=several > 0)
        several += link.many
        if at == _LINKS or several > _SEVERAL:
            message = f"{'/'.join(steps)[:80]} leads too far: {_LINKS} links, {_SEVERAL} to many"
            raise unfit(message)
        if (
            here.name == "Observation"
            and link.to == "FeatureOfInterest"
            and _is_id(steps[at + 1 :])
        ):
            own, common = (*path, "extra", "feature"), (*path, *link.path, "no")
            return Found(value=Call("coalesce", (Field(own), Field(common))), several=several > 0)
        path, here = (*path, *link.path), ENTITIES[link.to]
    message = f"{'/'.join(steps)[:80]} is an entity: say which property of it, as in {steps[-1]}/id"
    raise unfit(message)


def _is_id(steps: tuple[str, ...]) -> bool:
    return steps in {("id",), ("@iot.id",)}


def _last(here: Entity, path: tuple[str, ...], steps: tuple[str, ...], *, several: bool) -> Found:
    """Return the property that a path ends in."""
    if _is_id(steps):
        return Found(value=Field((*path, "no")), several=several)
    member = here.members.get(steps[0])
    if member is None or (len(steps) > 1 and not member.deep):
        message = (
            f"{here.name} has no {'/'.join(steps)[:60]!r}; "
            f"it has {known(['id', *here.members, *here.links])}"
        )
        raise unfit(message)
    inside = steps[1:]
    if member.name == "result":
        return _result(path, inside, several=several)
    return Found(
        value=_value(member, path, inside),
        until=Field((*path, *member.until)) if member.until else None,
        time=member.time,
        geometry=member.geometry,
        several=several,
        free=member.deep,
    )


def _result(path: tuple[str, ...], inside: tuple[str, ...], *, several: bool) -> Found:
    """Return the result: a number, or else what is told instead of one."""
    words = Field((*path, "extra", "result", *inside))
    number = words if inside else Field((*path, "value"))
    return Found(value=number, words=words, several=several, free=True)


def _value(member: Member, path: tuple[str, ...], inside: tuple[str, ...]) -> Expression:
    if member.name == "properties" and inside[:1] == (SOURCE,) and len(inside) > 1:
        return _told(path, inside[1])
    said = Field((*path, *member.path, *inside))
    match member.otherwise:
        case Field(other):
            instead: Expression = Field((*path, *other))
            if member.after:
                instead = Call("substring", (instead, Value(member.after)))
            return Call("coalesce", (said, instead))
        case Value() as value:
            return Call("coalesce", (said, value))
        case None:
            return said


def _told(path: tuple[str, ...], name: str) -> Expression:
    """Return what we tell of a source's thing."""
    return Field((*path, name)) if name in _TOLD else Field((*path, "details", DETAILS, name))
