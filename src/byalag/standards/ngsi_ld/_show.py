"""How an entity is written: normalized, concise, simplified, GeoJSON (GS CIM 009, 4.5). Pure."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Final

from msgspec import Struct

from byalag.model import Json, Micros
from byalag.standards.ngsi_ld import _json
from byalag.standards.ngsi_ld._context import Context
from byalag.standards.ngsi_ld._entity import Entity, Instance
from byalag.standards.ngsi_ld._language import Languages, spoken
from byalag.standards.ngsi_ld._pick import Members
from byalag.standards.ngsi_ld._show_instance import NGSI, Style, attribute
from byalag.standards.ngsi_ld._when import when

LOCATION: Final = NGSI + "location"


class Shown(Struct, frozen=True, kw_only=True):
    """What is shown of an entity and how, in which context.

    `attrs` are the attributes that are shown, None for all; `pick` and `omit` are members by their
    names, attributes among them by IRI. `datasets` are those that instances are of, "@none" for
    none; none are any. `level` is how many steps of relationships are followed, `linked` are the
    entities that they lead to, and `contained` those that are not shown again.
    """

    context: Context
    style: Style = "normalized"
    system: bool = False
    languages: Languages = ()
    attrs: frozenset[str] | None = None
    pick: "Members | None" = None
    omit: "Members | None" = None
    datasets: frozenset[str] = frozenset()
    level: int = 0
    linked: Mapping[str, Entity] | None = None
    contained: frozenset[str] = frozenset()

    def __call__(self, name: str) -> bool:
        """Return whether a member is shown: id, type, scope, or an attribute's IRI."""
        if self.pick is not None:
            return name in self.pick
        if self.omit is not None and name in self.omit:
            return self.omit[name] is not None
        return self.attrs is None or name in self.attrs or name in _ALWAYS

    def within(self, relation: str, holder: str) -> "Shown":
        """Return what is shown of the entities that a relationship of an entity points to."""
        return Shown(
            context=self.context,
            style=self.style,
            system=self.system,
            languages=self.languages,
            pick=None if self.pick is None else self.pick.get(relation),
            omit=None if self.omit is None else self.omit.get(relation),
            datasets=self.datasets,
            level=self.level - 1,
            linked=self.linked,
            contained=self.contained | {holder},
        )


_ALWAYS: Final = frozenset({"id", "type", "scope", NGSI + "createdAt", NGSI + "modifiedAt"})


def show(entity: Entity, shown: Shown) -> dict[str, Json]:
    """Return an entity as it is written, without an @context."""
    told: dict[str, Json] = {"id": entity.id} if shown("id") else {}
    return told | members(entity, shown)


def members(entity: Entity, shown: Shown) -> dict[str, Json]:
    """Return all of an entity but its id."""
    told: dict[str, Json] = {}
    if shown("type"):
        told["type"] = _one_or_all([shown.context.compact_name(each) for each in entity.types])
    if entity.scopes and shown("scope"):
        told["scope"] = _one_or_all(list(entity.scopes))
    if shown.system:
        told |= _times(entity, shown)
    for iri, instances in entity.attributes.items():
        if shown(iri) and (kept := of_datasets(instances, shown.datasets)):
            told[shown.context.compact_name(iri)] = _attribute(entity, iri, kept, shown)
    return told


def relationships(entity: Entity, shown: Shown) -> Iterable[tuple[str, str]]:
    """Yield the relationships that are shown: their IRIs, and the ids that they point to."""
    for iri, instances in entity.attributes.items():
        if shown(iri):
            for instance in of_datasets(instances, shown.datasets):
                for uri in objects(instance):
                    yield iri, uri


def objects(instance: Instance) -> list[str]:
    """Return the ids that a relationship points to; none if it is another kind of attribute."""
    if instance.kind not in ("Relationship", "ListRelationship"):
        return []
    return [str(_json.members(each).get("object", each)) for each in _json.listed(instance.value)]


def of_datasets(instances: list[Instance], datasets: Collection[str]) -> list[Instance]:
    """Return the instances of these datasets, "@none" for the default one; of any if none."""
    if not datasets:
        return instances
    return [each for each in instances if (each.dataset or "@none") in datasets]


def _attribute(entity: Entity, iri: str, instances: list[Instance], shown: Shown) -> Json:
    inline = _inline(entity, iri, shown)
    if shown.style == "simplified" and len(instances) > 1:
        values = {each.dataset or "@none": _instance(each, shown, inline) for each in instances}
        return {"dataset": values}
    return _one_or_all([_instance(each, shown, inline) for each in instances])


def _instance(instance: Instance, shown: Shown, inline: "Inline | None") -> Json:
    if shown.languages and instance.kind == "LanguageProperty":
        instance, language = spoken(instance, shown.languages)
        told = attribute(instance, shown.context, shown.style, system=shown.system)
        if shown.style == "simplified":
            return told
        return {**(_json.members(told) or {"value": told}), "lang": language}
    told = attribute(instance, shown.context, shown.style, system=shown.system)
    if inline is None or not (uris := objects(instance)):
        return told
    return _with_linked(told, instance, inline(uris), shown.style)


Inline = Callable[[list[str]], dict[str, Json]]


def _inline(entity: Entity, iri: str, shown: Shown) -> "Inline | None":
    """Return what gives the entities that one relationship points to, as they are written."""
    linked = shown.linked
    if not shown.level or linked is None:
        return None
    within = shown.within(iri, entity.id)

    def found(uris: list[str]) -> dict[str, Json]:
        return {
            uri: show(linked[uri], within)
            for uri in uris
            if uri in linked and uri not in within.contained
        }

    return found


def _with_linked(told: Json, instance: Instance, found: dict[str, Json], style: Style) -> Json:
    """Return a relationship with the entities that it points to in it (4.5.23)."""
    if not found:
        return told
    listed = instance.kind == "ListRelationship" or isinstance(instance.value, list)
    if style == "simplified":
        shown = [found.get(uri, uri) for uri in objects(instance)]
        return shown if listed else shown[0]
    name = "entityList" if instance.kind == "ListRelationship" else "entity"
    each = list(found.values())
    return {**told, name: each if listed else each[0]}


def _times(entity: Entity, shown: Shown) -> dict[str, Json]:
    times: dict[str, Micros | None] = {
        "createdAt": entity.created,
        "modifiedAt": entity.modified,
        "deletedAt": entity.deleted,
    }
    return {name: when(at) for name, at in times.items() if at is not None and shown(NGSI + name)}


def _one_or_all(values: list[Any]) -> Json:
    return values[0] if len(values) == 1 else values
