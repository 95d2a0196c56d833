"""An observation as it is written, and the place it is given among those of its series.

The store tells the observations of a series apart by their times, so two of them cannot have one
time. What is written twice with its time is one observation: the second answer is the first one's
number, so that a sender who never got an answer may send again. Another observation at a time that
is taken gets the next free one, a millisecond later (a microsecond where the time is finer), and
keeps the time that was written in `extra`, which is what is shown. Nothing is lost.
"""

import hashlib
import math
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from byalag.asking import Observed, numbered
from byalag.model import Flag, Json, Micros, Observation, Series, Thing
from byalag.standards.sensorthings._create_body import period
from byalag.standards.sensorthings._create_locate import MOVED
from byalag.standards.sensorthings._create_place import is_geojson
from byalag.standards.sensorthings._problem import Refused, unfit
from byalag.standards.sensorthings._words import DETAILS
from byalag.store import Here

_EXTRA: Final = ("resultTime", "resultQuality", "validTime", "parameters")
_TRIES: Final = 1_000
_MILLISECOND: Final = 1_000
_EXACT: Final = 1 << 53


class Draft(Struct):
    """An observation that has not been given its place. `when` is its time as written."""

    at: Micros
    value: float
    flag: int
    extra: dict[str, Json]
    when: str | None = None


def draft(members: dict[str, Json], now: Micros, where: str) -> Draft:
    """Return an observation as it is written; its time is now, in milliseconds, if it has none.

    Raises:
        Refused: A time in it cannot be.
    """
    extra = {name: members[name] for name in _EXTRA if members.get(name) is not None}
    value, flag = _value(members["result"], extra)
    when = members.get("phenomenonTime")
    if when is None:
        return Draft(now - now % _MILLISECOND, value, flag, extra)
    at, end = period(when, f"{where}.phenomenonTime")
    if end is not None:
        extra["phenomenonTime"] = when
    return Draft(at, value, flag, extra, when)


def _value(result: Json, extra: dict[str, Json]) -> tuple[float, int]:
    """Return what a result is among our facts. What is no number is kept as written."""
    if result is None:
        return math.nan, Flag.MISSING
    if type(result) is float or (type(result) is int and -_EXACT <= result <= _EXACT):
        return float(result), Flag.NOT_EVALUATED
    extra["result"] = result
    return math.nan if not isinstance(result, int) else float(result), Flag.NOT_EVALUATED


def put(here: Here, series: str, said: Draft, feature: Thing | None) -> Observed:
    """Say an observation; return it with its number. `feature` is None where nobody named one.

    Raises:
        Refused: It needs a FeatureOfInterest and there is none to be made, or no time is free.
    """
    declared = here.declared(series)
    assert declared is not None  # noqa: S101 -- its Datastream was found, or made, in this change
    no, of, newest = declared
    found = feature or automatic(here, of)
    of = measured(here, of, found)
    if of.relations["feature"] != (found.id,):
        said.extra["feature"] = here.number(found.id)
    moved = bool(of.details.get(DETAILS, {}).get("moved"))
    if moved or (newest is not None and said.at <= newest):
        taken = _place(here, no, said)
        if taken is not None:
            return taken
    told = Observation(series, said.at, said.value, said.flag, said.extra or None)
    here.say([told])
    return Observed(numbered(no, said.at), no, told)


def measured(here: Here, of: Series, feature: Thing) -> Series:
    """Return a series that has a FeatureOfInterest: as its own, or among its others."""
    others = of.relations.get("features", ())
    if "feature" not in of.relations:
        more: dict[str, tuple[str, ...]] = {"feature": (feature.id,)}
    elif feature.id in {*of.relations["feature"], *others}:
        return of
    else:
        more = {"features": (*others, feature.id)}
    told = msgspec.structs.replace(of, relations={**of.relations, **more})
    here.say([told])
    return told


def _place(here: Here, no: int, said: Draft) -> Observed | None:
    """Find a free time; return the observation if it has been said before.

    Raises:
        Refused: None is free.
    """
    for number in _places(no, said):
        there = here.observation(number)
        if there is None and here.recall(f"{MOVED}{number}") is None:
            return None
        if said.when is not None and there is not None and _is_same(there, said):
            return Observed(number, no, there)
    raise _full(said)


def free(here: Here, no: int, said: Draft, *, known: int) -> None:
    """Give an observation a free time; the one that it had, with its number `known`, is free.

    Raises:
        Refused: None is free.
    """
    for number in _places(no, said):
        taken = here.observation(number) is not None
        if not taken and (number == known or here.recall(f"{MOVED}{number}") is None):
            return
    raise _full(said)


def _places(no: int, said: Draft) -> Iterator[int]:
    """Yield the numbers that an observation may have, moving it to each in turn."""
    step = 1 if said.at % _MILLISECOND else _MILLISECOND
    for _ in range(_TRIES):
        yield numbered(no, said.at)
        said.at += step
        if said.when is not None and "phenomenonTime" not in said.extra:
            said.extra["phenomenonTime"] = said.when


def _full(said: Draft) -> Refused:
    message = f"the Datastream has {_TRIES:,} observations at {said.when}; give another time"
    return Refused(409, message)


def _is_same(there: Observation, said: Draft) -> bool:
    first, second = (
        (repr(one.value), int(one.flag), msgspec.json.encode(one.extra or None, order="sorted"))
        for one in (said, there)
    )
    return first == second


def automatic(here: Here, of: Series) -> Thing:
    """Return the FeatureOfInterest that a Thing's Location is, and make it if it is not there.

    Its id is made of the Location's and of where it is, so everybody who makes it makes the same.

    Raises:
        Refused: The Thing has no Location.
    """
    thing = here.thing(of.thing)
    locations = thing.relations.get("locations", ()) if thing is not None else ()
    found = [one for one in map(here.thing, locations) if one is not None]
    if thing is not None and not found and (thing.point or thing.shape):
        return thing
    if not found:
        message = (
            "the Observation names no FeatureOfInterest, and its Thing has no Location to make "
            "one of; give either"
        )
        raise unfit(message)
    made = feature_at(found)
    there = here.thing(made.id)
    if there is None:
        here.say([made], whole=True)
    return there or made


def feature_at(locations: Sequence[Thing]) -> Thing:
    """Return the FeatureOfInterest of what is observed at a Thing that has Locations.

    They are one place, said in several ways: the one in GeoJSON is preferred.
    """
    location = next((one for one in locations if is_geojson(_encoding(one))), locations[0])
    place = location.details.get(DETAILS, {}).get("location")
    told = [_encoding(location), place or location.shape]
    mark = hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:12]
    return Thing(
        id=f"featureofinterest:sensorthings:{location.id.rpartition(':')[2]}-{mark}",
        type="FeatureOfInterest",
        dataset=location.dataset,
        name=location.name,
        description=location.description,
        municipality=location.municipality,
        shape=location.shape,
        details={DETAILS: {"encodingType": _encoding(location), "feature": place}},
    )


def _encoding(location: Thing) -> Json:
    return location.details.get(DETAILS, {}).get("encodingType")
