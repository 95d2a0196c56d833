"""Reading a query (GS CIM 009, 4.9), in time that grows with its length."""

import json
import re
from typing import NoReturn

from byalag.standards.ngsi_ld._q import (
    All,
    Compared,
    Comparison,
    Linked,
    LiteralKind,
    Literally,
    Path,
    Pattern,
    Q,
    Range,
    Some,
    Term,
    Values,
)
from byalag.standards.ngsi_ld._refuse import refuse_data
from byalag.standards.ngsi_ld._regex import regex

_LONGEST = 4_000
_DEEPEST = 20
_MOST = 50
_MOST_VALUES = 200
_NAME = re.compile(r"[^\W\d][\w:-]*")
_TYPES = re.compile(r"([^\W\d]\w*(?:,[^\W\d]\w*)*):(?=[^\W\d])")
_MEMBER = re.compile(r"[^\s.\[\]]{1,200}")
_OPERATOR = re.compile(r"==|!=|>=|<=|!~=|~=|>|<")
_COMPARISONS: dict[str, Comparison] = {
    "==": "==", "!=": "!=", ">=": ">=", "<=": "<=", "!~=": "!~=", "~=": "~=", ">": ">", "<": "<",
}  # fmt: skip
_QUOTED = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*+"')
_DAY = r"\d{4}-\d\d-\d\d"
_CLOCK = r"\d\d:\d\d:\d\d(?:[.,]\d{1,6})?Z"
_TIMES: "tuple[tuple[LiteralKind, re.Pattern[str]], ...]" = (
    ("moment", re.compile(rf"{_DAY}T{_CLOCK}")),
    ("date", re.compile(_DAY)),
    ("time", re.compile(_CLOCK)),
)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?")
_BARE = re.compile(r"[^\W\d_][^\s;|,()\"<>]*")
_ENDS = re.compile(r"$|[;|,()]|\.\.")


def read_q(text: str) -> Q:
    """Return the query that a text writes.

    Raises:
        Refused: It is not one (BadRequestData), or it is longer or deeper than is answered.
    """
    if len(text) > _LONGEST:
        refuse_data(f"q is {len(text)} characters; at most {_LONGEST} are answered.")
    reader = _Reader(text)
    query = reader.either(0)
    if reader.at < len(text):
        reader.wrong("; or | or the end")
    return query


def read_path(text: str, what: str) -> Path:
    """Return the path that a text writes.

    Raises:
        Refused: It is none (BadRequestData).
    """
    if len(text) > _LONGEST:
        refuse_data(f"{what} is {len(text)} characters; at most {_LONGEST} are answered.")
    reader = _Reader(text, what)
    path = reader.path()
    if reader.at < len(text):
        reader.wrong("the end")
    return path


class _Reader:
    """Where in a query the reading is."""

    def __init__(self, text: str, what: str = "q") -> None:
        self.text = text
        self.what = what
        self.at = 0
        self.terms = 0

    def wrong(self, expected: str) -> NoReturn:
        seen = self.text[self.at : self.at + 30] or "the end"
        refuse_data(
            f"{self.what} cannot be read at character {self.at}: {seen!r}; {expected} is expected."
        )

    def take(self, mark: str) -> bool:
        found = self.text.startswith(mark, self.at)
        self.at += len(mark) if found else 0
        return found

    def match(self, pattern: "re.Pattern[str]") -> str | None:
        found = pattern.match(self.text, self.at)
        if found is None or not found[0]:
            return None
        self.at = found.end()
        return found[0]

    def either(self, depth: int) -> Q:
        parts = [self.both(depth)]
        while self.take("|"):
            parts.append(self.both(depth))
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def both(self, depth: int) -> Q:
        parts = [self.one(depth)]
        while self.take(";"):
            parts.append(self.one(depth))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def one(self, depth: int) -> Q:
        if not self.take("("):
            return self.term()
        if depth == _DEEPEST:
            refuse_data(f"q has parentheses {depth + 1} deep; at most {_DEEPEST} are answered.")
        query = self.either(depth + 1)
        if not self.take(")"):
            self.wrong(")")
        return query

    def term(self) -> Term:
        self.terms += 1
        if self.terms > _MOST:
            refuse_data(f"q has more than {_MOST} terms.")
        path = self.path()
        written = self.match(_OPERATOR)
        if written is None:
            return Term(path)
        comparison = _COMPARISONS[written]
        if comparison in ("~=", "!~="):
            return Term(path, comparison, self.pattern())
        value = self.compared()
        single = isinstance(value, Literally) and value.kind not in ("truth", "name")
        if comparison not in ("==", "!=") and not single:
            refuse_data(f"q: {written} takes a number, a quoted text, a date or a time.")
        return Term(path, comparison, value)

    def path(self, depth: int = 0) -> Path:
        """Read a path. A name before { is a relationship, and the rest is in what it points to."""
        first = self.name()
        if self.take("{"):
            if depth == _DEEPEST:
                refuse_data(f"q follows relationships in more than {_DEEPEST} steps.")
            types = self.match(_TYPES)
            within = self.path(depth + 1)
            if not self.take("}"):
                self.wrong("}")
            of = tuple(types[:-1].split(",")) if types else ()
            return Path(within.names, within.members, (Linked(first, of), *within.linked))
        names = [first]
        while self.text[self.at : self.at + 1] == ".":
            self.at += 1
            names.append(self.name())
        return Path(tuple(names), self.members() if self.take("[") else ())

    def name(self) -> str:
        name = self.match(_NAME)
        if name is None:
            self.wrong("the name of an attribute")
        return name

    def members(self) -> tuple[str, ...]:
        names: list[str] = []
        while not names or self.take("."):
            name = self.match(_MEMBER)
            if name is None:
                self.wrong("the name of a member")
            names.append(name)
        if not self.take("]"):
            self.wrong("]")
        return tuple(names)

    def compared(self) -> Compared:
        first = self.literal()
        if self.take(".."):
            return self.range(first)
        items = [first]
        while self.take(","):
            items.append(self.literal())
            if len(items) > _MOST_VALUES:
                refuse_data(f"q lists more than {_MOST_VALUES} values.")
        return first if len(items) == 1 else Values(tuple(items))

    def range(self, low: Literally) -> Range:
        high = self.literal()
        if low.kind != high.kind or low.kind in ("truth", "name"):
            refuse_data("q: a range goes between two numbers, quoted texts, dates or times.")
        return Range(low, high)

    def literal(self) -> Literally:
        quoted = self.match(_QUOTED)
        if quoted is not None:
            return Literally("text", _unquoted(quoted))
        for kind, pattern in _TIMES:
            if (time := self._ending(pattern)) is not None:
                return Literally(kind, time)
        if (number := self._ending(_NUMBER)) is not None:
            return Literally("number", _number(number))
        bare = self.match(_BARE)
        if bare is None:
            self.wrong("a value")
        truth = bare in ("true", "false")
        return Literally("truth", bare == "true") if truth else Literally("name", bare)

    def _ending(self, pattern: "re.Pattern[str]") -> str | None:
        """Read what a pattern takes where a value can end after it."""
        found = pattern.match(self.text, self.at)
        if found is None or not _ENDS.match(self.text, found.end()):
            return None
        self.at = found.end()
        return found[0]

    def pattern(self) -> Pattern:
        """Read a regular expression: quoted, or to the ; | or ) that is not its own."""
        start = self.at
        quoted = self.take('"')
        depth = 0
        inside = False
        while self.at < len(self.text):
            sign = self.text[self.at]
            if sign == "\\":
                self.at += 2
                continue
            if quoted and sign == '"':
                break
            if not quoted and not inside and depth == 0 and sign in ";|)":
                break
            inside = sign == "[" or (inside and sign != "]")
            depth += (sign == "(") - (sign == ")") if not inside else 0
            self.at += 1
        text = self.text[start + quoted : self.at]
        if quoted and not self.take('"'):
            self.wrong('"')
        if not text:
            self.wrong("a regular expression")
        regex(text, "q")
        return Pattern(text)


def _unquoted(text: str) -> str:
    try:
        said: str = json.loads(text)
    except ValueError:
        refuse_data(f"q: {text[:80]} is not a JSON string.")
    return said


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        return float(text)
