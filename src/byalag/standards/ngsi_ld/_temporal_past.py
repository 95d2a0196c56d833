"""What has been: a change of an entity leaves what it replaced, and what it took away, in history.

An instance with a time that it was observed is in its series already. One without goes there when
something else is said, at the time it was said; what is taken away leaves a trace (`deletedAt`).
"""

from collections.abc import Iterator
from typing import Any, TypeAlias

import msgspec

from byalag.model import Fact, Micros, Thing
from byalag.standards.ngsi_ld._entity import AttributeKind, Entity, Instance
from byalag.standards.ngsi_ld._name import ATTRIBUTE, SCOPE, series_id
from byalag.standards.ngsi_ld._saying import series_of
from byalag.standards.ngsi_ld._temporal_instance import NULL, as_observation
from byalag.store import Reading

Key: TypeAlias = tuple[str, str | None]


class Traces(msgspec.Struct):
    """What an entity was before a change: the kinds of its instances, and when observed last."""

    thing: Thing
    kinds: dict[Key, AttributeKind]
    observed: dict[Key, Micros]
    scopes: tuple[str, ...]
    modified: Micros | None


def traces(thing: Thing, entity: Entity) -> Traces:
    """Return what must be known of an entity before it is changed."""
    each = [(name, one) for name, instances in entity.attributes.items() for one in instances]
    return Traces(
        thing=thing,
        kinds={(name, one.dataset): one.kind for name, one in each},
        observed={
            (name, one.dataset): one.observed for name, one in each if one.observed is not None
        },
        scopes=entity.scopes,
        modified=entity.modified,
    )


def settle(
    reading: Reading, entity: Entity, before: Traces | None, dataset: str, now: Micros
) -> list[Fact]:
    """Return what a changed entity was, as facts, and note in it what has been taken away."""
    if before is None:
        return []
    there = {
        (name, one.dataset): one
        for name, instances in entity.attributes.items()
        for one in instances
    }
    facts: list[Fact] = []
    for (name, which), old in (*_replaced(before, there), *_scopes(before, entity)):
        at = old.modified or old.created or now - 1
        facts.extend(_said(reading, before.thing, (name, which), old, dataset, at))
    for key, kind in _gone(before, there, entity):
        one = Instance(kind=kind, value=_null(key[0], kind), dataset=key[1], deleted=now)
        facts.extend(_said(reading, before.thing, key, one, dataset, now))
        series = series_id(before.thing.id, *key)
        entity.gone[series] = max(before.observed.get(key, now), now)
    return facts


def _replaced(before: Traces, there: dict[Key, Instance]) -> Iterator[tuple[Key, Instance]]:
    """Yield the instances without a time of their own that hold no more."""
    for name, kept in before.thing.details.items():
        listed: list[dict[str, Any]] = kept if name.startswith(ATTRIBUTE) else []
        for one in listed:
            key = name[len(ATTRIBUTE) :], one.get("dataset")
            now = there.get(key)
            if now is not None and now.value == one["value"] and now.unit == one.get("unit"):
                continue
            if one.get("observed") is None and (now is None or now.modified != one.get("modified")):
                yield key, msgspec.convert(one, Instance)


def _scopes(before: Traces, entity: Entity) -> Iterator[tuple[Key, Instance]]:
    if before.scopes and before.scopes != entity.scopes:
        at = before.modified
        old = Instance(kind="Property", value=list(before.scopes), created=at, modified=at)
        yield (SCOPE, None), old


def _gone(
    before: Traces, there: dict[Key, Instance], entity: Entity
) -> Iterator[tuple[Key, AttributeKind]]:
    for key, kind in before.kinds.items():
        if key not in there:
            yield key, kind
    if before.scopes and not entity.scopes:
        yield (SCOPE, None), "Property"


def _null(name: str, kind: AttributeKind) -> Any:  # noqa: ANN401 -- a value is any JSON
    """Return what stands for the value of what has been taken away (4.5.0)."""
    if name == SCOPE:
        return []
    return {"@none": NULL} if kind == "LanguageProperty" else NULL


def _said(  # noqa: PLR0913, PLR0917 -- where it is said, what, and when
    reading: Reading, thing: Thing, key: Key, one: Instance, dataset: str, at: Micros
) -> Iterator[Fact]:
    series = series_of(thing.id, key[0], one, dataset)
    known = reading.series(series.id)
    if known is None:
        yield series
    yield as_observation(known or series, at, one)
