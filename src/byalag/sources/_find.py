"""Finds the kinds of sources that ship with the platform, and reads settings into them."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from byalag import Misconfigured

if TYPE_CHECKING:
    from byalag.sources import AnyKind, Common

UNKNOWN_FIELD = re.compile(r"^Object contains unknown field `(?P<field>[^`]*)`(?P<rest>.*)$")


@cache
def kinds() -> "Mapping[str, AnyKind]":
    """Return every kind of source by name. A folder here with `kind` in it is one."""
    home = Path(__file__).parent
    folders = sorted(entry.parent.name for entry in home.glob("*/__init__.py"))
    found = (import_module(f"byalag.sources.{folder}").kind for folder in folders)
    return {kind.name: kind for kind in found}


def settle(table: Mapping[str, Any], *, name: str) -> "tuple[AnyKind, Common]":
    """Return the kind that a source's file names, and its settings, checked so far as they go.

    `name` is the source's own name, for the message. The mapping is checked by `Kind.prepare`.

    Raises:
        Misconfigured: The kind is not known, or a setting is wrong or missing.
    """
    known = kinds()
    kind = known.get(str(table.get("kind", "")))
    if kind is None:
        given = f"kind {table['kind']!r} is not known" if "kind" in table else "kind is missing"
        message = f"source {name}: {given}; use one of {', '.join(sorted(known))}"
        raise Misconfigured(message)
    try:
        return kind, msgspec.convert(dict(table), type=kind.settings)
    except msgspec.ValidationError as error:
        message = f"source {name}: {_explained(str(error), kind.settings)}"
        raise Misconfigured(message) from error


def _explained(error: str, settings: type) -> str:
    """Turn the decoder's sentence into one that names the setting and what is allowed there."""
    said, _, at = error.partition(" - at `$.")
    where = at.rstrip("`")
    unknown = UNKNOWN_FIELD.match(said)
    if unknown is None:
        return f"{where}: {said}" if where else said
    field = unknown["field"]
    allowed = _fields_at(settings, where)
    near = get_close_matches(field, allowed, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}? " if near else ""
    place = f"{where}.{field}" if where else field
    return f"{place} is not a setting here; {hint}Known: {', '.join(allowed)}"


def _fields_at(settings: type, where: str) -> list[str]:
    """Return the names that may stand in the table at this path of the settings."""
    node = msgspec.inspect.type_info(settings)
    for step in re.findall(r"[^.\[\]]+", where):
        node = _inside(node, step)
    return sorted(_names(node))


def _inside(node: msgspec.inspect.Type, step: str) -> msgspec.inspect.Type:
    match node:
        case msgspec.inspect.UnionType(types=types):
            inner = [_inside(one, step) for one in types if not _plain(one)]
            return inner[0] if len(inner) == 1 else msgspec.inspect.UnionType(tuple(inner))
        case msgspec.inspect.StructType(fields=fields):
            found = [field.type for field in fields if field.encode_name == step]
            return found[0] if found else msgspec.inspect.AnyType()
        case (
            msgspec.inspect.VarTupleType(item_type=item) | msgspec.inspect.ListType(item_type=item)
        ):
            return item
        case msgspec.inspect.DictType(value_type=value):
            return value
        case _:
            return msgspec.inspect.AnyType()


def _plain(node: msgspec.inspect.Type) -> bool:
    return isinstance(node, msgspec.inspect.NoneType | msgspec.inspect.StrType)


def _names(node: msgspec.inspect.Type) -> set[str]:
    match node:
        case msgspec.inspect.UnionType(types=types):
            return {name for one in types for name in _names(one)}
        case msgspec.inspect.StructType(fields=fields):
            return {field.encode_name for field in fields}
        case _:
            return set()
