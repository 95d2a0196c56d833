"""Builds what a record says of a thing: its id, its name, where it is, what is told of it."""

import re
from collections.abc import Callable
from typing import Final

from byalag import Misconfigured
from byalag.mapping._context import Context
from byalag.mapping._field import compile_field
from byalag.mapping._path import path_at
from byalag.mapping._position import ReadPoint, Shape, compile_point, compile_shape
from byalag.mapping._spec import ThingSpec
from byalag.mapping._template import compile_template, compile_text, is_template, path_in, slug
from byalag.mapping._value import MISSING, Missing, Unfit, shown
from byalag.mapping._word import among
from byalag.model import Json, Thing

Identify = Callable[[Json, Context], str]
Describe = Callable[[str, Json, Context], Thing]
Ask = Callable[[Json, Context], bool]

PREFIXES: Final = {
    "BathingPlace": "bath",
    "OffStreetParking": "parking",
    "OnStreetParking": "parking",
    "ParkingSpot": "spot",
    "Device": "sensor",
}
LONGEST_ID: Final = 200  # as in model.ThingId
LONGEST_NAME: Final = 500  # characters
_LOCAL = re.compile(r"[A-Za-z0-9._~-]+")
_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_MUNICIPALITY = re.compile(r"\d{4}", re.ASCII)
_DELETED: Final = among((True, "true", "True", "TRUE", "1", 1))


def compile_id(spec: ThingSpec, source: str) -> Identify:
    """Turn the template into a function to the thing's id, `{prefix}:{operator}:{local}`.

    Raises:
        Misconfigured: If the template cannot be read, or the type gives no prefix.

    """
    path = path_in(spec.id)
    write: Callable[[Json, Context], Json] = compile_template(spec.id, "thing.id")
    read: Callable[[Json, Context], Json] = path_at(path, "thing.id") if path else write
    start = f"{_prefix(spec)}:{_operator(spec, source)}:"
    longest = LONGEST_ID - len(start)

    def identify(record: Json, context: Context) -> str:
        local = read(record, context)
        if local.__class__ is not str:
            local = write(record, context)
        if not local:
            reason = f"id: {spec.id!r} has no value here, so the thing cannot be told from others"
            raise Unfit(reason)
        if len(local) > longest or not (local.isascii() and local.isalnum()):
            _check_local(local, longest)
        return f"{start}{local}"

    return identify


def _check_local(local: str, longest: int) -> None:
    if len(local) > longest:
        reason = f"id: {shown(local)} is longer than {longest} characters"
        raise Unfit(reason)
    if _LOCAL.fullmatch(local) is None:
        reason = (
            f"id: {shown(local)} may hold letters a to z, digits and . _ ~ - and nothing else; "
            "write the path with |slug"
        )
        raise Unfit(reason)


def _prefix(spec: ThingSpec) -> str:
    if _TYPE.fullmatch(spec.type) is None:
        reason = f"thing.type: {spec.type!r} is not a type; use one of {', '.join(PREFIXES)}, or "
        raise Misconfigured(reason + "another name of letters and digits")
    return spec.prefix or PREFIXES.get(spec.type, spec.type.lower())


def _operator(spec: ThingSpec, source: str) -> str:
    operator = spec.operator or slug(source)
    if not operator:
        reason = f"thing.operator: {source!r} gives no name of an operator; say one"
        raise Misconfigured(reason)
    return operator


def compile_thing(spec: ThingSpec) -> Describe:
    """Turn the settings into a function that describes the thing of a record.

    Raises:
        Misconfigured: If any of them cannot be understood.

    """
    properties = [
        (name, compile_field(given, f"thing.properties.{name}"))
        for name, given in spec.properties.items()
    ]
    name_of = _name(spec.name)
    municipality_of = _municipality(spec.municipality) if spec.municipality else None
    point_of = compile_point(spec.point, "thing.point") if spec.point else None
    place = _placed(spec, point_of) if spec.shape else None
    kind = spec.type

    def describe(thing: str, record: Json, context: Context) -> Thing:
        said: dict[str, Json] = {}
        for name, read in properties:
            value = read(record, context)
            if value is not MISSING:
                said[name] = value
        shape, point = place(record, context) if place else (None, None)
        if place is None and point_of is not None:
            point = point_of(record, context)
        return Thing(
            id=thing,
            type=kind,
            dataset=context.dataset,
            name=name_of(record, context),
            municipality=municipality_of(record, context)
            if municipality_of
            else context.municipality,
            point=point,
            shape=shape,
            properties=said,
        )

    return describe


def compile_gone(path: str | None) -> Ask | None:
    """Turn the path into a test of whether the record is a deletion.

    Raises:
        Misconfigured: If the path cannot be read.

    """
    if path is None:
        return None
    read = path_at(path, "thing.gone")
    return lambda record, _context: _DELETED(read(record))


def _name(text: str | None) -> Callable[[Json, Context], str | None]:
    if text is None:
        return lambda _record, _context: None
    write = compile_text(text, "thing.name")
    read: Callable[[Json, Context], Json]
    read = write if is_template(text) else path_at(text, "thing.name")

    def name(record: Json, context: Context) -> str | None:
        found = read(record, context)
        if found.__class__ is not str:
            found = write(record, context)
            if isinstance(found, Missing):
                return None
        if len(found) > LONGEST_NAME:
            reason = f"name: {shown(found)} is longer than {LONGEST_NAME} characters"
            raise Unfit(reason)
        return found.strip() or None

    return name


def _municipality(template: str) -> Callable[[Json, Context], str]:
    write = compile_text(template, "thing.municipality")

    def municipality(record: Json, context: Context) -> str:
        code = write(record, context)
        if isinstance(code, Missing):
            return context.municipality
        if _MUNICIPALITY.fullmatch(code) is None:
            reason = f"municipality: {shown(code)} is not four digits; write the path with |pad4"
            raise Unfit(reason)
        return code

    return municipality


def _placed(spec: ThingSpec, point_of: ReadPoint | None) -> Callable[[Json, Context], Shape]:
    """Read a shape; where the record says no point of its own, the point lies inside it."""
    shape_of = compile_shape(spec.shape or "", spec.point, "thing.shape")

    def place(record: Json, context: Context) -> Shape:
        shape, within = shape_of(record, context)
        own = point_of(record, context) if point_of else None
        return shape, own or within

    return place
