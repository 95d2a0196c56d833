"""SMHI's point forecast (the product snow1g, which took the place of pmp3g on 31 March 2026)."""

from collections.abc import Iterator
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from byalag import Misconfigured
from byalag.mapping import Context, Heard, MappingSpec, PointSpec, SeriesSpec, ThingSpec, TimeSpec
from byalag.model import Delivery, Duration, Json, Latitude, Longitude, span
from byalag.sources import Ask, Common, Garbled, Kind, Poll, Translate
from byalag.sources._encoding import utf8
from byalag.sources._json import BROKEN
from byalag.sources._polled import MEBIBYTE, Url
from byalag.sources._say import Found, mappers, pages, say
from byalag.sources._smhi import OPERATOR, Local

API = "https://opendata-download-metfcst.smhi.se"
PRODUCT = "/api/category/snow1g/version/1/geotype/point"
MISSING = 9999
VALUES = (  # property, SMHI's word, unit
    ("temperature", "air_temperature", "Cel"),
    ("relativeHumidity", "relative_humidity", "%"),
    ("windSpeed", "wind_speed", "m/s"),
    ("windGust", "wind_speed_of_gust", "m/s"),
    ("windDirection", "wind_from_direction", "deg"),
    ("atmosphericPressure", "air_pressure_at_mean_sea_level", "hPa"),
    ("precipitationRate", "precipitation_amount_mean", "mm/h"),
    ("precipitationProbability", "probability_of_precipitation", "%"),
    ("thunderstormProbability", "thunderstorm_probability", "%"),
    ("visibility", "visibility_in_air", "km"),
    ("weatherSymbol", "symbol_code", "1"),
)


class Place(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One place to ask about. `id` is our own, kept when the name changes."""

    id: Local
    name: str
    lat: Latitude
    lon: Longitude


class Settings(Common, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file with `kind = "smhi-forecast"` may say."""

    url: Url = API
    every: Duration = "1h"
    place: Annotated[tuple[Place, ...], Meta(min_length=1, max_length=100)]
    timeout: Duration = "30s"


class Point(Struct, frozen=True):
    """A forecast as SMHI writes it. `timeSeries` holds one moment each."""

    timeSeries: list[Json]  # noqa: N815 -- SMHI's own word
    referenceTime: str = ""  # noqa: N815 -- SMHI's own word


forecasts = msgspec.json.Decoder(Point)


def reach(settings: Settings) -> Poll:
    """Say that each place is asked about."""
    root = settings.url.rstrip("/") + PRODUCT
    return Poll(
        tuple(
            Ask(
                part=place.id,
                url=f"{root}/lon/{place.lon:.6f}/lat/{place.lat:.6f}/data.json",
                every=span(settings.every),
                timeout=span(settings.timeout),
                max_bytes=8 * MEBIBYTE,
            )
            for place in settings.place
        )
    )


def prepare(settings: Settings) -> Translate:
    """Compile what a forecast means."""
    mapper = mappers(SPEC, kind=settings.kind)
    places = {place.id: place for place in settings.place}
    if len(places) < len(settings.place):
        message = "place: two places have the same id"
        raise Misconfigured(message)

    def found(delivery: Delivery) -> Iterator[Found]:
        place = places.get(delivery.part)
        for page, body in pages(delivery):
            point = _read(page, body)
            if place is None:
                message = f"there is no place {delivery.part!r} in the settings any more"
                raise Garbled(message)
            yield f"{page}{place.id}", {**msgspec.to_builtins(place), **msgspec.to_builtins(point)}

    def translate(delivery: Delivery, context: Context) -> Iterator[Heard]:
        yield from say(mapper(context.source, ""), found(delivery), context)

    return translate


def _read(page: str, body: bytes) -> Point:
    try:
        return forecasts.decode(utf8(body))
    except BROKEN as error:
        message = f"{page}this is no forecast of snow1g: {error}"
        raise Garbled(message) from error


def _series(name: str, word: str, unit: str) -> SeriesSpec:
    return SeriesSpec(
        name=name,
        each="timeSeries",
        value=f"data.{word}",
        at=TimeSpec(path="time", not_after="20d"),
        unit=unit,
        missing=(MISSING, float(MISSING)),
        sensor="forecast",
        kind="forecast",
    )


SPEC = MappingSpec(
    thing=ThingSpec(
        type="WeatherForecast",
        prefix="weather",
        id="{id}",
        operator=OPERATOR,
        name="name",
        point=PointSpec(lat="lat", lon="lon"),
        properties={"forecastIssued": "referenceTime"},
    ),
    series=tuple(_series(*one) for one in VALUES),
)

kind = Kind(
    name="smhi-forecast",
    title={"sv": "Väderprognos från SMHI", "en": "Weather forecast from SMHI"},
    settings=Settings,
    reach=reach,
    prepare=prepare,
)
