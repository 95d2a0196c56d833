"""Saying what has been planned: what is named is found first, then all is said in one commit."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from byalag.asking import Ask, Call, Field, Observed, Value
from byalag.mapping import stated_unit
from byalag.model import Fact, Json, Micros, Series, Thing
from byalag.standards.sensorthings._create_locate import is_kind
from byalag.standards.sensorthings._create_observation import draft, feature_at, put
from byalag.standards.sensorthings._create_place import middle, shape_of
from byalag.standards.sensorthings._create_plan import Node, Plan
from byalag.standards.sensorthings._problem import Refused, unfit
from byalag.standards.sensorthings._words import DETAILS, ENTITIES, OWN
from byalag.store import Here

_WORD: Final = re.compile(r"[A-Za-z0-9]+")
_LONGEST: Final = 60
_FACT: Final = frozenset({"name", "description", "properties"})
AT: Final = "feature"
_PLACED: Final = {"Location": "location", "FeatureOfInterest": "feature"}


class Saying:
    """One request's words on their way into a store."""

    def __init__(self, here: Here, dataset: str, municipality: str | None, now: Micros) -> None:
        """Begin with nothing said. What is said belongs to the dataset."""
        self.here = here
        self.dataset = dataset
        self.municipality = municipality
        self.now = now
        self.said = False
        self._next = here.next_number()

    def resolve(self, plan: Plan) -> None:
        """Find what a plan names.

        Raises:
            Refused: Something is not there.
        """
        for node in plan.nodes:
            if node.no is not None:
                self.find(node)

    def find(self, node: Node) -> None:
        """Find what a node names.

        Raises:
            Refused: It is not there.
        """
        assert node.no is not None  # noqa: S101 -- only what is named is looked for
        if node.entity.kind == "series":
            node.series = self.here.numbered_series(node.no)
        elif node.entity.kind == "thing":
            thing = self.here.numbered_thing(node.no)
            node.thing = thing if thing is not None and is_kind(node.entity, thing) else None
        if node.thing is None and node.series is None:
            message = f"{node.where} names {node.entity.name} {node.no}, which is not there"
            raise unfit(message)

    def own(self, fact: Thing | Series, what: str) -> None:
        """Check that what is to be changed belongs to the dataset that is written to.

        Raises:
            Refused: It is another's.
        """
        if fact.dataset != self.dataset:
            message = (
                f"{what} belongs to the dataset {fact.dataset!r}; what is written here belongs "
                f"to {self.dataset!r}, and only that can be changed"
            )
            raise Refused(403, message)

    def create(self, plan: Plan) -> int | Observed:
        """Say a plan; return the number of its first node that is new, or the observation it is.

        Raises:
            Refused: Something that it names is not there, or is another's to change.
        """
        self.resolve(plan)
        self._check_changed(plan)
        things = [self._thing(node) for node in _in_order(plan)]
        moved = [node for node in plan.all("Thing") if node.links.get("Locations")]
        told = self._moved(moved)
        things = [told.pop(thing.id, thing) for thing in things]
        self.say([*things, *told.values(), *self._history(moved)])
        for node in plan.all("Datastream"):
            if _is_said(node):
                self.say([self._series(node)])
        made = [self._observe(node) for node in plan.all("Observation", new=True)]
        first = next(node for node in plan.nodes if node.is_new)
        if first.entity.kind == "observation":
            return made[0]
        return self.number(first)

    def number(self, node: Node) -> int:
        """Return the number of what a node has become."""
        if node.series is not None:
            declared = self.here.declared(node.series.id)
            assert declared is not None  # noqa: S101 -- it has been said just now
            return declared.no
        assert node.thing is not None  # noqa: S101 -- as above
        number = self.here.number(node.thing.id)
        assert number is not None  # noqa: S101 -- as above
        return number

    def pointing(self, name: str, thing: str, kind: str) -> list[Thing]:
        """Return the things of a type that point to a thing; "Thing": of any but the side types."""
        entity = ENTITIES[kind]
        to = Call("eq", (Field(("relation", name, "id")), Value(thing)))
        where = to if entity.where is None else Call("and", (to, entity.where))
        return [row.fact for row in self.here.ask(Ask(of="thing", where=where)).rows]

    def say(self, facts: Sequence[Fact]) -> None:
        """Say facts, things in whole."""
        if facts:
            self.said = True
            self.here.say(facts, whole=True)

    def _check_changed(self, plan: Plan) -> None:
        for node in plan.nodes:
            fact = node.thing or node.series
            if fact is not None and _is_changed(node):
                self.own(fact, f"{node.entity.name} {node.no}")
            if node.entity.name == "Observation" and not node.is_new:
                message = f"{node.where}: an Observation is linked from its own end, by PATCH"
                raise unfit(message)

    def id(self, kind: str) -> str:
        """Return an id that nothing has: the number that the next thing is given is in it."""
        number, self._next = self._next, self._next + 1
        return f"{kind.lower()}:sensorthings:{self.municipality}-{number}"

    def _thing(self, node: Node) -> Thing:
        name = node.entity.name
        node.thing = Thing(
            id=self.id(name),
            type=name,
            dataset=self.dataset,
            municipality=self.municipality,
            relations=_pointed(node),
        )
        node.thing = describe(node.thing, node.said)
        return node.thing

    def _moved(self, nodes: Sequence[Node]) -> dict[str, Thing]:
        """Return the Things that have been given Locations, where they are now."""
        told: dict[str, Thing] = {}
        for node in nodes:
            assert node.thing is not None  # noqa: S101 -- found or made before
            locations = [one.thing for one in node.links["Locations"] if one.thing is not None]
            node.thing = told[node.thing.id] = located(node.thing, locations)
        return told

    def _history(self, nodes: Sequence[Node]) -> list[Thing]:
        return [self.history(node.thing) for node in nodes if node.thing is not None]

    def history(self, thing: Thing) -> Thing:
        """Return a HistoricalLocation: that a Thing is where it is since now."""
        return Thing(
            id=self.id("HistoricalLocation"),
            type="HistoricalLocation",
            dataset=self.dataset,
            municipality=self.municipality,
            relations={"thing": (thing.id,), "locations": thing.relations["locations"]},
            details={DETAILS: {"time": moment(self.now)}},
        )

    def _series(self, node: Node) -> Series:
        thing, sensor, prop = (node.one(name) for name in ("Thing", "Sensor", "ObservedProperty"))
        if node.series is not None:
            node.series = relinked(node.series, thing, sensor, prop)
            return node.series
        assert thing is not None and thing.thing is not None  # noqa: S101, PT018 -- required
        assert sensor is not None and sensor.thing is not None  # noqa: S101, PT018 -- required
        assert prop is not None and prop.thing is not None  # noqa: S101, PT018 -- required
        mark = sensor.thing.id.rpartition("-")[2]
        said = Series(
            id=self._free(thing.thing.id, word(prop.thing), mark),
            thing=thing.thing.id,
            property=word(prop.thing),
            dataset=self.dataset,
            sensor=mark,
            relations={"sensor": (sensor.thing.id,), "observedProperty": (prop.thing.id,)},
        )
        node.series = tell_of(said, node.said)
        return node.series

    def _free(self, thing: str, name: str, mark: str) -> str:
        """Return an id that no series has."""
        first = found = f"{thing}/{name}@{mark}"
        tries = 1
        while self.here.declared(found) is not None:
            tries += 1
            found = f"{first}-{tries}"
        return found

    def _observe(self, node: Node) -> Observed:
        of, feature = node.one("Datastream"), node.one("FeatureOfInterest")
        assert of is not None and of.series is not None  # noqa: S101, PT018 -- required
        self.said = True
        said = draft(node.said, self.now, node.where)
        return put(self.here, of.series.id, said, None if feature is None else feature.thing)


def _in_order(plan: Plan) -> list[Node]:
    """Return what is to be made as things, what others point to first."""
    kinds = ("Location", "Sensor", "ObservedProperty", "FeatureOfInterest", "Thing")
    return [node for kind in (*kinds, "HistoricalLocation") for node in plan.all(kind, new=True)]


def _is_said(node: Node) -> bool:
    return node.is_new or bool(node.links.keys() & {"Thing", "Sensor", "ObservedProperty"})


def _is_changed(node: Node) -> bool:
    """Tell whether what is there is changed by what it is linked to."""
    if node.is_new:
        return False
    own = {
        "Thing": {"Locations"},
        "Datastream": {"Thing", "Sensor", "ObservedProperty", "Observations"},
        "HistoricalLocation": {"Thing", "Locations"},
    }
    return bool(own.get(node.entity.name, set()) & node.links.keys())


def _pointed(node: Node) -> dict[str, tuple[str, ...]]:
    """Return what a new thing points to among our facts."""
    if node.entity.name != "HistoricalLocation":
        return {}
    named = {"thing": node.links.get("Thing", []), "locations": node.links.get("Locations", [])}
    found = {name: [one.thing.id for one in ones if one.thing] for name, ones in named.items()}
    return {name: tuple(dict.fromkeys(ids)) for name, ids in found.items() if ids}


def describe(thing: Thing, said: dict[str, Json]) -> Thing:
    """Return a thing as the members of an entity describe it, all of them."""
    own = {name: value for name, value in said.items() if name not in _FACT and value is not None}
    place = shape_of(own.get(_PLACED.get(thing.type, "")))
    return msgspec.structs.replace(
        thing,
        name=said.get("name"),
        description=said.get("description"),
        properties=said.get("properties") or {},
        shape=place if thing.type in OWN else thing.shape,
        details={**thing.details, DETAILS: {**_kept(thing), **own}},
    )


def _kept(thing: Thing) -> dict[str, Json]:
    """Return what is known of a Thing that no member says: what is observed where it is."""
    own: dict[str, Json] = thing.details.get(DETAILS, {})
    return {AT: own[AT]} if AT in own and thing.type not in OWN else {}


def located(thing: Thing, locations: Sequence[Thing]) -> Thing:
    """Return a Thing at Locations: where it is, is where the last of them with a shape is.

    The id of the FeatureOfInterest that is made of them is kept with it, so that who posts an
    observation need not look further.
    """
    shape = next((one.shape for one in reversed(locations) if one.shape is not None), None)
    others = {name: ids for name, ids in thing.relations.items() if name != "locations"}
    ids = tuple(dict.fromkeys(one.id for one in locations))
    own = {key: value for key, value in thing.details.get(DETAILS, {}).items() if key != AT}
    own |= {AT: feature_at(locations).id} if locations else {}
    return msgspec.structs.replace(
        thing,
        point=None if shape is None else middle(shape),
        shape=shape,
        relations={**others, "locations": ids} if ids else others,
        details={**thing.details, DETAILS: own},
    )


def tell_of(series: Series, said: dict[str, Json]) -> Series:
    """Return a series as the members of a Datastream describe it, all of them."""
    own = {name: value for name, value in said.items() if name != "name" and value is not None}
    kept = {key: series.details.get(DETAILS, {}).get(key) for key in ("moved",)}
    own |= {key: value for key, value in kept.items() if value is not None}
    unit = said["unitOfMeasurement"]
    stated = (unit.get(name) for name in ("definition", "symbol", "name"))
    known = (stated_unit(text) for text in stated if text)
    code = next((code for code in known if code), "1")
    return msgspec.structs.replace(
        series,
        name=said["name"],
        unit=code,
        details={**series.details, DETAILS: own},
    )


def relinked(series: Series, thing: Node | None, sensor: Node | None, prop: Node | None) -> Series:
    """Return a series that is linked to others."""
    relations = dict(series.relations)
    for name, node in (("sensor", sensor), ("observedProperty", prop)):
        if node is not None and node.thing is not None:
            relations[name] = (node.thing.id,)
    of = thing.thing.id if thing is not None and thing.thing is not None else series.thing
    return msgspec.structs.replace(series, thing=of, relations=relations)


def word(thing: Thing) -> str:
    """Return a word for what an ObservedProperty means: `airTemperature`."""
    parts = _WORD.findall(thing.name or "")[:6]
    joined = "".join([part if part[1:].isupper() else part.lower() for part in parts[:1]])
    joined += "".join(part[:1].upper() + part[1:] for part in parts[1:])
    joined = joined[:_LONGEST]
    return joined if joined[:1].isalpha() else f"observed{joined}"


def moment(at: Micros) -> str:
    """Write a time as RFC 3339, to the millisecond."""
    told = datetime.fromtimestamp(at // 1_000_000, UTC).replace(microsecond=at % 1_000_000)
    return told.isoformat(timespec="milliseconds").replace("+00:00", "Z")
