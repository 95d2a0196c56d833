"""Reads the text of an expression into a tree. Pure.

What is too long, too deep or has too many words is refused before it costs anything.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from itertools import islice
from typing import Any, Final, NoReturn

from byalag.standards.sensorthings._filter import (
    COMPARED,
    INFIX,
    PRODUCTS,
    SUMS,
    Apply,
    Constant,
    Name,
    Node,
    Sort,
)
from byalag.standards.sensorthings._lexer import Word, words
from byalag.standards.sensorthings._problem import unfit
from byalag.standards.sensorthings._time import read_duration, read_moment

LONGEST: Final = 8_000
DEEPEST: Final = 24
MOST: Final = 1_000  # words
_LONGEST_NAME: Final = 12  # steps of a path
_KNOWN: Final = {
    "true": Constant("truth", value=True),
    "false": Constant("truth", value=False),
    "null": Constant("null", None),
}


def read_filter(text: str) -> Node:
    """Read one expression.

    Raises:
        Refused: It is not well written, or too much (400).
    """
    reader = _Reader(text)
    node = reader.whole()
    reader.expect_end()
    return node


def read_orders(text: str) -> list[tuple[Node, bool]]:
    """Read what to order by; each is an expression and whether it descends.

    Raises:
        Refused: It is not well written, or too much (400).
    """
    reader = _Reader(text)
    orders = [reader.order()]
    while reader.takes("mark", ","):
        orders.append(reader.order())
    reader.expect_end()
    return orders


class _Reader:
    """Reads from left to right and never back."""

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            message = f"an expression is at most {LONGEST} characters; this is {len(text)}"
            raise unfit(message)
        self._words: Sequence[Word] = list(islice(words(text), MOST + 1))
        if len(self._words) > MOST:
            message = f"an expression is at most {MOST} words; this is longer"
            raise unfit(message)
        self._at = 0
        self._depth = 0

    @property
    def _next(self) -> Word:
        return self._words[self._at]

    def takes(self, sort: str, *texts: str) -> Word | None:
        """Take the next word if it is one of these."""
        word = self._next
        if word.sort != sort or (texts and word.text not in texts):
            return None
        self._at += 1
        return word

    def expect_end(self) -> None:
        """Refuse what is left."""
        if not self.takes("end"):
            self._fail("the end")

    def order(self) -> tuple[Node, bool]:
        """Read one that is ordered by."""
        node = self._sum()
        direction = self.takes("name", "asc", "desc")
        return node, direction is not None and direction.text == "desc"

    def whole(self) -> Node:
        """Read an expression with everything it may hold."""
        return self._chain("or")

    def _chain(self, name: str) -> Node:
        """Read what `or`, or else `and`, holds together."""
        parts = [self._chain("and") if name == "or" else self._denied()]
        while self.takes("name", name):
            parts.append(self._chain("and") if name == "or" else self._denied())
        return parts[0] if len(parts) == 1 else Apply(name, tuple(parts))

    def _denied(self) -> Node:
        word = self._next
        if word.sort == "name" and word.text == "not":
            self._at += 1
            self._deeper(word)
            node = Apply("not", (self._denied(),))
            self._depth -= 1
            return node
        return self._compared()

    def _compared(self) -> Node:
        left = self._sum()
        operator = self.takes("name", *COMPARED)
        return left if operator is None else Apply(operator.text, (left, self._sum()))

    def _sum(self) -> Node:
        return self._left_to_right(SUMS)

    def _left_to_right(self, operators: tuple[str, ...]) -> Node:
        inner = operators is SUMS
        node = self._left_to_right(PRODUCTS) if inner else self._one()
        before = self._depth
        while operator := self.takes("name", *operators):
            self._deeper(operator)
            node = Apply(
                operator.text,
                (node, self._left_to_right(PRODUCTS) if inner else self._one()),
            )
        self._depth = before
        return node

    def _one(self) -> Node:
        """Read a value, a path, a call, or something in parentheses."""
        word = self._next
        self._at += 1
        if word.sort == "mark" and word.text in "(-":
            self._deeper(word)
            node = self._inside() if word.text == "(" else Apply("neg", (self._one(),))
            self._depth -= 1
            return node
        if word.sort == "name":
            return self._named(word)
        if word.sort in {"mark", "end"}:
            self._at -= 1
            self._fail("a value")
        return _constant(word)

    def _inside(self) -> Node:
        node = self.whole()
        self._close()
        return node

    def _close(self) -> None:
        if not self.takes("mark", ")"):
            self._fail("')'")

    def _named(self, word: Word) -> Node:
        if word.text in INFIX:
            self._at -= 1
            self._fail("a value")
        if self.takes("mark", "("):
            self._deeper(word)
            args = self._args()
            self._depth -= 1
            return Apply(word.text, args)
        if word.text in _KNOWN and not self._follows("/"):
            return _KNOWN[word.text]
        steps = [word.text]
        while self.takes("mark", "/"):
            step = self.takes("name")
            if step is None or len(steps) == _LONGEST_NAME:
                self._fail(f"a name, of {_LONGEST_NAME} in a path at most,")
            steps.append(step.text)
        return Name(tuple(steps))

    def _args(self) -> tuple[Node, ...]:
        if self.takes("mark", ")"):
            return ()
        args = [self.whole()]
        while self.takes("mark", ","):
            args.append(self.whole())
        self._close()
        return tuple(args)

    def _follows(self, mark: str) -> bool:
        return self._next.sort == "mark" and self._next.text == mark

    def _deeper(self, word: Word) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            message = f"an expression is at most {DEEPEST} deep; see character {word.at + 1}"
            raise unfit(message)

    def _fail(self, wanted: str) -> NoReturn:
        word = self._next
        found = "the end" if word.sort == "end" else repr(word.text[:40])
        message = f"{wanted} is expected at character {word.at + 1}, not {found}"
        raise unfit(message)


def _constant(word: Word) -> Constant:
    sort: Sort = word.sort  # type: ignore[assignment]  # the lexer's names are these
    try:
        return Constant(sort, _VALUES[sort](word.text))
    except ValueError as error:
        message = f"cannot read {word.text[:60]!r} at character {word.at + 1}: {error}"
        raise unfit(message) from error


def _unquoted(text: str) -> str:
    return text[1:-1].replace("''", "'")


def _prefixed(text: str) -> str:
    return _unquoted(text[text.index("'") :])


def _number(text: str) -> int | float:
    if text.lstrip("-").isdigit():
        number = int(text[:40])
        if -(1 << 63) <= number < 1 << 63:
            return number
    value = float(text)
    if value in {float("inf"), float("-inf")}:
        message = "the number is too large"
        raise ValueError(message)
    return value


_VALUES: Mapping[Sort, Callable[[str], Any]] = {
    "text": _unquoted,
    "place": _prefixed,
    "duration": lambda text: read_duration(_prefixed(text)),
    "moment": lambda text: read_moment(text.replace(" ", "+").upper()),
    "day": lambda text: date.fromisoformat(text).isoformat(),
    "clock": lambda text: time.fromisoformat(text).isoformat(),
    "number": _number,
}
