"""What is said of an operation's parameters, from the type of its question."""

from collections.abc import Callable
from typing import Any

from msgspec import inspect

from byalag.model import Json, Point
from byalag.standards.profile._declare import Operation
from byalag.standards.profile._query import core, parameters

SAID = {
    "near": "Läge i WGS 84: latitud,longitud. Svaren kommer med det närmaste först. / "
    "Position in WGS 84: latitude,longitude. The nearest comes first.",
    "radius": "Högsta avstånd i meter från `near`. / Largest distance in metres from `near`.",
    "bbox": "Ruta i WGS 84, i samma ordning som i GeoJSON: väst,syd,öst,nord. / "
    "Box in WGS 84, in the order of GeoJSON: west,south,east,north.",
    "municipality": "Kommunkod, fyra siffror. / Municipality code, four digits.",
    "limit": "Högsta antal svar. / The largest number of answers.",
    "offset": "Hur många svar som hoppas över. / How many answers are skipped.",
    "id": "Vilken det gäller. / Which one is meant.",
    "property": "Vilken egenskap. / Which property.",
    "series": "Vilken serie, när egenskapen har flera. / "
    "Which series, when the property has several.",
    "start": "Periodens början, RFC 3339 med tidszon. / The period's start, RFC 3339 with offset.",
    "source": "Källan, som filen under sources/ heter. / The source, as its file is named.",
    "number": "Leveransens nummer. / The number of the delivery.",
    "dataset": "Datamängden. / The dataset.",
    "name": "Filens namn. / The name of the file.",
    "version": "Filens version, från 1. / The version of the file, from 1.",
    "end": "Periodens slut, som inte ingår. / The period's end, which is not included.",
}


def described(operation: Operation) -> list[Json]:
    """Return the descriptions of an operation's parameters, in the order they are declared."""
    return [_parameter(operation, name, field) for name, field in parameters(operation.ask).items()]


def _parameter(operation: Operation, name: str, field: inspect.Field) -> Json:
    in_path = "{" + name + "}" in operation.path
    told = core(field.type)
    schema = _schema(told)
    if isinstance(field.default, str | int | float):
        schema["default"] = field.default
    said: dict[str, Json] = {
        "name": name,
        "in": "path" if in_path else "query",
        "required": in_path,
        "description": SAID.get(name, name),
        "schema": schema,
    }
    if schema["type"] == "array":
        said |= {"style": "form", "explode": False}
    if name in operation.example:
        said["example"] = _example(told, operation.example[name])
    return said


def _example(told: inspect.Type, text: str) -> Json:
    if isinstance(told, inspect.IntType):
        return int(text)
    if isinstance(told, inspect.FloatType):
        return float(text)
    if isinstance(told, inspect.StructType | inspect.TupleType):
        return [float(part) for part in text.split(",")]
    return text


def _schema(told: inspect.Type) -> dict[str, Json]:
    for kind, schema in _SCHEMAS.items():
        if isinstance(told, kind):
            return schema(told)
    return {"type": "string"}


def _bounds(told: Any) -> dict[str, Json]:  # noqa: ANN401 -- a whole number or a float
    bounds = {
        "minimum": told.ge,
        "exclusiveMinimum": told.gt,
        "maximum": told.le,
        "exclusiveMaximum": told.lt,
    }
    return {name: value for name, value in bounds.items() if value is not None}


def _text(told: Any) -> dict[str, Json]:  # noqa: ANN401 -- see _SCHEMAS
    limits = {"pattern": told.pattern, "maxLength": told.max_length}
    return {"type": "string"} | {name: said for name, said in limits.items() if said is not None}


def _several(told: Any) -> dict[str, Json]:  # noqa: ANN401 -- see _SCHEMAS
    kinds = told.item_types if isinstance(told, inspect.TupleType) else _ends(told)
    return {
        "type": "array",
        "prefixItems": [_schema(core(kind)) for kind in kinds],
        "items": {"type": "number"},
        "minItems": len(kinds),
        "maxItems": len(kinds),
    }


def _ends(told: inspect.StructType) -> list[inspect.Type]:
    if told.cls is not Point:
        msg = f"{told.cls} cannot be a query parameter"
        raise TypeError(msg)
    return [field.type for field in told.fields]


_SCHEMAS: dict[type[inspect.Type], Callable[[Any], dict[str, Json]]] = {
    inspect.IntType: lambda told: {"type": "integer"} | _bounds(told),
    inspect.FloatType: lambda told: {"type": "number"} | _bounds(told),
    inspect.StrType: _text,
    inspect.DateTimeType: lambda _told: {"type": "string", "format": "date-time"},
    inspect.StructType: _several,
    inspect.TupleType: _several,
}
