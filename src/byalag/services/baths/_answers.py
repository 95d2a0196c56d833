"""What is answered about a bathing place."""

from datetime import date
from typing import Literal, TypeAlias

from msgspec import Struct, field

from byalag.model import Point, ThingId
from byalag.services._places import DatasetRef, Instant, MunicipalityRef

Kind: TypeAlias = Literal["measured", "derived", "sample", "forecast"]
Lacking: TypeAlias = Literal["no-sensor", "no-value", "failed", "missing", "ahead-of-time"]


class Temperature(Struct, frozen=True, kw_only=True, rename="camel"):
    """A water temperature: always with its time, its age and where it comes from.

    `old` says that it is older than what is called fresh for its kind. `kind` tells a measured
    value from a laboratory's sample and from a forecast; they are never shown as one another.
    """

    value: float
    unit: str
    at: Instant
    age_seconds: int
    old: bool
    kind: Kind
    quality: str
    sensor: str | None = None
    source: str | None = None
    series: str


class Advice(Struct, frozen=True, kw_only=True, rename="camel"):
    """Advice against bathing, or something abnormal, in the words of whoever gave it.

    `code` is the source's own number for `text`; a source may give only one of them.
    """

    text: str | None = None
    code: int | None = None
    description: str | None = None
    starts_at: Instant | None = None
    ends_at: Instant | None = None


class Quality(Struct, frozen=True, kw_only=True, rename="camel"):
    """The classification of the bathing water, in the source's words."""

    text: str | None = None
    year: int | None = None
    code: int | None = None


class Sample(Struct, frozen=True, kw_only=True, rename="camel"):
    """The latest laboratory sample; `day` is the day it was taken, in the municipality's zone.

    Counts are texts, because a laboratory says "<10": a bound, not a value.
    """

    at: Instant
    day: date
    age_seconds: int
    old: bool
    assessment: str | None = None
    algae: str | None = None
    escherichia_coli: str | None = None
    intestinal_enterococci: str | None = None


class Season(Struct, frozen=True, kw_only=True, rename="camel"):
    """When people are expected to bathe here, in the municipality's own days."""

    starts: date | None
    ends: date | None


class BathingPlace(Struct, frozen=True, kw_only=True, rename="camel"):
    """One bathing place, as a bather wants to know it.

    `waterTemperature` is null when there is none to show, and `noTemperature` says why. A sample's
    temperature is only there when no sensor has one, and says so by `kind`. `sampleTemperature`
    and `forecastTemperature` stand for themselves.
    """

    id: ThingId
    name: str | None
    municipality: MunicipalityRef | None
    position: Point | None
    distance: float | None = None
    water_temperature: Temperature | None = None
    no_temperature: Lacking | None = None
    sample_temperature: Temperature | None = None
    forecast_temperature: Temperature | None = None
    advice_against_bathing: list[Advice] = field(default_factory=list[Advice])
    abnormal_situations: list[Advice] = field(default_factory=list[Advice])
    water_quality: Quality | None = None
    latest_sample: Sample | None = None
    bathing_season: Season | None = None
    description: str | None = None
    water_type: str | None = None
    eu_bathing_water: bool | None = None
    url: str | None = None
    origin: str | None = None
    dataset: DatasetRef
    simulated: bool = False
