"""Taking away what is there, and what cannot be without it (18-088, 10.4)."""

from typing import Final

import msgspec

from byalag.asking import Ask, Call, Expression, Field, Observed, Value
from byalag.model import Fact, Retracted, Thing
from byalag.standards.sensorthings._create_facts import Saying, located
from byalag.standards.sensorthings._create_locate import (
    MOVED,
    feature_of,
    locate,
    observation,
    series_of,
    thing_of,
)
from byalag.standards.sensorthings._path import Path
from byalag.standards.sensorthings._problem import Refused
from byalag.standards.sensorthings._words import DETAILS, ENTITIES, OWN, Entity

_MOST: Final = 100_000  # observations that go with their FeatureOfInterest
_MEASURED: Final = {"Sensor": "sensor", "ObservedProperty": "observedProperty"}


def delete(saying: Saying, path: Path) -> None:
    """Take away an entity.

    A Thing goes with its Datastreams and HistoricalLocations, a Location with its
    HistoricalLocations, a Sensor or an ObservedProperty with its Datastreams, a Datastream or a
    FeatureOfInterest with its Observations.

    Raises:
        Refused: There is no such entity, or it is another's.
    """
    entity, no = path.last.entity, locate(saying.here, path.steps)
    if entity.kind == "observation":
        found = observation(saying.here, no)
        assert found is not None  # noqa: S101 -- located just now
        _own_series(saying, found.series)
        saying.say(_observations(saying, [found]))
    elif entity.kind == "series":
        saying.say(_datastreams(saying, Call("eq", (Field(("no",)), Value(no)))))
    else:
        _thing(saying, entity, no)


def _own_series(saying: Saying, no: int) -> None:
    saying.own(series_of(saying.here, no), f"Datastream {no}")


def _observations(saying: Saying, found: list[Observed]) -> list[Fact]:
    facts: list[Fact] = []
    for one in found:
        original = (one.fact.extra or {}).get("no")
        if original is not None:
            saying.here.forget(f"{MOVED}{original}")
        facts.append(Retracted(series=one.fact.series, at=one.fact.at))
    return facts


def _datastreams(saying: Saying, where: Expression) -> list[Fact]:
    rows = saying.here.ask(Ask(of="series", where=where)).rows
    for row in rows:
        saying.own(row.fact, f"Datastream {row.no}")
    for row in rows:
        if row.fact.details.get(DETAILS, {}).get("moved"):
            saying.here.say(_moved(saying, row.no))
    return [Retracted(series=row.fact.id) for row in rows]


def _moved(saying: Saying, no: int) -> list[Fact]:
    """Return what takes away a series' observations that are known by other numbers."""
    of = Call("eq", (Field(("series", "no")), Value(no)))
    moved = Call("exists", (Field(("extra", "no")),))
    rows = saying.here.ask(Ask(of="observation", where=Call("and", (of, moved)))).rows
    return _observations(saying, rows)


def _thing(saying: Saying, entity: Entity, no: int) -> None:
    thing = thing_of(saying.here, entity, no)
    saying.own(thing, f"{entity.name} {no}")
    facts: list[Fact] = []
    if entity.name in _MEASURED:
        way = ("relation", _MEASURED[entity.name], "no")
        facts = _datastreams(saying, Call("eq", (Field(way), Value(no))))
    elif entity.name == "Thing":
        facts = _datastreams(saying, Call("eq", (Field(("thing", "no")), Value(no))))
        facts += _gone(saying.pointing("thing", thing.id, "HistoricalLocation"))
    elif entity.name == "FeatureOfInterest":
        facts = _of_feature(saying, no)
    elif entity.name == "Location":
        facts = _gone(saying.pointing("locations", thing.id, "HistoricalLocation"))
        facts += _left(saying, thing)
    if entity.name != "Thing" and thing.type not in OWN:
        message = (
            f"{entity.name} {no} is where a Thing is: give the Thing a Location of its own, or "
            "delete the Thing"
        )
        raise Refused(409, message)
    saying.say([*facts, Retracted(thing=thing.id)])


def _gone(things: list[Thing]) -> list[Fact]:
    return [Retracted(thing=thing.id) for thing in things]


def _left(saying: Saying, location: Thing) -> list[Fact]:
    """Return the Things of a Location as they are without it."""
    facts: list[Fact] = []
    for thing in saying.pointing("locations", location.id, "Thing"):
        ids = [one for one in thing.relations["locations"] if one != location.id]
        found = [one for one in map(saying.here.thing, ids) if one is not None]
        facts.append(located(thing, found))
    return facts


def _of_feature(saying: Saying, no: int) -> list[Fact]:
    """Return what takes away the observations of a FeatureOfInterest.

    Raises:
        Refused: They are too many for one commit.
    """
    rows: list[Observed] = []
    for series in _measuring(saying, no):
        of = Call("eq", (Field(("series", "no")), Value(series)))
        rows += saying.here.ask(Ask(of="observation", where=of, limit=_MOST + 1)).rows
        if len(rows) > _MOST:
            break
    if len(rows) > _MOST:
        message = (
            f"the FeatureOfInterest has more than {_MOST:,} observations: "
            "delete their Datastreams first"
        )
        raise Refused(409, message)
    found = [row for row in rows if feature_of(saying.here, row) == no]
    for series in {row.series for row in found}:
        _own_series(saying, series)
    return [*_observations(saying, found), *_without(saying, no)]


def _without(saying: Saying, no: int) -> list[Fact]:
    """Return the series that have had observations of a FeatureOfInterest, without it."""
    feature = thing_of(saying.here, ENTITIES["FeatureOfInterest"], no).id
    facts: list[Fact] = []
    for number in _measuring(saying, no):
        series = series_of(saying.here, number)
        relations = {
            name: tuple(one for one in ids if one != feature)
            for name, ids in series.relations.items()
        }
        left = {name: ids for name, ids in relations.items() if ids}
        facts.append(msgspec.structs.replace(series, relations=left))
    return facts


def _measuring(saying: Saying, no: int) -> list[int]:
    """Return the numbers of the series that have observations of a FeatureOfInterest."""
    ways = (Field(("relation", name, "no")) for name in ("feature", "features"))
    where = Call("or", tuple(Call("eq", (way, Value(no))) for way in ways))
    return [row.no for row in saying.here.ask(Ask(of="series", where=where)).rows]
