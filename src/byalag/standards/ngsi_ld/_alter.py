"""Changing an entity by what is said of it: written in whole, appended, updated, merged. Pure."""

from typing import NamedTuple

from msgspec import UNSET, Struct, UnsetType, field

from byalag.mapping import is_list, is_object
from byalag.model import Json, Micros
from byalag.standards.ngsi_ld._entity import Entity, Instance
from byalag.standards.ngsi_ld._problem import Refused
from byalag.standards.ngsi_ld._said import Fragment, Said
from byalag.standards.ngsi_ld._value import NULL

SCOPE = "scope"
_EXISTS = "the entity has it already"
_MISSING = "the entity has no such attribute"


class Outcome(Struct):
    """What came of a change: names of attributes as IRIs, and why some were left as they were."""

    updated: list[str] = field(default_factory=list[str])
    not_updated: dict[str, str] = field(default_factory=dict[str, str])


class Stamp(NamedTuple):
    """When a change is made; the time and the language of what states none, in a merge."""

    now: Micros
    observed: Micros | None = None
    language: str = "@none"


def entity(said: Fragment, now: Micros) -> Entity:
    """Return a new entity.

    Raises:
        Refused: It lacks its id or its type, or says that something is to be taken away.
    """
    if said.id is None or not said.types:
        message = "an entity has an id and a type"
        raise Refused(message)
    return Entity(
        id=said.id,
        types=said.types,
        scopes=said.scopes if isinstance(said.scopes, tuple) else (),
        created=now,
        modified=now,
        attributes={
            name: [instance(one, now) for one in _there(said_, name)]
            for name, said_ in said.attributes.items()
        },
    )


def _there(said: list[Said] | None, name: str) -> list[Said]:
    if said is None or any(one.null for one in said):
        message = f"{name} cannot be taken away: it is not there yet"
        raise Refused(message)
    return said


def instance(said: Said, now: Micros) -> Instance:
    """Return a new instance of an attribute.

    Raises:
        Refused: It lacks its kind or its value.
    """
    if isinstance(said.kind, UnsetType) or said.value is UNSET:
        message = "an attribute has a type and a value, an object or what its type calls it"
        raise Refused(message)
    return Instance(
        kind=said.kind,
        value=said.value,
        observed=None if said.observed is UNSET else said.observed,
        unit=said.unit or None,
        dataset=said.dataset,
        object_type=said.object_type or None,
        created=now,
        modified=now,
        sub={
            name: [instance(one, now) for one in _there(below, name)]
            for name, below in said.sub.items()
        },
    )


def append(whole: Entity, said: Fragment, now: Micros, *, overwrite: bool) -> Outcome:
    """Add attributes; those that are there are replaced, or left as they are (5.6.3)."""
    outcome = Outcome()
    whole.types = tuple(dict.fromkeys((*whole.types, *said.types)))
    if isinstance(said.scopes, tuple):
        scopes = said.scopes if overwrite else (*whole.scopes, *said.scopes)
        whole.scopes = tuple(dict.fromkeys(scopes))
        outcome.updated.append(SCOPE)
    for name, each in said.attributes.items():
        for one in _there(each, name):
            if not overwrite and _at(whole, name, one.dataset) is not None:
                outcome.not_updated[name] = _EXISTS
            else:
                _put(whole, name, instance(one, now), now)
                outcome.updated.append(name)
    return _stamped(whole, outcome, now)


def update(whole: Entity, said: Fragment, now: Micros) -> Outcome:
    """Replace the attributes that are there, and add the others (5.6.2)."""
    outcome = Outcome()
    whole.types = tuple(dict.fromkeys((*whole.types, *said.types)))
    if said.scopes is not UNSET:
        if whole.scopes:
            whole.scopes = said.scopes if isinstance(said.scopes, tuple) else ()
            outcome.updated.append(SCOPE)
        else:
            outcome.not_updated[SCOPE] = _MISSING
    for name, each in said.attributes.items():
        if each is None:
            _take(whole, name, outcome)
            continue
        for one in each:
            if one.null:
                _take_instance(whole, name, one.dataset, outcome)
            else:
                _put(whole, name, instance(one, now), now)
                outcome.updated.append(name)
    return _stamped(whole, outcome, now)


def merge(whole: Entity, said: Fragment, stamp: Stamp) -> Outcome:
    """Merge what is said into an entity (5.5.12, 5.6.17)."""
    outcome = Outcome()
    whole.types = tuple(dict.fromkeys((*whole.types, *said.types)))
    if said.scopes is not UNSET:
        whole.scopes = said.scopes if isinstance(said.scopes, tuple) else ()
        outcome.updated.append(SCOPE)
    for name, each in said.attributes.items():
        if each is None:
            _take(whole, name, outcome)
            continue
        for one in each:
            if one.null:
                _take_instance(whole, name, one.dataset, outcome)
            else:
                _merge_instance(whole, name, one, stamp)
                outcome.updated.append(name)
    return _stamped(whole, outcome, stamp.now)


def _merge_instance(whole: Entity, name: str, said: Said, stamp: Stamp) -> None:
    if stamp.observed is not None and said.observed is UNSET:
        said.observed = stamp.observed
    before = _at(whole, name, said.dataset)
    if before is None:
        _put(whole, name, instance(said, stamp.now), stamp.now)
    else:
        if before.kind == "LanguageProperty" and said.simple and isinstance(said.value, str):
            said.value = {stamp.language: said.value}
        patch(before, said, stamp.now, deep=True)


def patch(before: Instance, said: Said, now: Micros, *, deep: bool = False) -> None:
    """Change what is said of an instance and leave the rest (5.6.4); `deep` merges objects too.

    Raises:
        Refused: It is of another kind.
    """
    if not isinstance(said.kind, UnsetType) and said.kind != before.kind:
        if not (said.simple and _fits(before, said.value)):
            if not deep:
                message = f"the attribute is a {before.kind}, not a {said.kind}"
                raise Refused(message)
            before.kind, before.value = said.kind, None
        elif before.kind == "LanguageProperty" and isinstance(said.value, str):
            said.value = {"@none": said.value}
    if said.value is not UNSET:
        before.value = _merged(before.value, said.value) if _deep(before, deep) else said.value
    if said.observed is not UNSET:
        before.observed = said.observed
    if said.unit is not UNSET:
        before.unit = said.unit
    if said.object_type is not UNSET:
        before.object_type = said.object_type
    for name, below in said.sub.items():
        _patch_sub(before, name, below, now)
    before.modified = now


def _deep(before: Instance, deep: bool) -> bool:  # noqa: FBT001 -- a yes or no passed on
    """Return whether an object is merged into the value: JSON is always replaced in whole."""
    return deep and before.kind in {"Property", "LanguageProperty"}


def _fits(before: Instance, value: Json) -> bool:
    """Return whether a simplified value can be one of a kind that it does not tell itself."""
    if before.kind == "Relationship":
        return isinstance(value, str)
    if before.kind == "ListProperty":
        return is_list(value)
    if before.kind == "LanguageProperty":
        return isinstance(value, str | dict)
    return before.kind in {"VocabProperty", "JsonProperty"}


def _patch_sub(before: Instance, name: str, below: list[Said] | None, now: Micros) -> None:
    if below is None:
        before.sub.pop(name, None)
        return
    kept = before.sub.setdefault(name, [])
    for one in below:
        there = next((each for each in kept if each.dataset == one.dataset), None)
        if one.null:
            kept[:] = [each for each in kept if each is not there]
        elif there is None:
            kept.append(instance(one, now))
        else:
            patch(there, one, now, deep=True)
    if not kept:
        del before.sub[name]


def _merged(before: Json, said: Json) -> Json:
    """Return an object with another merged into it (RFC 7396), where null is NGSI-LD's."""
    if not is_object(before) or not is_object(said):
        return said
    merged = dict(before)
    for key, value in said.items():
        if value is None or value == NULL:
            merged.pop(key, None)
        else:
            merged[key] = _merged(merged.get(key), value)
    return merged


def replace(whole: Entity, name: str, said: list[Said], now: Micros) -> None:
    """Replace an attribute, or one instance of it that has a datasetId (5.6.19)."""
    if len(said) == 1 and (said[0].dataset is not None or len(whole.attributes[name]) > 1):
        _put(whole, name, instance(said[0], now), now)
    else:
        made = [instance(one, now) for one in said]
        for one in made:
            before = _at(whole, name, one.dataset)
            one.created = before.created if before is not None else now
        whole.attributes[name] = made
    whole.modified = now


def delete(whole: Entity, name: str, dataset: str | None, now: Micros, *, every: bool) -> bool:
    """Take away an attribute or one instance of it; return whether it was there (5.6.5)."""
    outcome = Outcome()
    if name == SCOPE:
        there, whole.scopes = bool(whole.scopes), ()
    elif every:
        there = _take(whole, name, outcome)
    else:
        there = _take_instance(whole, name, dataset, outcome)
    whole.modified = now
    return there


def _at(whole: Entity, name: str, dataset: str | None) -> Instance | None:
    return next((one for one in whole.attributes.get(name, ()) if one.dataset == dataset), None)


def _put(whole: Entity, name: str, new: Instance, now: Micros) -> None:
    kept = whole.attributes.setdefault(name, [])
    before = _at(whole, name, new.dataset)
    if before is None:
        kept.append(new)
        return
    new.created, new.modified = before.created or now, now
    kept[kept.index(before)] = new


def _take(whole: Entity, name: str, outcome: Outcome) -> bool:
    if whole.attributes.pop(name, None) is None:
        outcome.not_updated[name] = _MISSING
        return False
    outcome.updated.append(name)
    return True


def _take_instance(whole: Entity, name: str, dataset: str | None, outcome: Outcome) -> bool:
    there = _at(whole, name, dataset)
    if there is None:
        outcome.not_updated[name] = _MISSING
        return False
    whole.attributes[name].remove(there)
    if not whole.attributes[name]:
        del whole.attributes[name]
    outcome.updated.append(name)
    return True


def _stamped(whole: Entity, outcome: Outcome, now: Micros) -> Outcome:
    if outcome.updated:
        whole.modified = now
    return outcome
