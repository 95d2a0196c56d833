"""The properties of an entity, as they are told: from facts, or derived from them. Pure."""

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final, TypeAlias

from msgspec import Struct, field

from byalag import terms
from byalag.asking import Numbered, Observed
from byalag.model import Dataset, Flag, Json, Micros, Observation, Series, Thing
from byalag.standards.sensorthings._filter_path import SOURCE
from byalag.standards.sensorthings._time import moment_text
from byalag.standards.sensorthings._words import (
    DETAILS,
    GEOJSON,
    IMPLIED,
    MEASUREMENT,
    WEB_PAGE,
    Entity,
)

_LANGUAGE: Final = "en"
_EXACT: Final = 1 << 53
_FLAGS: Final[Mapping[int, str]] = {
    Flag.GOOD: "good",
    Flag.SUSPECT: "suspect",
    Flag.FAIL: "fail",
    Flag.MISSING: "missing",
}
Span: TypeAlias = tuple[Micros, Micros]
Row: TypeAlias = Any  # Numbered[Thing], Numbered[Series] or Observed


class About(Struct, kw_only=True):
    """What must be known beside a fact to tell of it.

    `root` and `hub` are addresses. `spans` are the times of the first and the last observation of
    series, by number; `places` what is known of where things are, by id. `open` stands for the
    time of a Datastream's observations where that is to be filled in afterwards.
    """

    root: str
    hub: str
    open: str = ""
    datasets: Mapping[str, Dataset] = field(default_factory=dict[str, Dataset])
    spans: dict[int, Span] = field(default_factory=dict[int, Span])
    places: dict[str, Json] = field(default_factory=dict[str, Json])


def geometry(thing: Thing) -> Json:
    """Return where a thing is, as GeoJSON; None if nobody has said."""
    if thing.shape is not None:
        return thing.shape
    if thing.point is None:
        return None
    position = [thing.point.longitude, thing.point.latitude]
    return {"type": "Point", "coordinates": position}


def said(fact: Thing | Series) -> dict[str, Json]:
    """Return what has been said of a fact in words that only SensorThings has."""
    own: dict[str, Json] | None = fact.details.get(DETAILS)
    return {} if own is None else own


def further(fact: Observation) -> dict[str, Json]:
    """Return what an observation has beyond a number and a time."""
    return {} if fact.extra is None else fact.extra


def members(entity: Entity, row: Row, about: About) -> dict[str, Json]:
    """Return all properties of an entity, by name."""
    return _MEMBERS[entity.name](row, about)


def number(value: float) -> int | float | None:
    """Return a number as it is written: whole ones without a fraction, none for a missing one."""
    if not math.isfinite(value):
        return None
    return int(value) if value.is_integer() and abs(value) < _EXACT else value


def quality(flag: int) -> Json:
    """Return how far a result may be trusted, in words; None where nobody has looked."""
    word = _FLAGS.get(flag)
    return None if word is None else {"flag": word}


def _source(fact: Thing | Series, about: About, **more: Json) -> dict[str, Json]:
    """Return what we tell of a source's thing or series, beside its own properties."""
    dataset = about.datasets.get(fact.dataset)
    told: dict[str, Json] = {"id": fact.id, **more}
    if fact.dataset:
        told["dataset"] = fact.dataset
    if dataset is not None:
        told["licence"] = dataset.licence
    return told


def _properties(thing: Thing, about: About) -> dict[str, Json]:
    """Return a thing's properties as a member; nothing where there are none."""
    own = DETAILS in thing.details or f":{DETAILS}:" in thing.id
    if own or thing.id.startswith(IMPLIED["ObservedProperty"]):
        return {"properties": thing.properties} if thing.properties else {}
    more: dict[str, Json] = {"type": thing.type}
    if thing.municipality is not None:
        more["municipality"] = thing.municipality
    return {"properties": {**thing.properties, SOURCE: _source(thing, about, **more)}}


def _named(thing: Thing, after: int = 0) -> dict[str, Json]:
    said = thing.description
    return {
        "name": thing.id[after:] if thing.name is None else thing.name,
        "description": _meaning(thing.type, "")[1] or thing.type if said is None else said,
    }


def _thing(row: Numbered[Thing], about: About) -> dict[str, Json]:
    return {**_named(row.fact), **_properties(row.fact, about)}


def _placed(member: str) -> Callable[[Numbered[Thing], About], dict[str, Json]]:
    """Return what tells of a Location or a FeatureOfInterest."""

    def tell(row: Numbered[Thing], about: About) -> dict[str, Json]:
        own = said(row.fact)
        return {
            **_named(row.fact),
            "encodingType": own.get("encodingType", GEOJSON),
            member: own[member] if member in own else geometry(row.fact),
            **_properties(row.fact, about),
        }

    return tell


def _historical_location(row: Numbered[Thing], _: About) -> dict[str, Json]:
    own = said(row.fact)
    return {"time": own.get("time")}


def _sensor(row: Numbered[Thing], about: About) -> dict[str, Json]:
    own = said(row.fact)
    page = f"{about.hub}/datasets/{row.fact.dataset}"
    named = _named(row.fact, len(IMPLIED["Sensor"]))
    dataset = about.datasets.get(row.fact.dataset)
    if row.fact.description is None and dataset is not None:
        title = dataset.title.get(_LANGUAGE) or next(iter(dataset.title.values()), dataset.id)
        own_name = "" if named["name"] == dataset.id else f": {named['name']}"
        named["description"] = f"{title}{own_name}"
    return {
        **named,
        "encodingType": own.get("encodingType", WEB_PAGE),
        "metadata": own.get("metadata", page),
        **_properties(row.fact, about),
    }


def _observed_property(row: Numbered[Thing], about: About) -> dict[str, Json]:
    own = said(row.fact)
    named = _named(row.fact, len(IMPLIED["ObservedProperty"]))
    definition, description = _meaning(str(named["name"]), about.hub)
    if row.fact.description is None:
        named["description"] = description or named["name"]
    return {
        "name": named["name"],
        "definition": own.get("definition", definition),
        "description": named["description"],
        **_properties(row.fact, about),
    }


@lru_cache(maxsize=1_000)
def _meaning(word: str, hub: str) -> tuple[str, str]:
    """Return where a word is defined, and what it means."""
    try:
        term = terms.term(word)
    except terms.NoSuchTerm:
        return "", ""
    return term.uri(hub), term.definition(_LANGUAGE).text


def _datastream(row: Numbered[Series], about: About) -> dict[str, Json]:
    series = row.fact
    known = said(series)
    properties = known.get("properties")
    if DETAILS not in series.details:
        told = _source(series, about, property=series.property, kind=series.kind, unit=series.unit)
        properties = {SOURCE: told}
    span = about.spans.get(row.no)
    return {
        "name": series.property if series.name is None else series.name,
        "description": known["description"]
        if "description" in known
        else _observed(series.property, series.kind),
        "unitOfMeasurement": known["unitOfMeasurement"]
        if "unitOfMeasurement" in known
        else (_unit(series.unit)),
        "observationType": known.get("observationType", MEASUREMENT),
        "observedArea": about.places.get(series.thing),
        "phenomenonTime": about.open or (None if span is None else period(*span)),
        **({} if properties is None else {"properties": properties}),
    }


@lru_cache(maxsize=1_000)
def _observed(property_: str, kind: str) -> str:
    """Return what a series tells of, and how its values came about where nobody measured them."""
    meaning = _meaning(property_, "")[1]
    how = _meaning(f"seriesKind/{kind}", "")[1]
    if meaning and (kind == "measured" or not how):
        return meaning
    return f"{meaning or property_ + ':'} {how or kind}"


def period(first: Micros, last: Micros) -> str:
    """Return a period of time as it is written."""
    return f"{moment_text(first)}/{moment_text(last)}"


@lru_cache(maxsize=1_000)
def _unit(code: str) -> Json:
    known = terms.unit(code)
    name = known.name(_LANGUAGE).text
    return {"name": name, "symbol": known.symbol or None, "definition": f"ucum:{code}"}


def _observation(row: Observed, _: About) -> dict[str, Json]:
    fact = row.fact
    extra = further(fact)
    return {
        "phenomenonTime": extra.get("phenomenonTime") or moment_text(fact.at),
        "resultTime": extra.get("resultTime"),
        "result": result(fact),
        **{name: extra[name] for name in ("validTime", "parameters") if name in extra},
        **_quality(fact),
    }


def result(fact: Observation) -> Json:
    """Return the result of an observation: a number, what is told instead, or null."""
    extra = fact.extra
    return extra["result"] if extra and "result" in extra else number(fact.value)


def _quality(fact: Observation) -> dict[str, Json]:
    extra = further(fact)
    told = extra.get("resultQuality") or quality(fact.flag)
    return {} if told is None else {"resultQuality": told}


_MEMBERS: Final[Mapping[str, Callable[[Row, About], dict[str, Json]]]] = {
    "Thing": _thing,
    "Location": _placed("location"),
    "HistoricalLocation": _historical_location,
    "Datastream": _datastream,
    "Sensor": _sensor,
    "ObservedProperty": _observed_property,
    "Observation": _observation,
    "FeatureOfInterest": _placed("feature"),
}
