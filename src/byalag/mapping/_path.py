"""Reads a path once and gives a function that follows it. See `_spec` for the language."""

import re
from collections.abc import Callable
from typing import Final

from byalag import Misconfigured
from byalag.mapping._context import Context
from byalag.mapping._value import MISSING, Missing, Read, Unfit, is_list, is_object, text_of
from byalag.model import Json

LONGEST_PATH: Final = 300
KEYS_OF_OURS: Final = (  # put beside a record's own keys by a source
    "$crs", "$record", "$document", "$name", "$parts", "$value",
)  # fmt: skip

_PLAIN = r'[^.\[\]"\'{}|]+'
_QUOTED = r'"[^"]*"|\'[^\']*\''
_SEGMENT = re.compile(
    rf"(?P<key>{_QUOTED}|{_PLAIN})?(?P<pick>\[(?P<by>{_QUOTED}|[^\]=\"']+)=(?P<is>{_QUOTED}|[^\]\"']*)\])?"
)

Step = Callable[[Json], Json | Missing]

_VARIABLES: Final[dict[str, Callable[[Context], Json]]] = {
    "$received": lambda context: context.received,
    "$municipality": lambda context: context.municipality,
    "$source": lambda context: context.source,
}


def compile_path(path: str) -> Read:
    """Turn a path into a function from a record to the value there, or MISSING.

    Raises:
        Misconfigured: If the path cannot be read; the message holds the path.

    """
    if path in _VARIABLES:
        return _variable(path)
    if path == "@":
        return _whole
    steps = _steps(path)
    _check_names(path)
    if any(step == "*" for step in steps):
        return _many(steps)
    keys = [step for step in steps if isinstance(step, str) and not _is_index(step)]
    if len(keys) == len(steps) == 1:
        return _one(keys[0])
    if len(keys) == len(steps) == 2:  # noqa: PLR2004 - the usual nested path has a faster form
        return _two(*keys)
    return _chain([_step(step) for step in steps])


def path_at(path: str, where: str) -> Read:
    """Compile a path, naming the setting that it stands in when it cannot be read.

    Raises:
        Misconfigured: If the path cannot be read.

    """
    try:
        return compile_path(path)
    except Misconfigured as error:
        reason = f"{where}: {error}"
        raise Misconfigured(reason) from error


def keys_of(path: str) -> tuple[str, ...] | None:
    """Return the keys to follow if the path is nothing but keys of objects, else None."""
    if path == "@" or path in _VARIABLES:
        return None
    steps = _steps(path)
    keys = tuple(step for step in steps if isinstance(step, str) and not _is_index(step))
    return keys if len(keys) == len(steps) and "*" not in keys else None


def _check_names(path: str) -> None:
    name = path.split(".", maxsplit=1)[0]
    if name.startswith("$") and name not in KEYS_OF_OURS:
        known = ", ".join([*_VARIABLES, *KEYS_OF_OURS])
        reason = f"the path {path!r} names {name!r}, which is not known; use one of {known}"
        raise Misconfigured(reason)


def _steps(path: str) -> list[str | tuple[str, str]]:
    """Split a path: a text is a key or a number, a pair picks the item whose key has a value."""
    steps: list[str | tuple[str, str]] = []
    position = 0
    while True:
        found = _SEGMENT.match(path, position)
        if found is None or found.end() == position or len(path) > LONGEST_PATH:
            raise _unreadable(path, position)
        if found["key"] is not None:
            steps.append(_bare(found["key"]))
        if found["pick"] is not None:
            steps.append((_bare(found["by"]), _bare(found["is"])))
        position = found.end()
        if position == len(path):
            return steps
        if path[position] != ".":
            raise _unreadable(path, position)
        position += 1


def _unreadable(path: str, position: int) -> Misconfigured:
    return Misconfigured(
        f"the path {path[:LONGEST_PATH]!r} cannot be read from character {position + 1}; write "
        "keys with dots between them (a.b.0.c), pick an item with list[key=value], and put quotes "
        'around a key that holds dots, brackets or spaces at its ends ("a.b")'
    )


def _bare(text: str) -> str:
    return text[1:-1] if text[:1] in ('"', "'") else text.strip()


def _is_index(step: str) -> bool:
    return step.lstrip("-").isdecimal()


def _variable(path: str) -> Read:
    of = _VARIABLES[path]

    def read(_record: Json, context: Context | None = None) -> Json:
        return MISSING if context is None else of(context)

    return read


def _whole(record: Json, _context: Context | None = None) -> Json:
    return record


def _one(key: str) -> Read:
    def read(record: Json, _context: Context | None = None) -> Json:
        try:
            return record.get(key, MISSING)
        except AttributeError:
            return MISSING

    return read


def _two(first: str, second: str) -> Read:
    def read(record: Json, _context: Context | None = None) -> Json:
        try:
            return record[first].get(second, MISSING)
        except (AttributeError, KeyError, TypeError, IndexError):
            return MISSING

    return read


def _chain(steps: list[Step]) -> Read:
    def read(record: Json, _context: Context | None = None) -> Json:
        for step in steps:
            record = step(record)
            if record is MISSING:
                break
        return record

    return read


def _many(steps: list[str | tuple[str, str]]) -> Read:
    """Follow a path with `*` in it: a list of what the rest of the path finds in each item."""
    star = steps.index("*")
    before = _chain([_step(step) for step in steps[:star]])
    rest = steps[star + 1 :]
    after = _many(rest) if "*" in rest else _chain([_step(step) for step in rest])

    def read(record: Json, _context: Context | None = None) -> Json:
        items = before(record)
        if not is_list(items):
            return MISSING
        return [value for item in items if (value := after(item)) is not MISSING]

    return read


def _step(step: str | tuple[str, str]) -> Step:
    if isinstance(step, tuple):
        return _pick(*step)
    if _is_index(step):
        return _item(step)
    return _one(step)


def _item(text: str) -> Step:
    index = int(text)

    def item(value: Json) -> Json | Missing:
        if is_object(value):
            return value.get(text, MISSING)
        if is_list(value) and -len(value) <= index < len(value):
            return value[index]
        return MISSING

    return item


def _pick(key: str, wanted: str) -> Step:
    of = _one(key)

    def pick(value: Json) -> Json | Missing:
        items = value if is_list(value) else [value]
        return next((item for item in items if _says(of(item), wanted)), MISSING)

    return pick


def _says(value: Json | Missing, wanted: str) -> bool:
    if value is MISSING or value is None:
        return False
    try:
        return text_of(value) == wanted
    except Unfit:
        return False
