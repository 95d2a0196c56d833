"""One settings file, read into a type, with the line of everything that is wrong in it."""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar, cast

import msgspec

from byalag.app._in_words import NOT_UTF8, TOO_MUCH, meaning_of, unreadable, wrong
from byalag.app._locate import KeyPath, line_of, locate
from byalag.app._problem import Problem, suggest
from byalag.model import Words

T = TypeVar("T")

_TOML_AT = re.compile(r" \(at line (\d+), column (\d+)\)$")
_MSGSPEC_AT = re.compile(r" - at (?:`key` in )?`(?:key in )?\$([^`]*)`$")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")
_UNKNOWN = re.compile(r"contains unknown field `(.+?)`")
_MISSING = re.compile(r"missing required field `(.+?)`")


class Document:
    """A TOML file of the hub folder: its values, its lines, and the problems found in it."""

    def __init__(self, path: Path, root: Path, problems: list[Problem]) -> None:
        """Read the file; what cannot be read becomes a problem and an empty document."""
        self.path = path
        self.file = path.relative_to(root).as_posix()
        self.problems = problems
        self.values: dict[str, Any] = {}
        self.lines: dict[KeyPath, int] = {}
        self.sound = False
        try:
            text = path.read_text("utf-8-sig")
            self.values = tomllib.loads(text)
            self.lines = locate(text)
            _copy(self.values)  # not deeper than can be walked
            self.sound = True
        except OSError as error:
            self._unreadable(unreadable(error.strerror or str(error)), None)
        except UnicodeDecodeError as error:
            self._unreadable(NOT_UTF8, error.object[: error.start].count(b"\n") + 1)
        except tomllib.TOMLDecodeError as error:
            at = _TOML_AT.search(str(error))
            line = int(at[1]) if at else None
            self._unreadable(unreadable(_TOML_AT.sub("", str(error))), line)
        except (RecursionError, ValueError):  # what tomllib does with deep levels and long numbers
            self._unreadable(TOO_MUCH, None)

    def blame(
        self, path: KeyPath, why: Words, *, warning: bool = False, secret: bool = False
    ) -> None:
        """Note that a setting is wrong."""
        self.problems.append(
            Problem(
                file=self.file,
                line=line_of(self.lines, path),
                setting=written(path),
                why=why,
                warning=warning,
                secret=secret,
            )
        )

    def read(self, kind: type[T]) -> T | None:
        """Return the file as a type. Every wrong setting is noted, not only the first."""
        values = _copy(self.values)
        taken: set[KeyPath] = set()
        while True:
            try:
                settings = msgspec.convert(values, kind)
            except msgspec.ValidationError as error:
                path, why = self._explain(error, values, kind)
                if path in taken:
                    return None
                self.blame(path, why)
                taken.add(path)
                if not _take(values, path):
                    return None
            else:
                return None if taken else settings

    def _explain(
        self, error: msgspec.ValidationError, values: dict[str, Any], kind: type[Any]
    ) -> tuple[KeyPath, Words]:
        text = str(error)
        at = _MSGSPEC_AT.search(text)
        plain = _MSGSPEC_AT.sub("", text)
        path = _resolve(_steps(at[1] if at else ""), values, kind, text)
        if missing := _MISSING.search(plain):
            return (*path, missing[1]), {
                "sv": "måste anges och saknas.",
                "en": "must be given and is missing.",
            }
        if unknown := _UNKNOWN.search(plain):
            known = suggest(unknown[1], _fields(kind, path))
            return (*path, unknown[1]), {
                "sv": f"finns inte; här går det att ange {known}.",
                "en": f"is not known; what can be given here is {known}.",
            }
        if among := _among(kind, path):
            return path, wrong(plain, among)
        return path, wrong(plain, meaning_of(_pattern(kind, path)))

    def _unreadable(self, why: Words, line: int | None) -> None:
        self.problems.append(Problem(file=self.file, line=line, why=why))


def written(path: KeyPath) -> str:
    """Return a key path as people write it: `series[0].unit`."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".")


def parsed(setting: str) -> KeyPath:
    """Read a key path as people write it."""
    return tuple(step for step in _steps(f".{setting}") if step != "...")


def _steps(text: str) -> KeyPath:
    return tuple(int(index) if index.isdigit() else key or index for key, index in _split(text))


def _split(text: str) -> list[tuple[str, str]]:
    return [(found[1] or "", found[2] or "") for found in _STEP.finditer(text)]


def _resolve(steps: KeyPath, values: Any, kind: type[Any], text: str) -> KeyPath:  # noqa: ANN401 -- a TOML tree is any JSON
    """Put the key in place of `...`, which is how msgspec names an entry of a free table."""
    if "..." not in steps:
        return steps
    hole = steps.index("...")
    table = _at(values, steps[:hole])
    known = cast("dict[str, Any]", table) if isinstance(table, dict) else {}
    for key in list(known):
        others = {name: known.pop(name) for name in list(known) if name != key}
        try:
            msgspec.convert(values, kind)
        except msgspec.ValidationError as error:
            guilty = str(error) == text
        else:
            guilty = False
        known.update(others)
        if guilty:
            return _resolve((*steps[:hole], key, *steps[hole + 1 :]), values, kind, text)
    return steps[:hole]


def _at(values: Any, path: KeyPath) -> Any:  # noqa: ANN401 -- a TOML tree is any JSON
    for step in path:
        values = values[step]
    return values


def _take(values: dict[str, Any], path: KeyPath) -> bool:
    """Take a wrong setting away, so that the next one can be seen."""
    try:
        table = _at(values, path[:-1])
        del table[path[-1]]
    except (KeyError, IndexError, TypeError):
        return False
    return bool(path)


def _copy(values: Any) -> Any:  # noqa: ANN401 -- a TOML tree is any JSON
    if isinstance(values, dict):
        return {key: _copy(value) for key, value in cast("dict[str, Any]", values).items()}
    if isinstance(values, list):
        return [_copy(value) for value in cast("Iterable[Any]", values)]
    return values


def _among(kind: Any, path: KeyPath) -> Words | None:  # noqa: ANN401 -- any annotation
    """Return the words that a setting may be one of, if there are such."""
    options = [_bare(getattr(one, "key_type", one)) for one in _options(kind, path)]
    literals = [one for one in options if isinstance(one, msgspec.inspect.LiteralType)]
    listed = ", ".join(f"{word!r}" for one in literals for word in one.values)
    return {"sv": f"Det här finns: {listed}.", "en": f"Use one of {listed}."} if listed else None


def _pattern(kind: Any, path: KeyPath) -> str | None:  # noqa: ANN401 -- any annotation
    """Return the pattern that a setting must match, as its own type says."""
    patterns = (getattr(each, "pattern", None) for each in _options(kind, path))
    return next(filter(None, patterns), None)


def _options(kind: Any, path: KeyPath) -> list[Any]:  # noqa: ANN401 -- msgspec's types of types
    """Return the types that a setting may have."""
    node = msgspec.inspect.type_info(kind)
    for step in path:
        node = _inner(node, step)
    node = _bare(node)
    options = node.types if isinstance(node, msgspec.inspect.UnionType) else (node,)
    return [_bare(each) for each in options]


def _bare(node: Any) -> Any:  # noqa: ANN401 -- msgspec's types of types
    return node.type if isinstance(node, msgspec.inspect.Metadata) else node


def _fields(kind: Any, path: KeyPath) -> list[str]:  # noqa: ANN401 -- any annotation
    """List the settings that exist where a path leads."""
    tables = (each for each in _options(kind, path) if isinstance(each, msgspec.inspect.StructType))
    return [field.encode_name for each in tables for field in each.fields]


def _inner(node: Any, step: str | int) -> Any:  # noqa: ANN401 -- msgspec's types of types
    node = _bare(node)
    if isinstance(node, msgspec.inspect.UnionType):
        known = [_inner(each, step) for each in node.types]
        return next((each for each in known if each is not None), None)
    if isinstance(node, msgspec.inspect.StructType):
        return next((field.type for field in node.fields if field.encode_name == step), None)
    if isinstance(node, msgspec.inspect.DictType):
        return node.value_type
    return getattr(node, "item_type", None)
