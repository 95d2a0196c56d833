"""Reads HaV's answers into plain records, one a place; what cannot be read is set aside alone."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

import msgspec
from msgspec import Raw

from byalag.mapping import Context
from byalag.model import Json, MunicipalityCode, Rejected
from byalag.sources import Garbled
from byalag.sources._encoding import utf8
from byalag.sources._json import BROKEN, raw_records
from byalag.sources._say import Found
from byalag.sources.hav_bathing._answers import Entry, Forecast, Result
from byalag.sources.hav_bathing._hours import dated
from byalag.sources.hav_bathing._properties import properties

T = TypeVar("T")
UNKNOWN = ("-", "")
LIST = "watersAndAdvisories"
entries = msgspec.json.Decoder(Entry)
samples = msgspec.json.Decoder(Result)
forecasts = msgspec.json.Decoder(Forecast)
names = msgspec.json.Decoder(dict[str, Raw])


def municipality_of(place: str) -> MunicipalityCode:
    """Return the municipality's code: NUTS 3 (5 characters), then the code (4), then a number."""
    return place[5:9]


def read_entries(body: bytes) -> Iterator[tuple[str, Raw, Entry] | Rejected]:
    """Yield each place of a list, or the one of an answer about one place.

    Raises:
        Garbled: The answer is neither.
    """
    body = utf8(body)
    for where, raw in raw_records(body, () if _is_one(body) else (LIST,)):
        try:
            yield where, raw, entries.decode(raw)
        except BROKEN as error:
            yield Rejected(where=where, why=str(error), record=bytes(raw))


def said(where: str, entry: Entry, context: Context) -> Iterator[Found]:
    """Yield the place as a record for the mapping, and the parts of it that cannot be read."""
    water, position = entry.bathing_water, entry.bathing_water.sampling_point_position
    where = water.id if where == "@" else where
    aside: list[Rejected] = []
    results = _each(f"{where}.results", entry.results or (), samples, aside)
    hours = _each(f"{where}.waterTemperature", entry.water_temperature or (), forecasts, aside)
    readable = None if entry.results is None else [one for one in results if one]
    record = {
        "id": water.id,
        "name": water.name.strip(),
        "municipality": municipality_of(water.id),
        "latitude": _known(position.latitude) if position else None,
        "longitude": _known(position.longitude) if position else None,
        "properties": properties(entry, readable),
        "results": [_reading(one.taken_at, one.water_temp) if one else {} for one in results],
        "forecasts": [],
    }
    try:
        record["forecasts"] = _dated([one for one in hours if one], context)
    except ValueError as error:
        aside.append(Rejected(where=f"{where}.waterTemperature", why=str(error)))
    yield where, record
    yield from aside


def _dated(hours: Sequence[Forecast], context: Context) -> list[Json]:
    moments = dated([int(one.meas_hour) for one in hours], context.received, context.zone)
    return [_reading(at, one.water_temp) for at, one in zip(moments, hours, strict=True)]


def _known(number: str | float | None) -> str | float | None:
    return None if number in UNKNOWN else number


def _reading(at: str, value: Json) -> dict[str, Json]:
    return {"at": at, "value": value}


def _each(
    where: str, raws: Sequence[Raw], decoder: msgspec.json.Decoder[T], aside: list[Rejected]
) -> list[T | None]:
    """Return each item, and None in the place of one that is set aside: places stay the same."""
    found: list[T | None] = []
    for number, raw in enumerate(raws):
        try:
            found.append(decoder.decode(raw))
        except BROKEN as error:
            found.append(None)
            reason = Rejected(where=f"{where}[{number}]", why=str(error), record=bytes(raw))
            aside.append(reason)
    return found


def _is_one(body: bytes) -> bool:
    """Return whether this is the answer about one place. A broken document counts as a list."""
    try:
        known = names.decode(body)
    except BROKEN:
        return False
    if "bathingWater" not in known and LIST not in known:
        message = f"the answer holds neither {LIST} nor bathingWater; it holds {', '.join(known)}"
        raise Garbled(message)
    return "bathingWater" in known
