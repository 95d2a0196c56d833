"""Reads a filter in CQL2 text into its JSON form (OGC 21-065r2): recursive descent, bounded."""

from collections.abc import Callable
from itertools import islice
from typing import Final, NoReturn

from byalag.model import Json
from byalag.standards.features._cql_tokens import Token, tokens
from byalag.standards.features._cql_wkt import GEOMETRIES, geometry
from byalag.standards.features._problem import NotAnswered, shown

DEEPEST: Final = 32
MOST_WORDS: Final = 8_000  # a geometry has three words a position
_MOST_LISTED: Final = 250
_MOST_OPERANDS: Final = 500
_COMPARISONS: Final = frozenset({"=", "<>", "<", "<=", ">", ">="})
_ENDS: Final = frozenset({"AND", "OR", "NOT", "LIKE", "BETWEEN", "IN", "IS", "DIV"})


def parse(filter_: str) -> Json:
    """Return the JSON form of a filter in CQL2 text.

    Raises:
        NotAnswered: It cannot be read; the message says where.
    """
    reader = Reader(filter_)
    found = reader.whole(reader.either)
    reader.end()
    return found


class Reader:
    """One walk through the words of a filter. Each method reads one rule of the grammar."""

    def __init__(self, filter_: str) -> None:
        """Begin at the first word."""
        self._tokens = list(islice(tokens(filter_), MOST_WORDS + 1))
        if len(self._tokens) > MOST_WORDS:
            message = f"filter: more than {MOST_WORDS} words; make it simpler"
            raise NotAnswered(message)
        self._next = 0
        self._depth = 0
        self._operands = 0

    def peek(self, ahead: int = 0) -> Token:
        """Return a word that has not been read yet."""
        return self._tokens[min(self._next + ahead, len(self._tokens) - 1)]

    def take(self) -> Token:
        """Read one word."""
        token = self.peek()
        self._next += 1
        return token

    def takes(self, *words: str) -> str | None:
        """Read one of these words if it comes next."""
        token = self.peek()
        if token.kind in {"name", "sign"} and token.upper in words:
            self._next += 1
            return token.upper
        return None

    def need(self, word: str) -> None:
        """Read this word.

        Raises:
            NotAnswered: Another word comes next.
        """
        if not self.takes(word):
            self.wrong(f"{word} is wanted")

    def wrong(self, wanted: str) -> NoReturn:
        """Say that another word was wanted here.

        Raises:
            NotAnswered: Always.
        """
        token = self.peek()
        message = f"filter: {wanted} at {token.at}, not {shown(token.text)!r}"
        raise NotAnswered(message)

    def end(self) -> None:
        """Check that everything has been read."""
        if self.peek().kind != "end":
            self.wrong("AND, OR or the end is wanted")

    def whole(self, rule: Callable[[], Json]) -> Json:
        """Read a rule one level deeper."""
        self._depth += 1
        if self._depth > DEEPEST:
            message = f"filter: nested deeper than {DEEPEST} levels; divide it"
            raise NotAnswered(message)
        found = rule()
        self._depth -= 1
        return found

    def either(self) -> Json:
        """Read conditions joined by OR."""
        return self._joined("OR", "or", self._both)

    def _both(self) -> Json:
        return self._joined("AND", "and", self._condition)

    def _joined(self, word: str, op: str, rule: Callable[[], Json]) -> Json:
        args = [rule()]
        while self.takes(word):
            args.append(rule())
        return args[0] if len(args) == 1 else {"op": op, "args": args}

    def _condition(self) -> Json:
        if self.takes("NOT"):
            return {"op": "not", "args": [self.whole(self._condition)]}
        left = self.whole(self._sum)
        return self._predicate(left)

    def _predicate(self, left: Json) -> Json:
        token = self.peek()
        if token.kind == "sign" and token.text in _COMPARISONS:
            op = self.take().text
            return {"op": op, "args": [left, self.whole(self._sum)]}
        if self.takes("IS"):
            no = self.takes("NOT")
            self.need("NULL")
            return _maybe_not(no, {"op": "isNull", "args": [left]})
        no = self.takes("NOT")
        if self.takes("LIKE"):
            return _maybe_not(no, {"op": "like", "args": [left, self.whole(self._sum)]})
        if self.takes("BETWEEN"):
            low = self.whole(self._sum)
            self.need("AND")
            return _maybe_not(no, {"op": "between", "args": [left, low, self.whole(self._sum)]})
        if self.takes("IN"):
            self.need("(")
            return _maybe_not(no, {"op": "in", "args": [left, self._list(self._sum)]})
        if no:
            self.wrong("LIKE, BETWEEN or IN is wanted")
        return left

    def _sum(self) -> Json:
        left = self._product()
        while op := self.takes("+", "-"):
            left = {"op": op, "args": [left, self._product()]}
        return left

    def _product(self) -> Json:
        left = self._power()
        while op := self.takes("*", "/", "%", "DIV"):
            left = {"op": op.lower(), "args": [left, self._power()]}
        return left

    def _power(self) -> Json:
        base = self._sign()
        return {"op": "^", "args": [base, self._sign()]} if self.takes("^") else base

    def _sign(self) -> Json:
        if not self.takes("-"):
            self.takes("+")
            return self._operand()
        found = self._operand()
        if isinstance(found, int | float) and not isinstance(found, bool):
            return -found
        return {"op": "*", "args": [-1, found]}

    def _operand(self) -> Json:
        self._operands += 1
        if self._operands > _MOST_OPERANDS:
            message = f"filter: more than {_MOST_OPERANDS} values and properties; divide it"
            raise NotAnswered(message)
        token = self.peek()
        if token.kind == "sign" and token.text == "(":
            self.take()
            found = self.whole(self.either)
            self.need(")")
            return found
        if token.kind in {"text", "number", "quoted"}:
            return _literal(self.take())
        if token.kind != "name" or token.upper in _ENDS:
            self.wrong("a property, a value or a condition is wanted")
        return self._named(self.take())

    def _named(self, token: Token) -> Json:
        if token.upper in {"TRUE", "FALSE"}:
            return token.upper == "TRUE"
        if token.upper in GEOMETRIES and self.peek().upper in {"(", "Z"}:
            return geometry(self, token)
        return self._called(token) if self.takes("(") else {"property": token.text}

    def _called(self, token: Token) -> Json:
        if token.upper == "BBOX":
            return {"bbox": self._list(self._sign)}
        if token.upper in {"DATE", "TIMESTAMP"}:
            return {token.text.lower(): self._one_text()}
        if token.upper == "INTERVAL":
            return {"interval": self._list(self._moment)}
        args = [] if self.takes(")") else self._list(self.either)
        return {"op": _function(token), "args": args}

    def _moment(self) -> Json:
        """Read one end of an interval: a text, a property or a function."""
        return self._operand()

    def _one_text(self) -> str:
        token = self.take()
        if token.kind != "text":
            self._next -= 1
            self.wrong("a text in single quotes is wanted")
        self.need(")")
        return token.text

    def _list(self, rule: Callable[[], Json]) -> list[Json]:
        found = [self.whole(rule)]
        while self.takes(","):
            found.append(self.whole(rule))
            if len(found) > _MOST_LISTED:
                message = f"filter: a list of more than {_MOST_LISTED}; divide it"
                raise NotAnswered(message)
        self.need(")")
        return found


def _maybe_not(no: str | None, condition: Json) -> Json:
    return {"op": "not", "args": [condition]} if no else condition


def _literal(token: Token) -> Json:
    if token.kind == "quoted":
        return {"property": token.text}
    if token.kind == "text":
        return token.text
    return float(token.text) if set(token.text) & set(".eE") else int(token.text[:400])


def _function(token: Token) -> str:
    """Return a function as JSON writes it: the standard's own in lower case."""
    lower = token.text.lower()
    own = lower.startswith(("s_", "t_", "a_")) or lower in {"casei", "accenti"}
    return lower if own else token.text
