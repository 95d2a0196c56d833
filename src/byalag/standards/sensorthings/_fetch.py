"""Asks the store for entities, those that they are linked to, and what must be told beside them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from msgspec import Struct

from byalag.asking import Answer, Ask, Call, Expression, Field, Numbered, Order, Value
from byalag.model import Json, Micros, Series, Thing
from byalag.standards.sensorthings._create_locate import observation
from byalag.standards.sensorthings._filter import Node
from byalag.standards.sensorthings._filter_meaning import Meaning
from byalag.standards.sensorthings._options import Options
from byalag.standards.sensorthings._problem import unfit, unknown
from byalag.standards.sensorthings._show_members import About, Row, further, geometry
from byalag.standards.sensorthings._words import ENTITIES, SIDE_TYPES, Entity, Link
from byalag.store import Reading

MOST: Final = 20_000  # entities in one answer
_AT_ONCE: Final = 500  # asked for by id or number in one question
Several = Answer[Any]


class Parent(Struct, frozen=True):
    """The entity whose links are followed."""

    entity: Entity
    row: Row

    @property
    def no(self) -> int:
        """Its number."""
        no: int = self.row.no
        return no


class Fetch:
    """Asks one store for one answer, and keeps count of how much it holds."""

    def __init__(self, reading: Reading, now: Callable[[], Micros], about: About) -> None:
        """Ask a store; what is found out on the way is told to `about`."""
        self._reading = reading
        self._now = now
        self._about = about
        self._left = MOST

    def one(self, entity: Entity, no: int) -> Row:
        """Return one entity.

        Raises:
            Refused: It is not there (404).
        """
        row = self._one(entity, no)
        if row is None:
            message = f"there is no {entity.name} with the id {no}"
            raise unknown(message)
        return row

    def found(self, entity: Entity, no: int) -> Row | None:
        """Return one entity, or None where it is not there."""
        return self._one(entity, no)

    def _one(self, entity: Entity, no: int) -> Row | None:
        if entity.kind == "observation":
            return observation(self._reading, no)
        if entity.kind == "series":
            return self._numbered(no, self._reading.numbered_series(no))
        if entity.name in {"Location", "FeatureOfInterest"}:
            return self._first(entity, _is(no))
        thing = self._reading.numbered_thing(no)
        kind = thing.type if thing is not None and thing.type in SIDE_TYPES else "Thing"
        return self._numbered(no, thing) if kind == entity.name else None

    @staticmethod
    def _numbered(no: int, fact: Thing | Series | None) -> Row | None:
        return None if fact is None else Numbered(no, fact)

    def _first(self, entity: Entity, where: Expression | None) -> Row | None:
        answer = self._ask(Ask(of=entity.kind, where=_both(entity.where, where), limit=1))
        return answer.rows[0] if answer.rows else None

    def several(
        self,
        entity: Entity,
        options: Options,
        parent: Parent | None = None,
        link: Link | None = None,
    ) -> Several:
        """Return entities of a kind: all, or those that a link leads to."""
        where = entity.where
        if parent is not None and link is not None:
            where = _both(where, self._linked(parent, link))
        return self._ask(self._asked(entity, options, where))

    def _asked(self, entity: Entity, options: Options, where: Expression | None) -> Ask:
        meaning = Meaning(entity, self._now, self._own_features)
        if options.where is not None:
            where = _both(where, meaning.condition(options.where))
        return Ask(
            of=entity.kind,
            where=where,
            order=tuple(
                Order(meaning.order(node, descending=descending), descending)
                for node, descending in options.order
            ),
            limit=options.top,
            offset=options.skip,
            count=options.count,
        )

    def _linked(self, parent: Parent, link: Link) -> Expression:
        """Return what tells the entities that a link leads to."""
        if parent.entity.name == "FeatureOfInterest":
            return self._of_feature(parent.no)
        return Call("eq", (Field((*link.back, "no")), Value(parent.no)))

    def _of_feature(self, no: int) -> Expression:
        """Return what tells the observations of a feature: plain ones, and those with their own."""
        own = Field(("extra", "feature"))
        plain = self._series_of("feature", no)
        further = self._series_of("features", no)
        conditions: list[Expression] = []
        if plain:
            conditions.append(Call("and", (_any(("series", "no"), plain), Call("is_null", (own,)))))
        if further:
            same = Call("eq", (own, Value(no)))
            conditions.append(Call("and", (_any(("series", "no"), further), same)))
        if not conditions:
            return Value(value=False)
        return conditions[0] if len(conditions) == 1 else Call("or", tuple(conditions))

    def _series_of(self, name: str, no: int) -> list[int]:
        where = Call("eq", (Field(("relation", name, "no")), Value(no)))
        rows = self._ask(Ask(of="series", where=where, limit=_AT_ONCE)).rows
        return [row.no for row in rows]

    def _own_features(self, condition: Node) -> list[int] | None:
        """Return which features that observations have of their own meet a condition."""
        entity = ENTITIES["FeatureOfInterest"]
        named = Call("exists", (Field(("measures", "features", "no")),))
        if self._first(entity, named) is None:
            return None
        meant = Meaning(entity, self._now).condition(condition)
        rows = self._ask(Ask(of="thing", where=_both(named, meant), limit=_AT_ONCE)).rows
        return [row.no for row in rows]

    def leads(self, parent: Parent, link: Link, row: Row) -> bool:
        """Return whether a link leads to an entity."""
        to = ENTITIES[link.to]
        if to.name == "Observation":
            back = next(one for one in to.links.values() if one.to == parent.entity.name)
            there = self.linked(Parent(to, row), back)
            return there is not None and there.no == parent.no
        return self._first(to, _both(_is(row.no), self._linked(parent, link))) is not None

    def linked(self, parent: Parent, link: Link) -> Row | None:
        """Return the one entity that a link leads to."""
        return self.each_linked(parent.entity, [parent.row], link)[0]

    def each_linked(self, entity: Entity, rows: Sequence[Row], link: Link) -> list[Row | None]:
        """Return the one entity that each leads to, in the order of the rows."""
        if entity.name == "Observation" and link.name == "Datastream":
            series = self._numbered_series({row.series for row in rows})
            return [series.get(row.series) for row in rows]
        if entity.name == "Observation":
            return self._features(rows)
        found = self._each(Ask(of="thing", limit=1), link.back, [row.no for row in rows])
        return [_only(found[row.no]) for row in rows]

    def _numbered_series(self, numbers: Iterable[int]) -> dict[int, Row]:
        found: dict[int, Row] = {}
        for some in _portions(sorted(numbers)):
            answer = self._ask(Ask(of="series", where=_any(("no",), some)))
            found.update({row.no: row for row in answer.rows})
        return found

    def _features(self, rows: Sequence[Row]) -> list[Row | None]:
        """Return what each observation is of: its own feature, else that of its series."""
        series = sorted({row.series for row in rows})
        common = self._each(Ask(of="thing", limit=1), ("measures", "feature"), series)
        own = {further(row.fact).get("feature") for row in rows}
        by_number: dict[Any, Row | None] = {
            no: self._one(ENTITIES["FeatureOfInterest"], no) for no in own if isinstance(no, int)
        }
        return [
            by_number[no]
            if (no := further(row.fact).get("feature")) in by_number
            else _only(common[row.series])
            for row in rows
        ]

    def each_several(
        self, entity: Entity, rows: Sequence[Row], link: Link, options: Options
    ) -> list[Several]:
        """Return the entities that each leads to, in the order of the rows."""
        to = ENTITIES[link.to]
        if entity.name == "FeatureOfInterest":
            return [self.several(to, options, Parent(entity, row), link) for row in rows]
        asked = self._asked(to, options, to.where)
        found = self._each(asked, link.back, [row.no for row in rows])
        return [found[row.no] for row in rows]

    def all_numbered(self, entity: Entity, numbers: Sequence[int]) -> list[Row]:
        """Return the entities that have these numbers, which are known to be of their kind."""
        asked = (Ask(of=entity.kind, where=_any(("no",), some)) for some in _portions(numbers))
        return [row for ask in asked for row in self._ask(ask).rows]

    def each_numbered(
        self, numbers: Sequence[int], link: Link, limit: int
    ) -> dict[int, tuple[int, ...]]:
        """Return the numbers that each leads to, and one more where there are more than a limit."""
        to = ENTITIES[link.to]
        ask = Ask(of=to.kind, where=to.where if link.many else None, limit=limit + 1)
        found = self._each(ask, link.back, numbers)
        return {no: tuple(row.no for row in answer.rows) for no, answer in found.items()}

    def find_out(
        self,
        entity: Entity,
        rows: Sequence[Row],
        wanted: Callable[[str], bool],
        *,
        expands: bool = False,
    ) -> None:
        """Find out what must be known beside facts to tell of them, and what they expand."""
        self._about.datasets = self._reading.datasets()
        if entity.name == "Thing" and expands:
            self._about.places.update((row.fact.id, _area(row.fact)) for row in rows)
        if entity.kind != "series" or not rows:
            return
        if wanted("phenomenonTime") or wanted("resultTime"):
            self._about.spans.update(self._reading.spans([row.no for row in rows]))
        if wanted("observedArea"):
            self._about.places.update(self._areas({row.fact.thing for row in rows}))

    def _areas(self, things: set[str]) -> dict[str, Json]:
        """Return where observations of things are made."""
        told: dict[str, Json] = {}
        for some in _portions(sorted(things - self._about.places.keys())):
            answer = self._ask(Ask(of="thing", where=_any(("id",), some)))
            told.update({row.fact.id: _area(row.fact) for row in answer.rows})
        return told

    def _each(self, ask: Ask, back: tuple[str, ...], numbers: Sequence[int]) -> dict[int, Several]:
        """Return what each of many rows leads to, by number."""
        found: dict[int, Several] = {}
        for some in _portions(numbers):
            try:
                told = self._reading.ask_each(ask, Field(back), some)
            except ValueError as error:
                raise unfit(str(error)) from error
            found.update(told)
            self._count(sum(len(answer.rows) for answer in told.values()))
        return found

    def _ask(self, ask: Ask) -> Several:
        try:
            answer = self._reading.ask(ask)
        except ValueError as error:
            raise unfit(str(error)) from error
        self._count(len(answer.rows))
        return answer

    def _count(self, entities: int) -> None:
        self._left -= entities
        if self._left < 0:
            message = f"the answer would hold more than {MOST} entities: ask for fewer with $top"
            raise unfit(message)


def _area(thing: Thing) -> Json:
    """Return where observations of a thing are made: its point, or the box around its shape."""
    place = geometry(thing)
    if place is None or place.get("type") == "Point":
        return place
    corners = list(_positions(place.get("coordinates")))
    if not corners:
        return None
    west, east = min(one[0] for one in corners), max(one[0] for one in corners)
    south, north = min(one[1] for one in corners), max(one[1] for one in corners)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _positions(coordinates: Json) -> Iterator[Sequence[float]]:
    waiting: list[Json] = [coordinates]
    while waiting:
        one: Json = waiting.pop()
        if one and isinstance(one[0], int | float):
            yield one
        elif one:
            waiting += one


def _is(no: int) -> Expression:
    return Call("eq", (Field(("no",)), Value(no)))


def _any(path: tuple[str, ...], values: Sequence[str] | Sequence[int]) -> Expression:
    """Return what holds for any of these values; a few forms of question do for all lengths."""
    if not values:
        return Value(value=False)
    if len(values) == 1:
        return Call("eq", (Field(path), Value(values[0])))
    size = 2
    while size < len(values):
        size *= 2
    padded = [*values, *[values[-1]] * (size - len(values))]
    return Call("in", (Field(path), *(Value(value) for value in padded)))


def _both(one: Expression | None, other: Expression | None) -> Expression | None:
    parts = [part for part in (one, other) if part is not None]
    return Call("and", tuple(parts)) if len(parts) > 1 else next(iter(parts), None)


def _portions(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), 256):
        yield values[start : start + 256]


def _only(answer: Several) -> Row | None:
    return answer.rows[0] if answer.rows else None
