"""Which types of entities there are, and their attributes (GS CIM 009, 5.7.5 to 5.7.10)."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Final
from weakref import WeakKeyDictionary

from msgspec import Struct, field

from byalag.model import Json
from byalag.standards import Reply, Window
from byalag.standards.ngsi_ld._answer import told
from byalag.standards.ngsi_ld._context import Context
from byalag.standards.ngsi_ld._find_entities import every_entity
from byalag.standards.ngsi_ld._operation import JSON, LD_JSON, Operation
from byalag.standards.ngsi_ld._refuse import refuse_missing
from byalag.standards.ngsi_ld._request import Request
from byalag.store import Reading


class Described(Struct):
    """How many entities a type or an attribute has, of what kinds, and what it goes with."""

    count: int = 0
    kinds: dict[str, set[str]] = field(default_factory=dict[str, set[str]])


class Overview(Struct):
    """The types, with the kinds of their attributes; the attributes, with the types they are of."""

    types: dict[str, Described] = field(default_factory=dict[str, Described])
    attributes: dict[str, Described] = field(default_factory=dict[str, Described])


_SEEN: "WeakKeyDictionary[Reading, tuple[int, Overview]]" = WeakKeyDictionary()


async def types(request: Request, window: Window) -> Reply:
    """Answer with the types that there are."""
    overview = await _overview(window)
    context = request.context
    if request.flag("details"):
        return told(request, [_type(iri, one, context) for iri, one in overview.types.items()])
    return told(request, _listed("EntityTypeList", "typeList", overview.types, context))


async def one_type(request: Request, window: Window) -> Reply:
    """Answer with one type."""
    iri = request.context.expand_name(request.named["type"])
    overview = await _overview(window)
    if iri not in overview.types:
        refuse_missing(f"there are no entities of the type {iri[:200]}")
    return told(request, _type_info(iri, overview.types[iri], request.context))


async def attributes(request: Request, window: Window) -> Reply:
    """Answer with the attributes that there are."""
    overview = await _overview(window)
    context = request.context
    if request.flag("details"):
        each = overview.attributes.items()
        return told(request, [_attribute(iri, one, context) for iri, one in each])
    return told(request, _listed("AttributeList", "attributeList", overview.attributes, context))


async def one_attribute(request: Request, window: Window) -> Reply:
    """Answer with one attribute."""
    context = request.context
    iri = context.expand_name(request.named["attrId"])
    found = (await _overview(window)).attributes.get(iri)
    if found is None:
        refuse_missing(f"no entity has the attribute {iri[:200]}")
    about = _attribute(iri, found, context)
    kinds = sorted({kind for kinds in found.kinds.values() for kind in kinds})
    return told(request, {**about, "attributeCount": found.count, "attributeTypes": kinds})


async def _overview(window: Window) -> Overview:
    """Return what there is, found once for each change of the store."""
    reading = window.reading
    changed = reading.changed()
    since, overview = _SEEN.get(reading, (-1, None))
    if overview is None or since != changed:
        overview = await window.beside(lambda: _look(reading))
        _SEEN[reading] = changed, overview
    return overview


def _look(reading: Reading) -> Overview:
    overview = Overview()
    for entity in every_entity(reading):
        kinds = {iri: {each.kind for each in many} for iri, many in entity.attributes.items()}
        for kind in entity.types:
            about = overview.types.setdefault(kind, Described())
            about.count += 1
            for iri, found in kinds.items():
                about.kinds.setdefault(iri, set()).update(found)
        for iri, found in kinds.items():
            about = overview.attributes.setdefault(iri, Described())
            about.count += 1
            for kind in entity.types:
                about.kinds.setdefault(kind, set()).update(found)
    return overview


def _listed(kind: str, name: str, iris: Iterable[str], context: Context) -> Json:
    names = sorted(context.compact_name(iri) for iri in iris)
    digest = sha256("\n".join(names).encode()).hexdigest()[:32]
    return {"id": f"urn:ngsi-ld:{kind}:{digest}", "type": kind, name: names}


def _type(iri: str, about: Described, context: Context) -> Json:
    return {
        "id": iri,
        "type": "EntityType",
        "typeName": context.compact_name(iri),
        "attributeNames": sorted(context.compact_name(each) for each in about.kinds),
    }


def _type_info(iri: str, about: Described, context: Context) -> Json:
    details = [
        {
            "id": each,
            "type": "Attribute",
            "attributeName": context.compact_name(each),
            "attributeTypes": sorted(kinds),
        }
        for each, kinds in about.kinds.items()
    ]
    return {
        "id": iri,
        "type": "EntityTypeInfo",
        "typeName": context.compact_name(iri),
        "entityCount": about.count,
        "attributeDetails": details,
    }


def _attribute(iri: str, about: Described, context: Context) -> dict[str, Json]:
    return {
        "id": iri,
        "type": "Attribute",
        "attributeName": context.compact_name(iri),
        "typeNames": sorted(context.compact_name(each) for each in about.kinds),
    }


def _answers(
    swedish: str, english: str, example: Json
) -> Mapping[str, tuple[dict[str, str], Json]]:
    return {"200": ({"sv": swedish, "en": english}, example)}


OPERATIONS: Final = (
    Operation(
        method="GET",
        path="/types",
        run=types,
        summary={"sv": "Vilka typer som finns", "en": "Which types there are"},
        clause="5.7.5",
        parameters=("details", "local"),
        gives=(JSON, LD_JSON),
        reads=True,
        answers=_answers(
            "Typerna.",
            "The types.",
            {
                "id": "urn:ngsi-ld:EntityTypeList:1",
                "type": "EntityTypeList",
                "typeList": ["BathingPlace", "OffStreetParking"],
            },
        ),
    ),
    Operation(
        method="GET",
        path="/types/{type}",
        run=one_type,
        summary={"sv": "En typ och dess attribut", "en": "One type and its attributes"},
        clause="5.7.7",
        parameters=("local",),
        gives=(JSON, LD_JSON),
        reads=True,
        answers=_answers(
            "Typen.",
            "The type.",
            {
                "id": "https://uri.etsi.org/ngsi-ld/default-context/BathingPlace",
                "type": "EntityTypeInfo",
                "typeName": "BathingPlace",
                "entityCount": 12,
                "attributeDetails": [
                    {
                        "id": "https://uri.etsi.org/ngsi-ld/default-context/name",
                        "type": "Attribute",
                        "attributeName": "name",
                        "attributeTypes": ["Property"],
                    }
                ],
            },
        ),
    ),
    Operation(
        method="GET",
        path="/attributes",
        run=attributes,
        summary={"sv": "Vilka attribut som finns", "en": "Which attributes there are"},
        clause="5.7.8",
        parameters=("details", "local"),
        gives=(JSON, LD_JSON),
        reads=True,
        answers=_answers(
            "Attributen.",
            "The attributes.",
            {
                "id": "urn:ngsi-ld:AttributeList:1",
                "type": "AttributeList",
                "attributeList": ["name", "waterTemperature"],
            },
        ),
    ),
    Operation(
        method="GET",
        path="/attributes/{attrId}",
        run=one_attribute,
        summary={"sv": "Ett attribut och dess typer", "en": "One attribute and its types"},
        clause="5.7.10",
        parameters=("local",),
        gives=(JSON, LD_JSON),
        reads=True,
        answers=_answers(
            "Attributet.",
            "The attribute.",
            {
                "id": "https://uri.etsi.org/ngsi-ld/default-context/name",
                "type": "Attribute",
                "attributeName": "name",
                "typeNames": ["BathingPlace"],
                "attributeCount": 12,
                "attributeTypes": ["Property"],
            },
        ),
    ),
)
