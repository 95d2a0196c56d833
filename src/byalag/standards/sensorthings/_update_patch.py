"""JSON Patch (RFC 6902): changes one at a time, all of them or none. Pure."""

import copy
from typing import Final

from byalag.mapping import is_list, is_object
from byalag.model import Json
from byalag.standards.sensorthings._create_body import as_list, as_object
from byalag.standards.sensorthings._problem import known, unfit

_MOST: Final = 1_000  # operations
_LARGEST: Final = 200_000  # values that copies may make
_NAMES: Final = ("add", "remove", "replace", "move", "copy", "test")
_NEEDS: Final = {
    "add": "value",
    "replace": "value",
    "test": "value",
    "move": "from",
    "copy": "from",
}


def patched(document: Json, operations: Json) -> Json:
    """Return a document with all operations carried out on it.

    Raises:
        Refused: One of them cannot be.
    """
    steps = as_list(operations, "the patch")
    if len(steps) > _MOST:
        message = f"there are more than {_MOST:,} operations in the patch"
        raise unfit(message)
    document, left = copy.deepcopy(document), _LARGEST
    for number, step in enumerate(steps):
        where = f"operation {number}"
        operation = as_object(step, where)
        name = operation.get("op")
        if name not in _NAMES:
            message = f"{where}: there is no op {str(name)[:40]!r}; there are {known(_NAMES)}"
            raise unfit(message)
        if name in _NEEDS and _NEEDS[name] not in operation:
            message = f"{where}: {name!r} needs {_NEEDS[name]!r}"
            raise unfit(message)
        if name in {"copy", "move"}:
            left -= _size(_read(document, _pointer(operation["from"], where), where))
            if left < 0:
                message = f"{where}: the patch makes too much of what is there"
                raise unfit(message)
        document = _carry_out(document, name, operation, where)
    return document


def _carry_out(document: Json, name: str, operation: dict[str, Json], where: str) -> Json:
    path = _pointer(operation.get("path"), where)
    match name:
        case "add":
            return _put(document, path, copy.deepcopy(operation["value"]), where)
        case "remove":
            return _without(document, path, where)
        case "replace":
            _read(document, path, where)
            without = _without(document, path, where) if path else None
            return _put(without, path, copy.deepcopy(operation["value"]), where)
        case "test":
            if not _same(_read(document, path, where), operation["value"]):
                message = f"{where}: {operation['path']!r} is not what it is tested for"
                raise unfit(message)
            return document
        case _:
            source = _pointer(operation["from"], where)
            value = copy.deepcopy(_read(document, source, where))
            if name == "move":
                if path[: len(source)] == source and path != source:
                    message = f"{where}: nothing can be moved into itself"
                    raise unfit(message)
                document = _without(document, source, where)
            return _put(document, path, value, where)


def _pointer(text: Json, where: str) -> tuple[str, ...]:
    """Read a JSON Pointer (RFC 6901)."""
    if not isinstance(text, str) or (text and not text.startswith("/")):
        message = f"{where}: a path is a JSON Pointer, as /properties/colour"
        raise unfit(message)
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:])


def _read(document: Json, path: tuple[str, ...], where: str) -> Json:
    for part in path:
        if is_object(document) and part in document:
            document = document[part]
        elif is_list(document):
            document = document[_index(document, part, where, end=False)]
        else:
            raise unfit(_missing(path, where))
    return document


def _missing(path: tuple[str, ...], where: str) -> str:
    return f"{where}: there is nothing at {'/'.join(('', *path))[:100]!r}"


def _index(held: list[Json], part: str, where: str, *, end: bool) -> int:
    if end and part == "-":
        return len(held)
    most = len(held) if end else len(held) - 1
    written = part == "0" or (part.isascii() and part.isdigit() and not part.startswith("0"))
    if not written or len(part) > len(str(most)) or int(part) > most:
        message = f"{where}: {part[:40]!r} is not a place in an array of {len(held)}"
        raise unfit(message)
    return int(part)


def _put(document: Json, path: tuple[str, ...], value: Json, where: str) -> Json:
    if not path:
        return value
    *before, last = path
    parent = _read(document, tuple(before), where)
    if is_object(parent):
        parent[last] = value
    elif is_list(parent):
        parent.insert(_index(parent, last, where, end=True), value)
    else:
        raise unfit(_missing(path, where))
    return document


def _without(document: Json, path: tuple[str, ...], where: str) -> Json:
    if not path:
        return None
    _read(document, path, where)
    *before, last = path
    parent = _read(document, tuple(before), where)
    if is_list(parent):
        del parent[int(last)]
    else:
        del parent[last]
    return document


def _same(one: Json, other: Json) -> bool:
    """Tell whether two values are equal as JSON: numbers by value, and true is no number."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if is_object(one) and is_object(other):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if is_list(one) and is_list(other):
        pairs = zip(one, other, strict=False)
        return len(one) == len(other) and all(_same(first, second) for first, second in pairs)
    return bool(one == other)


def _size(value: Json) -> int:
    if is_object(value):
        return 1 + sum(map(_size, value.values()))
    return 1 + sum(map(_size, value)) if is_list(value) else 1
