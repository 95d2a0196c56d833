"""One statement for one form of question, made once."""

from functools import lru_cache
from typing import Any

from msgspec import Struct

from byalag.store._ask_code import Bound
from byalag.store._ask_scope import Names, Scope
from byalag.store._ask_shape import Form
from byalag.store._ask_sql import condition, say

_COLUMNS = {
    "thing": "q.no, q.document",
    "series": "q.no, q.id, q.thing, q.property, q.dataset, q.unit, q.sensor, q.kind, q.cadence,"
    " q.name, q.relations, q.details",
}
_TABLES = {"thing": "thing q", "series": "series q"}


class Plan(Struct, frozen=True):
    """The statements that answer a form of question; what is bound to both, by its place."""

    rows: str
    count: str
    bound: tuple[Bound, ...]

    def bind(self, constants: list[Any]) -> tuple[Any, ...]:
        """Return what is bound."""
        return tuple(
            one.value if one.n < 0 else one.make(constants[one.n]) if one.make else constants[one.n]
            for one in self.bound
        )


@lru_cache(maxsize=1_024)
def plan(form: Form) -> Plan:
    """Return the statements for things or series.

    Raises:
        ValueError: It asks for what is not there.
    """
    names = Names()
    scope = Scope(names, form.of, "q")
    where = ["q.gone = 0"] if form.of == "thing" else []
    if form.where is not None:
        where.append(condition(scope, form.where))
    needed = list(scope.tables)
    order = [_order(scope, by, descending=descending) for by, descending in form.order]
    clause = f" WHERE {' AND '.join(where)}" if where else ""
    count = f"SELECT count(*) FROM {' '.join([_TABLES[form.of], *needed])}{clause}"  # noqa: S608 -- of words of our own; all that was asked with is bound
    tables = " ".join([_TABLES[form.of], *scope.tables])
    bound = len(names.bound)
    page = f"ORDER BY {', '.join([*order, 'q.no'])} LIMIT ?{bound + 1} OFFSET ?{bound + 2}"
    rows = f"SELECT {_COLUMNS[form.of]} FROM {tables}{clause} {page}"  # noqa: S608 -- of words of our own; all that was asked with is bound
    return Plan(rows, count, tuple(names.bound))


def _order(scope: Scope, by: object, *, descending: bool) -> str:
    code = say(scope, by)
    if code.sort == "place":
        message = "places have no order; order by the distance to one"
        raise ValueError(message)
    return f"{code.sql} DESC NULLS LAST" if descending else f"{code.sql} NULLS LAST"
