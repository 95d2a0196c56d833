"""What is known of the collections of a store, read once for as long as nothing has changed."""

from collections.abc import Mapping
from typing import Final
from weakref import WeakKeyDictionary

from msgspec import Struct

from byalag.model import Dataset, Micros
from byalag.standards.features._queryable import ALWAYS, Queryable, Queryables, Type
from byalag.store import Placed, Points, Reading

# what other standards keep as things of their own, and what only says where and when a thing was
BESIDES: Final = (
    "FeatureOfInterest",
    "HistoricalLocation",
    "Location",
    "ObservedProperty",
    "Sensor",
)
MOST_POINTS: Final = 200_000  # that are held in memory, so that a box is found at once
_SORTS: Final[Mapping[str, Type]] = {
    "text": "string",
    "integer": "integer",
    "real": "number",
    "true": "boolean",
    "false": "boolean",
    "object": "object",
    "array": "array",
}


class Collection(Struct, frozen=True):
    """A dataset whose things have a place."""

    dataset: Dataset
    placed: Placed


class Known:
    """What is known of one store."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._collections: tuple[int, Mapping[str, Collection]] = (-1, {})
        self._words: dict[str, tuple[int, Queryables]] = {}
        self._times: dict[str, tuple[int, tuple[Micros, Micros] | None]] = {}
        self._points: dict[str, tuple[int, Points | None]] = {}
        self.fragments: tuple[int, dict[tuple[str, int], bytes]] = (-1, {})
        self.totals: tuple[int, dict[bytes, int]] = (-1, {})

    def collections(self, reading: Reading) -> Mapping[str, Collection]:
        """Return the collections, by the id of their dataset."""
        changed = reading.changed()
        if self._collections[0] != changed:
            datasets, places = reading.datasets(), reading.placed(BESIDES)
            found = {
                name: Collection(datasets[name], place)
                for name, place in places.items()
                if name in datasets
            }
            self._collections = changed, found
        return self._collections[1]

    def collection(self, reading: Reading, name: str) -> Collection | None:
        """Return one collection, which may have been read a while ago: it is there still."""
        found = self._collections[1].get(name)
        if found is not None and name in reading.datasets():
            return found
        return self.collections(reading).get(name)

    def queryables(self, reading: Reading, name: str) -> Queryables:
        """Return what can be asked for in a collection, as it is now."""
        changed = reading.changed()
        known = self._words.get(name)
        if known is None or known[0] != changed:
            known = changed, _queryables(reading, name)
            self._words[name] = known
        return known[1]

    def names(self, reading: Reading, name: str, asked: set[str]) -> Queryables:
        """Return what can be asked for, read again only if one of these names is new."""
        known = self._words.get(name)
        if known is not None and asked <= known[1].keys():
            return known[1]
        return self.queryables(reading, name)

    def points(self, reading: Reading, name: str) -> Points | None:
        """Return where the things of a collection are, if each of them is at a point."""
        changed = reading.changed()
        known = self._points.get(name)
        if known is None or known[0] != changed:
            found = self.collections(reading).get(name)
            few = found is not None and found.placed.things <= MOST_POINTS
            known = changed, reading.points_in(name, BESIDES) if few else None
            self._points[name] = known
        return known[1]

    def times(self, reading: Reading, name: str) -> tuple[Micros, Micros] | None:
        """Return the times of the oldest and the newest of the newest observations."""
        changed = reading.changed()
        known = self._times.get(name)
        if known is None or known[0] != changed:
            known = changed, reading.newest_in(name, BESIDES)
            self._times[name] = known
        return known[1]


class Stores:
    """What is known of each store, for as long as it is open."""

    def __init__(self) -> None:
        """Know of no store yet."""
        self._known: WeakKeyDictionary[Reading, Known] = WeakKeyDictionary()

    def of(self, reading: Reading) -> Known:
        """Return what is known of a store."""
        known = self._known.get(reading)
        if known is None:
            known = self._known[reading] = Known()
        return known


def _queryables(reading: Reading, name: str) -> Queryables:
    said = reading.vocabulary(name, BESIDES)
    found = dict(ALWAYS)
    for word, sorts in said.properties.items():
        if word not in found:
            found[word] = Queryable(name=word, type=_type(sorts), path=("properties", word))
    for word, unit in said.measured.items():
        if word not in ALWAYS:
            found[word] = Queryable(name=word, type="number", path=("latest", word), unit=unit)
            found[f"{word}Time"] = Queryable(
                name=f"{word}Time", type="string", format="date-time", path=(), asked=False
            )
    return found


def _type(sorts: tuple[str, ...]) -> Type:
    """Return what type a property has; a text where it has had several."""
    types: list[Type] = list(dict.fromkeys(_SORTS[sort] for sort in sorts if sort in _SORTS))
    if set(types) == {"integer", "number"}:
        return "number"
    return types[0] if len(types) == 1 else "string"
