"""Tells the coordinate system of pairs of numbers, by where they would lie on earth."""

from functools import lru_cache
from typing import Final, TypeAlias

from msgspec import Struct
from pyproj import Transformer

Pair: TypeAlias = tuple[float, float]  # as the answer has them: first easting, then northing
Box: TypeAlias = tuple[float, float, float, float]  # least and greatest easting, then northing

WGS84: Final = 4326
EUROPE: Final[Box] = (-25, 45, 34, 72)
SWEDEN: Final[Box] = (10.5, 24.3, 55.0, 69.2)
_COUNTRIES: Final[dict[str, Box]] = {
    "se": SWEDEN,
    "fi": (20.5, 31.6, 59.7, 70.1),
    "no": (4.5, 31.2, 57.9, 71.3),
    "dk": (8.0, 15.2, 54.5, 57.8),
    "ch": (5.9, 10.5, 45.8, 47.81),
    "at": (9.5, 17.2, 46.3, 49.05),
    "de": (5.8, 15.1, 47.2, 55.1),
    "nl": (3.3, 7.3, 50.7, 53.6),
    "be": (2.5, 6.4, 49.5, 51.5),
    "fr": (-5.2, 8.3, 42.3, 51.1),
    "uk": (-8.2, 1.8, 49.9, 60.9),
}
ZONES: Final = {
    "se": "Europe/Stockholm", "fi": "Europe/Helsinki", "no": "Europe/Oslo",
    "dk": "Europe/Copenhagen", "ch": "Europe/Zurich", "at": "Europe/Vienna",
    "de": "Europe/Berlin", "nl": "Europe/Amsterdam", "be": "Europe/Brussels",
    "fr": "Europe/Paris", "uk": "Europe/London",
}  # fmt: skip
# easting and northing that each grid has where it is used, metres; the likelier first
_GRIDS: Final[dict[int, Box]] = {
    3006: (2.1e5, 9.6e5, 6.1e6, 7.7e6),
    3021: (1.15e6, 1.95e6, 6.1e6, 7.7e6),
    25832: (1e5, 1e6, 4.5e6, 8e6),
    25833: (1e5, 1e6, 4.5e6, 8e6),
    2056: (2.47e6, 2.85e6, 1.06e6, 1.32e6),
    31466: (2.4e6, 2.75e6, 5.1e6, 6.2e6),
    31467: (3.25e6, 3.75e6, 5.1e6, 6.2e6),
    31468: (4.25e6, 4.75e6, 5.1e6, 6.2e6),
    31469: (5.25e6, 5.75e6, 5.1e6, 6.2e6),
    21781: (4.7e5, 8.5e5, 6e4, 3.2e5),
    3857: (-2.8e6, 5e6, 4e6, 1.15e7),
}
_LOCAL: Final = {  # SWEREF 99's zones by their meridian, degrees and minutes
    "1200": 3007, "1330": 3008, "1500": 3009, "1630": 3010, "1800": 3011, "1415": 3012,
    "1545": 3013, "1715": 3014, "1845": 3015, "2015": 3016, "2145": 3017, "2315": 3018,
}  # fmt: skip
_LOCAL_BOX: Final[Box] = (2e4, 2.8e5, 6.1e6, 7.7e6)
_NAMED: Final = {
    "sweref": (3006,),
    "rt90": (3021,),
    "rt": (3021,),
    "utm32": (25832,),
    "utm33": (25833,),
    "lv95": (2056,),
    "lv03": (21781,),
    "mercator": (3857,),
}
_AT_HOME: Final = {"se": (3006, 3021), "de": (25832, 25833), "ch": (2056, 21781),
                   "dk": (25832,), "no": (25833, 25832)}  # fmt: skip
_FITTING: Final = 0.6  # of the pairs that must lie where the system is used
_TURN: Final = 180


class Grid(Struct, frozen=True):
    """A coordinate system. `swapped`: northing comes first. `others` would do as well."""

    crs: int
    swapped: bool = False
    others: tuple[int, ...] = ()


def grid_of(pairs: list[Pair], words: frozenset[str], country: str) -> Grid | None:
    """Return the system that the pairs (easting first, if they are named right) are in.

    `country` is a guess from the address; "" if there is none.
    """
    if not pairs:
        return None
    if all(abs(x) <= _TURN and abs(y) <= _TURN for x, y in pairs):
        return _degrees(pairs, country)
    fitting: list[tuple[int, bool]] = []
    for crs, box in _candidates(words, country):
        for swapped in (False, True):
            turned = [(y, x) for x, y in pairs] if swapped else pairs
            if _within(turned, box) and _plausible(turned, crs, country):
                fitting.append((crs, swapped))
                break
    if not fitting:
        return None
    (crs, swapped), *rest = fitting
    return Grid(crs, swapped, tuple(other for other, turn in rest if turn == swapped)[:3])


def _degrees(pairs: list[Pair], country: str) -> Grid | None:
    area = _COUNTRIES.get(country, EUROPE)
    turned = [(y, x) for x, y in pairs]
    straight = all(abs(y) <= _TURN / 2 for _, y in pairs)
    if straight and (_share(pairs, area) >= _share(turned, area) or not _share(turned, area)):
        if country and _share(turned, EUROPE) > _share(pairs, EUROPE):
            return Grid(4326, swapped=True)
        return Grid(4326)
    return Grid(4326, swapped=True)


def _candidates(words: frozenset[str], country: str) -> list[tuple[int, Box]]:
    """Return grids to try: those that words name, those of the country, the others."""
    local = [crs for meridian, crs in _LOCAL.items() if any(meridian in word for word in words)]
    named = [crs for word, several in _NAMED.items() if word in words for crs in several]
    first = [(crs, _LOCAL_BOX) for crs in local]
    order = dict.fromkeys([*named, *_AT_HOME.get(country, ()), *_GRIDS])
    usual = [(crs, _GRIDS[crs]) for crs in order]
    return [*first, *usual, *((crs, _LOCAL_BOX) for crs in (3011, 3007, 3009, 3008, 3014))]


def _within(pairs: list[Pair], box: Box) -> bool:
    return _share(pairs, box) >= _FITTING


def _plausible(pairs: list[Pair], crs: int, country: str) -> bool:
    """Return whether the pairs lie where the system is used, and in the country if it is known."""
    swedish = crs in range(3006, 3025)
    named = {2056: "ch", 21781: "ch", **dict.fromkeys(range(31466, 31470), "de")}
    area = SWEDEN if swedish else _COUNTRIES.get(named.get(crs, country), EUROPE)
    return _within([degrees(crs, pair) for pair in pairs], area)


def _share(pairs: list[Pair], box: Box) -> float:
    west, east, south, north = box
    return sum(west <= x <= east and south <= y <= north for x, y in pairs) / len(pairs)


@lru_cache(maxsize=32)
def _transformer(crs: int) -> Transformer:
    return Transformer.from_crs(crs, 4326, always_xy=True)


def degrees(crs: int, pair: Pair) -> Pair:
    """Return longitude and latitude."""
    return pair if crs == WGS84 else _transformer(crs).transform(*pair)


def country_of(pairs: list[Pair]) -> str:
    """Return the country, as its top domain, in which most of the longitudes and latitudes lie."""
    shares = {name: _share(pairs, box) for name, box in _COUNTRIES.items()} if pairs else {}
    best = max(shares, key=lambda name: shares[name], default="")
    return best if shares and shares[best] >= _FITTING else ""
