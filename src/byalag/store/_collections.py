"""What the things of a dataset have in common: where they are, when, and what is said of them."""

import json
from collections.abc import Collection

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from byalag.model import Micros
from byalag.store._ask_place import place
from byalag.store._connection import rows
from byalag.store._sqlite import Connection


class Placed(Struct, frozen=True):
    """The things of a dataset that have a place: how many, and the box around them, degrees."""

    things: int
    west: float
    south: float
    east: float
    north: float


class Vocabulary(Struct, frozen=True):
    """The words in which a dataset's things are described.

    `properties` are SQLite's names for the sorts of value that each property has had; `measured`
    is the unit of each property that a series measures.
    """

    properties: dict[str, tuple[str, ...]]
    measured: dict[str, str]


class Points(Struct, frozen=True):
    """Where each thing of a dataset is, by its number: three arrays of one length, in order."""

    numbers: NDArray[np.int64]
    latitudes: NDArray[np.float64]
    longitudes: NDArray[np.float64]


def points_in(connection: Connection, dataset: str, besides: Collection[str]) -> Points | None:
    """Return where a dataset's things are; None where any of them is more or less than a point."""
    found = rows(connection, "points_in", (dataset, _listed(besides)))
    if any(row[1] is None or row[3] for row in found):
        return None
    table = np.array([row[1:3] for row in found], np.float64).reshape(-1, 2)
    return Points(np.array([row[0] for row in found], np.int64), table[:, 0], table[:, 1])


def placed(connection: Connection, besides: Collection[str]) -> dict[str, Placed]:
    """Return the datasets whose things have places, not counting things of some types."""
    besides_ = (_listed(besides),)
    found = {row[0]: Placed(*row[1:]) for row in rows(connection, "placed", besides_)}
    for dataset, shape, counted in rows(connection, "shaped", besides_):
        known = place(shape)
        if known is not None:
            box = Placed(0 if counted else 1, *known.bounds)
            found[dataset] = _wider(found[dataset], box) if dataset in found else box
    return dict(sorted(found.items()))


def _wider(one: Placed, other: Placed) -> Placed:
    return Placed(
        one.things + other.things,
        min(one.west, other.west),
        min(one.south, other.south),
        max(one.east, other.east),
        max(one.north, other.north),
    )


def newest_in(
    connection: Connection, dataset: str, besides: Collection[str]
) -> tuple[Micros, Micros] | None:
    """Return the times of the oldest and the newest of a dataset's newest observations."""
    first, last = rows(connection, "newest_in", (dataset, _listed(besides)))[0]
    return None if first is None else (int(first), int(last))


def vocabulary(connection: Connection, dataset: str, besides: Collection[str]) -> Vocabulary:
    """Return the words in which a dataset's things are described."""
    asked = (dataset, _listed(besides))
    properties: dict[str, tuple[str, ...]] = {}
    for name, sort, _ in rows(connection, "properties_in", asked):
        properties[name] = (*properties.get(name, ()), sort)
    return Vocabulary(properties, dict(rows(connection, "measured_in", asked)))


def _listed(names: Collection[str]) -> str:
    return json.dumps(sorted(names))
