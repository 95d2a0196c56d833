"""What has changed of an entity, by what it was and what it is (GS CIM 009, 5.8.6). Pure."""

from collections.abc import Collection
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct

from byalag.model import Json, Micros
from byalag.standards.ngsi_ld._entity import Entity, Instance

NULL: Final = "urn:ngsi-ld:null"
Key: TypeAlias = tuple[str, str | None]  # an attribute, and a datasetId


class Change(Struct, frozen=True, kw_only=True):
    """An entity before and after, None where it was not or is no more."""

    before: Entity | None
    after: Entity | None
    created: dict[Key, Instance]
    updated: dict[Key, Instance]  # what each was
    deleted: dict[Key, Instance]

    @property
    def entity(self) -> Entity:
        """The entity as it is, or was when it was last there."""
        found = self.after or self.before
        return Entity(id="", types=()) if found is None else found

    def events(self, watched: frozenset[str]) -> set[str]:
        """Return what has happened, by notificationTrigger's names; to the watched, if any are."""
        happened: set[str] = set()
        for name, keys in (
            ("attributeCreated", self.created),
            ("attributeUpdated", self.updated),
            ("attributeDeleted", self.deleted),
        ):
            if any(not watched or attribute in watched for attribute, _ in keys):
                happened.add(name)
        if self.after is None:
            return {"entityDeleted"} | (happened & {"attributeDeleted"})
        if self.before is None:
            happened.add("entityCreated")
        elif happened:
            happened.add("entityUpdated")
        return happened


def changed(before: Entity | None, after: Entity | None) -> Change:
    """Return what has changed."""
    was, now = _instances(before), _instances(after)
    return Change(
        before=before,
        after=after,
        created={key: one for key, one in now.items() if key not in was},
        updated={key: was[key] for key, one in now.items() if key in was and was[key] != one},
        deleted={key: one for key, one in was.items() if key not in now},
    )


def _instances(entity: Entity | None) -> dict[Key, Instance]:
    if entity is None:
        return {}
    return {
        (name, one.dataset): one
        for name, instances in entity.attributes.items()
        for one in instances
    }


def before_of(after: Entity, since: Micros) -> Entity | None:
    """Return what an entity that has not been looked at was at a time, as far as it can tell."""
    if after.created is not None and after.created >= since:
        return None
    attributes = {
        name: kept
        for name, instances in after.attributes.items()
        if (kept := [one for one in instances if (one.modified or 0) < since])
    }
    return msgspec.structs.replace(after, attributes=attributes)


def with_deleted(change: Change, now: Micros, watched: Collection[str] = ()) -> Entity:
    """Return the entity with what has been deleted of it, of the watched, shown as null."""
    entity = change.entity
    attributes = {} if change.after is None else {k: [*v] for k, v in entity.attributes.items()}
    for name, one in _shown(change):
        if change.after is None and watched and name not in watched:
            continue
        null = _null(one, is_all=change.after is None)
        gone = msgspec.structs.replace(one, value=null, observed=None, unit=None, deleted=now)
        gone.sub = {}
        attributes.setdefault(name, []).append(gone)
    deleted = now if change.after is None else None
    return msgspec.structs.replace(entity, attributes=attributes, deleted=deleted)


def _shown(change: Change) -> list[tuple[str, Instance]]:
    """Return what has been deleted: of an attribute that is no more at all, one instance."""
    left = set(change.after.attributes if change.after else ())
    found = [(name, one) for (name, _), one in change.deleted.items() if name in left]
    whole: dict[str, Instance] = {}
    for (name, dataset), one in change.deleted.items():
        if name not in left and (name not in whole or dataset is None):
            whole[name] = one
    several = len(change.deleted) > len(found) + len(whole)
    for name, one in whole.items():
        found.append((name, msgspec.structs.replace(one, dataset=None) if several else one))
    return found


def _null(one: Instance, *, is_all: bool) -> Json:
    """Return what stands for a value that is no more; of an entity that is none, plainly."""
    return {"@none": NULL} if one.kind == "LanguageProperty" and not is_all else NULL
