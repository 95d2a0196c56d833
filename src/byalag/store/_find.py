"""Which things are there: by name, by municipality, in a box, within a radius, nearest first."""

import json
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
_GROW = 3.0


class Candidates(Struct, frozen=True):
    """Things that may be what is asked for: number, id, what they are sorted by, where they are."""

    numbers: list[int]
    ids: list[str]
    keys: list[str]
    latitudes: NDArray[np.float64]
    longitudes: NDArray[np.float64]


def find(
    connection: Connection, kind: str, where: Where, limit: int | None, offset: int
) -> list[Found]:
    """Return things of a type: nearest first when `where.near` is given, else by name."""
    if limit == 0:
        return []
    if where.near is not None:
        return _nearest(connection, kind, where, limit, offset)
    if where.box is not None:
        candidates = _inside(connection, kind, where)
        order = sorted(range(len(candidates.ids)), key=lambda i: _by_name(candidates, i))
        return _shown(connection, candidates, _page(order, limit, offset))
    most = -1 if limit is None else limit
    if where.municipality is None:
        found = rows(connection, "find", (kind, most, offset))
    else:
        found = rows(connection, "find_in_municipality", (kind, where.municipality, most, offset))
    return [Found(thing=decode(document)) for (document,) in found]


def count(connection: Connection, kind: str, where: Where) -> int:
    """Return how many things `find` would give without a limit."""
    if where.near is not None and where.radius is None and where.box is None:
        return int(rows(connection, "count_placed", (kind, where.municipality))[0][0])
    if where.near is not None:
        return len(_within(connection, kind, where, where.near, where.radius)[1])
    if where.box is not None:
        return len(_inside(connection, kind, where).ids)
    if where.municipality is None:
        return int(rows(connection, "count", (kind,))[0][0])
    return int(rows(connection, "count_in_municipality", (kind, where.municipality))[0][0])


def _by_name(candidates: Candidates, index: int) -> tuple[str, str]:
    return candidates.keys[index], candidates.ids[index]


def _page(order: list[int], limit: int | None, offset: int) -> list[int]:
    return order[offset:] if limit is None else order[offset : offset + limit]


def _nearest(
    connection: Connection, kind: str, where: Where, limit: int | None, offset: int
) -> list[Found]:
    """Look in a circle, and in a wider one until it holds as many as are asked for."""
    near = where.near or Point(0, 0)
    farthest = HALFWAY if where.radius is None else where.radius
    radius = farthest if limit is None else min(_BEGIN_METRES, farthest)
    while True:
        candidates, inside, metres = _within(connection, kind, where, near, radius)
        if radius >= farthest or (limit is not None and len(inside) >= limit + offset):
            break
        radius = min(radius * _GROW, farthest)
    ids = candidates.ids
    order = sorted(inside, key=lambda i: (metres[i], ids[i]))
    return _shown(connection, candidates, _page(order, limit, offset), metres)


def _within(
    connection: Connection, kind: str, where: Where, near: Point, radius: float | None
) -> tuple[Candidates, list[int], list[float]]:
    """Return candidates, which of them are within the radius, and how far away each is."""
    limit = HALFWAY if radius is None else radius
    found: list[tuple[Any, ...]] = []
    for box in boxes_around(near, limit):
        found += _in_box(connection, kind, where, box)
    candidates = _candidates(found, where)
    metres = distances(near, candidates.latitudes, candidates.longitudes).tolist()
    return candidates, [i for i, far in enumerate(metres) if far <= limit], metres


def _inside(connection: Connection, kind: str, where: Where) -> Candidates:
    found: list[tuple[Any, ...]] = []
    for box in unwrapped(where.box or (-90.0, -180.0, 90.0, 180.0)):
        found += _in_box(connection, kind, where, box)
    return _candidates(found, where)


def _in_box(
    connection: Connection, kind: str, where: Where, box: tuple[float, ...]
) -> list[tuple[Any, ...]]:
    return rows(connection, "in_box", (*box, kind, where.municipality))


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
