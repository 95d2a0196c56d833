"""One property of a thing: how its value is found and what it becomes."""

from collections.abc import Callable, Mapping
from datetime import UTC, date
from math import isfinite
from typing import Final

from byalag import Misconfigured
from byalag.mapping._code import Code
from byalag.mapping._context import Context
from byalag.mapping._number import compile_number, whole
from byalag.mapping._pattern import compile_pattern
from byalag.mapping._spec import Field, FieldKind, TimeSpec
from byalag.mapping._template import compile_template, is_template
from byalag.mapping._time import compile_time, moment, zone_named
from byalag.mapping._unit import conversion
from byalag.mapping._value import LONGEST_TEXT, MISSING, Unfit, is_list, is_object, shown, text_of
from byalag.mapping._word import decode, markers, truth
from byalag.model import Json

Change = Callable[[Json, Context], Json]

MOST_VALUES: Final = 20_000
DEEPEST: Final = 20
_PLAIN: Final = frozenset({int, bool, type(None)})
_BLANK_IS_MISSING: Final = frozenset({"number", "integer", "boolean", "time", "date"})


def write_field(code: Code, name: str, spec: str | Field, where: str) -> None:
    """Write the lines that add one property to `said`; a usual value is read in place.

    Raises:
        Misconfigured: If it says too little, too much, or something that is not known.

    """
    key = code.value(name)
    if not isinstance(spec, str) or is_template(spec):
        code.add(
            f"""
value = {_made(code, Field(template=spec) if isinstance(spec, str) else spec, where)}
if value is not MISSING:
    said[{key}] = value
"""
        )
        return
    short = f"value.__class__ is str and len(value) <= {code.value(LONGEST_TEXT)}"
    code.add(
        f"""
value = {code.read(spec, where)}
if value is not MISSING:
    if not ({short} or value.__class__ in {code.value(_PLAIN)}):
        value = {code.value(_fitting(name))}(value)
    said[{key}] = value
"""
    )


def _made(code: Code, spec: Field, where: str) -> str:
    """Return an expression for a property that is more than a path."""
    given = [spec.path is not None, spec.template is not None, spec.constant is not None]
    if sum(given) != 1:
        reason = f"{where}: say exactly one of path, template and constant"
        raise Misconfigured(reason)
    if spec.constant is not None:
        return code.value(spec.constant)
    meaning = code.value(_meaning(spec, where))
    if spec.template is not None:
        write = compile_template(spec.template, f"{where}.template")
        return f"{meaning}({code.value(write)}(record, context), context)"
    named = f"{where}.path" if spec.pattern or spec.kind else where
    return f"{meaning}({code.read(spec.path or '', named)}, context)"


def _fitting(name: str) -> Callable[[Json], Json]:
    def fitting(value: Json) -> Json:
        try:
            return as_it_comes(value)
        except Unfit as error:
            reason = f"{name}: {error}"
            raise Unfit(reason) from error

    return fitting


def _meaning(spec: Field, where: str) -> Change:
    """Return what a found value becomes; MISSING: nothing is said, None: it is without."""
    name = where.rpartition(".")[2]
    kind = _kind(spec, where)
    change = _chain(_changes(spec, kind, where))
    missing = markers(spec.missing, blank=kind in _BLANK_IS_MISSING)
    default = spec.default

    def meant(found: Json, context: Context) -> Json:
        if missing(found):
            return found if found is MISSING and default is None else default
        try:
            changed = change(found, context)
        except Unfit as error:
            reason = f"{name}: {error}"
            raise Unfit(reason) from error
        return default if changed is MISSING else changed

    return meant


def _kind(spec: Field, where: str) -> FieldKind | None:
    """Return what the value is to be; a unit or a decimal comma makes it a number."""
    numeric = spec.unit is not None or spec.from_unit is not None or spec.decimal == ","
    if numeric and spec.kind not in (None, "number", "integer", "list"):
        reason = f"{where}: a {spec.kind} has no unit and no decimal mark"
        raise Misconfigured(reason)
    if spec.from_unit is not None and spec.unit is None:
        reason = f"{where}.unit: say the unit of our value too (UCUM), as from_unit is given"
        raise Misconfigured(reason)
    if spec.time is not None and spec.kind not in (None, "time", "date"):
        reason = f"{where}.time: only a time or a date is written in a format"
        raise Misconfigured(reason)
    if spec.kind is None and numeric:
        return "number"
    return "time" if spec.kind is None and spec.time is not None else spec.kind


def _changes(spec: Field, kind: FieldKind | None, where: str) -> list[Change]:
    """Return what is done to a value, in order: pattern, code list, kind."""
    changes: list[Change] = []
    if spec.pattern is not None:
        pattern = compile_pattern(spec.pattern, f"{where}.pattern")
        changes.append(lambda value, _context: pattern(value))
    become = _become(spec, kind, where)
    if spec.codes is not None:
        become = _coded(spec.codes, become, strict=spec.strict)
    changes.append(_each(become) if kind == "list" else become)
    return changes


def _chain(changes: list[Change]) -> Change:
    if len(changes) == 1:
        return changes[0]

    def change(value: Json, context: Context) -> Json:
        for one in changes:
            value = one(value, context)
            if value is MISSING:
                break
        return value

    return change


def _each(become: Change) -> Change:
    def change(value: Json, context: Context) -> Json:
        items = value if is_list(value) else [value]
        if len(items) > MOST_VALUES:
            reason = f"a list of {len(items)} items is too long; {MOST_VALUES} are allowed"
            raise Unfit(reason)
        return [become(item, context) for item in items]

    return change


def _coded(codes: Mapping[str, Json], become: Change, *, strict: bool) -> Change:
    meaning = decode(codes, strict=strict)

    def change(value: Json, context: Context) -> Json:
        known, word = meaning(value)
        return word if known else become(word, context)

    return change


def _become(spec: Field, kind: FieldKind | None, where: str) -> Change:
    if kind in ("number", "integer"):
        return _number(spec, where, integer=kind == "integer")
    if kind == "boolean":
        yes = truth(spec.true, spec.false)
        return lambda value, _context: yes(value)
    if kind in ("time", "date"):
        return _time(spec, where, day=kind == "date")
    if kind == "text":
        return lambda value, _context: text_of(value).strip()
    return as_it_comes


def _number(spec: Field, where: str, *, integer: bool) -> Change:
    number = compile_number(spec.decimal)
    convert = conversion(spec.unit, spec.from_unit, where) if spec.unit else None

    def change(value: Json, _context: Context) -> Json:
        found = number(value)
        if convert is not None:
            found = convert(found)
        return whole(found) if integer else found

    return change


def _time(spec: Field, where: str, *, day: bool) -> Change:
    """Say a time as ISO 8601 in UTC, and a date as the day it is where the municipality is."""
    stated = TimeSpec(path="@", format=spec.time or "iso", not_after=None, not_before="1000-01-01")
    read = compile_time(stated, f"{where}.time")

    def change(value: Json, context: Context) -> Json:
        at = moment(read(value, context))
        if day:
            return at.astimezone(zone_named(context.zone, "time_zone")).date().isoformat()
        return at.astimezone(UTC).isoformat().replace("+00:00", "Z")

    return change


def as_it_comes(value: Json, _context: Context | None = None) -> Json:
    """Return a value as the source wrote it, if it can stand in a fact.

    Raises:
        Unfit: If it is not a finite number, is too long, or is nested too deep.

    """
    kind = value.__class__
    if kind is str:
        if len(value) > LONGEST_TEXT:
            text_of(value)
        return value
    if kind is int or kind is bool or value is None:
        return value
    if kind is float:
        if not isfinite(value):
            reason = f"{shown(value)} is not a finite number"
            raise Unfit(reason)
        return value
    if isinstance(value, date):
        return value.isoformat()
    _measure(value)
    return value


def _measure(value: Json) -> None:
    """Refuse what is nested too deep or holds too much to stand in a fact."""
    level: list[Json] = [value]
    count = 0
    for _ in range(DEEPEST):
        count += len(level)
        if count > MOST_VALUES:
            reason = f"more than {MOST_VALUES} values in one property"
            raise Unfit(reason)
        level = [inner for outer in level for inner in _inner(outer)]
        if not level:
            return
    reason = f"nested deeper than {DEEPEST} levels"
    raise Unfit(reason)


def _inner(value: Json) -> list[Json]:
    if is_object(value):
        return list(value.values())
    if is_list(value):
        return value
    as_it_comes(value)
    return []
