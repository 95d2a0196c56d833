"""Comparing, as SQL. What is of different sorts is neither equal nor in order."""

from typing import Final

from byalag.store._ask_code import Code, Sort, is_of

SIGNS: Final = {"eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_APART: Final = {"eq": "0", "ne": "1"}


def comparison(name: str, args: list[Code]) -> str:
    """Return what compares values, by the name of the comparison."""
    if name == "in":
        return _in(args[0], args[1:])
    if name == "between":
        return f"{_compare('ge', *args[:2])} AND {_compare('le', args[0], args[2])}"
    if name in SIGNS:
        return _compare(name, *args)
    return f"{args[0].sql} IS {'' if name == 'is_null' else 'NOT '}NULL"


def _in(one: Code, listed: list[Code]) -> str:
    """Return what looks for a value among many: those of a sort at a time, as SQL can do."""
    groups: dict[tuple[str, str], list[Code]] = {}
    for other in listed:
        groups.setdefault((other.sort, other.type), []).append(other)
    return " OR ".join(_among(one, group) for group in groups.values())


def _among(one: Code, group: list[Code]) -> str:
    if group[0].sort in {"json", "null", "place"}:
        return _compare("eq", one, group[0])
    sort = "moment" if "moment" in {one.sort, group[0].sort} else group[0].sort
    listed = f"({', '.join(other.of(sort) for other in group)})"
    return _of_sort(one, sort, f"{_known(one, sort)} IN {listed}", "0", group[0])


def _compare(name: str, one: Code, other: Code) -> str:
    sign, apart = SIGNS[name], _APART.get(name, "NULL")
    if "null" in {one.sort, other.sort}:
        return "NULL"
    if "place" in {one.sort, other.sort}:
        message = f"places are not compared with {name}; use equals, intersects or within"
        raise ValueError(message)
    if one.sort == other.sort == "json":
        return _compare_free(sign, apart, one, other)
    if other.sort == "json":
        one, other, sign = other, one, sign.translate(str.maketrans("<>", "><"))
        sign = "<>" if name == "ne" else sign
    if one.sort == "json" and other.plain and name in _APART:
        return f"({one.sql} {sign} {other.sql})"
    sort = "moment" if "moment" in {one.sort, other.sort} else other.sort
    return _of_sort(one, sort, f"{_known(one, sort)} {sign} {other.of(sort)}", apart, other)


def _known(one: Code, sort: Sort) -> str:
    """Return what says a value where it is known to be of a sort."""
    if one.sort != "json":
        return one.of(sort)
    return f"moment({one.sql})" if sort == "moment" else one.sql


def _of_sort(one: Code, sort: Sort, said: str, apart: str, other: Code) -> str:
    """Return what is said of a value of one sort; of another sort, what is said `apart`."""
    if one.sort == "json":
        of: Sort = "text" if sort == "moment" else sort
        rest = "" if apart == "NULL" else f" WHEN {one.sql} IS NOT NULL THEN {apart}"
        return f"(CASE WHEN {is_of(one, of)} THEN {said}{rest} END)"
    if one.sort == other.sort or {one.sort, other.sort} == {"text", "moment"}:
        return f"({said})"
    null = f"{one.sql} IS NULL OR {other.sql} IS NULL"
    return f"(CASE WHEN {null} THEN NULL ELSE {apart} END)"


def _compare_free(sign: str, apart: str, one: Code, other: Code) -> str:
    """Compare two values whose sorts only the row knows."""
    sorts: tuple[Sort, ...] = ("text", "number", "truth")
    same = " ".join(
        f"WHEN {is_of(one, sort)} AND {is_of(other, sort)} THEN {one.sql} {sign} {other.sql}"
        for sort in sorts
    )
    null = f"WHEN {one.sql} IS NULL OR {other.sql} IS NULL THEN NULL"
    return f"(CASE {null} {same} ELSE {apart} END)"
