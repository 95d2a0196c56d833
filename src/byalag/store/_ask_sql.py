"""What is asked, as SQL. Truth has three values there too, so most of it is said as it is.

Constants are slots: the statement is the same whatever they are, and is made once. Everything that
the asker wrote is bound, never written into the statement.
"""

from byalag.asking import ARITHMETIC, COMPARISON, PLACE, TEXT, TIME, Call, Field
from byalag.store._ask_code import Bound, Code, Slot, Sort
from byalag.store._ask_compare import SIGNS, comparison
from byalag.store._ask_scope import Scope, to_many

_ARITHMETIC = {"add": "+", "sub": "-", "mul": "*"}
_ASKS = {
    *SIGNS, "and", "or", "not", "in", "between", "is_null", "exists", "contains", "startswith",
    "endswith", "like", "matches", "intersects", "disjoint", "touches", "within", "overlaps",
    "crosses", "contains_place", "equals", "relate",
}  # fmt: skip
_LOGIC = {"and", "or", "not"}
_OF_ONE = {*SIGNS, "in", "between", *TEXT} & _ASKS
_IN_BOX = {
    "intersects": "({x} BETWEEN {west} AND {east} AND {y} BETWEEN {south} AND {north})",
    "within": "({x} > {west} AND {x} < {east} AND {y} > {south} AND {y} < {north})",
    "disjoint": "({x} < {west} OR {x} > {east} OR {y} < {south} OR {y} > {north})",
}
_NUMBERS = {"length", "indexof"}
_FOUND = {"contains": "> 0", "startswith": "= 1"}  # where in a text another is
_TEXTS = {"date", "time"}
_HOW_MANY = {
    **dict.fromkeys(("eq", "ne", "lt", "le", "gt", "ge"), (2, 2)),
    **dict.fromkeys(("not", "is_null", "exists"), (1, 1)),
    "and": (1, 500), "or": (1, 500), "in": (2, 1_001), "between": (3, 3),
    **dict.fromkeys(ARITHMETIC, (2, 2)),
    **dict.fromkeys(("neg", "round", "floor", "ceiling"), (1, 1)),
    **dict.fromkeys(TEXT, (2, 2)),
    **dict.fromkeys(("length", "tolower", "toupper", "trim", "casei", "accenti"), (1, 1)),
    "substring": (2, 3), "concat": (1, 100),
    **dict.fromkeys(TIME, (1, 1)),
    **dict.fromkeys(PLACE, (2, 2)),
    "relate": (3, 3), "extent": (1, 1), "coalesce": (1, 100), "written": (1, 1),
}  # fmt: skip


def condition(scope: Scope, expression: object) -> str:
    """Return what says whether an expression holds.

    Raises:
        ValueError: It answers no yes or no, or asks for what is not there.
    """
    code = say(scope, expression)
    if code.sort not in {"truth", "json", "null"}:
        message = f"a condition must be true or false, and this is a {code.sort}"
        raise ValueError(message)
    return code.of("truth")


def say(scope: Scope, expression: object) -> Code:
    """Return what says an expression.

    Raises:
        ValueError: It asks for what is not there.
    """
    if isinstance(expression, Slot):
        if expression.sort == "null":
            return Code("NULL", "null")
        name = scope.names.bind(Bound(n=expression.n))
        return Code(name, expression.sort, plain=expression.plain)
    if isinstance(expression, Field):
        return scope.field(expression.path)
    if not isinstance(expression, Call):
        message = f"{expression!r} cannot be asked"
        raise ValueError(message)  # noqa: TRY004 -- what is asked may come from anybody
    _refuse_unknown(expression)
    if expression.name in _ASKS - _LOGIC and any(_many(scope, arg) for arg in expression.args):
        inner = Scope(scope.names, scope.kind, scope.table, scope)
        said = inner.exists(_call(inner, expression).sql)
        return Code(_of_one(scope, expression, said) or said, "truth")
    return _call(scope, expression)


def _of_one(scope: Scope, call: Call, each: str) -> str | None:
    """Return what looks into a list only where there is one; None where a list is not all."""
    first, *others = call.args
    if call.name not in _OF_ONE or not isinstance(first, Field) or first.path[-1:] != ("*",):
        return None
    held = first.path[:-1]
    if to_many(scope.kind, held) or not all(isinstance(each, Slot) for each in others):
        return None
    whole = scope.field(held)
    said = _call(scope, Call(call.name, (Field(held), *call.args[1:])))
    return f"(CASE {whole.type} WHEN 'array' THEN {each} ELSE {said.sql} IS TRUE END)"


def _refuse_unknown(call: Call) -> None:
    if call.name not in _HOW_MANY:
        message = f"there is no function {call.name!r}; there are {', '.join(sorted(_HOW_MANY))}"
        raise ValueError(message)
    least, most = _HOW_MANY[call.name]
    if not least <= len(call.args) <= most:
        wanted = str(least) if least == most else f"{least} to {most}"
        message = f"{call.name} takes {wanted} arguments, not {len(call.args)}"
        raise ValueError(message)


def _many(scope: Scope, expression: object) -> bool:
    """Return whether an expression leads to many without a call of its own that asks of them."""
    if isinstance(expression, Field):
        return to_many(scope.kind, expression.path)
    if isinstance(expression, Call) and expression.name not in _ASKS:
        return any(_many(scope, arg) for arg in expression.args)
    return False


def _call(scope: Scope, call: Call) -> Code:
    name = call.name
    if name in {"and", "or"}:
        parts = [condition(scope, arg) for arg in call.args]
        return Code(f"({f' {name.upper()} '.join(parts)})", "truth")
    if name == "not":
        return Code(f"(NOT {condition(scope, call.args[0])})", "truth")
    args = [say(scope, arg) for arg in call.args]
    if name in COMPARISON:
        return Code(f"({comparison(name, args)})", "truth")
    code = _function(name, args)
    return code if name not in _IN_BOX else _boxed(scope, call, code)


def _boxed(scope: Scope, call: Call, otherwise: Code) -> Code:
    """Return what says how a point is to a box: SQL compares numbers faster than we do places."""
    one, other = call.args
    if call.name != "within" and isinstance(one, Slot):
        one, other = other, one
    if not (isinstance(one, Field) and isinstance(other, Slot) and other.sort == "place"):
        return otherwise
    point = scope.point(one.path) if other.plain else None
    if point is None:
        return otherwise
    shape, x, y = point
    sides = {
        side: scope.names.bind(Bound(n=other.n, make=f"{side} degrees"))
        for side in ("west", "south", "east", "north")
    }
    said = _IN_BOX[call.name].format(x=x, y=y, **sides)
    return Code(f"(CASE WHEN {shape} IS NULL THEN {said} ELSE {otherwise.sql} END)", "truth")


def _function(name: str, args: list[Code]) -> Code:
    if name == "coalesce":
        return _coalesce(args)
    if name == "written":
        return Code(f"ask_written({args[0].of('number')})", "text")
    if name in ARITHMETIC:
        return Code(_reckon(name, [arg.of("number") for arg in args]), "number")
    if name in TIME:
        sort: Sort = "text" if name in _TEXTS else "number"
        return Code(f"ask_{name}({args[0].of('moment')})", sort)
    return _text(name, args) if name in TEXT else _place(name, args)


def _text(name: str, args: list[Code]) -> Code:
    rest: Sort = "number" if name == "substring" else "text"
    if name in _FOUND:
        return Code(f"(instr({args[0].of('text')}, {args[1].of('text')}) {_FOUND[name]})", "truth")
    given = ", ".join([args[0].of("text"), *(arg.of(rest) for arg in args[1:])])
    answers: Sort = "truth" if name in _ASKS else "number" if name in _NUMBERS else "text"
    return Code(f"ask_{name}({given})", answers)


def _place(name: str, args: list[Code]) -> Code:
    given = [arg.of("place") for arg in args[:2]]
    if name == "relate":
        given.append(args[2].of("text"))
    return Code(f"ask_{name}({', '.join(given)})", "truth" if name in _ASKS else "number")


def _coalesce(args: list[Code]) -> Code:
    """Return the first that is known; of several sorts, the first known of the first sort."""
    args = [arg for arg in args if arg.sort != "null"]
    if len(args) < 2:  # noqa: PLR2004 -- one or none is what it is
        return args[0] if args else Code("NULL", "null")
    sorts: list[Sort] = [arg.sort for arg in args if arg.sort != "json"]
    sort = sorts[0] if sorts else args[0].sort
    if any(arg.sort != sort for arg in args):
        args = [Code(arg.of(sort), sort) for arg in args]
    told = ", ".join(arg.sql for arg in args)
    if sort != "json":
        return Code(f"coalesce({told})", sort)
    types = " ".join(f"WHEN {arg.sql} IS NOT NULL THEN {arg.type or 'NULL'}" for arg in args)
    return Code(f"coalesce({told})", sort, f"CASE {types} END")


def _reckon(name: str, given: list[str]) -> str:
    """Reckon in double precision; what is no number (0/0) is null."""
    if name == "neg":
        return f"(-CAST({given[0]} AS REAL))"
    if name == "div":
        return f"(CAST({given[0]} AS REAL) / {given[1]})"
    if name in _ARITHMETIC:
        return f"(CAST({given[0]} AS REAL) {_ARITHMETIC[name]} CAST({given[1]} AS REAL))"
    return f"ask_{name}({', '.join(given)})"
