"""Asking for observations: what says which series and when is taken out of the question first."""

from contextlib import closing
from itertools import islice
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from byalag.asking import (
    Answer,
    Ask,
    Call,
    Expression,
    Field,
    Moment,
    Observed,
    Order,
    Value,
    numbered,
    observed,
)
from byalag.asking._meaning import moment
from byalag.store._ask_box import made
from byalag.store._ask_code import Bound
from byalag.store._ask_count import total
from byalag.store._ask_newest import newest
from byalag.store._ask_observed import BY_SERIES, NEWEST, OLDEST, Measured, Span, observations
from byalag.store._ask_plan import plan
from byalag.store._ask_scope import Names, Scope
from byalag.store._ask_shape import Constants
from byalag.store._ask_sql import condition, say
from byalag.store._rows import as_observation
from byalag.store._sql import SQL
from byalag.store._sqlite import Connection

_TURNED = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le", "eq": "eq"}
_NUMBERS = 1 << 63
_COUNT = "count(*)"


class Parts(Struct):
    """A question in parts: which span is read, and what is then asked of each row."""

    span: Span
    rest: list[Expression]
    order: int | None  # None: in no order that they can be read in


def ask_observations(connection: Connection, ask: Ask) -> Answer[Observed]:
    """Answer a question for observations.

    Raises:
        ValueError: It asks for what is not there.
    """
    parts = parted(connection, ask)
    limit = None if ask.limit is None else ask.limit + 1
    found = read(connection, ask, parts, limit)
    count = counted(connection, ask, parts) if ask.count else None
    more = limit is not None and len(found) == limit
    kept = found[:-1] if more else found
    return Answer(shown(connection, kept), count, more)


def read(connection: Connection, ask: Ask, parts: Parts, limit: int | None) -> list[Measured]:
    """Return the rows that are asked for, from the offset on."""
    if parts.rest or parts.order is None:
        return _filtered(connection, ask, parts, limit)
    end = None if limit is None else ask.offset + limit
    if end is not None and parts.order == NEWEST:
        found = newest(connection, parts.span, end)
        if found is not None:
            return found[ask.offset :]
    with closing(observations(connection, parts.span, parts.order)) as run:
        return list(islice(run, ask.offset, end))


def shown(connection: Connection, rows: list[Measured]) -> list[Observed]:
    """Return rows as observations with their numbers."""
    ids = dict(_ids(connection, sorted({row[0] for row in rows})))
    return [
        Observed(numbered(no, at), no, as_observation(ids[no], at, value, flag, extra))
        for no, at, value, flag, extra in rows
    ]


def _ids(connection: Connection, numbers: list[int]) -> list[tuple[Any, ...]]:
    listed = msgspec.json.encode(numbers).decode()
    return connection.execute(SQL["ask_series_numbered"], (listed,)).fetchall()


def parted(connection: Connection, ask: Ask) -> Parts:
    """Return a question in parts: what says which series and when, and what is left.

    Raises:
        ValueError: It asks for what is not there.
    """
    span = Span()
    rest: list[Expression] = []
    of_series: list[Expression] = []
    for part in conjuncts(ask.where):
        if _is_of_series(part):
            of_series.append(_from_series(part))
        elif (limited := _limit(span, part)) is not None:
            span, exact = limited
            rest += [] if exact else [part]
        else:
            rest.append(part)
    if of_series:
        numbers = _series(connection, of_series)
        kept = numbers if span.series is None else [no for no in numbers if no in span.series]
        span = replace(span, series=tuple(kept))
    return Parts(span, rest, _native(ask.order))


def conjuncts(where: Expression | None) -> list[Expression]:
    """Return what must all hold."""
    if where is None:
        return []
    found: list[Expression] = []
    waiting = [where]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Call) and part.name == "and":
            waiting += reversed(part.args)
        else:
            found.append(part)
    return found


def _is_of_series(expression: Expression) -> bool:
    match expression:
        case Field(path):
            return path[:1] == ("series",)
        case Call(_, args):
            fields = [arg for arg in args if isinstance(arg, Field | Call)]
            return bool(fields) and all(map(_is_of_series, fields))
        case _:
            return False


def _from_series(expression: Expression) -> Expression:
    match expression:
        case Field(path):
            return Field(path[1:])
        case Call(name, args):
            return Call(name, tuple(map(_from_series, args)))
        case _:
            return expression


def _series(connection: Connection, asked: list[Expression]) -> list[int]:
    match asked:
        case [Call("eq", (Field(("no",)), Value(int() as no)))] if not isinstance(no, bool):
            return [no] if 0 < no < _NUMBERS else []
        case _:
            pass
    constants = Constants()
    made = plan(constants.form(Ask(of="series", where=Call("and", tuple(asked)))))
    given = (*made.bind(constants.values), -1, 0)
    return [row[0] for row in connection.execute(made.rows, given)]


def _limit(span: Span, part: Expression) -> tuple[Span, bool] | None:
    """Return a span that a comparison makes smaller, and whether that says all of it."""
    match part:
        case Call("between", (field, low, high)):
            first = _limit(span, Call("ge", (field, low)))
            second = None if first is None else _limit(first[0], Call("le", (field, high)))
            return None if first is None or second is None else (second[0], first[1] and second[1])
        case Call(name, (Moment() | Value() as given, Field() as field)) if name in _TURNED:
            return _limit(span, Call(_TURNED[name], (field, given)))
        case Call(name, (Field(("at",)), given)) if name in _TURNED:
            return _in_time(span, name, given)
        case Call(name, (Field(("value",)), Value(int() | float() as given))) if name in _TURNED:
            return (span, False) if isinstance(given, bool) else _in_value(span, name, given)
        case Call("eq", (Field(("no",)), Value(int() as given))):
            return _numbered(span, given)
        case _:
            return None


def _in_time(span: Span, name: str, given: Expression) -> tuple[Span, bool] | None:
    at = given.at if isinstance(given, Moment) else None
    if isinstance(given, Value) and isinstance(given.value, str):
        at = moment(given.value)
    if at is None:
        return None
    start = {"eq": at, "ge": at, "gt": at + 1}.get(name, span.start)
    end = {"eq": at + 1, "le": at + 1, "lt": at}.get(name, span.end)
    return replace(span, start=max(span.start, start), end=min(span.end, end)), True


def _in_value(span: Span, name: str, given: float) -> tuple[Span, bool]:
    if abs(given) > 2**53:  # a float may not be the same number
        return span, False
    least = float(given) if name in {"eq", "ge", "gt"} else None
    most = float(given) if name in {"eq", "le", "lt"} else None
    least = span.least if least is None else max(least, least if span.least is None else span.least)
    most = span.most if most is None else min(most, most if span.most is None else span.most)
    return replace(span, least=least, most=most), name in {"eq", "ge", "le"}


def _numbered(span: Span, number: int) -> tuple[Span, bool] | None:
    found = observed(number) if number < _NUMBERS else None
    if found is None:
        return replace(span, series=()), True
    no, at = found
    series = (no,) if span.series is None or no in span.series else ()
    start, end = max(span.start, at), min(span.end, at + 1)
    return replace(span, series=series, start=start, end=end), True


def _native(order: tuple[Order, ...]) -> int | None:
    match order:
        case ():
            return BY_SERIES
        case (Order(Field(("at",)), descending),):
            return NEWEST if descending else OLDEST
        case _:
            return None


def _statement(
    ask: Ask, parts: Parts, what: str, page: tuple[int, int]
) -> tuple[str, tuple[Any, ...]]:
    constants = Constants()
    names = Names()
    scope = Scope(names, "observation", "q")
    rest = replace(ask, where=Call("and", tuple(parts.rest)) if parts.rest else None)
    form = constants.form(rest)
    where = "" if form.where is None else f" WHERE {condition(scope, form.where)}"
    order = [
        f"{say(scope, by).sql} {'DESC' if descending else 'ASC'} NULLS LAST"
        for by, descending in form.order
    ]
    span = parts.span
    listed = None if span.series is None else msgspec.json.encode(span.series).decode()
    asked = (listed, span.start, span.end, span.least, span.most, parts.order or BY_SERIES)
    given = ", ".join(names.bind(Bound(one)) for one in asked)
    tables = " ".join([f"observed({given}) q", *scope.tables])
    sorted_ = (
        f" ORDER BY {', '.join([*order, 'q.series', 'q.at'])}"
        if parts.order is None and what != _COUNT
        else ""
    )
    bound = tuple(made(one, constants.values) for one in names.bound)
    last = len(bound) + 1  # always used: SQLite counts no further than to the last it reads
    end = f"{sorted_} LIMIT ?{last} OFFSET ?{last + 1}"
    return f"SELECT {what} FROM {tables}{where}{end}", (*bound, *page)  # noqa: S608 -- of words of our own; all that was asked with is bound


def _filtered(connection: Connection, ask: Ask, parts: Parts, limit: int | None) -> list[Measured]:
    """Return the rows that meet what is left of a question, in order."""
    most = -1 if limit is None else limit
    page = (most, ask.offset)
    columns = "q.series, q.at, q.value, q.flag, q.extra"
    rows = connection.execute(*_statement(ask, parts, columns, page)).fetchall()
    return [(no, at, value, flag, extra) for no, at, value, flag, extra in rows]


def counted(connection: Connection, ask: Ask, parts: Parts) -> int:
    """Return how many rows there are, whatever the limit says."""
    if not parts.rest:
        return total(connection, parts.span)
    return int(connection.execute(*_statement(ask, parts, _COUNT, (-1, 0))).fetchall()[0][0])
