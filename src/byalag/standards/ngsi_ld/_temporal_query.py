"""Asking for the histories of entities (GS CIM 009, 5.7.4)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from byalag.asking import Ask, Call, Expression, Field, Moment, TooHard
from byalag.model import Json, Thing
from byalag.standards import Reply, Window
from byalag.standards.ngsi_ld._bounds import both
from byalag.standards.ngsi_ld._choose import chosen
from byalag.standards.ngsi_ld._entity import Entity, Instance
from byalag.standards.ngsi_ld._find_entities import following, looking
from byalag.standards.ngsi_ld._geo import is_there
from byalag.standards.ngsi_ld._json import is_object, listed
from byalag.standards.ngsi_ld._problem import Refused
from byalag.standards.ngsi_ld._q_judge import Follow
from byalag.standards.ngsi_ld._refuse import refuse_data
from byalag.standards.ngsi_ld._request import Request
from byalag.standards.ngsi_ld._select import Selection, bounds, selected
from byalag.standards.ngsi_ld._show import Shown
from byalag.standards.ngsi_ld._temporal_ask import MEMBERS, TemporalAsk, read_ask
from byalag.standards.ngsi_ld._temporal_evolution import NONE, tracks
from byalag.standards.ngsi_ld._temporal_retrieve import fitted, paged, wanted
from byalag.standards.ngsi_ld._temporal_tell import head_of, tell
from byalag.standards.ngsi_ld._temporal_track import Track
from byalag.store import Reading

_CHUNK: Final = 100
_WHOLE: Final = 1_000  # instances of an attribute that a query looks at one by one
_USUAL: Final = 20
_MOST: Final = 1_000

Evolved = tuple[Thing, list[Track]]


class TemporalQuery(Struct, frozen=True, kw_only=True):
    """Which histories are asked for, what is shown of them, and which of the page."""

    selection: Selection
    ask: TemporalAsk
    shown: Shown
    limit: int
    offset: int
    count: bool


async def query(request: Request, window: Window) -> Reply:
    """Answer the histories that the parameters ask for."""
    return await _answered(request, window, request.query)


async def query_posted(request: Request, window: Window) -> Reply:
    """Answer the histories that a query in the body asks for (5.2.23)."""
    content = request.content
    if not is_object(content) or content.get("type") != "Query":
        refuse_data("the body is an object of the type Query")
    time = content.get("temporalQ")
    if not is_object(time):
        refuse_data("temporalQ is not there: the query has timerel and timeAt in it")
    said = {name: one for name, one in content.items() if name not in {"type", "temporalQ"}}
    return await _answered(request, window, {**said, **_texts(time), **request.query})


def _texts(time: Mapping[str, Json]) -> dict[str, str]:
    """Return the members of temporalQ as they would be as parameters (5.2.21)."""
    told: dict[str, str] = {}
    for name, value in time.items():
        if name not in MEMBERS:
            refuse_data(
                f"temporalQ has no member {name[:60]!r}; it has {', '.join(sorted(MEMBERS))}"
            )
        each = listed(value)
        if not all(isinstance(one, str | int) for one in each):
            refuse_data(f"temporalQ: {name} is a text or a number")
        told[name] = ",".join(str(one) for one in each)
    return told


async def _answered(request: Request, window: Window, said: Mapping[str, Json]) -> Reply:
    texts = {name: value for name, value in said.items() if isinstance(value, str)}
    selection = chosen(said, request.context)
    typed = any(one.types is not None for one in selection.selectors)
    enough = typed or selection.attrs or selection.q or selection.geo
    if not enough and not request.flag("local"):
        refuse_data("name a type, attrs, q or georel; or local=true for everything")
    asked = TemporalQuery(
        selection=selection,
        ask=read_ask(texts, timed=True),
        shown=wanted(texts, request.context),
        limit=request.whole("limit", _USUAL, _MOST),
        offset=request.whole("offset", 0, 1_000_000),
        count=request.flag("count"),
    )
    content, range_, total = await window.beside(lambda: _found(window, asked))
    headers = {} if total is None else {"NGSILD-Results-Count": str(total)}
    return paged(request, content, range_, headers)


def _found(window: Window, asked: TemporalQuery) -> tuple[Json, str, int | None]:
    kept: list[Evolved] = []
    seen = 0
    for each in _evolved(window.reading, asked):
        if asked.offset <= seen < asked.offset + asked.limit:
            kept.append(each)
        seen += 1
        if not asked.count and seen >= asked.offset + asked.limit:
            break
    fits, range_ = fitted([one for _, one in kept], asked.ask, window.page)
    content = [
        told
        for (thing, _), one in zip(kept, fits, strict=True)
        if (told := tell(thing, one, asked.ask, asked.shown))
    ]
    return content, range_, seen if asked.count else None


def _evolved(reading: Reading, asked: TemporalQuery) -> Iterator[Evolved]:
    """Yield the entities that have a history of what is asked for, with what is shown of it."""
    selection, shown = asked.selection, asked.shown
    follow = following(reading)
    looks = selection.q is not None or selection.geo is not None
    judged = replace(selection, attrs=())
    for thing in _things(reading, asked):
        named = _every if looks or shown.attrs is None else shown
        wide = tracks(reading, thing, asked.ask, named, () if looks else shown.datasets)
        if not _is_judged(judged, _as_entity(thing, wide if looks else []), follow):
            continue
        ours = [one for one in wide if shown.attrs is None or one.attribute in shown.attrs]
        ours = [one for one in ours if not shown.datasets or _dataset(one) in shown.datasets]
        if ours:
            yield thing, [one for one in ours if shown(one.attribute)]


def _every(_: str) -> bool:
    return True


def _dataset(one: Track) -> str:
    return one.dataset or NONE


def _things(reading: Reading, asked: TemporalQuery) -> Iterator[Thing]:
    """Yield the things that may be asked for, as far as the store can tell."""
    plain = replace(asked.selection, q=None, geo=None, datasets=frozenset())
    may = bounds(plain, reading.linked() if plain.attrs else (), looking(reading)).may
    parts = [part for part in (may, *_timed(asked.ask)) if part is not None]
    offset = 0
    while True:
        try:
            where = both(*parts) if parts else None
            answer = reading.ask(Ask(of="thing", where=where, limit=_CHUNK, offset=offset))
        except TooHard as error:
            raise Refused(str(error), "TooComplexQuery") from error
        for row in answer.rows:
            if isinstance(row.fact, Thing):
                yield row.fact
        if not answer.more:
            return
        offset += _CHUNK


def _timed(ask: TemporalAsk) -> Iterator[Expression]:
    """Yield what the store can tell of the time that is asked for."""
    if ask.axis == "observedAt" and ask.since is not None:
        yield Call("ge", (Field(("series", "last")), Moment(ask.since)))
    if ask.axis == "observedAt" and ask.end is not None:
        yield Call("lt", (Field(("series", "first")), Moment(ask.end)))


def _is_judged(selection: Selection, entity: Entity, follow: Follow) -> bool:
    if not selected(selection, entity, follow):
        return False
    return selection.geo is None or is_there(selection.geo, entity)


def _as_entity(thing: Thing, found: Sequence[Track]) -> Entity:
    """Return an entity whose attributes have had all these values: any of them may fit a query."""
    entity = head_of(thing)
    for one in found:
        entity.attributes.setdefault(one.attribute, []).extend(_values(one))
    return entity


def _values(one: Track) -> list[Instance]:
    """Return the instances of a track; of very many plain ones, each value once."""
    if len(one) <= _WHOLE:
        return [one[place] for place in range(len(one))]
    plain = [place for place in range(len(one)) if place not in one.whole] if one.whole else None
    values = one.values if plain is None else one.values[plain]
    _, first = np.unique(values, return_index=True)
    each = [int(place) for place in first.flat]
    places = each if plain is None else [plain[place] for place in each]
    return [one[place] for place in (*places, *one.whole)]
