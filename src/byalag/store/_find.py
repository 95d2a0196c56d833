"""Which things are there: by name, by municipality, in a box, within a radius, nearest first."""

import json
import math
from typing import Any, cast

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from byalag.model import Found, Point, Where
from byalag.store._connection import rows
from byalag.store._distance import HALFWAY, boxes_around, distances, unwrapped
from byalag.store._sqlite import Connection
from byalag.store._things import decode

_BEGIN_METRES = 2_000.0
_GROW = (1.3, 4.0)
_ROOM = 1.5  # the box is larger than its circle, and places are not spread evenly


class Candidates(Struct, frozen=True):
    """Things that may be what is asked for: number, id, what they are sorted by, where they are."""

    numbers: list[int]
    ids: list[str]
    keys: list[str]
    latitudes: NDArray[np.float64]
    longitudes: NDArray[np.float64]


def find(
    connection: Connection, kinds: tuple[str, ...], where: Where, limit: int | None, offset: int
) -> list[Found]:
    """Return things of some types: nearest first when `where.near` is given, else by name."""
    if limit == 0:
        return []
    if where.near is not None:
        return _nearest(connection, kinds, where, limit, offset)
    if where.box is not None:
        candidates = _inside(connection, kinds, where)
        order = sorted(range(len(candidates.ids)), key=lambda i: _by_name(candidates, i))
        return _shown(connection, candidates, _page(order, limit, offset))
    most = -1 if limit is None else limit
    place = where.municipality
    if len(kinds) != 1:
        found = rows(connection, "find_several", (json.dumps(kinds), place, most, offset))
    elif place is None:
        found = rows(connection, "find", (kinds[0], most, offset))
    else:
        found = rows(connection, "find_in_municipality", (kinds[0], place, most, offset))
    return [Found(thing=decode(document)) for (document,) in found]


def count(connection: Connection, kinds: tuple[str, ...], where: Where) -> int:
    """Return how many things `find` would give without a limit."""
    if where.near is not None and (where.radius is not None or where.box is not None):
        return len(_within(connection, kinds, where, where.near, where.radius)[1])
    if where.box is not None:
        return len(_inside(connection, kinds, where).ids)
    return sum(_count(connection, kind, where) for kind in dict.fromkeys(kinds))


def _count(connection: Connection, kind: str, where: Where) -> int:
    if where.near is not None:
        return int(rows(connection, "count_placed", (kind, where.municipality))[0][0])
    if where.municipality is None:
        return int(rows(connection, "count", (kind,))[0][0])
    return int(rows(connection, "count_in_municipality", (kind, where.municipality))[0][0])


def _by_name(candidates: Candidates, index: int) -> tuple[str, str]:
    return candidates.keys[index], candidates.ids[index]


def _page(order: list[int], limit: int | None, offset: int) -> list[int]:
    return order[offset:] if limit is None else order[offset : offset + limit]


def _nearest(
    connection: Connection, kinds: tuple[str, ...], where: Where, limit: int | None, offset: int
) -> list[Found]:
    """Look in a circle, and in a wider one until it holds as many as are asked for."""
    near = where.near or Point(0, 0)
    farthest = HALFWAY if where.radius is None else where.radius
    radius = farthest if limit is None else min(_BEGIN_METRES, farthest)
    wanted = 0 if limit is None else limit + offset
    while True:
        candidates, inside, metres = _within(
            connection, kinds, where, near, radius, wanted if radius < farthest else 0
        )
        if radius >= farthest or len(inside) >= wanted:
            break
        radius = min(radius * _growth(len(candidates.ids), wanted), farthest)
    ids = candidates.ids
    order = sorted(inside, key=lambda i: (metres[i], ids[i]))
    return _shown(connection, candidates, _page(order, limit, offset), metres)


def _growth(found: int, wanted: int) -> float:
    """Return how much wider a circle should be, from how many places its box held."""
    least, most = _GROW
    return most if not found else min(most, max(least, _ROOM * math.sqrt(wanted / found)))


def _within(  # noqa: PLR0913, PLR0917 -- where, and how many make it worth measuring
    connection: Connection,
    kinds: tuple[str, ...],
    where: Where,
    near: Point,
    radius: float | None,
    wanted: int = 0,
) -> tuple[Candidates, list[int], list[float]]:
    """Return candidates, which of them are within the radius, and how far away each is.

    Fewer candidates than `wanted` are not measured: the circle is too small to be of use.
    """
    limit = HALFWAY if radius is None else radius
    found: list[tuple[Any, ...]] = []
    for box in boxes_around(near, limit):
        found += _in_box(connection, kinds, where, box)
    candidates = _candidates(found, where)
    if len(candidates.ids) < wanted:
        return candidates, [], []
    metres = distances(near, candidates.latitudes, candidates.longitudes).tolist()
    return candidates, [i for i, far in enumerate(metres) if far <= limit], metres


def _inside(connection: Connection, kinds: tuple[str, ...], where: Where) -> Candidates:
    found: list[tuple[Any, ...]] = []
    for box in unwrapped(where.box or (-90.0, -180.0, 90.0, 180.0)):
        found += _in_box(connection, kinds, where, box)
    return _candidates(found, where)


def _in_box(
    connection: Connection, kinds: tuple[str, ...], where: Where, box: tuple[float, ...]
) -> list[tuple[Any, ...]]:
    return rows(connection, "in_box", (*box, json.dumps(kinds), where.municipality))


def _candidates(found: list[tuple[Any, ...]], where: Where) -> Candidates:
    """Return what was found, each once, and only what is truly in the box that was asked for."""
    boxes = unwrapped(where.box) if where.box is not None else None
    kept = {
        row[0]: row
        for row in found
        if boxes is None or any(s <= row[3] <= n and w <= row[4] <= e for s, w, n, e in boxes)
    }.values()
    return Candidates(
        numbers=[row[0] for row in kept],
        ids=[row[1] for row in kept],
        keys=[row[2] for row in kept],
        latitudes=np.array([row[3] for row in kept], np.float64),
        longitudes=np.array([row[4] for row in kept], np.float64),
    )


def _shown(
    connection: Connection,
    candidates: Candidates,
    page: list[int],
    metres: list[float] | None = None,
) -> list[Found]:
    numbers = [candidates.numbers[index] for index in page]
    documents: dict[int, bytes] = dict(
        cast("list[tuple[int, bytes]]", rows(connection, "documents", (json.dumps(numbers),)))
    )
    return [
        Found(
            thing=decode(documents[candidates.numbers[index]]),
            distance=None if metres is None else metres[index],
        )
        for index in page
    ]
