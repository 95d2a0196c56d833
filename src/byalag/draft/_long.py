"""Reads rows that hold one value each, where a column says what was measured in the row."""

from functools import lru_cache
from typing import Final

from msgspec import Struct

from byalag.draft._flat import Column
from byalag.draft._measure import Count, camel, gone, unit_named
from byalag.draft._seen import Seen, look
from byalag.draft._texts import note
from byalag.draft._told import Told
from byalag.draft._when import When
from byalag.draft._words import Measure, fold, means, measured, split
from byalag.model import Json

MOST: Final = 40  # different things that are measured; with more, each is a sensor of one series
_KNOWN: Final = 0.5  # of the words that must be known, where the column could be anything
_PRESENT: Final = 0.9
_FEW: Final = 12
_LOOKED: Final = 100  # words that are looked up
_SURE: Final = frozenset(
    {
        "parameter", "quantity", "variable", "komponent", "component", "pollutant", "species",
        "matstorhet", "storhet", "messgrosse", "measurand", "phenomenon", "indicator", "metric",
        "amne", "valuetype", "parametername", "observedproperty", "polluant",
    }
)  # fmt: skip
_VALUES: Final = frozenset({"count", "antal", "amount", "level", "halt", "konzentration"})
_MANY: Final = "value"


class Rows(Struct, frozen=True):
    """The columns of a long table: what is measured, the value, and its unit."""

    quantity: Seen
    value: Seen
    unit: Seen | None


def rows_of(seen: dict[str, Seen], count: int) -> Rows | None:
    """Return the columns of a long table, if this is one."""
    values = [one for one in seen.values() if _is_value(one)]
    quantities = [
        (worth, one) for one in seen.values() if (worth := _worth_of_quantity(one, count)) > 0
    ]
    if not values or not quantities:
        return None
    value = max(values, key=_worth_of_value)
    apart = [two for two in quantities if two[1].path != value.path]
    if not apart:
        return None
    quantity = max(apart, key=lambda two: two[0])[1]
    units = [one for one in seen.values() if one.says("unit") and one.textual]
    near = sorted(units, key=lambda one: (one.keys[:-1] != value.keys[:-1], one.depth))
    return Rows(quantity, value, near[0] if near else None)


def _is_value(column: Seen) -> bool:
    if column.numbers is None or column.time is not None or column.truth is not None:
        return False
    if any(column.says(word) for word in ("lat", "lon", "id")):
        return False
    carried = means([fold(column.keys[-1])], "value") and not measured(column.leaf, column.outer)
    return column.says("value") or carried or bool(_VALUES & set(column.leaf[:1]))


def _worth_of_value(column: Seen) -> tuple[bool, float, int]:
    return means([fold(column.keys[-1])], "value"), column.share, -column.depth


def _worth_of_quantity(column: Seen, count: int) -> float:
    """Return how much a column looks like one that says what is measured; 0 for not at all."""
    if not column.textual or column.time is not None or "[" in column.path:
        return 0
    if column.share < _PRESENT:
        return 0
    words = _words(column)[:_LOOKED]
    known = sum(meant(word) is not None for word in words) / max(len(words), 1)
    called = column.says("name") or column.says("id")
    sure = bool(_SURE & set(column.leaf)) or (called and bool(_SURE & set(column.outer)))
    if not (column.says("quantity") or sure or known > _KNOWN) or (known <= _KNOWN and not sure):
        return 0
    repeated = len(words) * 2 <= count or known > _KNOWN or (sure and len(words) <= _FEW)
    if not repeated or column.says("unit"):
        return 0
    return 2 * known + sure + column.says("quantity") - 0.1 * column.depth


def _words(column: Seen) -> list[str]:
    return list(dict.fromkeys(str(value) for value in column.given))


@lru_cache(maxsize=4096)
def meant(word: str) -> Measure | None:
    """Return what a word in a column of quantities stands for."""
    return measured(split(word), ())


def told_of(rows: Rows, when: When, *, before: str = "") -> list[Told]:
    """Return a series for each thing measured. `before` is put before the paths of conditions."""
    words = list({repr(word): word for word in rows.quantity.given}.values())
    if len(words) > MOST:
        return [_sensors(rows, when, before)]
    found: list[Told] = []
    names: set[str] = set()
    for word in words:
        count = _counted(rows, word, names)
        if count is None:
            continue
        count.when = {f"{before}{rows.quantity.path}": word} if len(words) > 1 else {}
        names.add(count.name)
        found.append(Told(count=count, when=when))
    return found


def _counted(rows: Rows, word: Json, names: set[str]) -> Count | None:
    mine = [repr(one) == repr(word) for one in rows.quantity.values]
    if len(mine) == len(rows.value.values):
        pairs = zip(rows.value.values, mine, strict=True)
        values = [value if here else None for value, here in pairs]
        part = look(Column(rows.value.path, rows.value.keys, values))
        value = part if part.numbers is not None else rows.value
    else:
        value = rows.value
    measure = meant(str(word))
    name = measure.name if measure else camel((str(word),))
    if name in names:
        name = camel((str(word),))
    if not name or name in names:
        return None
    stated = _unit(rows, mine)
    unit = unit_named(stated) or (measure.unit if measure and not stated else "1")
    notes = [note("unit_guessed", name=name, unit=unit)] if not stated and unit != "1" else []
    if stated and not unit_named(stated) and measure is None:
        notes = [note("unit_unknown", name=name, unit=stated)]
    ranged = measure.range if measure and unit == measure.unit else None
    return Count(name=name, value=value, unit=unit, missing=gone(value), range=ranged, notes=notes)


def _unit(rows: Rows, mine: list[bool]) -> str:
    if rows.unit is None:
        return ""
    units = {str(value) for value in rows.unit.given}
    if len(rows.unit.values) == len(mine):
        pairs = zip(rows.unit.values, mine, strict=True)
        units = {str(value) for value, here in pairs if here and value is not None}
    return units.pop() if len(units) == 1 else ""


def _sensors(rows: Rows, when: When, before: str) -> Told:
    """Return one series where there are too many things to name: each is a sensor of it."""
    count = Count(
        name=_MANY,
        value=rows.value,
        missing=gone(rows.value),
        notes=[note("many_measured", path=rows.quantity.path)],
        sensor=f"{{{before}{rows.quantity.path}|slug}}",
    )
    return Told(count=count, when=when)
