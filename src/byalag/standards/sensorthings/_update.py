"""Changing what is there: PATCH lays members over it, PUT puts others in their place."""

from collections.abc import Callable
from typing import Final, TypeAlias

import msgspec

from byalag.asking import Observed, numbered
from byalag.model import Fact, Json, Observation, Retracted, Series, Thing
from byalag.standards.sensorthings._create_body import as_object, check_members, split
from byalag.standards.sensorthings._create_facts import Saying, describe, located, relinked, tell_of
from byalag.standards.sensorthings._create_locate import (
    MOVED,
    feature_of,
    locate,
    observation,
    series_of,
    thing_of,
)
from byalag.standards.sensorthings._create_observation import Draft, draft, free, measured
from byalag.standards.sensorthings._create_plan import Node, Plan
from byalag.standards.sensorthings._path import Path
from byalag.standards.sensorthings._problem import unfit
from byalag.standards.sensorthings._update_current import current
from byalag.standards.sensorthings._words import DETAILS, Entity

Links: TypeAlias = dict[str, list[Node]]
_ID: Final = "@iot.id"


def update(
    saying: Saying, path: Path, change: Callable[[dict[str, Json]], Json], *, whole: bool
) -> int:
    """Change an entity; `change` is given its members and returns a body. Return its number.

    With `whole` the body says all that there is to say, else only what it says is changed.

    Raises:
        Refused: There is no such entity, it is another's, or it cannot be so.
    """
    entity = path.last.entity
    no = locate(saying.here, path.steps)
    fact = _fact(saying, entity, no)
    owner = series_of(saying.here, fact.series) if isinstance(fact, Observed) else fact
    saying.own(owner, f"{entity.name} {no}")
    members = current(entity, fact)
    body = as_object(change(dict(members)), entity.name)
    if body.get(_ID, no) != no:
        message = f"the @iot.id of {entity.name} {no} cannot be changed"
        raise unfit(message)
    said, linked = split(entity, body, entity.name)
    told = said if whole else {**members, **said}
    _check(entity, said, told, whole=whole)
    links = _links(saying, entity, no, linked)
    if isinstance(fact, Observed):
        _observation(saying, fact, told, said, links)
    elif isinstance(fact, Series):
        _datastream(saying, fact, told, links)
    else:
        _thing(saying, entity, fact, told, links)
    return no


def _fact(saying: Saying, entity: Entity, no: int) -> Thing | Series | Observed:
    if entity.kind == "observation":
        found = observation(saying.here, no)
        assert found is not None  # noqa: S101 -- located in this change
        return found
    if entity.kind == "series":
        return series_of(saying.here, no)
    return thing_of(saying.here, entity, no)


def _check(entity: Entity, said: dict[str, Json], told: dict[str, Json], *, whole: bool) -> None:
    check_members(entity, said, entity.name, whole=whole)
    if not whole and {"location", "feature", "encodingType"} & said.keys():
        check_members(entity, told, entity.name, whole=False)


def _links(saying: Saying, entity: Entity, no: int, linked: dict[str, Json]) -> Links:
    """Find what the body links to, which it may only name."""
    plan = Plan()
    node = Node(entity=entity, where=entity.name, no=no)
    links = {
        name: plan.linked(entity.links[name], value, name, parent=node, inline=False)
        for name, value in linked.items()
    }
    for name in links:
        if name in {"Observations", "HistoricalLocations"}:
            message = f"{name} are linked from their own end, by PATCH"
            raise unfit(message)
    saying.resolve(plan)
    for name in links.keys() & {"Things", "Datastreams"}:
        if name == "Datastreams" or entity.name == "Location":
            for other in links[name]:
                owned = other.thing or other.series
                assert owned is not None  # noqa: S101 -- resolved above
                saying.own(owned, f"{other.entity.name} {other.no}")
    return links


def _thing(
    saying: Saying, entity: Entity, thing: Thing, told: dict[str, Json], links: Links
) -> None:
    now = describe(thing, told)
    facts: list[Fact] = []
    if entity.name == "Thing" and "Locations" in links:
        locations = [node.thing for node in links["Locations"] if node.thing is not None]
        now = located(now, locations)
        facts += [saying.history(now)] if locations else []
    elif entity.name == "HistoricalLocation":
        now = _historical(now, links)
    saying.say([now, *facts])
    if entity.name == "Location":
        _moved(saying, thing, now, links)
    for node in links.get("Datastreams", ()):
        _relink(saying, entity, now, node)


def _historical(thing: Thing, links: Links) -> Thing:
    relations = dict(thing.relations)
    for name, key in (("Thing", "thing"), ("Locations", "locations")):
        if name in links:
            ids = (node.thing.id for node in links[name] if node.thing is not None)
            relations[key] = tuple(dict.fromkeys(ids))
    return msgspec.structs.replace(thing, relations=relations)


def _moved(saying: Saying, before: Thing, location: Thing, links: Links) -> None:
    """Move the Things of a Location whose place has changed, and those it is given."""
    for node in links.get("Things", ()):
        assert node.thing is not None  # noqa: S101 -- resolved before
        now = located(node.thing, [location])
        saying.say([now, saying.history(now)])
    if before.shape == location.shape:
        return
    for thing in saying.pointing("locations", location.id, "Thing"):
        ids = thing.relations["locations"]
        found = [one for one in map(saying.here.thing, ids) if one is not None]
        saying.say([located(thing, found)])


def _relink(saying: Saying, entity: Entity, thing: Thing, node: Node) -> None:
    assert node.series is not None  # noqa: S101 -- resolved before
    to = Node(entity=entity, where=entity.name, thing=thing)
    ends = (to if entity.name == name else None for name in ("Thing", "Sensor", "ObservedProperty"))
    saying.say([relinked(node.series, *ends)])


def _datastream(saying: Saying, series: Series, told: dict[str, Json], links: Links) -> None:
    ends = (
        next(iter(links.get(name, ())), None) for name in ("Thing", "Sensor", "ObservedProperty")
    )
    saying.say([relinked(tell_of(series, told), *ends)])


def _observation(
    saying: Saying, found: Observed, told: dict[str, Json], said: dict[str, Json], links: Links
) -> None:
    """Say an observation anew, where it was; or at its new time, known by its old number."""
    series = series_of(saying.here, found.series)
    now = draft(told, saying.now, "Observation")
    named = next(iter(links.get("FeatureOfInterest", ())), None)
    if named is not None and named.thing is not None:
        series = measured(saying.here, series, named.thing)
    feature = feature_of(saying.here, found) if named is None else named.no
    plain = series.relations.get("feature", ())
    if feature is not None and (not plain or saying.here.number(plain[0]) != feature):
        now.extra["feature"] = feature
    to = next(iter(links.get("Datastream", ())), None)
    if to is not None and to.no != found.series:
        message = "an Observation stays in its Datastream: delete it, and make another there"
        raise unfit(message)
    if "phenomenonTime" in said:
        _move(saying, found, series, now)
    else:
        before = found.fact.extra or {}
        kept: dict[str, Json] = {
            key: before[key] for key in ("phenomenonTime", "no") if key in before
        }
        _say(saying, series, now, found.fact.at, kept)


def _move(saying: Saying, found: Observed, series: Series, now: Draft) -> None:
    before, keep = found.fact.at, {}
    if now.at != before:
        saying.say([Retracted(series=series.id, at=before)])
        free(saying.here, found.series, now, known=found.no)
        at = numbered(found.series, now.at)
        if at == found.no:
            saying.here.forget(f"{MOVED}{found.no}")
        else:
            keep = {"no": found.no}
            saying.here.remember(f"{MOVED}{found.no}", at)
            own = {**series.details.get(DETAILS, {}), "moved": True}
            saying.say([msgspec.structs.replace(series, details={**series.details, DETAILS: own})])
    _say(saying, series, now, now.at, keep)


def _say(saying: Saying, series: Series, now: Draft, at: int, kept: dict[str, Json]) -> None:
    extra = {**now.extra, **kept}
    saying.say([Observation(series.id, at, now.value, now.flag, extra or None)])
