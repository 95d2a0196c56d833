"""What a store answers is what a plain reading of the question, row by row, answers."""

import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct

from byalag.asking import (
    Ask,
    Call,
    Expression,
    Field,
    Kind,
    Moment,
    Order,
    Shape,
    Value,
    numbered,
)
from byalag.asking._meaning import NUMBERS, TEXTS, TIMES, moment
from byalag.model import Fact, Gone, Json, Link, Observation, Point, Series, Thing
from byalag.store import Store
from byalag.store._ask_place import PLACES, place

DAY = 86_400_000_000
NOW = 20_000 * DAY
STEPS = {
    "thing": {"series": 1, "relation": 2, "inverse": 2, "measures": 2},
    "series": {"thing": 1, "relation": 2, "observations": 1},
    "observation": {"series": 1},
}
ONE = {("series", "thing"), ("observation", "series")}
ASKS = {
    "eq", "ne", "lt", "le", "gt", "ge", "in", "between", "is_null", "exists", "contains",
    "startswith", "endswith", "like", "matches", "intersects", "disjoint", "touches", "within",
    "overlaps", "crosses", "contains_place", "equals", "relate",
}  # fmt: skip


class Row(Struct, eq=False):
    """One row of one kind: its fields, and where its steps lead."""

    kind: str
    fields: dict[str, Any]
    steps: Callable[["Row", tuple[str, ...]], list["Row"]]


class World:
    """Facts, as rows that hang together."""

    def __init__(self, store: Store, facts: Sequence[Fact]) -> None:
        things = [fact for fact in facts if isinstance(fact, Thing)]
        gone = {fact.thing for fact in facts if isinstance(fact, Gone)}
        series = [fact for fact in facts if isinstance(fact, Series)]
        said = {(o.series, o.at): o for o in facts if isinstance(o, Observation)}
        implied = [row.fact for row in store.ask(Ask(of="thing")).rows]
        self.facts = {t.id: t for t in [*implied, *things] if t.id not in gone}
        self.things = {
            id_: Row("thing", self._thing(store, thing), self._steps)
            for id_, thing in self.facts.items()
        }
        self.series_facts = {s.id: s for s in series}
        self.said: dict[str, list[Observation]] = {s.id: [] for s in series}
        for one in sorted(said.values(), key=lambda o: o.at):
            self.said[one.series].append(one)
        self.series = {s.id: Row("series", self._series(store, s), self._steps) for s in series}
        linked = {(f.thing, f.property, f.series) for f in facts if isinstance(f, Link)}
        for id_, row in self.things.items():
            row.fields["latest"] = {name: self._latest(id_, name, linked) for name in ("p", "q")}
        self.observations = [
            Row("observation", self._observation(o), self._steps)
            for listed in self.said.values()
            for o in listed
        ]

    def rows(self, kind: str) -> list[Row]:
        """Return all rows of a kind, by number."""
        if kind == "observation":
            key = lambda row: (self.series[row.fields["series"]].fields["no"], row.fields["at"].at)  # noqa: E731 -- one of two keys
            return sorted(self.observations, key=key)
        rows = self.things if kind == "thing" else self.series
        return sorted(rows.values(), key=lambda row: row.fields["no"])

    def _thing(self, store: Store, thing: Thing) -> dict[str, Any]:
        at = thing.point
        where: Any = thing.shape
        if where is None and at is not None:
            where = {"type": "Point", "coordinates": [at.longitude, at.latitude]}
        return {
            "no": store.number(thing.id),
            "id": thing.id,
            "type": thing.type,
            "name": thing.name,
            "description": thing.description,
            "municipality": thing.municipality,
            "geometry": None if where is None else Shape(where),
            "properties": thing.properties,
            "details": thing.details,
        }

    def _series(self, store: Store, series: Series) -> dict[str, Any]:
        said = self.said[series.id]
        value = said[-1].value if said else math.nan
        return {
            "no": store.series_number(series.id),
            "id": series.id,
            "name": series.name,
            "property": series.property,
            "unit": series.unit,
            "details": series.details,
            "first": Moment(said[0].at) if said else None,
            "last": Moment(said[-1].at) if said else None,
            "latest": None if math.isnan(value) else value,
        }

    def _latest(self, thing: str, name: str, linked: set[tuple[str, str, str]]) -> float | None:
        """Return the newest value of a property, by a thing's own series or linked ones."""
        newest = [
            (-said[-1].at, self.series[s.id].fields["no"], said[-1].value)
            for s in self.series_facts.values()
            if (s.property == name if s.thing == thing else (thing, name, s.id) in linked)
            and s.kind != "forecast"
            and (said := self.said[s.id])
            and not math.isnan(said[-1].value)
        ]
        return min(newest)[2] if newest else None

    def _observation(self, said: Observation) -> dict[str, Any]:
        return {
            "no": numbered(self.series[said.series].fields["no"], said.at),
            "series": said.series,
            "at": Moment(said.at),
            "value": None if math.isnan(said.value) else said.value,
            "flag": said.flag,
            "extra": said.extra,
        }

    def _relations(self, row: Row) -> dict[str, tuple[str, ...]]:
        """Return what a row points to, with what is implied."""
        if row.kind == "thing":
            thing = self.facts[row.fields["id"]]
            itself = thing.point is not None and thing.type != "Sensor"
            own: dict[str, tuple[str, ...]] = {"locations": (thing.id,)} if itself else {}
            told: dict[str, tuple[str, ...]] = {**own, **thing.relations}
            return told
        series = self.series_facts[row.fields["id"]]
        owner = self.things.get(series.thing)
        here = () if owner is None else self._relations(owner).get("locations", ())
        return {
            "observedProperty": (f"observedproperty:byalag:{series.property}",),
            "sensor": ("sensor:byalag:d",),
            **({"feature": (series.thing,)} if series.thing in here else {}),
            **series.relations,
        }

    def _steps(self, row: Row, step: tuple[str, ...]) -> list[Row]:  # noqa: PLR0911 -- one case a step
        id_ = row.fields.get("id", "")
        match row.kind, step:
            case "thing", ("series",):
                ids = [s.id for s in self.series_facts.values() if s.thing == id_]
                return [self.series[one] for one in ids]
            case (("thing" | "series"), ("relation", name)):
                pointed = dict.fromkeys(self._relations(row).get(name, ()))
                return [self.things[one] for one in pointed if one in self.things]
            case "thing", ("inverse", name):
                return [o for o in self.things.values() if id_ in self._relations(o).get(name, ())]
            case "thing", ("measures", name):
                return [o for o in self.series.values() if id_ in self._relations(o).get(name, ())]
            case "series", ("thing",):
                owner = self.things.get(self.series_facts[id_].thing)
                return [] if owner is None else [owner]
            case "series", ("observations",):
                return [o for o in self.observations if o.fields["series"] == id_]
            case _:
                return [self.series[row.fields["series"]]]


def split(kind: str, path: tuple[str, ...]) -> tuple[list[tuple[str, ...]], list[bool]]:
    """Return the steps of a path, and which of them lead to many."""
    steps: list[tuple[str, ...]] = []
    many: list[bool] = []
    while path and path[0] in STEPS[kind]:
        step, path = path[: STEPS[kind][path[0]]], path[STEPS[kind][path[0]] :]
        many.append((kind, step[0]) not in ONE)
        steps.append(step)
        kind = {"series": "series", "measures": "series", "observations": "observation"}.get(
            step[0], "thing"
        )
    return steps, many


Ways = Mapping[tuple[Any, ...], Any]


def asked_of(row: Row, expression: Expression, ways: Ways) -> Json:
    """Answer an expression for one row, where each way to many leads to one of them."""
    match expression:
        case Field(path):
            return field(row, path, ways)
        case Value(value):
            return value
        case Call(name, args) if name in ASKS and not ways.get(("asked", id(expression))):
            roads = dict.fromkeys(road for arg in args for road in many_roads(row.kind, arg))
            if not roads:
                return meaning(name, [asked_of(row, arg, ways) for arg in args])
            return any(
                meaning(name, [asked_of(row, arg, way) for arg in args]) is True
                for way in lay(row, list(roads), {})
            )
        case Call(name, args):
            return meaning(name, [asked_of(row, arg, ways) for arg in args])
        case _:
            return expression


def many_roads(kind: str, expression: Expression) -> Iterator[tuple[Any, ...]]:
    """Yield the ways to many that no call of their own asks of, each up to where it is many."""
    match expression:
        case Field(path):
            steps, many = split(kind, path)
            for n in range(len(steps)):
                if many[n]:
                    yield tuple(steps[: n + 1])
            taken = sum(map(len, steps))
            if "*" in path[taken:]:
                yield (*steps, *path[taken : path.index("*") + 1])
        case Call(name, args) if name not in ASKS:
            for arg in args:
                yield from many_roads(kind, arg)
        case _:
            pass


def lay(row: Row, roads: list[tuple[Any, ...]], ways: Ways) -> Iterator[Ways]:
    """Yield every choice of one row (or element) for each way to many."""
    if not roads:
        yield ways
        return
    first, *others = roads
    before = walk(row, [step for step in first[:-1] if isinstance(step, tuple)], ways)
    if first[-1] == "*":
        steps = [step for step in first if isinstance(step, tuple)]
        owner = walk(row, steps, ways)
        held = None if owner is None else dig(owner, first[len(steps) : -1])
        choices = held if isinstance(held, list) else [] if held is None else [held]
    else:
        choices = [] if before is None else before.steps(before, first[-1])
    for choice in choices:
        yield from lay(row, others, {**ways, first: choice})


def walk(row: Row, steps: list[tuple[str, ...]], ways: Ways) -> Row | None:
    here: Row | None = row
    for n, step in enumerate(steps):
        if here is None:
            return None
        road = tuple(steps[: n + 1])
        found = here.steps(here, step) if road not in ways else [ways[road]]
        here = found[0] if found else None
    return here


def field(row: Row, path: tuple[str, ...], ways: Ways) -> Json:
    steps, _ = split(row.kind, path)
    rest = path[sum(map(len, steps)) :]
    if "*" in rest:
        where = rest.index("*")
        held = ways[(*steps, *rest[: where + 1])]
        for key in rest[where + 1 :]:
            held = held.get(key) if isinstance(held, dict) else None
        return held
    here = walk(row, steps, ways)
    return None if here is None else dig(here, rest or ("no",))


def dig(row: Row, path: tuple[str, ...]) -> Json:
    held = row.fields[path[0]]
    for key in path[1:]:
        held = held.get(key) if isinstance(held, dict) else None
    return held


def sort(value: Json) -> str:
    match value:
        case bool():
            return "truth"
        case int() | float():
            return "number"
        case str() | Moment() | Shape():
            return type(value).__name__
        case _:
            return "other"


ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}


def compare(name: str, a: Json, b: Json) -> bool | None:
    if a is None or b is None:
        return None
    sorts = {sort(a), sort(b)}
    if sorts == {"str", "Moment"}:
        a, b = (moment(x) if isinstance(x, str) else x.at for x in (a, b))
        if a is None or b is None:
            return None
    elif len(sorts) > 1 or "other" in sorts:
        return {"eq": False, "ne": True}.get(name)
    a, b = (x.at if isinstance(x, Moment) else x for x in (a, b))
    return bool(ORDERED[name](a, b))


def both(answers: Sequence[Any], deciding: bool) -> bool | None:  # noqa: FBT001 -- true of or, false of and
    truths = [one if isinstance(one, bool) else None for one in answers]
    if deciding in truths:
        return deciding
    return None if None in truths else not deciding


def meaning(name: str, args: list[Any]) -> Json:  # noqa: C901, PLR0911 -- one case a family
    if name in {"and", "or"}:
        return both(args, deciding=name == "or")
    if name == "not":
        return not args[0] if isinstance(args[0], bool) else None
    if name in {"eq", "ne", "lt", "le", "gt", "ge"}:
        return compare(name, *args)
    if name == "in":
        return both([compare("eq", args[0], one) for one in args[1:]], deciding=True)
    if name == "between":
        return both([compare("ge", *args[:2]), compare("le", args[0], args[2])], deciding=False)
    if name in {"is_null", "exists"}:
        return (args[0] is None) == (name == "is_null")
    if name == "coalesce":
        return next((one for one in args if one is not None), None)
    if name in PLACES:
        return of_places(name, args)
    wanted = {"substring": ["str", "number", "number"]}.get(name)
    if name in TIMES:
        args = [moment(a) if isinstance(a, str) else getattr(a, "at", None) for a in args]
        return None if None in args else TIMES[name](*args)
    if name in TEXTS:
        sorts = wanted or ["str"] * len(args)
        fits = all(sort(a) == s for a, s in zip(args, sorts, strict=False))
        return TEXTS[name](*args) if fits else None
    return reckon(name, args)


def of_places(name: str, args: list[Any]) -> Json:
    shapes = [a for a in args[:2] if isinstance(a, Shape)]
    if len(shapes) < len(args[:2]):
        return None
    places = [place(msgspec.json.encode(one.geometry).decode()) for one in shapes]
    return None if None in places else PLACES[name](*places, *args[2:])


def reckon(name: str, args: list[Any]) -> float | str | None:
    if any(sort(a) != "number" for a in args):
        return None
    if name in NUMBERS:
        answer = NUMBERS[name](*args)
        missing = answer is None or (isinstance(answer, float) and math.isnan(answer))
        return None if missing else answer
    numbers = [float(a) for a in args]
    try:
        found: dict[str, Callable[..., float]] = {
            "neg": lambda a: -a,
            "add": lambda a, b: a + b,
            "sub": lambda a, b: a - b,
            "mul": lambda a, b: a * b,
            "div": lambda a, b: a / b,
        }
        answer = found[name](*numbers)
    except ZeroDivisionError:
        return None
    return None if math.isnan(answer) else answer


def answered(world: World, ask: Ask) -> list[int]:
    """Return the numbers of the rows that are asked for, in order."""
    rows = [
        row
        for row in world.rows(ask.of)
        if ask.where is None or asked_of(row, ask.where, {}) is True
    ]
    for order in reversed(ask.order):
        keyed = [(asked_of(row, order.by, {}), row) for row in rows]
        known = [(rank(value), row) for value, row in keyed if value is not None]
        known.sort(key=lambda pair: pair[0], reverse=order.descending)
        rows = [row for _, row in known] + [row for value, row in keyed if value is None]
    return [row.fields["no"] for row in rows]


def rank(value: Json) -> tuple[int, Any]:
    match value:
        case Moment(at):
            return 0, at
        case bool() | int() | float():
            return 0, value
        case str():
            return 1, value
        case _:
            return 1, msgspec.json.encode(value).decode()


# what is said and what is asked

names = st.sampled_from(["Å", "a", "ab", "B%", "2020-01-01", "2024-10-04T10:00:00Z", "", "é"])
scalars = st.one_of(names, st.integers(-2, 3), st.sampled_from([0.5, 1.0, -1.5]), st.booleans())
keys = st.sampled_from(["k", 'q"\\', "å.b", "$"])
values = st.one_of(
    scalars, st.none(), st.lists(scalars, max_size=3), st.dictionaries(keys, scalars)
)
places = st.tuples(st.integers(17, 19), st.integers(58, 60))
points = places.map(lambda at: {"type": "Point", "coordinates": [*at]})
boxes = places.map(
    lambda at: {
        "type": "Polygon",
        "coordinates": [[[at[0], at[1]], [19, at[1]], [19, 60], [at[0], 60], [at[0], at[1]]]],
    }
).filter(lambda box: shapely.from_geojson(msgspec.json.encode(box).decode()).area > 0)
things = [f"sensor:x:{n}" for n in range(4)]
ids = [f"{thing}/{name}" for thing in [*things, "sensor:x:none"] for name in ("p", "q")]
objects = st.lists(st.sampled_from([*things, "sensor:x:none"]), max_size=2).map(tuple)
relations = st.dictionaries(st.sampled_from(["locations", "near"]), objects)


def related(found: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {name: listed for name, listed in found.items() if listed}


a_thing = st.builds(
    Thing,
    id=st.sampled_from(things),
    type=st.sampled_from(["Beach", "Sensor", "Device"]),
    dataset=st.just("d"),
    name=names | st.none(),
    description=names | st.none(),
    point=st.none() | places.map(lambda at: Point(at[1], at[0])),
    shape=st.none() | boxes,
    properties=st.dictionaries(keys, values.filter(lambda v: v is not None), max_size=3),
    relations=relations.map(related),
)
a_series = st.builds(
    lambda id_, name, kind, details, pointed: Series(
        id=id_,
        thing=id_.partition("/")[0],
        property=id_.partition("/")[2],
        dataset="d",
        name=name,
        kind=kind,
        details=details,
        relations=related(pointed),
    ),
    st.sampled_from(ids),
    names | st.none(),
    st.sampled_from(["measured", "forecast"]),
    st.dictionaries(keys, values.filter(lambda v: v is not None), max_size=2),
    st.dictionaries(st.sampled_from(["feature", "sensor"]), objects),
)
times = st.sampled_from(
    [NOW + day * DAY + n for day in range(-60, 3, 7) for n in (0, 1, 5_000_000)]
)
an_observation = st.builds(
    Observation,
    series=st.sampled_from(ids),
    at=times,
    value=st.sampled_from([0.0, 1.0, 2.5, -1.0, math.nan]),
    flag=st.sampled_from([1, 2, 9]),
    extra=st.none() | st.dictionaries(keys, scalars, min_size=1, max_size=2),
)

FIELDS: dict[str, list[tuple[str, ...]]] = {
    "thing": [
        ("id",),
        ("type",),
        ("name",),
        ("description",),
        ("no",),
        ("municipality",),
        ("latest", "p"),
        ("latest", "q"),
    ],
    "series": [("id",), ("name",), ("property",), ("no",), ("first",), ("last",), ("latest",)],
    "observation": [("at",), ("value",), ("flag",), ("no",)],
}
FREE = {"thing": ("properties",), "series": ("details",), "observation": ("extra",)}
WAYS: dict[str, list[tuple[tuple[str, ...], str]]] = {
    "thing": [
        (("series",), "series"),
        (("relation", "locations"), "thing"),
        (("inverse", "near"), "thing"),
        (("measures", "feature"), "series"),
        (("measures", "observedProperty"), "series"),
    ],
    "series": [
        (("thing",), "thing"),
        (("relation", "feature"), "thing"),
        (("relation", "sensor"), "thing"),
        (("observations",), "observation"),
    ],
    "observation": [(("series",), "series")],
}


@st.composite
def paths(draw: st.DrawFn, kind: str, *, many: bool = True) -> tuple[str, ...]:
    steps: tuple[str, ...] = ()
    while draw(st.integers(0, 2)) == 0 and len(steps) < 4:
        ways = [way for way in WAYS[kind] if many or (kind, way[0][0]) in ONE]
        if not ways:
            break
        step, kind = draw(st.sampled_from(ways))
        steps += step
    if draw(st.integers(0, 2)) == 0:
        more = draw(st.sampled_from([(), ("*",), ("*", "k")] if many else [()]))
        return (*steps, *FREE[kind], draw(keys), *more)
    return (*steps, *draw(st.sampled_from(FIELDS[kind])))


def fields(kind: str, *, many: bool = True) -> st.SearchStrategy[Expression]:
    return paths(kind, many=many).map(Field)


def constants() -> st.SearchStrategy[Expression]:
    return st.one_of(scalars.map(Value), times.map(Moment), st.just(Value(None)))


def terms(kind: str, depth: int = 2) -> st.SearchStrategy[Expression]:
    plain = st.one_of(fields(kind), fields(kind), constants())
    if not depth:
        return plain
    inner = terms(kind, depth - 1)
    one = st.sampled_from([
        "neg", "round", "floor", "ceiling", "length", "tolower", "toupper", "trim", "casei",
        "accenti", "written", *TIMES,
    ])  # fmt: skip
    two = st.sampled_from(["add", "sub", "mul", "div", "mod", "indexof", "concat"])
    return st.one_of(
        plain,
        plain,
        st.builds(lambda name, a: Call(name, (a,)), one, inner),
        st.builds(lambda name, a, b: Call(name, (a, b)), two, inner, inner),
        st.builds(lambda a, n, m: Call("substring", (a, Value(n), Value(m))), inner,
                  st.integers(0, 3), st.integers(0, 3)),
    )  # fmt: skip


def located(kind: str) -> st.SearchStrategy[Expression]:
    ways: dict[str, list[tuple[str, ...]]] = {
        "thing": [(), ("relation", "locations")],
        "series": [("thing",)],
        "observation": [("series", "thing")],
    }
    way = ways[kind]
    return st.sampled_from(way).map(lambda steps: Field((*steps, "geometry")))


def conditions(kind: str, depth: int = 2) -> st.SearchStrategy[Expression]:
    term = terms(kind)
    compares = st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge"])
    texts = st.sampled_from(["contains", "startswith", "endswith", "like"])
    stands = st.sampled_from(["intersects", "disjoint", "within", "touches", "equals", "crosses"])
    shapes = st.one_of(boxes, points).map(Shape)
    patterns = st.sampled_from([".*a", "b+$", "^$"])
    some = st.lists(constants(), min_size=1, max_size=4)
    leaf = st.one_of(
        st.builds(lambda name, a, b: Call(name, (a, b)), compares, term, term),
        st.builds(lambda name, a, b: Call(name, (a, b)), compares, fields(kind), constants()),
        st.builds(lambda name, a, b: Call(name, (a, b)), texts, term, term),
        st.builds(lambda a, b: Call("matches", (a, Value(b))), term, patterns),
        st.builds(lambda name, a: Call(name, (a,)), st.sampled_from(["is_null", "exists"]), term),
        st.builds(lambda a, b: Call("in", (a, *b)), term, some),
        st.builds(lambda a, b, c: Call("between", (a, b, c)), term, constants(), constants()),
        st.builds(lambda name, a, b: Call(name, (a, b)), stands, located(kind), shapes),
        st.builds(
            lambda name, a, b, c: Call(name, (Call("distance", (a, b)), Value(c))),
            st.sampled_from(["lt", "le", "gt"]), located(kind), points.map(Shape),
            st.sampled_from([0, 60_000, 120_000.5]),
        ),
    )  # fmt: skip
    if not depth:
        return leaf
    inner = conditions(kind, depth - 1)
    return st.one_of(
        leaf,
        st.builds(lambda a: Call("not", (a,)), inner),
        st.builds(
            lambda name, some: Call(name, tuple(some)),
            st.sampled_from(["and", "or"]), st.lists(inner, min_size=1, max_size=3),
        ),
        st.builds(lambda a, b: Call("eq", (a, Value(b))), inner, st.booleans()),
    )  # fmt: skip


def orders(kind: str) -> st.SearchStrategy[tuple[Order, ...]]:
    newest = st.just((Order(Field(("at",)), descending=True),))
    by = st.builds(Order, fields(kind, many=False), st.booleans())
    return st.one_of(
        st.just(()),
        newest if kind == "observation" else by.map(lambda one: (one,)),
        st.lists(by, max_size=2).map(tuple),
    )  # fmt: skip


@st.composite
def asks(draw: st.DrawFn) -> Ask:
    kinds: list[Kind] = ["thing", "series", "observation"]
    kind = draw(st.sampled_from(kinds))
    return Ask(
        of=kind,
        where=draw(st.none() | conditions(kind)),
        order=draw(orders(kind)),
        limit=draw(st.none() | st.integers(0, 4)),
        offset=draw(st.integers(0, 2)),
        count=draw(st.booleans()),
    )


@st.composite
def worlds(draw: st.DrawFn) -> list[Fact]:
    some = {t.id: t for t in draw(st.lists(a_thing, max_size=5))}
    series = {s.id: s for s in draw(st.lists(a_series, max_size=5))}
    said = [o for o in draw(st.lists(an_observation, max_size=25)) if o.series in series]
    gone = [
        Gone(thing=id_) for id_ in draw(st.sets(st.sampled_from(things), max_size=1)) if id_ in some
    ]
    links = draw(
        st.lists(
            st.builds(
                Link,
                thing=st.sampled_from(things),
                property=st.sampled_from(["p", "q"]),
                series=st.sampled_from(ids),
            ),
            max_size=3,
        )
    )
    links = [one for one in links if one.series in series]
    return [*some.values(), *series.values(), *links, *said, *gone]


PLACE = count()


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(worlds(), st.integers(0, 25), st.lists(asks(), min_size=4, max_size=8))
def test_a_store_answers_as_a_plain_reading_would(
    tmp_path_factory: pytest.TempPathFactory, facts: list[Fact], cut: int, asked: list[Ask]
) -> None:
    path: Path = tmp_path_factory.mktemp("ask") / f"{next(PLACE)}.db"
    said = [fact for fact in facts if isinstance(fact, Observation)]
    others = [fact for fact in facts if not isinstance(fact, Observation)]
    with Store(path) as store:
        store.commit([*others, *said[:cut]], at=0).result()
        store.fold(NOW).result()
        store.commit(said[cut:], at=0).result()
        assert store.check() == []
        world = World(store, facts)
        for ask in asked:
            right = answered(world, ask)
            end = None if ask.limit is None else ask.offset + ask.limit
            answer = store.ask(ask)
            assert [row.no for row in answer.rows] == right[ask.offset : end], ask
            assert answer.more == (end is not None and len(right) > end), ask
            assert answer.total == (len(right) if ask.count else None), ask
