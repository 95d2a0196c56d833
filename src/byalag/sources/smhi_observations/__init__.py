"""Observations of weather and sea from SMHI's stations (metobs and ocobs)."""

import math
from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Raw, Struct

from byalag import Misconfigured
from byalag.mapping import Context, Heard
from byalag.model import (
    Delivery,
    Duration,
    Flag,
    Latitude,
    Longitude,
    Micros,
    Observation,
    Point,
    Rejected,
    Series,
    Thing,
    span,
)
from byalag.sources import Ask, Common, Garbled, Kind, Poll, Translate
from byalag.sources._encoding import utf8
from byalag.sources._json import BROKEN
from byalag.sources._polled import MEBIBYTE, Url
from byalag.sources._say import pages
from byalag.sources._smhi import OPERATOR

MILLISECOND = 1000
DAY: Micros = 86_400_000_000
EARLIEST: Micros = 631_152_000_000_000  # 1990-01-01
FLAGS = {"G": Flag.GOOD, "Y": Flag.NOT_EVALUATED}  # Y: checked roughly or not yet
KNOWN = {  # SMHI's parameter: our property, its unit
    "metobs": {
        1: ("temperature", "Cel"),
        3: ("windDirection", "deg"),
        4: ("windSpeed", "m/s"),
        6: ("relativeHumidity", "%"),
        7: ("precipitation", "mm"),
        8: ("snowHeight", "m"),
        9: ("atmosphericPressure", "hPa"),
        12: ("visibility", "m"),
        14: ("precipitationQuarter", "mm"),
        21: ("windGust", "m/s"),
        39: ("dewPoint", "Cel"),
    },
    "ocobs": {5: ("waterTemperature", "Cel"), 6: ("seaLevel", "cm")},
}


class Station(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One station. `id` is SMHI's number, `parameters` what it measures."""

    id: Annotated[int, Meta(ge=1)]
    parameters: Annotated[tuple[int, ...], Meta(min_length=1)]


class Settings(Common, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file with `kind = "smhi-observations"` may say.

    `catalogue` is "metobs" (weather) or "ocobs" (sea). `period` is how much is asked for each
    time: an hour is enough, a day or months fill what was missed.
    """

    catalogue: Literal["metobs", "ocobs"] = "metobs"
    url: Url | None = None
    every: Duration = "10m"
    period: Literal["latest-hour", "latest-day", "latest-months"] = "latest-hour"
    station: Annotated[tuple[Station, ...], Meta(min_length=1, max_length=200)]
    timeout: Duration = "30s"


class Named(Struct, frozen=True):
    """The station or the parameter of an answer."""

    key: str
    name: str = ""


class Position(Struct, frozen=True):
    """Where a station was during a time."""

    latitude: Latitude
    longitude: Longitude
    to: int = 0


class Answer(Struct, frozen=True):
    """An answer as SMHI writes it."""

    station: Named
    parameter: Named
    value: list[Raw] | None = None
    position: list[Position] = []


class Value(Struct, frozen=True):
    """One value. Some parameters have a moment, some a period that ends at `to`."""

    value: str | float | None = None
    quality: str = ""
    date: int | None = None
    to: int | None = None


answers = msgspec.json.Decoder(Answer)
values = msgspec.json.Decoder(Value, strict=False)


def reach(settings: Settings) -> Poll:
    """Say that each parameter of each station is asked for."""
    root = settings.url or f"https://opendata-download-{settings.catalogue}.smhi.se"
    return Poll(
        tuple(
            Ask(
                part=f"{station.id}-{parameter}",
                url=f"{root.rstrip('/')}/api/version/latest/parameter/{parameter}"
                f"/station/{station.id}/period/{settings.period}/data.json",
                every=span(settings.every),
                timeout=span(settings.timeout),
                max_bytes=16 * MEBIBYTE,
            )
            for station in settings.station
            for parameter in station.parameters
        )
    )


def prepare(settings: Settings) -> Translate:
    """Check the parameters, and return what says an answer in our words."""
    known = KNOWN[settings.catalogue]
    for number, station in enumerate(settings.station):
        for parameter in station.parameters:
            if parameter not in known:
                numbers = ", ".join(f"{key} ({name})" for key, (name, _) in known.items())
                message = f"station[{number}].parameters: {parameter} is not known; use {numbers}"
                raise Misconfigured(message)

    def translate(delivery: Delivery, context: Context) -> Iterator[Heard]:
        for page, body in pages(delivery):
            answer = _read(page, body)
            said = known.get(int(answer.parameter.key)) if answer.parameter.key.isdigit() else None
            if said is None:
                message = f"{page}parameter {answer.parameter.key!r} is not one that was asked for"
                raise Garbled(message)
            yield from _said(answer, page, said, context)

    return translate


def _read(page: str, body: bytes) -> Answer:
    try:
        return answers.decode(utf8(body))
    except BROKEN as error:
        message = f"{page}this is no answer of SMHI's observations: {error}"
        raise Garbled(message) from error


def _said(answer: Answer, page: str, said: tuple[str, str], context: Context) -> Iterator[Heard]:
    name, unit = said
    thing = f"weather:{OPERATOR}:{answer.station.key}"
    last = max(answer.position, key=lambda place: place.to, default=None)
    yield Thing(
        id=thing,
        type="WeatherObserved",
        dataset=context.dataset,
        name=answer.station.name or None,
        point=None if last is None else Point(last.latitude, last.longitude),
    )
    series = Series(
        id=f"{thing}/{name}", thing=thing, property=name, dataset=context.dataset, unit=unit
    )
    yield series
    for number, raw in enumerate(answer.value or ()):
        yield from _observed(series.id, f"{page}value[{number}]", raw, context)


def _observed(series: str, where: str, raw: Raw, context: Context) -> Iterator[Heard]:
    try:
        value = values.decode(raw)
        number = None if value.value is None else float(value.value)
    except (*BROKEN, ValueError) as error:
        yield Rejected(where=where, why=f"value: {error}", record=bytes(raw))
        return
    at = (value.date or value.to or 0) * MILLISECOND
    if not EARLIEST <= at <= context.received + DAY:
        why = f"date: {at // MILLISECOND} is no time of a measurement"
        yield Rejected(where=where, why=why, record=bytes(raw))
    elif number is None or not math.isfinite(number):
        if series in context.known:
            yield Observation(series, at, math.nan, Flag.MISSING)
    else:
        yield Observation(series, at, number, FLAGS.get(value.quality, Flag.SUSPECT))


kind = Kind(
    name="smhi-observations",
    title={"sv": "Observationer från SMHI", "en": "Observations from SMHI"},
    settings=Settings,
    reach=reach,
    prepare=prepare,
)
