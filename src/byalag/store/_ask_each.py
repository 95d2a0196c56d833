"""The same question for many rows at once: what follows from each of them, in one statement."""

from functools import lru_cache
from itertools import groupby, islice
from typing import Any

import msgspec
from msgspec.structs import replace

from byalag.asking import Answer, Ask, Field, refuse_hard
from byalag.store._ask_ceiling import within
from byalag.store._ask_functions import make_ready
from byalag.store._ask_observations import Parts, counted, parted, read, shown
from byalag.store._ask_observed import NEWEST, Measured, Span
from byalag.store._ask_plan import COLUMNS, TABLES, Plan, fact, ordered, seen
from byalag.store._ask_scope import Names, Scope, split
from byalag.store._ask_shape import Constants, Form
from byalag.store._ask_sql import condition
from byalag.store._sql import SQL
from byalag.store._sqlite import Connection

_MOST = 1_000


def answer_each(
    connection: Connection, ask: Ask, by: Field, numbers: list[int]
) -> dict[int, Answer[Any]]:
    """Answer a question for each of many rows, by a connection that sees one moment.

    Raises:
        ValueError: It asks for what is not there, or for more rows than 1,000.
        TooHard: It would take too long.
    """
    refuse_hard(ask)
    make_ready(connection)
    numbers = list(dict.fromkeys(numbers))
    if len(numbers) > _MOST:
        message = f"{len(numbers)} rows are asked about at once; ask about at most {_MOST}"
        raise ValueError(message)
    with within(connection):
        if ask.of == "observation":
            return _observations(connection, ask, by, numbers)
        return _rows(connection, ask, by, numbers)


def _rows(
    connection: Connection, ask: Ask, by: Field, numbers: list[int]
) -> dict[int, Answer[Any]]:
    constants = Constants()
    made = _plan(constants.form(ask, by.path))
    listed = msgspec.json.encode(numbers).decode()
    bound = (*made.bind(constants.values), listed)
    last = -1 if ask.limit is None else ask.offset + ask.limit + 1
    rows = connection.execute(made.rows, (*bound, ask.offset, last)).fetchall()
    totals: dict[int, int] = {}
    if ask.count:
        totals = dict(_pairs(connection.execute(made.count, bound).fetchall()))
    found = {no: [row[1:] for row in group] for no, group in groupby(rows, lambda row: row[0])}
    return {no: _answer(ask, found.get(no, []), totals.get(no, 0)) for no in numbers}


def _pairs(rows: list[tuple[Any, ...]]) -> list[tuple[int, int]]:
    return [(parent, count) for parent, count in rows]


def _answer(ask: Ask, rows: list[tuple[Any, ...]], total: int) -> Answer[Any]:
    more = ask.limit is not None and len(rows) > ask.limit
    facts = [fact(ask.of, row) for row in rows[: ask.limit]]
    return Answer(facts, total if ask.count else None, more)


@lru_cache(maxsize=512)
def _plan(form: Form) -> Plan:
    steps, rest = split(form.of, form.by)
    if not steps or rest not in {(), ("no",)}:
        message = f"{'/'.join(form.by)} does not lead from a {form.of} to another row"
        raise ValueError(message)
    names = Names()
    scope = Scope(names, form.of, "q")
    way = Scope(names, form.of, "q", scope)
    parent = way.field(form.by).sql
    where = [*seen(form.of), *way.hangs]
    where += [] if form.where is None else [condition(scope, form.where)]
    # the planner is left to begin with the rows that are asked about
    tables = [each.replace("CROSS JOIN", "JOIN") for each in way.tables]
    order = ", ".join([*ordered(scope, form), "q.no"])
    needed = [TABLES[form.of], *scope.tables, *tables]
    bound = len(names.bound)
    where.append(f"{parent} IN (SELECT value FROM json_each(?{bound + 1}))")  # noqa: S608 -- of words of our own; all that was asked with is bound
    told = f"FROM {' '.join(needed)} WHERE {' AND '.join(where)}"
    count = f"SELECT {parent}, count(*) {told} GROUP BY 1"
    place = f"row_number() OVER (PARTITION BY {parent} ORDER BY {order}) AS place"
    inner = f"SELECT {parent} AS parent, q.no AS found, {place} {told}"
    rows = (
        f"SELECT parent, {COLUMNS[form.of]} FROM ({inner}) JOIN {TABLES[form.of]} ON q.no = found"  # noqa: S608 -- of words of our own; all that was asked with is bound
        f" WHERE place > ?{bound + 2} AND (?{bound + 3} < 0 OR place <= ?{bound + 3})"
        " ORDER BY parent, place"
    )
    return Plan(rows, count, tuple(names.bound))


def _observations(
    connection: Connection, ask: Ask, by: Field, numbers: list[int]
) -> dict[int, Answer[Any]]:
    if by.path not in {("series",), ("series", "no")}:
        message = f"observations are asked for by their series, not by {'/'.join(by.path)}"
        raise ValueError(message)
    parts = parted(connection, ask)
    if _is_newest_alone(ask, parts):
        found = _newest_of_each(connection, numbers)
    else:
        limit = None if ask.limit is None else ask.limit + 1
        found = {no: read(connection, ask, _only(parts, no), limit) for no in numbers}
    kept = {no: found.get(no, [])[: ask.limit] for no in numbers}
    rows = iter(shown(connection, [row for some in kept.values() for row in some]))
    answers: dict[int, Answer[Any]] = {}
    for no, some in kept.items():
        count = counted(connection, ask, _only(parts, no)) if ask.count else None
        more = len(found.get(no, [])) > len(some)
        answers[no] = Answer(list(islice(rows, len(some))), count, more)
    return answers


def _only(parts: Parts, no: int) -> Parts:
    among = parts.span.series
    series = (no,) if among is None or no in among else ()
    return Parts(replace(parts.span, series=series), parts.rest, parts.order)


def _is_newest_alone(ask: Ask, parts: Parts) -> bool:
    asked = (ask.limit, ask.offset, parts.rest, parts.order, parts.span)
    return asked == (1, 0, [], NEWEST, Span())


def _newest_of_each(connection: Connection, numbers: list[int]) -> dict[int, list[Measured]]:
    """Return the newest of each series, and twice where there are more: they are not shown."""
    listed = msgspec.json.encode(numbers).decode()
    found: dict[int, list[Measured]] = {}
    for no, at, value, flag, extra, more in connection.execute(SQL["ask_latest"], (listed,)):
        row = (int(no), int(at), value, int(flag), extra)
        found[no] = [row, row] if more else [row]
    return found
