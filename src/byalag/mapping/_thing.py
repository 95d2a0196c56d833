"""Builds what a record says of a thing: its id, its name, where it is, what is told of it."""

import re
from collections.abc import Callable
from typing import Final

from byalag import Misconfigured
from byalag.mapping._code import Code
from byalag.mapping._context import Context
from byalag.mapping._field import write_field
from byalag.mapping._path import path_at
from byalag.mapping._position import Shape, compile_point, compile_shape, write_point
from byalag.mapping._spec import ThingSpec
from byalag.mapping._template import compile_template, compile_text, is_template, path_in, slug
from byalag.mapping._value import Missing, Unfit, shown
from byalag.mapping._word import among
from byalag.model import Json

Identify = Callable[[Json, Context], str]
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


def write_id(code: Code, spec: ThingSpec, source: str) -> None:
    """Write the lines that find `thing`, the id `{prefix}:{operator}:{local}`.

    Raises:
        Misconfigured: If the template cannot be read, or the type gives no prefix.

    """
    start = f"{_prefix(spec)}:{_operator(spec, source)}:"
    careful = f"thing = {code.value(_identify(spec.id, start))}(record, context)"
    path = path_in(spec.id)
    template = compile_template(spec.id, "thing.id")
    local = code.read(path, "thing.id") if path else f"{code.value(template)}(record, context)"
    longest, fits = code.value(LONGEST_ID - len(start)), code.value(_LOCAL.fullmatch)
    code.add(
        f"""
local = {local}
if local.__class__ is str and len(local) <= {longest} and {fits}(local):
    thing = {code.value(start)} + local
else:
    {careful}
"""
    )


def _identify(template: str, start: str) -> Identify:
    write = compile_template(template, "thing.id")
    longest = LONGEST_ID - len(start)

    def identify(record: Json, context: Context) -> str:
        local = write(record, context)
        if isinstance(local, Missing) or not local:
            reason = f"id: {template!r} has no value here, so the thing cannot be told from others"
            raise Unfit(reason)
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


def write_thing(code: Code, spec: ThingSpec) -> None:
    """Write the lines that find `description`, what the record says of the thing.

    Raises:
        Misconfigured: If any of the settings cannot be understood.

    """
    code.add("said = {}")
    for name, given in spec.properties.items():
        write_field(code, name, given, f"thing.properties.{name}")
    if spec.shape:
        code.add(f"shape, point = {code.value(_placed(spec))}(record, context)")
    elif spec.point:
        write_point(code, spec.point, "thing.point")
    if spec.name:
        _write_name(code, spec.name)
    municipality = "context.municipality"
    if spec.municipality:
        municipality = f"{code.value(_municipality(spec.municipality))}(record, context)"
    parts = {"point": spec.point or spec.shape, "shape": spec.shape, "name": spec.name}
    found = "".join(f"{name}={name}, " for name, setting in parts.items() if setting)
    code.add(
        f"""
description = Thing(
    id=thing, type={code.value(spec.type)}, dataset=dataset, municipality={municipality},
    {found}properties=said,
)
"""
    )


def compile_gone(path: str | None) -> Ask | None:
    """Turn the path into a test of whether the record is a deletion.

    Raises:
        Misconfigured: If the path cannot be read.

    """
    if path is None:
        return None
    read = path_at(path, "thing.gone")
    return lambda record, _context: _DELETED(read(record))


def _write_name(code: Code, text: str) -> None:
    careful = f"name = {code.value(_name(text))}(record, context)"
    if is_template(text):
        code.add(careful)
        return
    code.add(
        f"""
name = {code.read(text, "thing.name")}
if name.__class__ is str and len(name) <= {code.value(LONGEST_NAME)}:
    name = name.strip() or None
else:
    {careful}
"""
    )


def _name(text: str) -> Callable[[Json, Context], str | None]:
    write = compile_text(text, "thing.name")

    def name(record: Json, context: Context) -> str | None:
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


def _placed(spec: ThingSpec) -> Callable[[Json, Context], Shape]:
    """Read a shape; where the record says no point of its own, the point lies inside it."""
    point_of = compile_point(spec.point, "thing.point") if spec.point else None
    shape_of = compile_shape(spec.shape or "", spec.point, "thing.shape")

    def place(record: Json, context: Context) -> Shape:
        shape, within = shape_of(record, context)
        own = point_of(record, context) if point_of else None
        return shape, own or within

    return place
