"""Says a SensorThings Datastream in our words: its Thing, its series and its newest values."""

from collections.abc import Iterator, Mapping
from typing import Final, Literal, Never

import msgspec
from msgspec import Struct

from byalag.mapping import (
    Context,
    Heard,
    TimeSpec,
    Unfit,
    compile_shape,
    compile_time,
    is_list,
    is_object,
    stated_unit,
)
from byalag.model import Duration, Flag, Json, Micros, Observation, Rejected, Series, Thing, span
from byalag.sources._context_broker import PropertyName
from byalag.sources._local_id import escaped, property_called, property_name
from byalag.sources._quantity import Convert, Said, number_of, said_in
from byalag.sources.sensorthings._quality import flag_of

LONGEST_ID: Final = 200  # as in model.ThingId
LONGEST_NAME: Final = 500  # characters
LONGEST_END: Final = 100  # as in model.SeriesId
UNITS: Final = ("definition", "name", "symbol")
NUMBERS: Final = ("OM_Measurement", "OM_CountObservation")
_MICROSECONDS: Final = 1_000_000
_NAN: Final = float("nan")
_shape_at = compile_shape("@", None, "location")
_time = compile_time(TimeSpec(path="@"), "phenomenonTime")
_ahead = compile_time(TimeSpec(path="@", not_after=None), "phenomenonTime")


class Property(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one ObservedProperty is in our words."""

    name: PropertyName | None = None
    unit: str | None = None
    from_unit: str | None = None
    range: tuple[float, float] | None = None
    kind: Literal["measured", "sample", "forecast", "derived"] = "measured"
    cadence: Duration | None = None


class Rules(Struct, frozen=True, kw_only=True):
    """How things and series are named, and what the settings say of properties."""

    type: str
    prefix: str
    operator: str
    properties: Mapping[str, Property]
    sensors: bool


class Told(Struct):
    """What has been said in one delivery."""

    things: set[str] = set()
    series: dict[str, str] = {}  # the Datastream that each is of


class _Result(Struct, frozen=True):
    where: str
    record: dict[str, Json]
    at: Micros
    value: Json


def say_datastream(
    where: str, record: Json, rules: Rules, told: Told, context: Context
) -> Iterator[Heard]:
    """Yield what a Datastream says. One value that is unfit is set aside alone."""
    try:
        if not is_object(record):
            _refuse("it is no Datastream: it should be an object")
        thing = _thing(_expanded(record, "Thing"), rules, context)
        series, spec = _series(record, thing.id, rules, context)
    except Unfit as error:
        yield Rejected(where=where, why=str(error), record=_written(record))
        return
    if thing.id not in told.things:
        told.things.add(thing.id)
        yield thing
    if (why := _why_not(record, series, told)) is not None:
        yield Rejected(where=where, why=why, record=_written(record))
        return
    yield from _values(where, record, (series, spec, thing), context)


def _why_not(record: dict[str, Json], series: Series, told: Told) -> str | None:
    """Return why a Datastream gives no values, if it does not."""
    known = _id_of(record, "Datastream")
    if told.series.setdefault(series.id, known) != known:
        return (
            f"the thing has another Datastream for {series.property}; leave out sensors = false, "
            "or give the property another name"
        )
    if not is_list(record.get("Observations")):
        return "it has no Observations: the server did not follow $expand"
    return None


def _values(
    where: str, record: dict[str, Json], about: tuple[Series, Property, Thing], context: Context
) -> Iterator[Heard]:
    """Yield what the Observations say: numbers are values, the newest word is a property."""
    series, spec, thing = about
    numeric = str(record.get("observationType", "")).rpartition("/")[2] in NUMBERS
    numbers: list[_Result] = []
    words: list[_Result] = []
    for number, one in enumerate(record["Observations"]):
        place = f"{where}.Observations[{number}]"
        try:
            result = _result(place, one, spec, context)
        except Unfit as error:
            yield Rejected(where=place, why=str(error), record=_written(one))
        else:
            (words if _is_word(result.value, numeric=numeric) else numbers).append(result)
    if numbers:
        yield from _measured(where, record, (series, spec), numbers, context)
    if words:
        newest = max(words, key=lambda result: result.at)
        yield msgspec.structs.replace(
            thing, name=None, point=None, shape=None, properties={series.property: newest.value}
        )


def _measured(
    where: str,
    record: dict[str, Json],
    about: tuple[Series, Property],
    results: list[_Result],
    context: Context,
) -> Iterator[Heard]:
    series, spec = about
    try:
        unit, convert = _unit(record.get("unitOfMeasurement"), spec)
    except Unfit as error:
        yield Rejected(where=where, why=str(error), record=_written(record))
        return
    declared = False
    for result in results:
        try:
            observation = _observation(result, series.id, spec, convert, context)
        except Unfit as error:
            yield Rejected(where=result.where, why=str(error), record=_written(result.record))
            continue
        if observation is None:
            continue
        if not declared:
            declared = True
            yield msgspec.structs.replace(series, unit=unit)
        yield observation


def _result(where: str, one: Json, spec: Property, context: Context) -> _Result:
    if not is_object(one) or "result" not in one:
        _refuse("it is no Observation with a result")
    return _Result(where, one, _at(one, spec, context), one["result"])


def _is_word(value: Json, *, numeric: bool) -> bool:
    """Return whether a result is no number: it is then a property of the thing."""
    if isinstance(value, bool):
        return not numeric
    return not (value is None or numeric or isinstance(value, int | float))


def _observation(
    result: _Result, series: str, spec: Property, convert: Convert | None, context: Context
) -> Observation | None:
    """Return a value; "no value now" only of a series that has had one."""
    if result.value is None or result.value == "":
        known = series in context.known
        return Observation(series, result.at, _NAN, Flag.MISSING) if known else None
    number = number_of(result.value)
    number = convert(number) if convert else number
    flag = flag_of(result.record.get("resultQuality"))
    if spec.range is not None and not spec.range[0] <= number <= spec.range[1]:
        flag = Flag.FAIL
    return Observation(series, result.at, number, flag)


def _thing(record: dict[str, Json], rules: Rules, context: Context) -> Thing:
    known = f"{rules.prefix}:{rules.operator}:{escaped(_id_of(record, 'Thing'))}"
    if len(known) > LONGEST_ID:
        _refuse(f"the Thing's id is too long: ours may have {LONGEST_ID} characters")
    shape, point = _place(record.get("Locations"), context)
    name = record.get("name")
    more = record.get("properties")
    said = {"description": record.get("description")} | (more if is_object(more) else {})
    properties = {
        property_name(key): value for key, value in said.items() if value not in (None, "")
    }
    properties.pop("", None)
    return Thing(
        id=known,
        type=rules.type,
        dataset=context.dataset,
        name=name.strip()[:LONGEST_NAME] or None if isinstance(name, str) else None,
        municipality=context.municipality,
        point=point,
        shape=shape,
        properties=properties,
    )


def _place(locations: Json, context: Context) -> Json:
    """Return the shape and position of the first Location that is GeoJSON."""
    for one in locations if is_list(locations) else []:
        where = one.get("location") if is_object(one) else None
        if is_object(where) and where.get("type") == "Feature":
            where = where.get("geometry")
        if is_object(where) and "coordinates" in where:
            return _shape_at(where, context)
    return None, None


def _series(
    record: dict[str, Json], thing: str, rules: Rules, context: Context
) -> tuple[Series, Property]:
    observed = _expanded(record, "ObservedProperty")
    called, defined = str(observed.get("name") or ""), str(observed.get("definition") or "")
    spec = rules.properties.get(called) or rules.properties.get(defined) or Property()
    name = spec.name or property_called(called)
    if not name:
        _refuse(f"the property {called!r} has no letters a to z; say `name` under properties")
    sensor = escaped(_id_of(record, "Datastream")) if rules.sensors else ""
    end = f"{name}@{sensor}" if sensor else name
    if len(end) >= LONGEST_END:
        _refuse("the names of the property and the Datastream are too long together")
    cadence = int(span(spec.cadence).total_seconds()) * _MICROSECONDS if spec.cadence else None
    return (
        Series(
            id=f"{thing}/{end}",
            thing=thing,
            property=name,
            dataset=context.dataset,
            sensor=sensor,
            kind=spec.kind,
            cadence=cadence,
        ),
        spec,
    )


def _unit(stated: Json, spec: Property) -> Said:
    """Return our unit: what a Datastream states by definition, name or symbol, or the settings.

    Raises:
        Unfit: It states one, and it cannot be told which.

    """
    words = [stated.get(part) for part in UNITS] if is_object(stated) else []
    texts = [word for word in words if isinstance(word, str) and word.strip() not in ("", "null")]
    if spec.from_unit is not None:
        texts = [spec.from_unit]
    known = next((unit for text in texts if (unit := stated_unit(text, common=True))), None)
    if texts and known is None:
        _refuse(f"the unit {', '.join(texts)!r} is not known; say `from_unit` under properties")
    return said_in(known or "", spec.unit, None, common=False)


def _at(one: dict[str, Json], spec: Property, context: Context) -> Micros:
    """Return when a value was true: of a period, its end."""
    stated = one.get("phenomenonTime") or one.get("resultTime")
    if not isinstance(stated, str):
        _refuse("it has neither phenomenonTime nor resultTime")
    return (_ahead if spec.kind == "forecast" else _time)(stated.rpartition("/")[2], context)


def _expanded(record: dict[str, Json], name: str) -> dict[str, Json]:
    found = record.get(name)
    if not is_object(found):
        _refuse(f"it has no {name}: the server did not follow $expand")
    return found


def _id_of(record: dict[str, Json], what: str) -> str:
    known = record.get("@iot.id", record.get("id"))
    if isinstance(known, bool) or not isinstance(known, int | str) or known == "":
        _refuse(f"the {what} has no @iot.id")
    return str(known)


def _written(record: Json) -> bytes:
    return msgspec.json.encode(record)


def _refuse(reason: str) -> Never:
    raise Unfit(reason)
