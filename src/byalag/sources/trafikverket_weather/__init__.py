"""Road weather from Trafikverket's measure points: air, wind, surface and precipitation."""

from collections.abc import Iterator

from byalag.mapping import Context, Heard, MappingSpec, PointSpec, SeriesSpec, ThingSpec, TimeSpec
from byalag.model import Delivery
from byalag.sources import Kind, Poll, Translate
from byalag.sources._say import mappers, say
from byalag.sources._trafikverket import Settings as Asked
from byalag.sources._trafikverket import asked, found, national

OBJECTS, SCHEMA = "WeatherMeasurepoint", "2.1"
NORDIC = (54.0, 9.0, 70.0, 26.0)
VALUES = (  # property, where in the observation, unit, what it can be
    ("temperature", "Air.Temperature.Value", "Cel", (-60, 50)),
    ("dewPoint", "Air.Dewpoint.Value", "Cel", (-70, 50)),
    ("relativeHumidity", "Air.RelativeHumidity.Value", "%", (0, 101)),
    ("visibility", "Air.VisibleDistance.Value", "m", (0, 100_000)),
    ("roadSurfaceTemperature", "Surface.Temperature.Value", "Cel", (-60, 80)),
    ("windSpeed", "Wind.0.Speed.Value", "m/s", (0, 75)),
    ("windDirection", "Wind.0.Direction.Value", "deg", (0, 360)),
    ("windGust", "Aggregated30minutes.Wind.SpeedMax.Value", "m/s", (0, 100)),
    (
        "precipitation",
        "Aggregated30minutes.Precipitation.TotalWaterEquivalent.Value",
        "mm",
        (0, 200),
    ),
)


class Settings(Asked, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file with `kind = "trafikverket-weather"` may say."""


def reach(settings: Settings) -> Poll:
    """Say that the measure points are asked for."""
    return asked(settings, OBJECTS, SCHEMA)


def prepare(settings: Settings) -> Translate:
    """Compile what a measure point means."""
    mapper = mappers(SPEC, kind=settings.kind)
    reach(settings)

    def translate(delivery: Delivery, context: Context) -> Iterator[Heard]:
        yield from national(say(mapper(context.source, ""), found(delivery, OBJECTS), context))

    return translate


def _series(name: str, path: str, unit: str, within: tuple[float, float]) -> SeriesSpec:
    return SeriesSpec(
        name=name,
        value=f"Observation.{path}",
        at=TimeSpec(path="Observation.Sample"),
        unit=unit,
        range=within,
        cadence="10m",
    )


SPEC = MappingSpec(
    thing=ThingSpec(
        type="WeatherObserved",
        prefix="weather",
        id="{Id}",
        operator="trafikverket",
        name="Name",
        point=PointSpec(wkt="Geometry.WGS84", within=NORDIC),
        gone="Deleted",
        properties={
            "precipitationType": "Observation.Weather.Precipitation",
            "roadIce": "Observation.Surface.Ice",
            "roadSnow": "Observation.Surface.Snow",
            "roadWater": "Observation.Surface.Water",
            "windSensorHeight": "Observation.Wind.0.Height",
        },
    ),
    series=tuple(_series(*one) for one in VALUES),
)

kind = Kind(
    name="trafikverket-weather",
    title={"sv": "Vägväder från Trafikverket", "en": "Road weather from Trafikverket"},
    settings=Settings,
    reach=reach,
    prepare=prepare,
)
