"""An NGSI-LD entity as we hold it: names expanded to IRIs, times as microseconds. Pure data."""

from typing import Literal, TypeAlias

from msgspec import Struct, field

from byalag.model import Json, Micros

AttributeKind: TypeAlias = Literal[
    "Property",
    "Relationship",
    "GeoProperty",
    "LanguageProperty",
    "VocabProperty",
    "JsonProperty",
    "ListProperty",
    "ListRelationship",
]


class Instance(Struct, kw_only=True, omit_defaults=True):
    """One instance of an attribute (GS CIM 009, 4.5.2 and 4.5.3 and on).

    `value` is what the kind calls it: value, object, languageMap, vocab (expanded), json, valueList
    or objectList. `sub` are its own attributes, by IRI. `dataset` tells instances of one attribute
    apart; None is the default instance.
    """

    kind: AttributeKind
    value: Json
    observed: Micros | None = None
    unit: str | None = None
    dataset: str | None = None
    object_type: str | None = None
    instance: str | None = None
    created: Micros | None = None
    modified: Micros | None = None
    deleted: Micros | None = None
    sub: "dict[str, list[Instance]]" = field(default_factory=dict)  # pyright: ignore[reportUnknownVariableType]  # msgspec leaves out an empty one only so


class Entity(Struct, kw_only=True, omit_defaults=True):
    """An entity. `types` and the names of `attributes` are IRIs; `scopes` begin with "/".

    `gone` says until when an attribute's history is of one that has been taken away, by the id of
    its series.
    """

    id: str
    types: tuple[str, ...]
    scopes: tuple[str, ...] = ()
    created: Micros | None = None
    modified: Micros | None = None
    deleted: Micros | None = None
    attributes: dict[str, list[Instance]] = field(default_factory=dict)  # pyright: ignore[reportUnknownVariableType]  # as above
    gone: dict[str, Micros] = field(default_factory=dict)  # pyright: ignore[reportUnknownVariableType]  # as above
