"""Which line a setting stands on. Made for documents that `tomllib` has already accepted."""

import re
import tomllib
from bisect import bisect_right
from typing import TypeAlias

KeyPath: TypeAlias = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_KEY = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|[A-Za-z0-9_-]+')
_TEXT = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}#\r\n]+")


def locate(text: str) -> dict[KeyPath, int]:
    """Find the line, counted from 1, of every key and every list item in a TOML document."""
    return _Scan(text).document()


def line_of(lines: dict[KeyPath, int], path: KeyPath) -> int | None:
    """Return the line of a setting, or of the nearest table around it that is written."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return None


class _Scan:
    """One walk through a document, noting where each key path begins."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.breaks = [found.end() for found in re.finditer("\n", text)]
        self.lines: dict[KeyPath, int] = {}
        self.counts: dict[KeyPath, int] = {}  # items so far in each array of tables

    def document(self) -> dict[KeyPath, int]:
        table: KeyPath = ()
        while self._more():
            if self._next("[["):
                table = self._header(listed=True)
            elif self._next("["):
                table = self._header(listed=False)
            else:
                self._pair(table)
        return self.lines

    def _more(self) -> bool:
        self._pass(_BLANK)
        return self.at < len(self.text)

    def _header(self, *, listed: bool) -> KeyPath:
        start, keys = self.at, self._keys()
        path: KeyPath = ()
        for position, key in enumerate(keys):
            path = (*path, key)
            self._note(path, start)
            last = position == len(keys) - 1
            if listed and last:
                self.counts[path] = self.counts.get(path, 0) + 1
            if path in self.counts and (listed or not last):
                path = (*path, self.counts[path] - 1)
                self._note(path, start)
        self.at += 2 if listed else 1
        return path

    def _pair(self, table: KeyPath) -> None:
        start, path = self.at, table
        for key in self._keys():
            path = (*path, key)
            self._note(path, start)
        self.at += 1  # the equals sign
        self._pass(_SPACE)
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        if self._next("["):
            self._list(path)
        elif self._next("{"):
            self._inline(path)
        elif not self._pass(_TEXT):
            self._pass(_SCALAR)

    def _list(self, path: KeyPath) -> None:
        position = 0
        while self._more() and not self._next("]"):
            self._note((*path, position), self.at)
            self._value((*path, position))
            self._pass(_BLANK)
            self._next(",")
            position += 1

    def _inline(self, path: KeyPath) -> None:
        while self._more() and not self._next("}"):
            self._pair(path)
            self._pass(_BLANK)
            self._next(",")

    def _keys(self) -> list[str]:
        keys: list[str] = []
        while True:
            self._pass(_SPACE)
            raw = self._pass(_KEY)
            keys.append(tomllib.loads(f"key = {raw}")["key"] if raw[:1] in "\"'" else raw)
            self._pass(_SPACE)
            if not self._next("."):
                return keys

    def _next(self, expected: str) -> bool:
        found = self.text.startswith(expected, self.at)
        self.at += len(expected) if found else 0
        return found

    def _pass(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return found.group() if found else ""

    def _note(self, path: KeyPath, start: int) -> None:
        self.lines.setdefault(path, bisect_right(self.breaks, start) + 1)
