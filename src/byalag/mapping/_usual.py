"""Writes out a usual series: a number at a path with a time at a path, both read in place."""

from byalag.mapping._code import Code
from byalag.mapping._series import (
    EXACT,
    FAILED,
    RECEIVED,
    UNCHECKED,
    compile_series,
    declared,
    sensor_end,
)
from byalag.mapping._spec import SeriesSpec, TimeSpec
from byalag.mapping._template import is_template
from byalag.mapping._time import LONGEST_TIME, limits
from byalag.mapping._unit import conversion
from byalag.mapping._word import numbers_of


def write_series(code: Code, spec: SeriesSpec, number: int) -> None:
    """Write the lines that add a record's observations to `facts`.

    A plain number with a usual time is read in place.

    Raises:
        Misconfigured: If any of the settings cannot be understood.

    """
    where = f"series[{number}]"
    careful = f"{code.value(compile_series(spec, number))}(thing, record, heard)"
    at = TimeSpec(path=spec.at) if isinstance(spec.at, str) else spec.at
    if not _is_usual(spec, at):
        code.add(careful)
        return
    words = numbers_of(spec.missing)
    quick = [_is_number(code), f"value not in {code.value(words)}" if words else ""]
    stated = code.read(at.path, f"{where}.at")
    if at.path == RECEIVED:
        stated = "received"
    else:
        quick += _timed(code, at, where)
    code.add(
        f"""
value, at = {code.read(spec.value, f"{where}.value")}, {stated}
if {" and ".join(filter(None, quick))}:
    series = thing + {code.value(sensor_end(spec, where))}
    if series not in declared:
        declared.add(series)
        facts.append({_declaration(code, spec)})
    value = {_changed(code, spec, where)}
    facts.append(Observation(series, at, value, {_flagged(code, spec)}))
else:
    {careful}
"""
    )


def _is_usual(spec: SeriesSpec, at: TimeSpec) -> bool:
    """Return whether a series is a number at a path, with a time at a path, and nothing more."""
    more = (spec.each, spec.when, spec.minus, spec.pattern, spec.codes, spec.omitted, at.missing)
    dated = at.format == "iso" or at.path == RECEIVED
    return dated and not any(more) and not is_template(spec.sensor)


def _is_number(code: Code) -> str:
    exact = code.value(EXACT)
    return (
        f"(value.__class__ is int and -{exact} < value < {exact}"
        " or value.__class__ is float and isfinite(value))"
    )


def _timed(code: Code, at: TimeSpec, where: str) -> list[str]:
    """Return the conditions under which the text `at` is a time, which it then becomes."""
    earliest, latest = (code.value(limit) for limit in limits(at, f"{where}.at"))
    zone = code.value(at.zone) if at.zone else "context.zone"
    return [
        f"at.__class__ is str and len(at) <= {code.value(LONGEST_TIME)}",
        f"(at := instant(at, {zone})) is not None and {earliest} <= at <= received + {latest}",
    ]


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
    if spec.range is None:
        return unchecked
    low, high = (code.value(limit) for limit in spec.range)
    return f"{unchecked} if {low} <= value <= {high} else {code.value(FAILED)}"
