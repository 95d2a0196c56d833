"""An instance of an attribute as an observation, and back: the same fact in two windows.

Its place is the series of the attribute (and dataset), and the time it was observed, else the time
it was said. A number at a time is a plain observation and folds into chunks with the others: what
is not known of it, when it was created, is taken to be when it was observed. All else an instance
says is kept whole beside it, and its value is then missing unless it is a number.
"""

import math
import re
from collections.abc import Mapping
from typing import Final, cast

import msgspec

from byalag.asking import numbered, observed
from byalag.model import Flag, Json, Micros, Observation, Series
from byalag.standards.ngsi_ld._entity import Instance

KEY: Final = "ngsi-ld"  # of what an observation or a series says that only NGSI-LD has words for
NULL: Final = "urn:ngsi-ld:null"
_TIMELESS: Final = "timeless"
_ID: Final = re.compile(r"urn:ngsi-ld:instance:([1-9]\d{0,29})")
_EXACT: Final = 1 << 53


def as_observation(series: Series, at: Micros, said: Instance) -> Observation:
    """Return what is observed when an instance is said; `at` is its place in the series."""
    number = _number(said.value) if said.kind == "Property" else None
    value = math.nan if number is None else number
    flag = Flag.MISSING if said.deleted is not None else Flag.NOT_EVALUATED
    kept = _kept(series, said, is_number=number is not None)
    return Observation(series.id, at, value, flag, {KEY: kept} if kept else None)


def _kept(series: Series, said: Instance, *, is_number: bool) -> dict[str, Json]:
    """Return what a plain observation would not tell of an instance."""
    kept: dict[str, Json] = msgspec.to_builtins(said)
    if is_number:
        del kept["value"]
    if said.kind == "Property":
        del kept["kind"]
    if kept.pop("observed", None) is None:
        kept[_TIMELESS] = True
    if said.unit == unit_of(series):
        kept.pop("unit", None)
    elif said.unit is None:
        kept["unit"] = ""
    kept.pop("dataset", None)
    changed = said.modified is not None and said.modified != said.created
    if not (kept.keys() - {"created", "modified"} or changed):
        return {}
    return kept


def as_instance(series: Series, no: int, seen: Observation) -> Instance | None:
    """Return the instance that an observation is; None where it says nothing but that it lacks."""
    kept = cast("dict[str, Json] | None", (seen.extra or {}).get(KEY))
    if kept is None:
        value = _said_elsewhere(seen)
        return None if value is None else plain(series, no, seen.at, value)
    timeless = kept.get(_TIMELESS, False)
    whole = {"kind": "Property", "value": whole_number(seen.value), **kept}
    whole.pop(_TIMELESS, None)
    said = msgspec.convert(whole, Instance)
    said.observed = None if timeless else seen.at
    said.unit = unit_of(series) if "unit" not in kept else said.unit or None
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
        unit=unit_of(series),
        dataset=dataset_of(series),
        instance=instance_id(no, at),
        created=at,
        modified=at,
    )


def _said_elsewhere(seen: Observation) -> Json:
    """Return an observation's value, where another window than this has said it."""
    if seen.extra is not None and math.isnan(seen.value):
        for said in seen.extra.values():
            if isinstance(said, Mapping) and "result" in said:
                return cast("Mapping[str, Json]", said)["result"]
        return seen.extra.get("result")
    return None if math.isnan(seen.value) else whole_number(seen.value)


def whole_number(value: float) -> Json:
    """Return a number as it is written: without a fraction where it has none."""
    if math.isnan(value):
        return None
    return int(value) if value.is_integer() and abs(value) < _EXACT else value


def _number(value: Json) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) <= _EXACT or isinstance(value, float) else None


def instance_id(no: int, at: Micros) -> str:
    """Return the id of the instance at a time of a series, by the series' number."""
    return f"urn:ngsi-ld:instance:{numbered(no, at)}" if at >= 0 else f"urn:ngsi-ld:instance:{at}"


def place_of(id_: str) -> tuple[int, Micros] | None:
    """Return the number of the series and the time that an instance's id is made of."""
    found = _ID.fullmatch(id_)
    return None if found is None else observed(int(found.group(1)))


def unit_of(series: Series) -> str | None:
    """Return the unitCode of a series' plain values."""
    return cast("str | None", series.details.get(KEY, {}).get("unit"))


def dataset_of(series: Series) -> str | None:
    """Return the datasetId that a series holds the instances of."""
    return cast("str | None", series.details.get(KEY, {}).get("dataset"))
