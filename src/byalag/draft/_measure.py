"""Decides which numbers change over time, what they measure, and when each was true."""

import re
from collections.abc import Iterable
from typing import Final

from msgspec import Struct, field

from byalag.draft._seen import Seen
from byalag.draft._texts import Note, note
from byalag.draft._words import CARRIERS, LEXICON, Measure, fold, means, measured
from byalag.model import Json

_UNITS: Final = {
    "°c": "Cel", "c": "Cel", "degc": "Cel", "celsius": "Cel", "grader": "Cel", "gradc": "Cel",
    "grad": "Cel", "degree celsius": "Cel", "cel": "Cel", "°": "deg", "deg": "deg",
    "degrees": "deg",
    "grad celsius": "Cel", "grader celsius": "Cel", "degree": "deg", "%": "%", "percent": "%",
    "procent": "%", "prozent": "%", "pct": "%", "m/s": "m/s", "mps": "m/s", "ms": "m/s",
    "km/h": "km/h", "kmh": "km/h", "kph": "km/h", "kmt": "km/h", "hpa": "hPa", "mbar": "mbar",
    "pa": "Pa", "mm": "mm", "cm": "cm", "m": "m", "meter": "m", "km": "km", "meters": "m",
    "µg/m³": "ug/m3", "μg/m³": "ug/m3", "ug/m3": "ug/m3", "µg/m3": "ug/m3", "μg/m3": "ug/m3",
    "mg/m3": "mg/m3", "mg/m³": "mg/m3", "ppm": "[ppm]", "ppb": "[ppb]", "kwh": "kW.h",
    "mwh": "MW.h", "wh": "W.h", "kw": "kW", "w": "W", "mw": "MW", "v": "V", "volt": "V", "a": "A",
    "db": "dB", "dba": "dB", "db(a)": "dB", "lux": "lx", "lx": "lx", "m3": "m3", "m³": "m3",
    "l": "L", "liter": "L", "litre": "L", "m3/s": "m3/s", "m³/s": "m3/s", "l/s": "L/s",
    "mg/l": "mg/L", "ntu": "[NTU]", "w/m2": "W/m2", "w/m²": "W/m2", "min": "min", "minutes": "min",
    "s": "s", "sec": "s", "seconds": "s", "h": "h", "antal": "1", "st": "1", "count": "1",
    "stk": "1", "kubikmeter": "m3",
}  # fmt: skip
_IN_NAMES: Final = frozenset(
    {
        "hpa", "mbar", "kwh", "mwh", "wh", "kw", "kmh", "cm", "mm", "celsius", "ppm", "ppb", "m3",
        "percent", "procent", "prozent", "dba", "db", "lux", "volt", "meter", "kph", "mps",
        "minutes", "seconds",
    }
)  # fmt: skip
_STATIC: Final = frozenset(
    {
        "height",
        "hohe",
        "dauer",
        "duration",
        "time",
        "stay",
        "power",
        "price",
        "fee",
        "width",
        "length",
        "speed",
        "age",
        "floor",
        "level",
        "levels",
        "floors",
        "parktime",
        "parkdauer",
        "weight",
        "kw",
        "min",
        "parking_time",
        "leistung",
        "effekt",
        "zeit",
        "tid",
        "voltage",
        "amperage",
        "electric",
        "range",
        "permitted",
        "steps",
        "change",
        "hours",
        "minutes",
        "lon",
        "lat",
    }
)
_CARRIED: Final = frozenset({"value", "values", "properties", "attributes", "#"})
_LISTS: Final = frozenset(
    {"parameters", "parameter", "values", "sensors", "measurements", "readings", "data", "samples",
     "sensordatavalues", "indexes"}
)  # fmt: skip
_RATED: Final = frozenset({"power", "voltage", "waterVolume", "averageVehicleSpeed", "energy"})
_LARGEST: Final = 1_000_000  # of anything that is counted in one place
_WORD = re.compile(r"[^\W\d_]+|\d+")
_CONSISTENT: Final = 0.8


class Count(Struct, kw_only=True):
    """One series as the mapping says it."""

    name: str
    value: Seen
    unit: str = "1"
    minus: Seen | None = None
    missing: list[Json] = field(default_factory=list[Json])
    range: tuple[float, float] | None = None
    when: dict[str, Json] = field(default_factory=dict[str, Json])
    notes: list[Note] = field(default_factory=list[Note])
    sensor: str = ""  # a template
    codes: dict[str, float] = field(default_factory=dict[str, float])


class Spaces(Struct, kw_only=True):
    """What is free, what is taken, and how many there are in all."""

    free: Seen | None = None
    occupied: Seen | None = None
    total: Seen | None = None


def spaces_of(seen: dict[str, Seen], taken: Iterable[str]) -> Spaces:
    """Return the columns that count spaces."""
    used = set(taken)
    left = [one for one in seen.values() if one.path not in used and one.time is None]
    free = _best([one for one in left if _counts(one, "free")], "free", None)
    occupied = _best(
        [one for one in left if _counts(one, "occupied") and one is not free], "occupied", None
    )
    totals = [one for one in left if _counts(one, "total") and one not in (free, occupied)]
    totals = [one for one in totals if not one.says("free") and not one.says("occupied")]
    return Spaces(free=free, occupied=occupied, total=_best(totals, "total", free or occupied))


def _counts(column: Seen, concept: str) -> bool:
    if not column.says(concept) and not (means(column.outer, concept) and column.says("value")):
        shorter = means(column.outer, concept) and set(column.leaf) & {
            "total",
            "car",
            "cars",
            "pkw",
            "spaces",
            "count",
            "anzahl",
            "antal",
            "platser",
            "number",
        }
        if not shorter or concept == "total":
            return False
    wrong = any(
        column.says(word)
        for word in ("percent", "part", "fee", "opening", "height", "personal", "url")
    )
    if wrong or means(column.outer, "part") or _STATIC & set(column.leaf):
        return False
    if not column.given:
        return concept == "free"
    numbers = [number for number in column.numbers or () if number is not None]
    whole = all(number.is_integer() and abs(number) < _LARGEST for number in numbers)
    return bool(numbers) and whole and not column.pattern and column.truth is None


def _best(found: list[Seen], concept: str, beside: Seen | None) -> Seen | None:
    return max(found, key=lambda one: _worth(one, concept, beside), default=None)


def _worth(column: Seen, concept: str, beside: Seen | None) -> float:
    leaf = [word for word in column.leaf if not means([word], concept)]
    worth = 2 * column.share + (0 if column.given else -3) - 0.15 * len(leaf) - 0.3 * column.depth
    worth += 1 if column.says(concept) else 0
    worth += 0.5 if {"parking", "car", "cars", "pkw", "total"} & set(column.words) else 0
    worth += 1 if "static" in column.leaf else 0
    if concept == "total":
        sure = {
            "total",
            "capacity",
            "kapazitat",
            "kapacitet",
            "gesamt",
            "gesamte",
            "capacite",
            "stellplatze",
            "platser",
            "cap",
        }
        worth += 1 if sure & set(column.leaf) else -0.5
        worth -= 2 if column.says("row") or column.says("id") - bool(sure & set(column.leaf)) else 0
    if beside is not None and beside.numbers is not None and column.numbers is not None:
        both = [
            (a, b)
            for a, b in zip(column.numbers, beside.numbers, strict=True)
            if a is not None and b is not None
        ]
        holds = sum(total >= part for total, part in both)
        worth += 2 if both and holds >= _CONSISTENT * len(both) else -3 if both else 0
    return worth


def series_of(
    seen: dict[str, Seen], taken: Iterable[str], *, all_numbers: bool, title: str
) -> list[Count]:
    """Return what else is measured; with `all_numbers` every number that is not plainly fixed."""
    used, names = set(taken), set[str]()
    timed = any(one.time is not None for one in seen.values())
    found: list[Count] = []
    for column in seen.values():
        if column.path in used or not _is_measured(column):
            continue
        measure = measured(column.leaf, column.outer)
        if measure is None and not (all_numbers and _varies(column)):
            continue
        if measure is not None and measure.name in _RATED and not timed:
            continue
        count = _count(column, measure, seen, title)
        if count.name in names:
            count.name = camel(column.keys)
        if count.name and count.name not in names:
            names.add(count.name)
            found.append(count)
    return found[:60]


def _is_measured(column: Seen) -> bool:
    if column.numbers is None or column.time is not None or column.truth is not None:
        return False
    wrong = ("id", "lat", "lon", "zip", "personal", "house", "fee", "numbered")
    named = [word for word in wrong if column.says(word)]
    return not named or (
        named == ["id"] and "id" not in column.leaf and measured(column.leaf, ()) is not None
    )


def _varies(column: Seen) -> bool:
    axis = any(column.says(word) for word in ("easting", "northing", "category", "status", "unit"))
    return not axis and not column.says("row")


def _count(column: Seen, measure: Measure | None, seen: dict[str, Seen], title: str) -> Count:
    said = unit_beside(column, seen)
    name = measure.name if measure else camel(column.keys)
    notes: list[Note] = []
    if measure is None and (column.says("value") or not name):
        name = camel((title,)) or "value"
        notes.append(note("value_unnamed", path=column.path, name=name))
    unit = said or (measure.unit if measure else "1")
    if not said and unit != "1":
        notes.append(note("unit_guessed", name=name, unit=unit))
    ranged = measure.range if measure and unit == measure.unit else None
    return Count(
        name=name, value=column, unit=unit, missing=gone(column), range=ranged, notes=notes
    )


def unit_beside(column: Seen, seen: dict[str, Seen]) -> str:
    """Return the unit that the answer states: after the number, in the name, or in a field."""
    if column.suffix:
        return _UNITS.get(column.suffix.strip().lower(), "")
    words = [fold(word) for word in _WORD.findall(column.keys[-1])]
    stated = next((_UNITS[word] for word in words[1:] if word in _IN_NAMES and word in _UNITS), "")
    bracketed = re.search(r"[(\[]([^)\]]{1,12})[)\]]", column.keys[-1])
    if bracketed and bracketed[1].strip().lower() in _UNITS:
        return _UNITS[bracketed[1].strip().lower()]
    if stated:
        return stated
    for other in seen.values():
        near = other.keys[:-1] in {column.keys[:-1], column.keys}
        if near and other.says("unit") and other.distinct == 1:
            stated = _UNITS.get(str(other.given[0]).strip().lower(), "")
            carried = column.says("value") or fold(column.keys[-1]) in CARRIERS
            if stated and (carried or other.keys[:-1] == column.keys):
                return stated
    return ""


def unit_named(text: str) -> str:
    """Return the UCUM code of a unit as people write it, or nothing."""
    return _UNITS.get(text.strip().lower(), "")


def gone(column: Seen, *, counted: bool = False) -> list[Json]:
    """Return what stands for "no value" in the column: words, and numbers that only mean that."""
    numbers = {number for number in column.numbers or () if number is not None}
    odd: list[Json] = []
    for number in LEXICON.missing.numbers:
        if number not in numbers:
            continue
        usual = numbers - set(LEXICON.missing.numbers)
        low, high = (min(usual), max(usual)) if usual else (0, 0)
        alone = number < min(low, 0) * 3 or number > max(high, 1) * 8
        if alone or (counted and number < 0):
            odd.append(int(number))
            texts = {str(value).strip() for value in column.given if isinstance(value, str)}
            odd += [text for text in texts if _same(text, number)]
    return [*column.missing, *odd]


def _same(text: str, number: float) -> bool:
    try:
        return float(text) == number
    except ValueError:
        return False


def _told_apart(key: str) -> str:
    """Return the word that tells an item of a list of measurements, without the list's name."""
    listed, _, word = key.partition(" ")
    return word if word and fold(listed) in _LISTS else key


def camel(keys: tuple[str, ...]) -> str:
    """Return a series' name made of a field's own: letters and digits, first letter small."""
    named = [key for key in keys if fold(key) not in _CARRIED and not key.isdecimal()]
    words = [
        "".join(mark for mark in fold(word) if mark.isascii() and mark.isalnum())
        for word in _WORD.findall(
            re.sub(r"(?<=[a-z])(?=[A-Z])", " ", _told_apart((named or keys)[-1]))
        )
    ]
    words = [word for word in words if word]
    if not words:
        return ""
    text = words[0] + "".join(word.capitalize() for word in words[1:])
    text = text if text[0].isalpha() else f"n{text}"
    return text[:50]
