"""What a body says of an entity: perhaps all of it, perhaps a part, in any of the three forms.

Normalized, concise and simplified attributes are read alike (4.5.2 and 4.5.4). A member that is
left out is UNSET, one that is to be taken away is None.
"""

import re

from msgspec import UNSET, Struct, UnsetType

from byalag.mapping import is_list, is_object
from byalag.model import Json, Micros
from byalag.standards.ngsi_ld._context import Context
from byalag.standards.ngsi_ld._entity import AttributeKind
from byalag.standards.ngsi_ld._problem import Refused
from byalag.standards.ngsi_ld._value import (
    GEOMETRIES,
    KINDS,
    MEMBER,
    NULL,
    is_geometry,
    moment,
    uri,
    value_of,
)

DEEPEST = 12  # attributes of attributes
MOST_ATTRIBUTES = 2_000
MOST_INSTANCES = 1_000  # of one attribute, each with a datasetId of its own
_SYSTEM = frozenset({
    "createdAt", "modifiedAt", "deletedAt", "instanceId", "entity", "entityList", "lang",
})  # fmt: skip
_MEMBERS = frozenset({"type", "observedAt", "unitCode", "datasetId", "objectType"}) | set(MEMBER)
_PARTS = frozenset({"observedAt", "unitCode", "datasetId", "objectType"})
_NOT_IN_NAMES = re.compile(r"[\s<>\"'()\[\]{}=;|^`\\\x00-\x1f,]")
_ENTITY = frozenset({
    "id", "@id", "type", "@type", "scope", "createdAt", "modifiedAt", "deletedAt", "expiresAt",
})  # fmt: skip


class Said(Struct, kw_only=True):
    """What is said of one instance of an attribute."""

    kind: AttributeKind | UnsetType = UNSET
    value: Json = UNSET
    observed: Micros | UnsetType | None = UNSET
    unit: str | UnsetType | None = UNSET
    dataset: str | None = None
    object_type: str | UnsetType | None = UNSET
    simple: bool = False
    sub: "dict[str, list[Said] | None]"

    @property
    def null(self) -> bool:
        """Whether the instance is to be taken away."""
        return bool(self.value == NULL)


class Fragment(Struct, kw_only=True):
    """What is said of an entity. An attribute that is None is to be taken away, all of it."""

    id: str | None = None
    types: tuple[str, ...] = ()
    scopes: tuple[str, ...] | UnsetType | None = UNSET
    attributes: dict[str, list[Said] | None]


def fragment(content: Json, context: Context) -> Fragment:
    """Read an entity or a part of one.

    Raises:
        Refused: Something in it cannot be.
    """
    if not is_object(content):
        message = "an entity is a JSON object"
        raise Refused(message, "InvalidRequest")
    if len(content) > MOST_ATTRIBUTES:
        message = f"an entity has at most {MOST_ATTRIBUTES} attributes"
        raise Refused(message)
    known = content.get("id", content.get("@id"))
    return Fragment(
        id=None if known is None else uri(known, "an entity's id"),
        types=_types(content.get("type", content.get("@type")), context),
        scopes=_scopes(content["scope"]) if "scope" in content else UNSET,
        attributes={
            attribute_name(name, context): said(value, context, name)
            for name, value in content.items()
            if name not in _ENTITY
        },
    )


def attribute_name(name: str, context: Context) -> str:
    """Return the IRI of an attribute.

    Raises:
        Refused: It can be no attribute's name (4.6.2).
    """
    if _NOT_IN_NAMES.search(name):
        message = f"an attribute cannot be named {name[:100]!r}"
        raise Refused(message)
    iri = context.expand_name(name)
    if iri.startswith("@") or name.startswith("@") or len(iri.split()) > 1:
        message = f"{name!r} names something else than an attribute"
        raise Refused(message)
    return iri


def _types(value: Json, context: Context) -> tuple[str, ...]:
    listed = [] if value is None else value if is_list(value) else [value]
    for one in listed:
        if not isinstance(one, str) or not one or _NOT_IN_NAMES.search(one):
            message = f"an entity's type is a name or a list of names, not {str(one)[:100]!r}"
            raise Refused(message)
    if value is not None and not listed:
        message = "an entity has at least one type"
        raise Refused(message)
    types = tuple(dict.fromkeys(context.expand_name(one) for one in listed))
    if any(one.startswith("@") for one in types):
        message = "an entity's type is the name of a type, not of something in JSON-LD"
        raise Refused(message)
    return types


def _scopes(value: Json) -> tuple[str, ...] | None:
    listed = value if is_list(value) else [value]
    if value in (NULL, None):
        return None
    for one in listed:
        if not isinstance(one, str) or not re.fullmatch(r"/?[^\s/#+,;()]+(/[^\s/#+,;()]+)*", one):
            message = f"a scope is names after '/', as /Skelleftea/School, not {str(one)[:100]!r}"
            raise Refused(message)
    return tuple(dict.fromkeys(one if one.startswith("/") else f"/{one}" for one in listed))


def said(value: Json, context: Context, name: str, depth: int = 0) -> list[Said] | None:
    """Return what is said of an attribute: one instance, several, or None to take it away.

    Raises:
        Refused: Something of it cannot be.
    """
    if depth > DEEPEST:
        message = f"attributes have attributes at most {DEEPEST} deep"
        raise Refused(message)
    if value is None:
        message = f"{name} is null; {NULL!r} takes an attribute away"
        raise Refused(message)
    if value == NULL:
        return None
    try:
        if is_list(value) and value and all(_is_attribute(one) for one in value):
            instances = [instance(one, context, depth) for one in value]
        elif is_object(value) and value.keys() == {"dataset"}:
            instances = _by_dataset(value["dataset"], context, depth)
        else:
            instances = [instance(value, context, depth)]
    except Refused as refused:
        message = f"{name}: {refused}" if depth == 0 else str(refused)
        raise Refused(message, refused.kind) from refused
    if len(instances) > MOST_INSTANCES:
        message = f"{name[:100]} has more than {MOST_INSTANCES} instances"
        raise Refused(message)
    if len({one.dataset for one in instances}) < len(instances):
        message = f"{name} has two instances with the same datasetId"
        raise Refused(message)
    return instances


def _by_dataset(value: Json, context: Context, depth: int) -> list[Said]:
    """Read several instances in the simplified form, by their datasetId (4.5.4)."""
    if not is_object(value) or not value:
        message = "dataset has a value for each datasetId"
        raise Refused(message)
    found: list[Said] = []
    for dataset, one in value.items():
        read = instance(one, context, depth)
        read.dataset = None if dataset == "@none" else uri(dataset, "a datasetId")
        found.append(read)
    return found


def _is_attribute(value: Json) -> bool:
    """Return whether a value is an attribute in itself and not the value of one."""
    if not is_object(value):
        return False
    kind = value.get("type")
    if isinstance(kind, str):
        return kind in KINDS
    return any(member in value for member in MEMBER)


def instance(value: Json, context: Context, depth: int = 0, *, part: bool = False) -> Said:
    """Read one instance of an attribute. `part` says that it may lack its value and its type.

    Raises:
        Refused: Something of it cannot be.
    """
    if not is_object(value) or is_geometry(value):
        kind: AttributeKind = "GeoProperty" if is_geometry(value) else "Property"
        return Said(kind=kind, value=value_of(kind, value, context), simple=True, sub={})
    if not _is_attribute(value):
        stated = value.get("type")
        if any(member in value for member in MEMBER) or (
            isinstance(stated, str) and stated not in GEOMETRIES and _PARTS & value.keys()
        ):
            message = f"an attribute is one of {', '.join(KINDS)}, not {str(stated)[:100]!r}"
            raise Refused(message)
        if not part and not (value.keys() & _PARTS):
            return Said(kind="Property", value=value, simple=True, sub={})
    return _instance(value, context, depth)


def _instance(value: dict[str, Json], context: Context, depth: int) -> Said:
    member = next((one for one in MEMBER if one in value), None)
    stated = value.get("type")
    found = Said(sub={})
    if stated is not None:
        found.kind = stated
        wanted = KINDS[stated]
        if member is not None and wanted not in value:
            message = f"a {stated} has {wanted}, not {member}"
            raise Refused(message)
        member = wanted if wanted in value else None
    elif member is not None:
        found.kind = "GeoProperty" if is_geometry(value[member]) else MEMBER[member]
    if member is not None and not isinstance(found.kind, UnsetType):
        found.value = value_of(found.kind, value[member], context)
    _members(found, value, context)
    for name, one in value.items():
        if name not in _MEMBERS and name not in _SYSTEM:
            found.sub[attribute_name(name, context)] = said(one, context, name, depth + 1)
    return found


def _members(found: Said, value: dict[str, Json], context: Context) -> None:
    if "observedAt" in value:
        at = value["observedAt"]
        found.observed = None if at == NULL else moment(at, "observedAt")
    if "unitCode" in value:
        unit = value["unitCode"]
        if not isinstance(unit, str) or not 0 < len(unit) <= 60:  # noqa: PLR2004 -- longer than any code
            message = f"unitCode is a code of UN/CEFACT's, not {str(unit)[:100]!r}"
            raise Refused(message)
        found.unit = None if unit == NULL else unit
    if "datasetId" in value:
        given = value["datasetId"]
        found.dataset = None if given == "@none" else uri(given, "a datasetId")
    if "objectType" in value:
        kind = value["objectType"]
        if not isinstance(kind, str) or not kind:
            message = "objectType is the name of a type"
            raise Refused(message)
        found.object_type = None if kind == NULL else context.expand_name(kind)
