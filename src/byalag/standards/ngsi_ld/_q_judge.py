"""Whether an entity fits a query (GS CIM 009, 4.9). Pure; the query's names are IRIs."""

from collections.abc import Callable, Collection, Iterator
from typing import Final

from byalag.model import Json
from byalag.standards.ngsi_ld import _json
from byalag.standards.ngsi_ld._entity import Entity, Instance
from byalag.standards.ngsi_ld._q import (
    All,
    Linked,
    Literally,
    Path,
    Pattern,
    Q,
    Range,
    Term,
    Values,
)
from byalag.standards.ngsi_ld._q_compare import At, compares
from byalag.standards.ngsi_ld._regex import regex

NGSI: Final = "https://uri.etsi.org/ngsi-ld/"
Follow = Callable[[str], Entity | None]
_RELATIONS: Final = ("Relationship", "ListRelationship")


def fits(
    q: Q, entity: Entity, follow: Follow = lambda _: None, datasets: Collection[str] = ()
) -> bool:
    """Return whether an entity fits a query.

    `follow` gives the entity that a relationship points to. `datasets` are those that instances
    must be of, "@none" for none; no datasets are any.
    """
    if isinstance(q, Term):
        return any(_holds(q, target) for target in _targets(q.path, entity, follow, datasets))
    if isinstance(q, All):
        return all(fits(part, entity, follow, datasets) for part in q.parts)
    return any(fits(part, entity, follow, datasets) for part in q.parts)


def values_of(path: Path, entity: Entity) -> Iterator[Json | At]:
    """Yield the values that a path leads to in an entity."""
    for target in _targets(path, entity, lambda _: None, ()):
        yield from target.values


class _Target:
    """What a path leads to in one instance: the kind of its attribute, and its values."""

    def __init__(self, kind: str, values: list[Json | At]) -> None:
        self.kind = kind
        self.values = values


def _holds(term: Term, target: _Target) -> bool:
    if term.comparison is None:
        return True
    if term.comparison in ("==", "!="):
        found = any(_equal(term, value) for value in target.values)
        return found == (term.comparison == "==")
    if target.kind in _RELATIONS:
        return False
    if isinstance(term.value, Pattern):
        texts = [value for value in target.values if isinstance(value, str)]
        found = any(regex(term.value.text, "q").search(text) for text in texts)
        return bool(texts) and found == (term.comparison == "~=")
    wanted = term.value
    return isinstance(wanted, Literally) and any(
        compares(value, term.comparison, wanted) for value in target.values
    )


def _equal(term: Term, value: Json | At) -> bool:
    wanted = term.value
    if isinstance(wanted, Range):
        return compares(value, ">=", wanted.low) and compares(value, "<=", wanted.high)
    if isinstance(wanted, Values):
        return any(compares(value, "==", item) for item in wanted.items)
    return isinstance(wanted, Literally) and compares(value, "==", wanted)


def _targets(
    path: Path, entity: Entity, follow: Follow, datasets: Collection[str]
) -> Iterator[_Target]:
    if path.linked:
        step, *rest = path.linked
        inner = Path(path.names, path.members, tuple(rest))
        for linked in _linked(step, entity, follow):
            yield from _targets(inner, linked, follow, datasets)
        return
    first, *others = path.names
    if not others and (at := _own(entity, first)) is not None:
        yield _Target("Property", [at])
    instances = [
        each
        for each in entity.attributes.get(first, ())
        if not datasets or (each.dataset or "@none") in datasets
    ]
    for instance in instances:
        yield from _within(instance, tuple(others), path.members)


def _linked(step: Linked, entity: Entity, follow: Follow) -> Iterator[Entity]:
    for instance in entity.attributes.get(step.relation, ()):
        if instance.kind in _RELATIONS:
            for uri in _objects(instance.value):
                found = follow(uri)
                if found is not None and (not step.types or set(step.types) & set(found.types)):
                    yield found


def _own(entity: Entity, name: str) -> At | None:
    times = {"createdAt": entity.created, "modifiedAt": entity.modified}
    at = times.get(name.removeprefix(NGSI))
    return None if at is None else At(at)


def _within(
    instance: Instance, names: tuple[str, ...], members: tuple[str, ...]
) -> Iterator[_Target]:
    if not names:
        yield from _target(instance, members)
        return
    first, *others = names
    if not others and (found := _member(instance, first.removeprefix(NGSI))) is not None:
        yield _Target("Property", [found])
    for sub in instance.sub.get(first, ()):
        yield from _within(sub, tuple(others), members)


def _member(instance: Instance, name: str) -> Json | At | None:
    times = {
        "observedAt": instance.observed,
        "createdAt": instance.created,
        "modifiedAt": instance.modified,
        "deletedAt": instance.deleted,
    }
    if name in times:
        at = times[name]
        return None if at is None else At(at)
    texts = {"unitCode": instance.unit, "datasetId": instance.dataset}
    return texts.get(name) if name in texts else None


def _target(instance: Instance, members: tuple[str, ...]) -> Iterator[_Target]:
    value = instance.value
    if instance.kind == "LanguageProperty":
        value = _spoken(_json.members(value), members)
        if value is not None:
            yield _Target(instance.kind, value)
        return
    if instance.kind in _RELATIONS:
        if not members:
            yield _Target(instance.kind, list(_objects(value)))
        return
    for name in members:
        inner = _json.members(value)
        if name not in inner:
            return
        value = inner[name]
    yield _Target(instance.kind, _json.listed(value))


def _spoken(texts: dict[str, Json], members: tuple[str, ...]) -> list[Json] | None:
    """Return the texts of a language, or of any; None if there is none of it."""
    whole = texts if len(members) < 2 else {}  # noqa: PLR2004 -- a language is one name
    wanted = members[0] if members else "*"
    if wanted != "*" and wanted not in whole:
        return None
    found = whole.values() if wanted == "*" else [whole[wanted]]
    return [text for one in found for text in _json.listed(one)]


def _objects(value: Json) -> Iterator[str]:
    """Yield the URIs that a relationship, or a list of them, points to."""
    for each in _json.listed(value):
        uri = _json.members(each).get("object", each)
        if isinstance(uri, str):
            yield uri
