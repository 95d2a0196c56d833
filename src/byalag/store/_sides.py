"""What a series implies without saying so: what it observes, and what it is observed with. Pure.

SensorThings has a sensor and an observed property for every series, and a location for every thing
that is somewhere. What came from sources does not say them; the store names what it implies, so
that what was said and what is implied are asked for alike.
"""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Final, cast

import msgspec

from byalag import terms
from byalag.model import Json, Thing

SIDES: Final = frozenset({
    "FeatureOfInterest", "HistoricalLocation", "Location", "ObservedProperty", "Sensor",
})  # fmt: skip
"""Types of what stands beside things: never counted among them, nor looked for by type."""

IMPLIED: Final = ("observedproperty:byalag:", "sensor:byalag:")

_ENCODER = msgspec.json.Encoder()
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")
_LONGEST = 150
_DIGITS = 16


@lru_cache(maxsize=1_024)
def observed_property(property_: str) -> Thing:
    """Return what a series is implied to observe."""
    try:
        means = terms.definition(property_, "en")
    except terms.NoSuchTerm:
        means = None
    return Thing(
        id=IMPLIED[0] + _plain(property_),
        type="ObservedProperty",
        dataset="",
        name=property_,
        description=means,
    )


@lru_cache(maxsize=1_024)
def sensor(dataset: str, name: str) -> Thing:
    """Return what a series of a dataset is implied to be observed with."""
    word = f"{dataset}-{name}" if name else dataset
    return Thing(id=IMPLIED[1] + _plain(word), type="Sensor", dataset=dataset, name=name or dataset)


def side(kind: str, one: str, other: str) -> bytes:
    """Return the document of what is implied, as a step of the schema asks for it."""
    return _ENCODER.encode(sensor(one, other) if kind == "sensor" else observed_property(one))


def box(document: bytes | str) -> str | None:
    """Return west, east, south and north of a thing's shape, as JSON; None if it has none."""
    shape = msgspec.json.decode(document).get("shape")
    found = None if shape is None else bounds(shape)
    return None if found is None else _ENCODER.encode(found).decode()


def bounds(geometry: object) -> tuple[float, float, float, float] | None:
    """Return west, east, south and north of a GeoJSON geometry; None if it has no positions."""
    west = south = float("inf")
    east = north = float("-inf")
    waiting: list[object] = [geometry]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            shape = cast("dict[str, Json]", part)
            waiting += [shape.get("coordinates"), *(shape.get("geometries") or ())]
        elif isinstance(part, list | tuple):
            listed = cast("Sequence[Json]", part)
            if len(listed) > 1 and all(isinstance(one, int | float) for one in listed[:2]):
                x, y = float(listed[0]), float(listed[1])
                west, east, south, north = min(west, x), max(east, x), min(south, y), max(north, y)
            else:
                waiting += listed
    return (west, east, south, north) if west <= east and south <= north else None


def _plain(word: str) -> str:
    """Return a word as it may stand in an id; a long one by its digest."""
    spelled = "".join(c if c in _PLAIN else f"~{ord(c):02X}" for c in word)
    if len(spelled) <= _LONGEST:
        return spelled
    return f"{spelled[:_LONGEST]}~{sha256(word.encode()).hexdigest()[:_DIGITS]}"
