"""The words of a filter in CQL2 text (OGC 21-065r2, annex B)."""

import re
from collections.abc import Iterator
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from byalag.standards.features._problem import NotAnswered, shown

Kind: TypeAlias = Literal["name", "quoted", "text", "number", "sign", "end"]
_TOKEN: Final = re.compile(
    r"""\s*(?:
      (?P<text>'(?:[^']|'')*')
    | (?P<quoted>"(?:[^"]|"")*")
    | (?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<name>[^\W\d][\w.:-]*(?<![-:.]))
    | (?P<sign><>|<=|>=|[=<>()+\-*/%^,])
    )""",
    re.VERBOSE,
)
_MOST_COMMAS: Final = 2_500
_MOST_OPEN: Final = 40
_BLANK: Final = re.compile(r"\s*$")


class Token(Struct, frozen=True):
    """One word. `upper` is how a keyword is compared; `at` is where it begins, from 1."""

    kind: Kind
    text: str
    upper: str
    at: int


def tokens(filter_: str) -> Iterator[Token]:
    """Yield the words of a filter, and an end.

    Raises:
        NotAnswered: There is something that is no word.
    """
    at = open_ = 0
    if filter_.count(",") > _MOST_COMMAS:
        message = f"filter: more than {_MOST_COMMAS} commas; make it simpler"
        raise NotAnswered(message)
    while not _BLANK.match(filter_, at):
        found = _TOKEN.match(filter_, at)
        if found is None or found.lastgroup is None:
            rest = filter_[at:].lstrip()
            where = len(filter_) - len(rest) + 1
            message = f"filter: {shown(rest)!r} is no word of CQL2, at {where}"
            raise NotAnswered(message)
        open_ += {"(": 1, ")": -1}.get(found["sign"] or "", 0)
        if open_ > _MOST_OPEN:
            message = f"filter: parentheses nested deeper than {_MOST_OPEN}; divide it"
            raise NotAnswered(message)
        yield _token(found, found.lastgroup)
        at = found.end()
    yield Token("end", "the end", "", len(filter_) + 1)


def _token(found: re.Match[str], kind: str) -> Token:
    said = found[kind]
    at = found.start(kind) + 1
    if kind == "text":
        return Token("text", said[1:-1].replace("''", "'"), "", at)
    if kind == "quoted":
        return Token("quoted", said[1:-1].replace('""', '"'), "", at)
    if kind == "number":
        return Token("number", said, said, at)
    if kind == "sign":
        return Token("sign", said, said, at)
    return Token("name", said, said.upper(), at)
