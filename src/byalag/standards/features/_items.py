"""One page of a collection: asked of the store by number, written from features kept as bytes."""

from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np
from msgspec import Struct

from byalag.asking import Answer, Ask, Call, Expression, Field, Numbered, TooHard, Value
from byalag.model import Json, Micros, Thing
from byalag.standards.features._crs import Move, outward
from byalag.standards.features._feature import feature, newest, time
from byalag.standards.features._known import BESIDES, Known
from byalag.standards.features._problem import NotAnswered
from byalag.standards.features._question import Items
from byalag.store import Reading

_ENCODER: Final = msgspec.json.Encoder()
_NO: Final = Field(("no",))
_MOST_KEPT: Final = 50_000  # features that are kept as they are written


class Page(Struct, frozen=True):
    """Features as they are written, how many there are in all, and where the next page begins."""

    features: list[bytes]
    matched: int
    more: bool
    last: int


def page(reading: Reading, known: Known, dataset: str, items: Items) -> Page:
    """Return a page of a collection.

    Things come in the order of their numbers, which never change: a page neither skips nor repeats
    one, whatever is written meanwhile.

    Raises:
        NotAnswered: What is asked would take too long to answer.
    """
    boxed = _in_box(reading, known, dataset, items)
    if boxed is not None:
        return boxed
    try:
        base = _of(dataset, (*_boxed(reading, known, dataset, items.box), *items.where))
        after = (Call("gt", (_NO, Value(items.after))),) if items.after else ()
        found = reading.ask(Ask(of="thing", where=_all((*base, *after)), limit=items.limit))
        matched = _count(reading, known, base, dataset)
    except (TooHard, ValueError) as error:
        message = f"this cannot be asked: {error}"
        raise NotAnswered(message, "refused") from error
    rows = _things(found)
    written = _written(reading, known, rows, items.crs)
    return Page(written, matched, found.more, rows[-1].no if rows else 0)


def _in_box(reading: Reading, known: Known, dataset: str, items: Items) -> Page | None:
    """Return a page of what is in a box, where that is all that is asked and all are points."""
    points = known.points(reading, dataset) if items.edges and not items.where else None
    if points is None:
        return None
    west, south, east, north = items.edges
    y, x = points.latitudes, points.longitudes
    inside = points.numbers[(y >= south) & (y <= north) & (x >= west) & (x <= east)]
    begin = int(np.searchsorted(inside, items.after, "right"))
    numbers: list[int] = inside[begin : begin + items.limit].tolist()
    kept = _kept(reading, known)
    lacking = [no for no in numbers if (items.crs, no) not in kept]
    if lacking:
        is_one = Call("in", (_NO, *(Value(no) for no in lacking)))
        _written(reading, known, reading.ask(Ask(of="thing", where=is_one)).rows, items.crs)
        kept = _kept(reading, known)
    features = [kept[items.crs, no] for no in numbers if (items.crs, no) in kept]
    if len(features) < len(numbers):  # something has changed meanwhile
        return None
    more = begin + items.limit < len(inside)
    return Page(features, len(inside), more, numbers[-1] if numbers else 0)


def one(reading: Reading, known: Known, dataset: str, thing: str, crs: str) -> bytes | None:
    """Return one feature of a collection as it is written; None if it is not there."""
    found, no = reading.thing(thing), reading.number(thing)
    if found is None or no is None or found.dataset != dataset or found.type in BESIDES:
        return None
    return _written(reading, known, [Numbered(no, found)], crs)[0]


def encode(page: Page, links: Sequence[Json], now: Micros) -> bytes:
    """Return a feature collection as it is written."""
    head = {
        "type": "FeatureCollection",
        "timeStamp": time(now // 1_000_000 * 1_000_000),
        "numberMatched": page.matched,
        "numberReturned": len(page.features),
        "links": links,
    }
    features = b",".join(page.features)
    return _ENCODER.encode(head)[:-1] + b',"features":[' + features + b"]}"


def _of(dataset: str, where: Sequence[Expression]) -> tuple[Expression, ...]:
    """Return what all things of a collection have, and what is asked of them."""
    besides = Call("in", (Field(("type",)), *(Value(each) for each in BESIDES)))
    same = Call("eq", (Field(("dataset",)), Value(dataset)))
    return (same, *where, Call("not", (besides,)))


def _boxed(
    reading: Reading, known: Known, dataset: str, box: Expression | None
) -> tuple[Expression, ...]:
    """Return what a box asks for: what meets it, and what nobody knows the place of.

    The second is what /req/core/fc-bbox-response says; it is asked only where there is any.
    """
    if box is None:
        return ()
    placeless = Call("is_null", (Field(("geometry",)),))
    if not _count(reading, known, _of(dataset, (placeless,)), dataset):
        return (box,)
    return (Call("or", (box, placeless)),)


def _all(conditions: tuple[Expression, ...]) -> Expression:
    return Call("and", conditions)


def _things(found: Answer[Json]) -> list[Numbered[Thing]]:
    return found.rows


def _count(reading: Reading, known: Known, base: tuple[Expression, ...], dataset: str) -> int:
    """Return how many things there are in all, counted once for as long as nothing changes."""
    changed = reading.changed()
    if known.totals[0] != changed:
        known.totals = changed, {}
    totals = known.totals[1]
    key = msgspec.msgpack.encode((dataset, base))
    if key not in totals:
        asked = Ask(of="thing", where=_all(base), limit=0, count=True)
        totals[key] = reading.ask(asked).total or 0
    return totals[key]


def _written(
    reading: Reading, known: Known, rows: Sequence[Numbered[Thing]], crs: str
) -> list[bytes]:
    """Return features as they are written, each made once for as long as nothing changes."""
    kept = _kept(reading, known)
    lacking = [row for row in rows if (crs, row.no) not in kept]
    if lacking:
        values = newest(reading, [row.fact.id for row in lacking])
        move = outward(crs)
        for row in lacking:
            kept[crs, row.no] = _encoded(row.fact, values, move)
    return [kept[crs, row.no] for row in rows]


def _kept(reading: Reading, known: Known) -> dict[tuple[str, int], bytes]:
    """Return the features that have been written since anything changed last."""
    changed = reading.changed()
    if known.fragments[0] != changed or len(known.fragments[1]) > _MOST_KEPT:
        known.fragments = changed, {}
    return known.fragments[1]


def _encoded(thing: Thing, values: Json, move: Move | None) -> bytes:
    return _ENCODER.encode(feature(thing, values[thing.id], move))
