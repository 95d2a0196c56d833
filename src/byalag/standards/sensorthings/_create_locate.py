"""Which entity a path leads to, in a store that is being written to."""

from collections.abc import Sequence
from typing import Final

from byalag.asking import Ask, Call, Expression, Field, Observed, Value, observed
from byalag.model import Json, Observation, Series, Thing
from byalag.standards.sensorthings._path import Step
from byalag.standards.sensorthings._problem import unknown
from byalag.standards.sensorthings._words import ENTITIES, OWN, Entity
from byalag.store import Here, Reading

MOVED: Final = "sensorthings:moved:"
_PLACES: Final = frozenset({"Location", "FeatureOfInterest"})


def locate(here: Here, steps: Sequence[Step]) -> int:
    """Return the number of the one entity that a path leads to.

    Raises:
        Refused: There is none such (404).
    """
    number = _number(here, steps)
    entity = steps[-1].entity
    if number is None or not is_there(here, entity, number):
        message = f"there is no such {entity.name}"
        raise unknown(message)
    return number


def is_there(reading: Reading, entity: Entity, no: int) -> bool:
    """Tell whether an entity is there."""
    if entity.kind == "series":
        return reading.numbered_series(no) is not None
    if entity.kind == "observation":
        return observation(reading, no) is not None
    thing = reading.numbered_thing(no)
    return thing is not None and is_kind(entity, thing)


def is_kind(entity: Entity, thing: Thing) -> bool:
    """Tell whether a thing is of a kind of entity. One with a position is its own Location."""
    if entity.name == "Thing":
        return thing.type not in OWN
    own = entity.name in _PLACES and thing.type not in OWN and thing.point is not None
    return own or thing.type == entity.name


def _number(here: Here, steps: Sequence[Step]) -> int | None:
    last = steps[-1]
    if len(steps) == 1:
        return last.no
    if last.entity.kind == "observation":
        return _observation(here, steps)
    conditions: list[Expression] = []
    if last.no is not None:
        conditions.append(Call("eq", (Field(("no",)), Value(last.no))))
    back: tuple[str, ...] = ()
    for step, before in zip(reversed(steps), reversed(steps[:-1]), strict=False):
        if step.link is None:
            break
        back = (*back, *step.link.back)
        if before.no is not None:
            conditions.append(Call("eq", (Field((*back, "no")), Value(before.no))))
    where = conditions[0] if len(conditions) == 1 else Call("and", tuple(conditions))
    rows = here.ask(Ask(of=last.entity.kind, where=where, limit=1)).rows
    return rows[0].no if rows else None


def _observation(here: Here, steps: Sequence[Step]) -> int | None:
    """Return an observation's number where it is of what the path before it leads to."""
    *before, last = steps
    found = None if last.no is None else observation(here, last.no)
    parent = _number(here, before)
    if found is None or parent is None:
        return None
    if before[-1].entity.kind == "series":
        return found.no if found.series == parent else None
    feature = feature_of(here, found)
    return found.no if feature == parent else None


def feature_of(reading: Reading, found: Observed) -> int | None:
    """Return the number of the FeatureOfInterest of an observation."""
    named: Json = (found.fact.extra or {}).get("feature")
    if named is not None:
        return int(named)
    series = reading.numbered_series(found.series)
    ids = series.relations.get("feature", ()) if series is not None else ()
    return reading.number(ids[0]) if ids else None


def observation(reading: Reading, no: int) -> Observed | None:
    """Return the observation that has a number, also where its time was changed afterwards."""
    where = observed(no)
    if where is None:
        return None
    there: Observation | None = reading.observation(no)
    if there is not None and (there.extra or {}).get("no", no) == no:
        return Observed(no, where[0], there)
    now = reading.recall(f"{MOVED}{no}")
    place = observed(now) if isinstance(now, int) else None
    moved = None if place is None or now is None else reading.observation(now)
    if place is None or moved is None:
        return None
    return Observed(no, place[0], moved)


def thing_of(here: Here, entity: Entity, no: int) -> Thing:
    """Return the thing that an entity is, which is known to be there."""
    found = here.numbered_thing(no)
    assert found is not None, entity.name  # noqa: S101 -- located in this change
    return found


def series_of(here: Here, no: int) -> Series:
    """Return the series that a Datastream is, which is known to be there."""
    found = here.numbered_series(no)
    assert found is not None, ENTITIES["Datastream"].name  # noqa: S101 -- as above
    return found
