"""Finding the entities that are asked for: by the store where it can tell, else one by one."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final, TypeAlias

from msgspec import Struct

from byalag.asking import Answer, Ask, Call, Expression, Field, TooHard, Value
from byalag.model import Thing
from byalag.standards import Window
from byalag.standards.ngsi_ld._bounds import Bounds
from byalag.standards.ngsi_ld._entity import Entity
from byalag.standards.ngsi_ld._facts import entities_of, entity_of, known
from byalag.standards.ngsi_ld._problem import Refused
from byalag.standards.ngsi_ld._q_ask import Look, Seen
from byalag.standards.ngsi_ld._q_judge import Follow
from byalag.standards.ngsi_ld._refuse import refuse_data
from byalag.standards.ngsi_ld._select import Selection, bounds, selected
from byalag.store import Reading

Order: TypeAlias = Callable[[list[Entity]], None]
_CHUNK: Final = 500
_MOST_ODD: Final = 100
MOST_SORTED: Final = 20_000
MOST_LOOKED: Final = 100_000  # entities that one question may have looked at, one by one


class Part(Struct, frozen=True):
    """Which part of what is found is wanted, in which order, and whether all of it is counted."""

    limit: int
    offset: int = 0
    count: bool = False
    order: Order | None = None


class Page(Struct, frozen=True):
    """Some of the entities that are asked for: whether more follow, and how many there are."""

    entities: list[Entity]
    more: bool
    total: int | None


async def find_entities(window: Window, selection: Selection, part: Part) -> Page:
    """Return a page of the entities that are selected, in the order in which they came here.

    Raises:
        Refused: The question is too hard (TooComplexQuery, TooManyResults) or cannot be asked.
    """
    return await window.beside(lambda: page_of(window.reading, selection, part))


def page_of(reading: Reading, selection: Selection, part: Part, chunk: int = _CHUNK) -> Page:
    """Return a page of the entities that are selected. See `find_entities`.

    `chunk` is how many that may be selected are looked at without asking how many surely are.
    """
    needs = selection.q is not None or bool(selection.attrs)
    asked = bounds(selection, reading.linked() if needs else (), looking(reading))
    if part.order is not None:
        return _sorted(_selected(reading, selection, asked, MOST_LOOKED), part, part.order)
    if _same(asked):
        return _exact(reading, asked.may, part)
    first = _ask(reading, asked.may, limit=chunk)
    if not first.more:
        return _all(_judged(reading, selection, [row.fact for row in first.rows]), part)
    if not part.count and not part.offset:
        return _first(_selected(reading, selection, asked, MOST_LOOKED), part.limit)
    if asked.sure is not None:
        may = _ask(reading, asked.may, limit=0, count=True).total
        if may == _ask(reading, asked.sure, limit=0, count=True).total:
            return _exact(reading, asked.may, part)
    return _all(_selected(reading, selection, asked, MOST_LOOKED), part)


def _same(asked: Bounds) -> bool:
    return asked.may is not None and asked.may == asked.sure


def _ask(reading: Reading, where: Expression | None, **more: Any) -> Answer[Any]:  # noqa: ANN401 -- what Ask takes
    try:
        return reading.ask(Ask(of="thing", where=where, **more))
    except TooHard as error:
        raise Refused(str(error), "TooComplexQuery") from error
    except ValueError as error:
        refuse_data(str(error))


def _exact(reading: Reading, where: Expression | None, part: Part) -> Page:
    answer = _ask(reading, where, limit=part.limit, offset=part.offset, count=part.count)
    things = [row.fact for row in answer.rows]
    return Page(entities_of(reading, things), answer.more, answer.total)


def _first(found: Iterable[Entity], limit: int) -> Page:
    entities = list(islice(found, limit + 1))
    return Page(entities[:limit], len(entities) > limit, None)


def _all(found: Iterable[Entity], part: Part) -> Page:
    entities: list[Entity] = []
    total = 0
    for entity in found:
        if part.offset <= total < part.offset + part.limit:
            entities.append(entity)
        total += 1
    return Page(entities, total > part.offset + part.limit, total)


def _sorted(found: Iterable[Entity], part: Part, order: Order) -> Page:
    entities = list(islice(found, MOST_SORTED + 1))
    if len(entities) > MOST_SORTED:
        message = f"at most {MOST_SORTED} entities are put in order; ask for fewer"
        raise Refused(message, "TooManyResults")
    order(entities)
    end = part.offset + part.limit
    return Page(entities[part.offset : end], len(entities) > end, len(entities))


def every_selected(reading: Reading, selection: Selection) -> Iterator[Entity]:
    """Yield every entity that is selected, in the order in which they came."""
    asked = bounds(selection, reading.linked(), looking(reading))
    yield from _selected(reading, selection, asked)


def _selected(
    reading: Reading, selection: Selection, asked: Bounds, most: int | None = None
) -> Iterator[Entity]:
    """Yield every entity that is selected, having looked at each that may be.

    Raises:
        Refused: More than `most` would have to be looked at.
    """
    left = most
    for things in _chunks(reading, asked.may):
        if left is not None:
            left -= len(things)
            if left < 0:
                message = f"more than {most} entities would have to be looked at; ask for fewer"
                raise Refused(message, "TooComplexQuery")
        yield from _judged(reading, selection, things)


def _judged(reading: Reading, selection: Selection, things: Sequence[Thing]) -> Iterator[Entity]:
    follow = following(reading)
    for entity in entities_of(reading, things):
        if selected(selection, entity, follow):
            yield entity


def _chunks(reading: Reading, where: Expression | None) -> Iterator[Sequence[Thing]]:
    offset = 0
    while True:
        answer = _ask(reading, where, limit=_CHUNK, offset=offset)
        yield [row.fact for row in answer.rows]
        if not answer.more:
            return
        offset += _CHUNK


def following(reading: Reading) -> Follow:
    """Return what gives the entity that a relationship points to, each looked for once."""
    seen: dict[str, Entity | None] = {}

    def follow(uri: str) -> Entity | None:
        if uri not in seen:
            thing = known(reading, uri)
            seen[uri] = None if thing is None else entity_of(reading, thing)
        return seen[uri]

    return follow


def looking(reading: Reading) -> Look:
    """Return what tells of the series of a property, each looked for once."""
    known: dict[str, Seen] = {}

    def look(name: str) -> Seen:
        if name not in known:
            known[name] = _seen(reading, name)
        return known[name]

    return look


def _seen(reading: Reading, name: str) -> Seen:
    is_it = Call("eq", (Field(("property",)), Value(name)))
    if not reading.ask(Ask(of="series", where=is_it, limit=1)).rows:
        return Seen(some=False)
    named = Call("ne", (Field(("sensor",)), Value("")))
    untold = Call("is_null", (Field(("latest",)),))
    ahead = Call("eq", (Field(("kind",)), Value("forecast")))  # shown, and no newest value
    odd = Call("and", (is_it, Call("or", (named, untold, ahead))))
    found = reading.ask(Ask(of="series", where=odd, limit=_MOST_ODD))
    things = tuple(dict.fromkeys(row.fact.thing for row in found.rows))
    return Seen(some=True, odd=None if found.more else things)


def every_entity(reading: Reading) -> Iterator[Entity]:
    """Yield every entity, in the order in which they came."""
    yield from _selected(reading, Selection(), bounds(Selection(), (), looking(reading)))
