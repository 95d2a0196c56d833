"""Lays records out as columns: one for each path to a single value, with all its values."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any, Final, TypeAlias, cast

from msgspec import Struct

from byalag.draft._path import quoted, usable
from byalag.draft._value import is_list, objects
from byalag.draft._words import measured, split
from byalag.model import Json

Step: TypeAlias = tuple[str, str]  # as a path has it, and the name that its words are read from
Steps: TypeAlias = tuple[Step, ...]

DEEPEST: Final = 8
MOST_COLUMNS: Final = 600
MOST_ITEMS: Final = 14  # things that a list tells apart, and that each get a column of their own
MOST_LISTED: Final = 600  # items of a list, in all records, that are looked at
_MANY: Final = 5
_PAIR: Final = (2, 3)  # numbers of a position
_FEW: Final = (1, 2, 3)  # plain numbers in a list that each can be meant
_TELLS: Final = ("type", "context", "key", "name", "code", "kind", "parameter", "lang", "language")
_TIMELY = re.compile(r"\d{1,4}[-.:/]\d\d(?:[-.:/T ].*)?")  # a date or a time of day tells nothing
_DATED = re.compile(r"\d{4}-\d\d-\d\d(?:$|[T ])")


class Column(Struct):
    """One path and what it finds, record by record; `None` where it finds nothing."""

    path: str
    keys: tuple[str, ...]
    values: list[Json]


class Nested(Struct):
    """A list in the records, and its items in all of them."""

    path: str
    keys: tuple[str, ...]
    items: list[Json]
    longest: int


class Flat(Struct):
    """Records as columns, the lists of objects in them, and their geometries by path.

    `pairs`: lists of values that stand beside a list of their times, each with the path of that.
    """

    columns: dict[str, Column]
    nested: list[Nested]
    shapes: dict[str, list[Json]]
    count: int
    pairs: dict[str, str]


def flatten(records: list[Json]) -> Flat:
    """Lay out the records."""
    work = _Work(len(records))
    tells = _discriminators(records)
    for number, record in enumerate(records):
        if isinstance(record, dict):
            for steps, value in _leaves(cast("dict[str, Json]", record), (), tells, work, number):
                work.put(steps, number, value)
    nested = [
        Nested(path, keys, items, longest)
        for path, (keys, items, longest) in work.lists.items()
        if longest > 1
    ]
    return Flat(work.columns, nested, work.shapes, len(records), work.pairs)


class _Work:
    """Columns as they grow."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.columns: dict[str, Column] = {}
        self.lists: dict[str, tuple[tuple[str, ...], list[Json], int]] = {}
        self.shapes: dict[str, list[Json]] = {}
        self.pairs: dict[str, str] = {}

    def put(self, steps: Steps, number: int, value: Json) -> None:
        path = ".".join(step for step, _ in steps)
        column = self.columns.get(path)
        if column is None:
            if len(self.columns) >= MOST_COLUMNS:
                return
            column = Column(path, tuple(name for _, name in steps), [None] * self.count)
            self.columns[path] = column
        column.values[number] = value

    def shape(self, steps: Steps, number: int, value: Json) -> None:
        path = ".".join(step for step, _ in steps)
        self.shapes.setdefault(path, [None] * self.count)[number] = value

    def pair(self, values: Steps, times: Steps) -> None:
        told = ".".join(step for step, _ in times)
        self.pairs[".".join(step for step, _ in values)] = told

    def listed(self, steps: Steps, items: list[Json]) -> None:
        path = ".".join(step for step, _ in steps)
        keys = tuple(name for _, name in steps)
        _, known, longest = self.lists.get(path, (keys, [], 0))
        self.lists[path] = (keys, known, max(longest, len(items)))
        known.extend(items[: MOST_LISTED - len(known)])


def is_geometry(value: Json) -> bool:
    """Return whether the value is a geometry as GeoJSON or ESRI write it."""
    if not isinstance(value, dict):
        return False
    found = cast("dict[str, Json]", value)
    if isinstance(found.get("coordinates"), list) and isinstance(found.get("type"), str):
        return True
    numbers = all(isinstance(found.get(axis), int | float) for axis in "xy")
    return (numbers and len(found) <= 5) or isinstance(found.get("rings"), list)  # noqa: PLR2004 -- x, y, z, m and the reference


def _leaves(
    value: dict[str, Json], steps: Steps, tells: dict[str, str], work: _Work, number: int
) -> Iterator[tuple[Steps, Json]]:
    typed = bool(steps) and "value" in value and "type" in value
    times = _times_of(value)
    for key, inner in value.items():
        if not usable(key) or (typed and key in {"type", "metadata"}):
            continue
        inside = (*steps, (quoted(key), key))
        if times and is_list(inner) and len(inner) == len(times[1]):
            if key != times[0]:
                work.pair(inside, (*steps, (quoted(times[0]), times[0])))
            continue
        if is_geometry(inner):
            work.shape(inside, number, inner)
        elif isinstance(inner, dict):
            found = cast("dict[str, Json]", inner)
            if len(inside) < DEEPEST and not _many_alike(found):
                yield from _leaves(found, inside, tells, work, number)
        elif is_list(inner):
            yield from _items(inner, inside, tells, work, number)
        else:
            yield inside, inner


def _times_of(value: dict[str, Json]) -> tuple[str, list[Json]] | None:
    """Return the list of times, with its name, that other lists in the object go along with."""
    lists = {key: inner for key, inner in value.items() if is_list(inner) and len(inner) > 1}
    if len(lists) < len(_PAIR):
        return None
    for key, inner in lists.items():
        if all(isinstance(one, str) and _DATED.match(one) for one in inner):
            along = (one for name, one in lists.items() if name != key and len(one) == len(inner))
            if any(
                all(one is None or isinstance(one, int | float) for one in each) for each in along
            ):
                return key, inner
    return None


def _many_alike(members: dict[str, Json]) -> bool:
    """Return whether an object is a list in disguise: many members of one shape."""
    inside = objects(list(members.values()))
    if len(inside) < _MANY or len(inside) < len(members):
        return False
    shapes = {tuple(sorted(one)) for one in inside[:_MANY]}
    typed = {"type", "value"} <= inside[0].keys()
    return len(shapes) == 1 and not typed


def _items(
    items: list[Json], steps: Steps, tells: dict[str, str], work: _Work, number: int
) -> Iterator[tuple[Steps, Json]]:
    """Yield what a list holds, where its items can be told apart."""
    if not items:
        return
    if is_list(items[0]) and len(items) > _FEW[-1] and len(items[0]) in _PAIR:
        work.listed(steps, items)  # rows of time and value
        return
    if not isinstance(items[0], dict):
        plain = all(isinstance(item, int | float) for item in items)
        if plain and len(items) in _FEW:
            for place, item in enumerate(items):
                yield (*steps, (str(place), str(place))), item
        return
    work.listed(steps, items)
    tell = tells.get(".".join(step for step, _ in steps))
    found = objects(items)
    if tell is not None:
        for item in found:
            word = item.get(tell)
            if isinstance(word, str) and _pickable(word):
                pick = f"{steps[-1][0]}[{quoted(tell)}={word}]"
                rest = {name: one for name, one in item.items() if name != tell}
                yield from _leaves(
                    rest, (*steps[:-1], (pick, f"{steps[-1][1]} {word}")), tells, work, number
                )
    elif len(items) == 1:
        yield from _leaves(found[0], (*steps, ("0", "0")), tells, work, number)


def _pickable(word: str) -> bool:
    return bool(word.strip()) and word == word.strip() and not set("]\"'={}|\n\r") & set(word)


def _discriminators(records: list[Json]) -> dict[str, str]:
    """Return, by path to a list, the key whose word tells its items apart in every record."""
    lists: dict[str, list[list[dict[str, Any]]]] = defaultdict(list)
    for record in records[:300]:
        _gather(record, "", lists)
    return {path: tell for path, found in lists.items() if (tell := _tell(found))}


def _gather(value: Json, path: str, lists: dict[str, list[list[dict[str, Any]]]]) -> None:
    if not isinstance(value, dict) or path.count(".") > DEEPEST:
        return
    for key, inner in cast("dict[str, Json]", value).items():
        if not usable(key):
            continue
        inside = f"{path}.{quoted(key)}" if path else quoted(key)
        if is_list(inner):
            found = objects(inner)
            if found and len(found) == len(inner):
                lists[inside].append(found)
        else:
            _gather(inner, inside, lists)


def _tell(found: list[list[dict[str, Any]]]) -> str | None:
    items = [item for each in found for item in each]
    if max(map(len, found)) < _PAIR[0]:
        return None
    alone = len(found) < _PAIR[0]
    if alone and len(items) > MOST_ITEMS:
        return None
    counted = Counter(key for item in items for key in item)
    for key in sorted(counted, key=lambda key: (_rank(key), key)):
        words: list[Any] = [item.get(key) for item in items]
        if not all(isinstance(word, str) and _pickable(word) for word in words):
            continue
        several = set(words)
        if all(_TIMELY.fullmatch(word) for word in several):
            continue
        if alone and not (_rank(key) < len(_TELLS) and _are_measured(several)):
            continue
        apart = sum(len({item[key] for item in each}) == len(each) for each in found)
        spread = alone or len(several) <= min(MOST_ITEMS, len(items) // 2)
        if spread and apart == len(found) and usable(key) and len(counted) > 1:
            return key
    return None


def _are_measured(words: set[Any]) -> bool:
    """Return whether most of the words are things that are measured."""
    known = sum(measured(split(str(word)), ()) is not None for word in words)
    return known * 2 > len(words)


def _rank(key: str) -> int:
    return _TELLS.index(key.lower()) if key.lower() in _TELLS else len(_TELLS)
