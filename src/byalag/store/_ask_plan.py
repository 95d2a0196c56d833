"""One statement for one form of question, made once."""

from functools import lru_cache
from typing import Any

from msgspec import Struct

from byalag.asking import Kind, Numbered
from byalag.model import Series, Thing
from byalag.store._ask_box import candidates, made
from byalag.store._ask_code import Bound
from byalag.store._ask_scope import Names, Scope
from byalag.store._ask_shape import Form
from byalag.store._ask_sql import condition, say
from byalag.store._series import as_series
from byalag.store._sqlite import Row
from byalag.store._things import decode

COLUMNS = {
    "thing": "q.no, q.document",
    "series": "q.no, q.id, q.thing, q.property, q.dataset, q.unit, q.sensor, q.kind, q.cadence,"
    " q.name, q.relations, q.details",
}
TABLES = {"thing": "thing q", "series": "series q"}


class Plan(Struct, frozen=True):
    """The statements that answer a form of question; what is bound to all, by its place."""

    rows: str
    count: str
    bound: tuple[Bound, ...]
    numbers: str = ""

    def bind(self, constants: list[Any]) -> tuple[Any, ...]:
        """Return what is bound."""
        return tuple(made(one, constants) for one in self.bound)


@lru_cache(maxsize=1_024)
def plan(form: Form) -> Plan:
    """Return the statements for things or series.

    Raises:
        ValueError: It asks for what is not there.
    """
    names = Names()
    scope = Scope(names, form.of, "q")
    where = seen(form.of)
    if form.where is not None:
        where.append(condition(scope, form.where))
    near = candidates(names, form.where) if form.of == "thing" else None
    begin = TABLES[form.of] if near is None else f"{near} b CROSS JOIN thing q"
    where += [] if near is None else ["q.no = b.no"]
    clause = f" WHERE {' AND '.join(where)}" if where else ""
    told = f"FROM {' '.join([begin, *scope.tables])}{clause}"
    order = ", ".join([*ordered(scope, form), "q.no"])
    tables = " ".join([begin, *scope.tables])
    # the last that is bound is always used: SQLite counts no further than to the last it reads
    last = len(names.bound) + 1
    page = f"ORDER BY {order} LIMIT ?{last} OFFSET ?{last + 1}"
    count = f"SELECT count(*) {told} LIMIT ?{last}"
    rows = f"SELECT {COLUMNS[form.of]} FROM {tables}{clause} {page}"  # noqa: S608 -- of words of our own; all that was asked with is bound
    numbers = f"SELECT q.no FROM {tables}{clause} {page}"  # noqa: S608 -- as above
    return Plan(rows, count, tuple(names.bound), numbers)


def seen(kind: str) -> list[str]:
    """Return what holds for all rows that can be seen."""
    return ["q.gone = 0"] if kind == "thing" else []


def ordered(scope: Scope, form: Form) -> list[str]:
    """Return what rows are ordered by, before their numbers.

    Raises:
        ValueError: It asks for what is not there, or has no order.
    """
    return [_order(scope, by, descending=descending) for by, descending in form.order]


def _order(scope: Scope, by: object, *, descending: bool) -> str:
    code = say(scope, by)
    if code.sort == "place":
        message = "places have no order; order by the distance to one"
        raise ValueError(message)
    return f"{code.sql} DESC NULLS LAST" if descending else f"{code.sql} NULLS LAST"


def fact(of: Kind, row: Row) -> Numbered[Thing] | Numbered[Series]:
    """Return a row as a fact with its number."""
    if of == "thing":
        return Numbered(row[0], decode(row[1]))
    return Numbered(row[0], as_series(row[1:]))
