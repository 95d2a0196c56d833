"""From what is known of a bathing place to what is answered about it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import chain
from typing import cast
from zoneinfo import ZoneInfo

import numpy as np
from msgspec import Struct

from byalag.model import Dataset, Flag, Found, Json, Micros, Observation, Series, Thing
from byalag.services import Reader
from byalag.services._places import (
    PlaceSettings,
    age_seconds,
    count,
    dataset_of,
    instant,
    micros,
    moment,
    municipality_of,
    parts,
    quality,
    text,
    zone_of,
)
from byalag.services._readings import Reading, newest, readings_at
from byalag.services.baths._answers import (
    Advice,
    BathingPlace,
    Kind,
    Lacking,
    Quality,
    Sample,
    Season,
    Temperature,
)

WATER = "waterTemperature"
MEASURED = ("measured", "derived")


class Settings(PlaceSettings, frozen=True, kw_only=True):
    """How long a temperature of each kind is called fresh."""

    sensor_fresh: timedelta = timedelta(hours=6)
    sample_fresh: timedelta = timedelta(days=14)
    forecast_fresh: timedelta = timedelta(hours=6)

    def fresh(self, kind: str) -> Micros:
        """Return how old a value of a kind may be and still be called fresh, microseconds."""
        named = {"sample": self.sample_fresh, "forecast": self.forecast_fresh}
        return named.get(kind, self.sensor_fresh) // timedelta(microseconds=1)


class Known(Struct, frozen=True):
    """What is read once for all the places of one answer."""

    reader: Reader
    now: Micros
    settings: Settings
    datasets: Mapping[str, Dataset]
    readings: Mapping[str, list[Reading]]
    origins: Mapping[str, str]  # who says what is said of a thing, when it is not the dataset's


def known(reader: Reader, now: Micros, settings: Settings, found: Sequence[Found]) -> Known:
    """Read what is needed to tell of these places."""
    things = {each.thing.id: each.thing for each in found}
    readings = readings_at(reader, list(things), {WATER})
    origins = dict(_origins(reader, things, readings))
    return Known(reader, now, settings, reader.datasets(), readings, origins)


def _origins(
    reader: Reader, things: Mapping[str, Thing], readings: Mapping[str, list[Reading]]
) -> Iterator[tuple[str, str]]:
    """Yield who says the samples and forecasts at these places, by the thing of their series."""
    for reading in chain.from_iterable(readings.values()):
        series = reading.series
        if series.kind not in MEASURED:
            thing = things.get(series.thing) or reader.thing(series.thing)
            origin = text(thing.properties, "origin") if thing else None
            if origin:
                yield series.thing, origin


def tell(found: Found, known: Known) -> BathingPlace:
    """Say what a bather wants to know of one place; an unmeasured one says that it is."""
    thing, said = found.thing, found.thing.properties
    readings = known.readings.get(thing.id, [])
    sample = newest(readings, lambda reading: _usable(reading, "sample", known.now))
    water = _water(readings, sample, known)
    zone = zone_of(thing, known.settings)
    return BathingPlace(
        id=thing.id,
        name=thing.name,
        municipality=municipality_of(thing, known.settings),
        position=thing.point,
        distance=None if found.distance is None else round(found.distance, 1),
        water_temperature=water,
        no_temperature=None if water else _lacking(readings, known.now),
        sample_temperature=_temperature(sample, known),
        forecast_temperature=_forecast(readings, known),
        advice_against_bathing=_advice(said, "adviceAgainstBathing"),
        abnormal_situations=_advice(said, "abnormalSituations"),
        water_quality=_quality(said),
        latest_sample=_sample(thing, known, zone),
        bathing_season=_season(said, zone),
        description=text(said, "description"),
        water_type=text(said, "waterType"),
        eu_bathing_water=_yes_or_no(said, "euBathingWater"),
        url=text(said, "url"),
        origin=text(said, "origin"),
        dataset=dataset_of(thing, known.datasets),
        simulated=said.get("simulated") is True,
    )


def _water(readings: list[Reading], sample: Reading | None, known: Known) -> Temperature | None:
    """Choose a sensor before a sample, unless it has been silent longer than a sample lasts."""
    sensor = newest(
        readings, lambda reading: any(_usable(reading, kind, known.now) for kind in MEASURED)
    )
    if sensor and sensor.latest and sample and sample.latest:
        silent = known.now - sensor.latest.at > known.settings.fresh("sample")
        return _temperature(
            sample if silent and sample.latest.at > sensor.latest.at else sensor, known
        )
    return _temperature(sensor or sample, known)


def _usable(reading: Reading, kind: str, now: Micros) -> bool:
    return reading.series.kind == kind and reading.lacks(now) is None


def _lacking(readings: list[Reading], now: Micros) -> Lacking:
    """Say why there is no temperature: what the newest of the sensors lacks, else that none is."""
    sensor = newest(readings, lambda reading: reading.series.kind != "forecast")
    return cast("Lacking", sensor.lacks(now)) if sensor else "no-sensor"


def _temperature(reading: Reading | None, known: Known) -> Temperature | None:
    if reading is None or reading.latest is None:
        return None
    return _said(reading, reading.latest, known)


def _said(reading: Reading, observed: Observation, known: Known) -> Temperature:
    series = reading.series
    return Temperature(
        value=observed.value,
        unit=series.unit,
        at=instant(observed.at),
        age_seconds=age_seconds(observed.at, known.now),
        old=known.now - observed.at > known.settings.fresh(series.kind),
        kind=cast("Kind", series.kind),
        quality=quality(observed.flag),
        sensor=_sensor(reading),
        source=_source(series, known),
        series=series.id,
    )


def _source(series: Series, known: Known) -> str:
    """Return who says a value: whoever tells of the samples, else whoever owns the sensors."""
    origin = None if series.kind in MEASURED else known.origins.get(series.thing)
    dataset = known.datasets.get(series.dataset)
    if origin or dataset is None:
        return origin or series.dataset
    return dataset.source or dataset.owner or dataset.id


def _sensor(reading: Reading) -> str | None:
    """Return which sensor measured; a sample and a forecast have none."""
    series = reading.series
    if series.kind not in MEASURED:
        return None
    return series.sensor or (None if series.thing == reading.place else series.thing)


def _forecast(readings: list[Reading], known: Known) -> Temperature | None:
    """Return the forecast for the hour that is nearest to now, if there is one."""
    reading = next((each for each in readings if each.series.kind == "forecast"), None)
    if reading is None:
        return None
    reach = known.settings.fresh("forecast")
    ahead = known.reader.history(
        reading.series.id, start=known.now - reach, end=known.now + reach + 1
    )
    good = np.flatnonzero(~np.isnan(ahead.values) & (ahead.flags < Flag.FAIL))
    if not len(good):
        return None
    nearest = good[np.argmin(np.abs(ahead.times[good] - known.now))]
    observed = Observation(
        reading.series.id,
        int(ahead.times[nearest]),
        float(ahead.values[nearest]),
        int(ahead.flags[nearest]),
    )
    return _said(reading, observed, known)


def _advice(said: Mapping[str, Json], name: str) -> list[Advice]:
    return [
        Advice(
            text=text(part, "typeText") or text(part, "description"),
            code=count(part, "type"),
            description=text(part, "description"),
            starts_at=moment(part, "startsAt"),
            ends_at=moment(part, "endsAt"),
        )
        for part in parts(said, name)
    ]


def _quality(said: Mapping[str, Json]) -> Quality | None:
    for part in parts(said, "waterQuality"):
        return Quality(
            text=text(part, "classText"), year=count(part, "year"), code=count(part, "class")
        )
    return None


def _sample(thing: Thing, known: Known, zone: ZoneInfo) -> Sample | None:
    for part in parts(thing.properties, "latestSample"):
        at = moment(part, "at")
        if at is None:
            return None
        return Sample(
            at=at,
            day=at.astimezone(zone).date(),
            age_seconds=age_seconds(micros(at), known.now),
            old=known.now - micros(at) > known.settings.fresh("sample"),
            assessment=text(part, "assessmentText"),
            algae=text(part, "algalText"),
            escherichia_coli=_bound(part, "escherichiaColi"),
            intestinal_enterococci=_bound(part, "intestinalEnterococci"),
        )
    return None


def _bound(said: Mapping[str, Json], name: str) -> str | None:
    for part in parts(said, name):
        many = part.get("count")
        prefix = text(part, "prefix") or ""
        return None if many is None else f"{'' if prefix == '=' else prefix}{many}"
    return None


def _season(said: Mapping[str, Json], zone: ZoneInfo) -> Season | None:
    for part in parts(said, "bathingSeason"):
        starts, ends = moment(part, "startsAt"), moment(part, "endsAt")
        return Season(
            starts=starts.astimezone(zone).date() if starts else None,
            ends=ends.astimezone(zone).date() if ends else None,
        )
    return None


def _yes_or_no(said: Mapping[str, Json], name: str) -> bool | None:
    value = said.get(name)
    return value if isinstance(value, bool) else None
