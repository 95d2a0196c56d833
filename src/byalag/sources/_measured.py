"""Tells which attributes of an entity are series, and reads their values, units and times."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from msgspec import Struct

from byalag import Misconfigured
from byalag.mapping import Context, TimeSpec, Unfit, compile_time
from byalag.model import Flag, Json, Micros, Observation, Series, span
from byalag.sources._context_broker import Attribute, Broker, Type
from byalag.sources._entity import Entity, Instance
from byalag.sources._local_id import last_part, property_name
from byalag.sources._model_unit import MODEL_UNITS
from byalag.sources._quantity import Said, check_units, number_of, said_in

Reading: TypeAlias = tuple[Observation | None, Series | None]  # what is declared of the series
Attributes: TypeAlias = Mapping[str, Attribute]

RECEIVED: Final = "$received"
LONGEST_END: Final = 100  # characters after the thing, as in model.SeriesId
_NAN: Final = float("nan")
_MICROSECONDS: Final = 1_000_000
_time = compile_time(TimeSpec(path="@"), "at")
_ahead = compile_time(TimeSpec(path="@", not_after=None), "at")


class Observed(Struct, frozen=True, kw_only=True):
    """Where a value was found: the thing, what its type means, its entity and the instance."""

    thing: str
    meant: Type
    entity: Entity
    instance: Instance


Measure: TypeAlias = Callable[[Observed, Context], Reading | None]


def name_in(attributes: Attributes, attribute: str) -> str:
    """Return what an attribute is called in our words; empty if it cannot be called anything."""
    spec = spec_in(attributes, attribute)
    return (spec and spec.name) or property_name(last_part(attribute))


def spec_in(attributes: Attributes, attribute: str) -> Attribute | None:
    """Return what the settings say of an attribute, by its whole name or how it ends."""
    return attributes.get(attribute) or attributes.get(last_part(attribute))


def compile_measures(settings: Broker, modified: str) -> Measure:
    """Return what reads an instance as an observation; None where it is no measurement.

    An attribute that the settings list is a series. One that they do not list is a series where
    its value is a number with a time of its own, and stays one.

    Raises:
        Misconfigured: A unit is not known, or a range is the wrong way round.
    """
    for name, spec in settings.attributes.items():
        _check(spec, f"attributes.{name}")
    attributes = settings.attributes

    def measure(found: Observed, context: Context) -> Reading | None:
        instance = found.instance
        spec = spec_in(attributes, instance.name)
        series = f"{found.thing}/{name_in(attributes, instance.name)}{_sensor(spec, instance)}"
        if not _is_series(spec, instance, known=series in context.known):
            return None
        if len(series) - len(found.thing) > LONGEST_END:
            reason = "the names of the attribute and its data set are too long together"
            raise Unfit(reason)
        if _has_no_value(spec, instance):
            at = _at(found, spec, context, modified) if series in context.known else None
            return (None if at is None else Observation(series, at, _NAN, Flag.MISSING)), None
        unit, convert = _unit(spec, instance)
        keeps = series in context.known and not _is_told(spec, instance)
        number = number_of(instance.value)
        value = convert(number) if convert else number
        at = _at(found, spec, context, modified)
        if at is None:
            reason = "there is a value and no time for it; say `at` for it, or `series = false`"
            raise Unfit(reason)
        observation = Observation(series, at, value, _flag(spec, value))
        return observation, None if keeps else _series(found, spec, series, unit)

    return measure


def _is_series(spec: Attribute | None, instance: Instance, *, known: bool) -> bool:
    if instance.form != "value":
        return False
    if spec is not None:
        return spec.series
    if instance.at is None:
        return False
    return known or (
        isinstance(instance.value, int | float) and instance.value.__class__ is not bool
    )


def _has_no_value(spec: Attribute | None, instance: Instance) -> bool:
    value = instance.value
    if instance.gone or value is None or value == "":
        return True
    markers = spec.missing if spec else ()
    return any(value == one and isinstance(value, bool) == isinstance(one, bool) for one in markers)


def _is_told(spec: Attribute | None, instance: Instance) -> bool:
    """Return whether anybody says the unit. A series keeps the one it has if nobody does."""
    usual = last_part(instance.name) in MODEL_UNITS
    return bool(instance.unit or usual or (spec and (spec.unit or spec.from_unit)))


def _sensor(spec: Attribute | None, instance: Instance) -> str:
    parts = [part for part in (spec.sensor if spec else "", instance.dataset) if part]
    return "@" + ".".join(parts) if parts else ""


def _unit(spec: Attribute | None, instance: Instance) -> Said:
    stated = (spec and spec.from_unit) or instance.unit or ""
    if not isinstance(stated, str):
        reason = "its unit is not text"
        raise Unfit(reason)
    usual = MODEL_UNITS.get(last_part(instance.name))
    return said_in(stated, spec.unit if spec else None, usual, common=True)


def _at(found: Observed, spec: Attribute | None, context: Context, modified: str) -> Micros | None:
    """Return when a value was true: its own time, or else the one that the settings name."""
    stated: Json = found.instance.at
    if stated is None and spec is not None:
        word = spec.at or found.meant.at
        if word == RECEIVED:
            return context.received
        if word == modified:
            stated = found.instance.modified or found.entity.modified
        elif word is not None:
            stated = _other(found.entity, word)
    if stated is None:
        return None
    if isinstance(stated, str) and "/" in stated:
        stated = stated.rpartition("/")[2]  # of a period, the end: then the value is known
    return (_ahead if spec and spec.kind == "forecast" else _time)(stated, context)


def _other(entity: Entity, name: str) -> Json:
    values = (one.value for one in entity.instances if last_part(one.name) == name)
    return next(values, None)


def _flag(spec: Attribute | None, value: float) -> int:
    if spec is None or spec.range is None or spec.range[0] <= value <= spec.range[1]:
        return Flag.NOT_EVALUATED
    return Flag.FAIL


def _series(found: Observed, spec: Attribute | None, series: str, unit: str) -> Series:
    end, _, sensor = series.rpartition("/")[2].partition("@")
    spec = spec or _PLAIN
    cadence = int(span(spec.cadence).total_seconds()) * _MICROSECONDS if spec.cadence else None
    return Series(
        id=series,
        thing=found.thing,
        property=end,
        dataset="",
        unit=unit,
        sensor=sensor,
        kind=spec.kind,
        cadence=cadence,
    )


def _check(spec: Attribute, where: str) -> None:
    check_units(spec.unit, spec.from_unit, where)
    if spec.range is not None and not spec.range[0] <= spec.range[1]:
        reason = f"{where}.range: write [lowest, highest]"
        raise Misconfigured(reason)


_PLAIN: Final = Attribute()
