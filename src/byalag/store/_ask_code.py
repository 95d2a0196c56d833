"""Pieces of a statement, and what is bound to it."""

import json
from typing import Any, Final, Literal, TypeAlias

from msgspec import Struct

Sort: TypeAlias = Literal["text", "number", "truth", "moment", "place", "json", "null"]

_SORTS: Final[dict[str, str]] = {
    "text": "('text')",
    "number": "('integer','real')",
    "truth": "('true','false')",
    "place": "('object')",
}


class Slot(Struct, frozen=True):
    """A constant's place in a statement: the n:th that was asked with, of what sort it is.

    One that is `plain` equals nothing of another sort in SQLite: it is no 0 or 1, which are what
    JSON's true and false are read as, and no text that may be a list's or an object's. A `plain`
    place is a box along the meridians.
    """

    n: int
    sort: Sort
    plain: bool = False


class Bound(Struct, frozen=True):
    """What is bound: a value, the n:th constant, or what is made of it (and of the m:th)."""

    value: Any = None
    n: int = -1
    make: str = ""
    m: int = -1


class Code(Struct, frozen=True):
    """What says one value in a statement.

    Of `json`, whose sort only the row knows, `type` says SQLite's name for the sort. `plain` is
    as a slot's.
    """

    sql: str
    sort: Sort
    type: str = ""
    plain: bool = False

    def of(self, sort: Sort) -> str:
        """Return what says the value if it is of a sort, else NULL."""
        if self.sort == sort:
            return self.sql
        if self.sort == "json" and sort == "moment":
            return f"moment({self.of('text')})"
        if self.sort == "json":
            return f"CASE WHEN {self.type} IN {_SORTS[sort]} THEN {self.sql} END"
        if self.sort == "text" and sort == "moment":
            return f"moment({self.sql})"
        return "NULL"


def is_of(code: Code, sort: Sort) -> str:
    """Return what says whether a `json` is of a sort."""
    return f"{code.type} IN {_SORTS[sort]}"


def json_path(keys: tuple[str, ...]) -> str:
    """Return keys as SQLite's path, each one quoted."""
    return "$" + "".join("." + json.dumps(key, ensure_ascii=False) for key in keys)
