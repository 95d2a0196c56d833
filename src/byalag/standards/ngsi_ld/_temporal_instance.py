"""An instance of an attribute as an observation, and back: the same fact in two windows.

Its place is the series of the attribute (and dataset), and the time it was observed, else the time
it was said. A number at a time is a plain observation and folds into chunks with the others: when
it was created is then taken to be when it was observed. Anything else is kept whole beside it.
"""

import math
import re
from collections.abc import Mapping
from typing import Final, cast

import msgspec

from byalag.asking import numbered, observed
from byalag.model import Flag, Json, Micros, Observation, Series
from byalag.standards.ngsi_ld._entity import Instance
from byalag.standards.ngsi_ld._facts import EXTRA, dataset_of, unit_code

NULL: Final = "urn:ngsi-ld:null"
_ID: Final = re.compile(r"urn:ngsi-ld:instance:([1-9]\d{0,29})")
_EXACT: Final = 1 << 53


def as_observation(series: Series, at: Micros, said: Instance) -> Observation:
    """Return what is observed when an instance is said; `at` is its place in the series."""
    number = _number(said)
    value = math.nan if number is None else number
    flag = Flag.MISSING if number is None else Flag.NOT_EVALUATED
    plainly = number is not None and _is_plain(series, at, said)
    return Observation(
        series.id, at, value, flag, None if plainly else {EXTRA: msgspec.to_builtins(said)}
    )


def _is_plain(series: Series, at: Micros, said: Instance) -> bool:
    """Return whether an instance is nothing but a number at a time."""
    return (
        said.observed == at
        and said.unit == unit_code(series)
        and said.modified in (None, said.created)
        and said.instance is None
        and not said.sub
    )


def as_instance(series: Series, no: int, seen: Observation) -> Instance | None:
    """Return the instance that an observation is; None where it says nothing but that it lacks."""
    whole = (seen.extra or {}).get(EXTRA)
    if whole is None:
        value = _said_elsewhere(seen)
        return None if value is None else plain(series, no, seen.at, value)
    said = msgspec.convert(whole, Instance)
    said.dataset = dataset_of(series)
    said.instance = said.instance or instance_id(no, seen.at)
    said.created = seen.at if said.created is None else said.created
    said.modified = said.created if said.modified is None else said.modified
    return said


def plain(series: Series, no: int, at: Micros, value: Json) -> Instance:
    """Return an instance that is nothing but a value at a time."""
    return Instance(
        kind="Property",
        value=value,
        observed=at,
        unit=unit_code(series),
        dataset=dataset_of(series),
        instance=instance_id(no, at),
        created=at,
        modified=at,
    )


def _said_elsewhere(seen: Observation) -> Json:
    """Return an observation's value, where another window than this has said it."""
    if not math.isnan(seen.value):
        return whole_number(seen.value)
    for said in (seen.extra or {}).values():
        if isinstance(said, Mapping) and "result" in said:
            return cast("Mapping[str, Json]", said)["result"]
    return None


def whole_number(value: float) -> Json:
    """Return a number as it is written: without a fraction where it has none."""
    return int(value) if value.is_integer() and abs(value) < _EXACT else value


def _number(said: Instance) -> float | None:
    """Return the number that a value is, if a float can be it exactly."""
    value = said.value
    if said.kind != "Property" or isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if isinstance(value, float) or abs(value) <= _EXACT else None


def instance_id(no: int, at: Micros) -> str:
    """Return the id of the instance at a time of a series, by the series' number."""
    return f"urn:ngsi-ld:instance:{numbered(no, at)}" if at >= 0 else f"urn:ngsi-ld:instance:{at}"


def place_of(id_: str) -> tuple[int, Micros] | None:
    """Return the number of the series and the time that an instance's id is made of."""
    found = _ID.fullmatch(id_)
    return None if found is None else observed(int(found.group(1)))
