"""How one instance of an attribute is written (GS CIM 009, 4.5.2 to 4.5.4 and on). Pure."""

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from byalag.model import Json
from byalag.standards.ngsi_ld._context import Context
from byalag.standards.ngsi_ld._entity import Instance
from byalag.standards.ngsi_ld._when import when

NGSI: Final = "https://uri.etsi.org/ngsi-ld/"
Style: TypeAlias = Literal["normalized", "concise", "simplified"]
VALUES: Final[Mapping[str, str]] = {
    "Property": "value",
    "GeoProperty": "value",
    "Relationship": "object",
    "LanguageProperty": "languageMap",
    "VocabProperty": "vocab",
    "JsonProperty": "json",
    "ListProperty": "valueList",
    "ListRelationship": "objectList",
}
_PLAIN: Final = ("Property", "GeoProperty", "Relationship")


def attribute(
    instance: Instance, context: Context, style: Style = "normalized", *, system: bool = False
) -> Json:
    """Return an instance as it is written, `system` with the times that the system keeps."""
    name = VALUES[instance.kind]
    value = _value(instance, context)
    if style == "simplified":
        return value if instance.kind in _PLAIN else {name: value}
    told: dict[str, Json] = {} if style == "concise" else {"type": instance.kind}
    told[name] = value
    _about(told, instance, context, system=system)
    for iri, subs in instance.sub.items():
        each = [attribute(sub, context, style, system=system) for sub in subs]
        told[context.compact_name(iri)] = each[0] if len(each) == 1 else each
    if style == "concise" and len(told) == 1 and _bare(instance):
        return value
    return told


def _about(told: dict[str, Json], instance: Instance, context: Context, *, system: bool) -> None:
    """Add what is said of the value: when, in which unit, of which dataset."""
    if instance.object_type is not None:
        told["objectType"] = context.compact_name(instance.object_type)
    if instance.observed is not None:
        told["observedAt"] = when(instance.observed)
    if instance.unit is not None:
        told["unitCode"] = instance.unit
    if instance.dataset is not None:
        told["datasetId"] = instance.dataset
    if system and instance.created is not None:
        told["createdAt"] = when(instance.created)
    if system and instance.modified is not None:
        told["modifiedAt"] = when(instance.modified)
    if system and instance.deleted is not None:
        told["deletedAt"] = when(instance.deleted)


def _bare(instance: Instance) -> bool:
    """Return whether a value alone says what kind of attribute it is of (4.5.2.3)."""
    if instance.kind == "GeoProperty":
        return True
    return instance.kind == "Property" and not isinstance(instance.value, dict | list)


def _value(instance: Instance, context: Context) -> Json:
    if instance.kind == "VocabProperty":
        return context.compact_value(instance.value)
    if instance.kind == "ListRelationship":
        return [each if isinstance(each, dict) else {"object": each} for each in instance.value]
    return instance.value
