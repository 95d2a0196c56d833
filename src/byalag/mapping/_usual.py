"""Writes out a usual series: its value and its time are read in place where they can be."""

from byalag.mapping._code import Code
from byalag.mapping._series import (
    EXACT,
    FAILED,
    RECEIVED,
    UNCHECKED,
    compile_series,
    compile_value,
    declared,
    range_of,
    sensor_end,
)
from byalag.mapping._spec import SeriesSpec, TimeSpec
from byalag.mapping._template import is_template
from byalag.mapping._time import LONGEST_TIME, limits
from byalag.mapping._unit import conversion
from byalag.mapping._word import numbers_of


def write_series(code: Code, spec: SeriesSpec, number: int) -> None:
    """Write the lines that add a record's observations to `facts`.

    A plain number is read in place, and so is a usual time.

    Raises:
        Misconfigured: If any of the settings cannot be understood.

    """
    where = f"series[{number}]"
    careful = f"{code.value(compile_series(spec, number))}(thing, record, heard)"
    at = TimeSpec(path=spec.at) if isinstance(spec.at, str) else spec.at
    if not _is_usual(spec, at):
        code.add(careful)
        return
    timed, stated = "", "received"
    if at.path != RECEIVED:
        timed, stated = _timed(code, at, where), code.read(at.path, f"{where}.at")
    _write_value(code, spec, where)
    code.add(
        f"""
at = {stated}
if value.__class__ is float{timed}:
    series = thing + {code.value(sensor_end(spec, where))}
    if series not in declared:
        declared.add(series)
        facts.append({_declaration(code, spec)})
    facts.append(Observation(series, at, value, {_flagged(code, spec)}))
else:
    {careful}
"""
    )


def _is_usual(spec: SeriesSpec, at: TimeSpec) -> bool:
    """Return whether there is one value a record that means itself, with a time at a path."""
    more = (spec.each, spec.when, spec.omitted, at.missing, at.pattern)
    dated = at.format == "iso" or at.path == RECEIVED
    return dated and not any(more) and not (is_template(spec.sensor) or is_template(at.path))


def _write_value(code: Code, spec: SeriesSpec, where: str) -> None:
    """Write the lines that find `value` in our unit, if there is one."""
    careful = f"value = {code.value(compile_value(spec, where))}(record, context)"
    if spec.minus or spec.pattern or spec.codes:
        code.add(careful)
        return
    exact, words = code.value(EXACT), numbers_of(spec.missing)
    said = f" and value not in {code.value(words)}" if words else ""
    code.add(
        f"""
value = {code.read(spec.value, f"{where}.value")}
if (
    (value.__class__ is int and -{exact} < value < {exact}
    or value.__class__ is float and isfinite(value)){said}
):
    value = {_changed(code, spec, where)}
else:
    {careful}
"""
    )


def _timed(code: Code, at: TimeSpec, where: str) -> str:
    """Return the further conditions under which the text `at` is a time, which it then becomes."""
    earliest, latest = (code.value(limit) for limit in limits(at, f"{where}.at"))
    zone = code.value(at.zone) if at.zone else "context.zone"
    return (
        f" and at.__class__ is str and len(at) <= {code.value(LONGEST_TIME)}"
        f" and (at := instant(at, {zone})) is not None and {earliest} <= at <= received + {latest}"
    )


def _declaration(code: Code, spec: SeriesSpec) -> str:
    said = {**declared(spec), **({"sensor": spec.sensor} if spec.sensor else {})}
    rest = ", ".join(f"{name}={code.value(value)}" for name, value in said.items())
    return f"Series(id=series, thing=thing, dataset=dataset, {rest})"


def _changed(code: Code, spec: SeriesSpec, where: str) -> str:
    """Return an expression for the value in our unit."""
    convert = conversion(spec.unit, spec.from_unit, where)
    return "float(value)" if convert is None else f"{code.value(convert)}(float(value))"


def _flagged(code: Code, spec: SeriesSpec) -> str:
    """Return an expression for the flag of a value in our unit."""
    unchecked = code.value(UNCHECKED)
    within = range_of(spec)
    if within is None:
        return unchecked
    low, high = (code.value(limit) for limit in within)
    return f"{unchecked} if {low} <= value <= {high} else {code.value(FAILED)}"
