"""Decides where the position is: geometry, well-known text, two numbers, or two in one text."""

import re
from collections.abc import Iterator
from typing import Final, cast

from msgspec import Struct, field

from byalag.draft._flat import Flat
from byalag.draft._grid import WGS84, Grid, Pair, degrees, grid_of
from byalag.draft._seen import Seen, is_pair, is_wkt
from byalag.draft._texts import Note, note
from byalag.draft._value import is_list, is_object
from byalag.draft._words import LEXICON, means, split
from byalag.model import Json

SAMPLE: Final = 300
_NUMBERS = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_SRID = re.compile(r"\s*SRID=(\d+);")
_LETTERS: Final = 2  # so short a name of an axis is inside every word
_ODD: Final = 2  # words that only one of two columns has
_LEAST: Final = 0.2  # of the records that must have a position


class Place(Struct, kw_only=True):
    """A position as the mapping says it, and what speaks for it."""

    point: dict[str, Json]
    shape: str = ""
    uses: tuple[str, ...] = ()
    worth: float = 0
    spots: list[Pair] = field(default_factory=list[Pair])  # longitude and latitude
    notes: list[Note] = field(default_factory=list[Note])
    others: tuple[int, ...] = ()


def place_of(flat: Flat, seen: dict[str, Seen], stated: str, country: str) -> Place | None:
    """Return the best position that the records have."""
    found = [
        *_shapes(flat, stated, country),
        *_texts(seen, country),
        *_numbers(seen, country),
    ]
    return max(found, key=lambda place: place.worth, default=None)


def _shapes(flat: Flat, stated: str, country: str) -> Iterator[Place]:
    for path, values in flat.shapes.items():
        given = [cast("dict[str, Json]", value) for value in values if value is not None]
        pairs = [pair for value in given[:SAMPLE] if (pair := _first(value)) is not None]
        if not pairs or len(given) < _LEAST * flat.count:
            continue
        flat_points = all(
            one.get("type", "Point") == "Point" and "rings" not in one for one in given
        )
        own = any("spatialReference" in one for one in given)
        worth = 6 * len(given) / flat.count - 0.3 * path.count(".")
        shape = "" if flat_points else path
        if stated or own:
            reference = stated or _own(given)
            yield Place(
                point={"geometry": path, "crs": "auto"},
                shape=shape,
                uses=(path,),
                worth=worth + 1,
                spots=_spots(pairs, reference),
            )
            continue
        grid = grid_of(pairs, frozenset(), country)
        if grid is None:
            continue
        if grid.swapped and grid.crs == WGS84 and flat_points:
            point: dict[str, Json] = {
                "lat": f"{path}.coordinates.0",
                "lon": f"{path}.coordinates.1",
            }
            yield Place(
                point=point,
                uses=(path,),
                worth=worth,
                spots=[(y, x) for x, y in pairs],
                notes=[note("swapped")],
            )
            continue
        place = _placed({"geometry": path}, grid, pairs)
        place.shape, place.uses, place.worth = shape, (path,), worth
        yield place


def _own(given: list[dict[str, Json]]) -> str:
    reference = next((one["spatialReference"] for one in given if "spatialReference" in one), None)
    named = reference if is_object(reference) else dict[str, Json]()
    return f"EPSG:{named.get('latestWkid') or named.get('wkid') or 4326}"


def _spots(pairs: list[Pair], stated: str) -> list[Pair]:
    digits = re.findall(r"\d{4,6}", stated)
    code = int(digits[-1]) if digits else 4326
    code = {102100: 3857, 900913: 3857}.get(code, code)
    try:
        return [degrees(code, pair) for pair in pairs]
    except Exception:  # noqa: BLE001 -- pyproj raises its own error for a system that it does not know
        return []


def _first(geometry: dict[str, Json]) -> Pair | None:
    """Return the first position of a geometry."""
    x, y = geometry.get("x"), geometry.get("y")
    value: Json = geometry.get("coordinates", geometry.get("rings")) if x is None else [x, y]
    while is_list(value) and value and is_list(value[0]):
        value = value[0]
    if is_list(value) and len(value) > 1:
        numbers = value[:2]
        if all(isinstance(number, int | float) for number in numbers):
            return float(numbers[0]), float(numbers[1])
    return None


def _texts(seen: dict[str, Seen], country: str) -> Iterator[Place]:
    for column in seen.values():
        if column.share < _LEAST:
            continue
        if is_wkt(column):
            given = [str(text) for text in column.given[:SAMPLE]]
            pairs = [pair for text in given if (pair := _in_text(_SRID.sub("", text))) is not None]
            srid = _SRID.match(given[0])
            grid = Grid(int(srid[1])) if srid else grid_of(pairs, frozenset(column.words), country)
            if grid is None or (grid.swapped and grid.crs != WGS84):
                continue
            pointed = all("POINT" in text.upper() for text in given)
            shape = "" if pointed else column.path
            point: dict[str, Json] = {"wkt": column.path}
            place = _placed(point, grid, pairs)
            place.shape, place.uses, place.worth = shape, (column.path,), 5 * column.share
            yield place
        elif is_pair(column) and (column.says("place") or means(column.outer, "place")):
            yield from _paired(column, country)


def _paired(column: Seen, country: str) -> Iterator[Place]:
    given = [str(text) for text in column.given[:SAMPLE]]
    pairs = [pair for text in given if (pair := _in_text(text)) is not None]
    grid = grid_of(pairs, frozenset(column.words), country)
    if grid is not None and grid.crs == WGS84:
        order = "lat lon" if grid.swapped else "lon lat"
        point: dict[str, Json] = {"pair": column.path, "order": order}
        spots = [(y, x) for x, y in pairs] if grid.swapped else pairs
        yield Place(point=point, uses=(column.path,), worth=3.5 * column.share, spots=spots)


def _in_text(text: str) -> Pair | None:
    numbers = _NUMBERS.findall(text)[:2]
    return (float(numbers[0]), float(numbers[1])) if len(numbers) > 1 else None


def _numbers(seen: dict[str, Seen], country: str) -> Iterator[Place]:
    numeric = [one for one in seen.values() if one.numbers is not None and one.share >= _LEAST]
    for across, up, bonus in (("lon", "lat", 1.5), ("easting", "northing", 0.0)):
        firsts = [one for one in numeric if _is_axis(one, across)]
        seconds = [one for one in numeric if _is_axis(one, up)]
        for x in firsts:
            for y in seconds:
                if x is not y and x.named[:-1] == y.named[:-1] and _alike(x, y):
                    place = _pair(x, y, bonus, country)
                    if place is not None:
                        yield place
    for one in numeric:
        other = seen.get(f"{one.path[:-1]}1") if one.path.endswith(".0") else None
        if other is not None and other.numbers is not None and means(one.words, "place"):
            place = _pair(one, other, -0.5, country)
            if place is not None:
                yield place


def _is_axis(column: Seen, axis: str) -> bool:
    return bool(LEXICON.concepts[axis].intersection(split(column.named[-1])))


def _alike(x: Seen, y: Seen) -> bool:
    """Return whether two columns are named alike but for their axes."""
    axes = frozenset[str]().union(
        *(LEXICON.concepts[a] for a in ("lat", "lon", "easting", "northing"))
    )
    rest_x = {word for word in x.leaf if word not in axes and len(word) > 1}
    rest_y = {word for word in y.leaf if word not in axes and len(word) > 1}
    long = [axis for axis in axes if len(axis) > _LETTERS]
    odd = {word for word in rest_x ^ rest_y if not any(axis in word for axis in long)}
    return len(odd) <= _ODD


def _pair(x: Seen, y: Seen, bonus: float, country: str) -> Place | None:
    """Return the position that two columns of numbers say, easting first if named right."""
    axes = zip(x.numbers or (), y.numbers or (), strict=True)
    both = [(a, b) for a, b in axes if a is not None and b is not None]
    pairs = [(a, b) for a, b in both if a or b][:SAMPLE]
    grid = grid_of(pairs, frozenset((*x.words, *y.words)), country) if pairs else None
    if grid is None or len(both) < _LEAST * len(x.values):
        return None
    if grid.swapped:
        x, y = y, x
        pairs = [(b, a) for a, b in pairs]
    across, up = ("lon", "lat") if grid.crs == WGS84 else ("x", "y")
    point: dict[str, Json] = {up: y.path, across: x.path}
    point |= {"decimal": ","} if "," in {x.decimal, y.decimal} else {}
    point |= _no_position(x, y, zeros=len(pairs) < len(both[:SAMPLE]))
    place = _placed(point, grid, pairs)
    place.uses = (x.path, y.path)
    place.worth = 4 * len(both) / len(x.values) + bonus - 0.3 * x.depth - 0.1 * len(set(x.leaf))
    place.notes += [note("swapped")] if grid.swapped and bonus else []
    return place


def _no_position(x: Seen, y: Seen, *, zeros: bool) -> dict[str, Json]:
    """Return the words for "no position", as the mapping says them."""
    words = list(dict.fromkeys([*x.missing, *y.missing]))
    texts = {value for value in (*x.given, *y.given) if isinstance(value, str)}
    nought = sorted(text for text in texts if text.strip("0.,") == "") if zeros else []
    gone = [*words, *([0] if zeros else []), *nought]
    return {"missing": gone} if gone else {}


def _placed(point: dict[str, Json], grid: Grid, pairs: list[Pair]) -> Place:
    """Return a position in the system that was found."""
    spots = [degrees(grid.crs, pair) for pair in pairs]
    if grid.crs == WGS84:
        return Place(point=point, spots=spots)
    others = ", ".join(f"EPSG:{crs}" for crs in grid.others)
    said = note("crs_others" if others else "crs", crs=grid.crs, others=others)
    point = {**point, "crs": f"EPSG:{grid.crs}"}
    return Place(point=point, spots=spots, notes=[said], others=grid.others)
