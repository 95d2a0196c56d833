"""Asks the store for entities, those that they are linked to, and what must be told beside them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from byalag.asking import Answer, Ask, Call, Expression, Field, Numbered, Order, Value, observed
from byalag.model import Json, Micros, Series, Thing
from byalag.standards.sensorthings._filter_meaning import Meaning
from byalag.standards.sensorthings._options import Options
from byalag.standards.sensorthings._problem import unfit, unknown
from byalag.standards.sensorthings._relate import AHEAD, BACK
from byalag.standards.sensorthings._show_members import About, geometry
from byalag.standards.sensorthings._words import ENTITIES, SIDE_TYPES, Entity, Link
from byalag.store import Reading

MOST: Final = 20_000  # entities in one answer
_AT_ONCE: Final = 500  # asked for by id or number in one question
Row = Any  # Numbered[Thing], Numbered[Series] or Observed
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

    def _one(self, entity: Entity, no: int) -> Row | None:
        if entity.kind == "observation":
            return self._first(entity, _is(no)) if observed(no) is not None else None
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
        meaning = Meaning(entity, self._now)
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
            return Value(False)  # noqa: FBT003 -- the constant itself
        return conditions[0] if len(conditions) == 1 else Call("or", tuple(conditions))

    def _series_of(self, name: str, no: int) -> list[int]:
        where = Call("eq", (Field(("relation", name, "no")), Value(no)))
        rows = self._ask(Ask(of="series", where=where, limit=_AT_ONCE)).rows
        return [row.no for row in rows]

    def leads(self, parent: Parent, link: Link, no: int) -> bool:
        """Return whether a link leads to the entity that has a number."""
        where = _both(_is(no), self._linked(parent, link))
        return self._first(ENTITIES[link.to], where) is not None

    def linked(self, parent: Parent, link: Link) -> Row | None:
        """Return the one entity that a link leads to."""
        return self.each_linked(parent.entity, [parent.row], link)[0]

    def each_linked(self, entity: Entity, rows: Sequence[Row], link: Link) -> list[Row | None]:
        """Return the one entity that each leads to, in the order of the rows."""
        if entity.name == "Observation":
            if link.name == "Datastream":
                found = self._series_numbered({row.series for row in rows})
                return [found.get(row.series) for row in rows]
            return self._features(rows)
        ahead: Any = AHEAD[entity.name, link.name]
        ids = [next(iter(ahead(row.fact)), None) for row in rows]
        things = self._things(one for one in ids if one is not None)
        return [None if one is None else things.get(one) for one in ids]

    def _series_numbered(self, numbers: Iterable[int]) -> dict[int, Row]:
        found: dict[int, Row] = {}
        for some in _portions(sorted(numbers)):
            answer = self._ask(Ask(of="series", where=_any(("no",), some)))
            found.update({row.no: row for row in answer.rows})
        return found

    def _things(self, ids: Iterable[str]) -> dict[str, Row]:
        """Return things by their ids."""
        found: dict[str, Row] = {}
        for some in _portions(sorted(set(ids))):
            answer = self._ask(Ask(of="thing", where=_any(("id",), some)))
            found.update({row.fact.id: row for row in answer.rows})
        return found

    def _features(self, rows: Sequence[Row]) -> list[Row | None]:
        """Return what each observation is of: its own feature, else that of its series."""
        plain = {row.series for row in rows}
        series = self._series_numbered(plain)
        own = {
            row.series: row.fact.relations["feature"][0]
            for row in series.values()
            if row.fact.relations.get("feature")
        }
        at = {no: own.get(no, row.fact.thing) for no, row in series.items()}
        things = self._things(at.values())
        numbers = {(row.fact.extra or {}).get("feature") for row in rows} - {None}
        by_number: dict[Any, Row | None] = {
            no: self._one(ENTITIES["FeatureOfInterest"], no)
            for no in numbers
            if isinstance(no, int)
        }
        common = {
            no: thing
            for no, one in at.items()
            if (thing := things.get(one)) is not None
            and (no in own or geometry(thing.fact) is not None)
        }
        return [
            by_number[no]
            if (no := (row.fact.extra or {}).get("feature")) in by_number
            else common.get(row.series)
            for row in rows
        ]

    def each_several(
        self, entity: Entity, rows: Sequence[Row], link: Link, options: Options
    ) -> list[Several]:
        """Return the entities that each leads to, in the order of the rows."""
        to = ENTITIES[link.to]
        if len(rows) > 1 and to.kind != "observation":
            together = self._together(entity, rows, link, options)
            if together is not None:
                return together
        return [self.several(to, options, Parent(entity, row), link) for row in rows]

    def _together(
        self, entity: Entity, rows: Sequence[Row], link: Link, options: Options
    ) -> list[Several] | None:
        """Return what all of them lead to, asked for at once; None if that is too much."""
        to = ENTITIES[link.to]
        back: Any = BACK.get((entity.name, link.name))
        ahead: Any = AHEAD.get((entity.name, link.name))
        where: Expression
        if ahead is not None:
            leads = [ahead(row.fact) for row in rows]
            where = _any(("id",), sorted({one for some in leads for one in some}))
        else:
            where = _any((*link.back, "no"), [row.no for row in rows])
        every = replace(options, top=_AT_ONCE, skip=0, count=False)
        answer = self._ask(self._asked(to, every, _both(to.where, where)))
        if answer.more:
            return None
        if ahead is not None:
            kept = [[row for row in answer.rows if row.fact.id in set(some)] for some in leads]
        else:
            kept = _grouped(rows, answer.rows, back)
        return [_page(some, options) for some in kept]

    def find_out(self, entity: Entity, rows: Sequence[Row], wanted: Callable[[str], bool]) -> None:
        """Find out what must be known beside facts to tell of them."""
        self._about.datasets = self._reading.datasets()
        if entity.kind != "series" or not rows:
            return
        if wanted("phenomenonTime") or wanted("resultTime"):
            self._about.spans.update(self._reading.spans([row.no for row in rows]))
        if wanted("observedArea"):
            unknown_places = {row.fact.thing for row in rows} - self._about.places.keys()
            for name, row in self._things(unknown_places).items():
                self._about.places[name] = _area(row.fact)

    def _ask(self, ask: Ask) -> Several:
        try:
            answer = self._reading.ask(ask)
        except ValueError as error:
            raise unfit(str(error)) from error
        self._left -= len(answer.rows)
        if self._left < 0:
            message = f"the answer would hold more than {MOST} entities: ask for fewer with $top"
            raise unfit(message)
        return answer


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
    waiting = [coordinates]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list | tuple) and one:
            if isinstance(one[0], int | float):
                yield one
            else:
                waiting.extend(one)


def _is(no: int) -> Expression:
    return Call("eq", (Field(("no",)), Value(no)))


def _any(path: tuple[str, ...], values: Sequence[str] | Sequence[int]) -> Expression:
    """Return what holds for any of these values; a few forms of question do for all lengths."""
    if not values:
        return Value(False)  # noqa: FBT003 -- the constant itself
    if len(values) == 1:
        return Call("eq", (Field(path), Value(values[0])))
    size = 2
    while size < len(values):
        size *= 2
    padded = [*values, *[values[-1]] * (size - len(values))]
    return Call("in", (Field(path), *(Value(value) for value in padded)))


def _both(one: Expression | None, other: Expression | None) -> Expression | None:
    parts = [part for part in (one, other) if part is not None]
    if len(parts) == 2:  # noqa: PLR2004 -- both
        return Call("and", tuple(parts))
    return parts[0] if parts else None


def _portions(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), 256):
        yield values[start : start + 256]


def _grouped(
    rows: Sequence[Row], found: Sequence[Row], back: Callable[[Any], Iterable[str]]
) -> list[list[Row]]:
    by_parent: Mapping[str, list[Row]] = {row.fact.id: [] for row in rows}
    for one in found:
        for name in back(one.fact):
            if name in by_parent:
                by_parent[name].append(one)
    return [by_parent[row.fact.id] for row in rows]


def _page(rows: list[Row], options: Options) -> Several:
    end = options.skip + options.top
    total = len(rows) if options.count else None
    return Answer(rows[options.skip : end], total, len(rows) > end)
