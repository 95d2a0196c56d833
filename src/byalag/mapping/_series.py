"""Builds the observations of one series: its value, its time, and what it means to leave it out."""

import re
from collections.abc import Callable
from typing import Any, Final

import msgspec
from msgspec import Struct

from byalag import Misconfigured
from byalag.mapping._condition import Holds, compile_conditions
from byalag.mapping._context import Context
from byalag.mapping._number import compile_number
from byalag.mapping._path import path_at
from byalag.mapping._pattern import compile_pattern
from byalag.mapping._quality import rule_of_spec, told_of
from byalag.mapping._spec import SeriesSpec, TimeSpec
from byalag.mapping._template import compile_template, is_template
from byalag.mapping._time import MICROSECOND, compile_time
from byalag.mapping._unit import conversion
from byalag.mapping._value import MISSING, Missing, Unfit, is_list, is_object, shown
from byalag.mapping._word import decode, markers, numbers_of
from byalag.model import Flag, Json, Micros, Observation, Rejected, Series, span
from byalag.terms import possible

ReadValue = Callable[[Json, Context], float | Missing | None]  # None: said to be missing
ReadStated = Callable[[Json, Context], Json]
ReadAt = Callable[[Json, Context], Micros | None]

NAN: Final = float("nan")
UNCHECKED, FAILED, _MISSED = int(Flag.NOT_EVALUATED), int(Flag.FAIL), int(Flag.MISSING)
LONGEST_END: Final = 100  # characters after the thing, as in model.SeriesId
EXACT: Final = 2**53  # whole numbers up to here are floats without loss
_DATE: Final = 10  # characters of the shortest ISO time; shorter text may be blank
MOST_ITEMS: Final = 20_000
_SENSOR = re.compile(r"[A-Za-z0-9._~-]+")
_OUTER: Final = "$record"
RECEIVED: Final = "$received"


class Tally(Struct):
    """What has been seen of one series in one delivery."""

    reported: int = 0
    omitted: int = 0  # left out by things that have reported before


class Said(Struct):
    """What one mapper call has said so far, and the record it is at."""

    context: Context
    series: set[str]
    tallies: list[Tally]
    facts: list[Series | Observation | Rejected]
    where: str = ""


Observe = Callable[[str, Json, Said], None]


def compile_series(spec: SeriesSpec, number: int) -> Observe:
    """Turn the settings into a function that adds a record's observations to what is said.

    Raises:
        Misconfigured: If any of them cannot be understood.

    """
    where = f"series[{number}]"
    observe = _observe(spec, number, where)
    when = compile_conditions(spec.when, f"{where}.when")
    if when is not None:
        observe = _only_when(when, observe)
    return observe if spec.each is None else _for_each(spec, observe, where)


def _observe(spec: SeriesSpec, number: int, where: str) -> Observe:
    value_of = compile_value(spec, where)
    at_of = _at(spec.at, where)
    name_of = sensor_end(spec, where)
    declare = _declare(spec, where)
    flag_of = _flag(spec, where)
    without = _without(spec, number, at_of)
    name, omissible = spec.name, spec.omitted is not None

    def observe(thing: str, record: Json, said: Said) -> None:
        context = said.context
        value = value_of(record, context)
        series = thing + name_of if isinstance(name_of, str) else name_of(thing, record, context)
        if isinstance(value, float):
            at = at_of(record, context)
            if at is None:
                reason = f"{name}: there is a value and no time for it"
                raise Unfit(reason)
            if omissible:
                said.tallies[number].reported += 1
            flag = flag_of(value) if flag_of else UNCHECKED
            observation: Observation | None = Observation(series, at, value, flag)
        else:
            observation = without(series, record, value, said)
        if observation is None:
            return
        if series not in said.series:
            declare(series, thing, said)
        said.facts.append(observation)

    return observe


def _without(
    spec: SeriesSpec, number: int, at_of: ReadAt
) -> Callable[[str, Json, Json, Said], Observation | None]:
    """Say what a record without a value means: nothing, "no value now", or the value it stands for.

    Only a series that has ever had a value can be without one.
    """
    flag_of = _flag(spec, "")
    stands_for = spec.omitted.value if spec.omitted else None

    def without(series: str, record: Json, value: Json, said: Said) -> Observation | None:
        left_out = stands_for is not None and value is MISSING
        said.tallies[number].reported += not left_out
        if series not in said.context.known:
            return None
        at = at_of(record, said.context)
        if stands_for is None or not left_out:
            return None if at is None else Observation(series, at, NAN, _MISSED)
        said.tallies[number].omitted += 1
        if at is None:
            reason = f"{spec.name}: it is left out, which means {stands_for:g}, and has no time"
            raise Unfit(reason)
        flag = flag_of(stands_for) if flag_of else UNCHECKED
        return Observation(series, at, stands_for, flag, {"fromOmission": True})

    return without


def range_of(spec: SeriesSpec) -> tuple[float, float] | None:
    """Return what the values can be: as the settings say, else as is physically possible."""
    return possible(spec.name, spec.unit) if spec.range is None else spec.range


def _flag(spec: SeriesSpec, where: str) -> Callable[[float], int] | None:
    within = range_of(spec)
    if within is None:
        return None
    low, high = within
    if not low <= high:
        reason = f"{where}.range: write [lowest, highest]"
        raise Misconfigured(reason)
    return lambda value: UNCHECKED if low <= value <= high else FAILED


def declared(spec: SeriesSpec, where: str = "series") -> dict[str, Any]:
    """Return what is declared of a series whatever the record; what is as usual is left unsaid.

    Raises:
        Misconfigured: If what is expected of its values cannot be understood.

    """
    cadence = span(spec.cadence) // MICROSECOND if spec.cadence else None
    more = {"unit": (spec.unit, "1"), "kind": (spec.kind, "measured"), "cadence": (cadence, None)}
    unusual: dict[str, Any] = {
        name: value for name, (value, usual) in more.items() if value != usual
    }
    if spec.quality is not None:
        rule = rule_of_spec(
            spec.quality, f"{where}.quality", cadence=spec.cadence, within=range_of(spec)
        )
        unusual["details"] = told_of(rule)
    return {"property": spec.name, **unusual}


def _declare(spec: SeriesSpec, where: str) -> Callable[[str, str, Said], None]:
    """Return what says that a series exists, before its first observation."""
    unusual = declared(spec, where)

    def declare(series: str, thing: str, said: Said) -> None:
        said.series.add(series)
        said.facts.append(
            Series(
                id=series,
                thing=thing,
                dataset=said.context.dataset,
                sensor=series.partition("@")[2],
                **unusual,
            )
        )

    return declare


def sensor_end(spec: SeriesSpec, where: str) -> str | Callable[[str, Json, Context], str]:
    """Return what follows the thing in the id of the series: property and sensor."""
    if not spec.sensor or not is_template(spec.sensor):
        end = f"/{spec.name}@{spec.sensor}" if spec.sensor else f"/{spec.name}"
        if (spec.sensor and _SENSOR.fullmatch(spec.sensor) is None) or len(end) > LONGEST_END:
            reason = f"{where}.sensor: {shown(spec.sensor)} may hold letters, digits and . _ ~ -"
            raise Misconfigured(reason)
        return end
    write = compile_template(spec.sensor, f"{where}.sensor")
    start = f"/{spec.name}@"

    def named(thing: str, record: Json, context: Context) -> str:
        sensor = write(record, context)
        if isinstance(sensor, Missing) or _SENSOR.fullmatch(sensor) is None:
            reason = f"{spec.name}: the sensor {shown(sensor)} may hold letters a to z, digits and "
            raise Unfit(reason + ". _ ~ -; write the path with |slug")
        if len(start) + len(sensor) > LONGEST_END:
            reason = f"{spec.name}: the sensor {shown(sensor)} has too long a name"
            raise Unfit(reason)
        return f"{thing}{start}{sensor}"

    return named


def compile_value(spec: SeriesSpec, where: str) -> ReadValue:
    """Turn the settings into a reader of the value in our unit.

    Raises:
        Misconfigured: If any of them cannot be understood.

    """
    value = _quantity(spec, spec.value, f"{where}.value")
    convert = conversion(spec.unit, spec.from_unit, where)
    if spec.minus is None and convert is None:
        return value
    less = _quantity(spec, spec.minus, f"{where}.minus") if spec.minus else None

    def converted(record: Json, context: Context) -> float | Missing | None:
        found = value(record, context)
        if found is None or isinstance(found, Missing):
            return found
        if less is not None:
            taken = less(record, context)
            if taken is None or isinstance(taken, Missing):
                return None
            found -= taken
        return found if convert is None else convert(found)

    return converted


def _quantity(spec: SeriesSpec, path: str, where: str) -> ReadValue:
    """Read one number, before units."""
    read = path_at(path, where)
    missing = markers(spec.missing, blank=True)
    number = _parse(spec, where.rpartition(".")[0])
    as_is = spec.pattern is None and spec.codes is None and not numbers_of(spec.missing)

    def quantity(record: Json, context: Context) -> float | Missing | None:
        found = read(record, context)
        if as_is and found.__class__ is int and -EXACT < found < EXACT:
            return float(found)
        if missing(found):
            return found if isinstance(found, Missing) else None
        try:
            return number(found)
        except Unfit as error:
            reason = f"{path}: {error}"
            raise Unfit(reason) from error

    return quantity


def _parse(spec: SeriesSpec, where: str) -> Callable[[Json], float | None]:
    number = compile_number(spec.decimal)
    pattern = compile_pattern(spec.pattern, f"{where}.pattern") if spec.pattern else None
    if pattern is None and spec.codes is None:
        return number
    meaning = decode(spec.codes or {}, strict=False)

    def parse(value: Json) -> float | None:
        if pattern is not None:
            value = pattern(value)
            if value is MISSING:
                return None
        known, word = meaning(value)
        return float(word) if known else number(value)

    return parse


def _at(spec: str | TimeSpec, where: str) -> ReadAt:
    if isinstance(spec, str):
        spec = TimeSpec(path=spec)
    if spec.path == RECEIVED:
        return lambda _record, context: context.received
    joined = is_template(spec.path)
    read: ReadStated = _joined(spec.path, where) if joined else path_at(spec.path, f"{where}.at")
    missing = markers(spec.missing, blank=True)
    when = compile_time(spec, f"{where}.at")
    path, plain = spec.path, not spec.missing

    def at(record: Json, context: Context) -> Micros | None:
        found = read(record, context)
        if not (plain and found.__class__ is str and len(found) >= _DATE) and missing(found):
            return None
        try:
            return when(found, context)
        except Unfit as error:
            reason = f"{path}: {error}"
            raise Unfit(reason) from error

    return at


def _joined(template: str, where: str) -> ReadStated:
    """Read a time from its parts; a blank part at either end leaves no time, not midnight."""
    write = compile_template(template, f"{where}.at")

    def read(record: Json, context: Context) -> Json:
        text = write(record, context)
        return text if isinstance(text, Missing) or text == text.strip() else MISSING

    return read


def _only_when(when: Holds, observe: Observe) -> Observe:
    def observe_when(thing: str, record: Json, said: Said) -> None:
        if when(record, said.context):
            observe(thing, record, said)

    return observe_when


def _for_each(spec: SeriesSpec, observe: Observe, where: str) -> Observe:
    """Observe each item of a list in the record; one that cannot be read does not stop the next."""
    path = spec.each or ""
    read = path_at(path, f"{where}.each")
    at = spec.at if isinstance(spec.at, str) else spec.at.path
    outward = any(
        _OUTER in given for given in (spec.value, spec.minus or "", at, spec.sensor, *spec.when)
    )

    def observe_each(thing: str, record: Json, said: Said) -> None:
        items = read(record, said.context)
        if items is None or items is MISSING:
            return
        items = items if is_list(items) else [items]
        if len(items) > MOST_ITEMS:
            reason = f"{path}: a list of {len(items)} items is too long; {MOST_ITEMS} are allowed"
            raise Unfit(reason)
        for number, item in enumerate(items):
            inner = {**item, _OUTER: record} if outward and is_object(item) else item
            try:
                observe(thing, inner, said)
            except Unfit as error:
                said.facts.append(
                    Rejected(
                        where=f"{said.where}.{path}[{number}]", why=str(error), record=raw(item)
                    )
                )

    return observe_each


def raw(record: Json) -> bytes:
    """Write a record as JSON; nothing where it cannot be, as the delivery itself is kept."""
    try:
        return msgspec.json.encode(record)
    except (TypeError, ValueError, OverflowError, RecursionError):
        return b""
