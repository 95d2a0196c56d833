"""Finds the lists of timed values inside records: each item is a value and when it was true."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from byalag.draft._apart import joined, under
from byalag.draft._flat import Flat, Nested, flatten
from byalag.draft._long import Rows, rows_of, told_of
from byalag.draft._measure import Count, camel, gone, series_of, unit_named
from byalag.draft._seen import Seen, look
from byalag.draft._texts import note
from byalag.draft._told import Told
from byalag.draft._value import is_list, is_object
from byalag.draft._when import RECEIVED, When, said, when_of
from byalag.draft._words import fold, means, measured, split, words_of
from byalag.model import Json

_TIMED: Final = 0.9  # of the items that must have a time
_APART: Final = 2  # different times
_MOST: Final = 6  # lists
_WIDTH: Final = 8  # columns of a list of lists
_AHEAD: Final = frozenset(
    {"forecast", "forecasts", "prognos", "prognoser", "vorhersage", "predictions", "prevision",
     "approved", "reference"}
)  # fmt: skip
_OUTER: Final = "$record."


class Lists(Struct):
    """The series in lists, and the paths of the record that they use."""

    told: list[Told] = field(default_factory=list[Told])
    uses: list[str] = field(default_factory=list[str])


def lists_of(flat: Flat, seen: dict[str, Seen], about: Sequence[str], country: str) -> Lists:
    """Return the series whose values are items of lists. `about`: words that tell a forecast."""
    found = Lists()
    names: set[str] = set()
    picked = {path.partition("[")[0] for path in flat.columns if "[" in path}
    for nested in flat.nested:
        if any(nested.path.startswith(f"{used}.") for used in found.uses):
            continue
        told = _told(nested, seen, country, picked=nested.path in picked)
        words = {*(word for key in nested.keys for word in split(key)), *about}
        kind = "forecast" if words & _AHEAD and told and told[0].when.at != RECEIVED else "measured"
        for one in told:
            if one.count.name in names and not one.count.when:
                one.count.name = camel((f"{nested.keys[-1]} {one.count.name}",))
            one.each, one.kind = nested.path, kind
            one.when = _ahead(one.when) if kind == "forecast" else one.when
        names |= {one.count.name for one in told}
        found.told += told
        found.uses += [nested.path] if told else []
        if len(found.uses) >= _MOST:
            break
    return found


def _told(nested: Nested, outer: dict[str, Seen], country: str, *, picked: bool) -> list[Told]:
    """Return the series of one list. `picked`: its items are told apart as columns already."""
    seen = _inside(nested)
    if picked:
        return _kinds(nested, seen, outer, country)
    return (
        _series(nested, seen, outer, country)
        or _quantities(seen, outer, country)
        or _kinds(nested, seen, outer, country)
    )


def _ahead(when: When) -> When:
    given = when.at if isinstance(when.at, dict) else {"path": when.at}
    return When(at={**given, "not_after": "3650d"}, path=when.path, notes=when.notes)


def _inside(nested: Nested) -> dict[str, Seen]:
    """Return the columns of a list's items."""
    inner = flatten([_object(item) for item in nested.items])
    return joined({path: look(column) for path, column in inner.columns.items()})


def _series(
    nested: Nested, seen: dict[str, Seen], outer: dict[str, Seen], country: str
) -> list[Told]:
    """Return the series of a list whose items have times of their own."""
    times = [one for one in seen.values() if _is_time(one)]
    if not times:
        return []
    time = max(times, key=_worth_of_time)
    if any(_is_called(one) for one in seen.values() if one.keys[:-1] == time.keys[:-1]):
        return []
    if (rows := rows_of(seen, _count(seen))) is not None:
        return told_of(rows, said(time, country))
    seen = _carried(seen)
    taken = [one.path for one in seen.values() if one.time is not None]
    values = [one for one in seen.values() if one.path not in taken and _is_plain(one)]
    if (rows := _beside(values, outer, nested)) is not None:
        return told_of(rows, said(time, country), before=_OUTER)
    counts = _named(values, nested, outer) or series_of(
        seen, taken, all_numbers=True, title=nested.keys[-1]
    )
    return [
        Told(count=count, when=_within(count.value, seen, time, country))
        for count in counts
        if not means(count.value.leaf, "quality")
    ]


def _within(value: Seen, seen: dict[str, Seen], time: Seen, country: str) -> When:
    """Return the time of a value in an item: its own, or the item's."""
    found = when_of(value, seen, {}, country)
    return said(time, country) if found.at == RECEIVED else found


def _carried(seen: dict[str, Seen]) -> dict[str, Seen]:
    """Return the columns without what is said beside values that a list in each item tells."""
    told = [one for one in seen.values() if "[" in one.path]
    values = [one for one in told if "value" in {fold(key).removesuffix("s") for key in one.keys}]
    beside = {one.path for one in told if one not in values and not one.says("unit")}
    return {path: one for path, one in seen.items() if not (values and path in beside)}


def _quantities(seen: dict[str, Seen], outer: dict[str, Seen], country: str) -> list[Told]:
    """Return the series of a list whose items say what they measure, and the record when."""
    rows = rows_of(seen, _count(seen))
    if rows is None or any(one.time is not None for one in seen.values()):
        return []
    return told_of(rows, _outward(rows.value, outer, country))


def _object(item: Json) -> Json:
    """Return an item with names: the places of its values, where it is a list of them."""
    if is_list(item):
        return {str(number): value for number, value in enumerate(item[:_WIDTH])}
    return item if is_object(item) else {}


def _is_time(column: Seen) -> bool:
    return column.time is not None and column.share >= _TIMED and column.distinct >= _APART


def _is_called(column: Seen) -> bool:
    """Return whether the items have ids or names of their own: they are things, not values."""
    named = column.says("id") or column.says("name")
    if not named or not column.textual or column.time is not None:
        return False
    sure = not means(column.words, "quantity") and column.numbers is None
    spread = column.distinct == 1 or column.distinct * 2 > len(column.given)
    return sure and column.share >= _TIMED and spread


def _worth_of_time(column: Seen) -> tuple[int, bool, bool, int]:
    ends = bool({"to", "until", "end", "slut", "tom", "bis"} & set(column.leaf))
    clock = column.time is not None and column.time.clock
    return -column.depth, clock, not ends, column.distinct


def _is_plain(column: Seen) -> bool:
    carries = column.says("value") or column.path == "1"
    return carries and column.numbers is not None and column.truth is None


def _named(values: list[Seen], nested: Nested, outer: dict[str, Seen]) -> list[Count]:
    """Return a bare value as what the list, or the record, says that it is."""
    if len(values) != 1:
        return []
    value = values[0]
    leaf, _ = words_of(nested.keys)
    measure = measured(leaf, ())
    bare = means(leaf, "value") or fold(nested.keys[-1]) in {"data", "values", "observations"}
    named = "" if bare and measure is None else camel(nested.keys)
    name = measure.name if measure else named or "value"
    stated = _stated(outer, nested)
    unit = unit_named(stated) or (measure.unit if measure else "1")
    notes = [] if measure or named else [note("value_unnamed", path=value.path, name=name)]
    if not stated and unit != "1":
        notes.append(note("unit_guessed", name=name, unit=unit))
    return [Count(name=name, value=value, unit=unit, missing=gone(value), notes=notes)]


def _stated(outer: dict[str, Seen], nested: Nested) -> str:
    """Return the unit that the record states beside the list, if it is one in all records."""
    units = [one for one in outer.values() if one.says("unit") and one.distinct == 1]
    units.sort(key=lambda one: (one.keys[:-1] != nested.keys[:-1], one.depth))
    return str(units[0].given[0]) if units else ""


def _beside(values: list[Seen], outer: dict[str, Seen], nested: Nested) -> Rows | None:
    """Return the list as long rows where the record around it says what is measured."""
    if len(values) != 1:
        return None
    said_by = [one for one in outer.values() if one.textual and _tells(one)]
    if not said_by:
        return None
    quantity = max(said_by, key=lambda one: (_known(one), one.says("name"), -one.depth))
    if not _known(quantity) and measured(words_of(nested.keys)[0], ()) is not None:
        return None
    units = [one for one in outer.values() if one.says("unit") and one.textual]
    unit = next((one for one in units if one.keys[:-1] == quantity.keys[:-1]), None)
    unit = unit or (units[0] if units and units[0].distinct == 1 else None)
    return Rows(quantity, values[0], unit)


def _tells(column: Seen) -> bool:
    if column.time is not None or column.says("unit") or column.says("description"):
        return False
    named = means(column.outer, "quantity") and (column.says("name") or column.says("id"))
    return named or (means(column.leaf, "quantity") and _known(column))


def _known(column: Seen) -> bool:
    return bool(column.given) and measured(split(str(column.given[0])), ()) is not None


def _count(seen: dict[str, Seen]) -> int:
    return max((len(one.values) for one in seen.values()), default=0)


def _kinds(
    nested: Nested, seen: dict[str, Seen], outer: dict[str, Seen], country: str
) -> list[Told]:
    """Return the counts of a list that splits a record's count by kind, each kind a sensor."""
    counted = [key for key in ("count", "free", "available") if _counts(nested.keys, key)]
    if not counted:
        return []
    kinds = [one for one in seen.values() if one.says("id") or one.says("category")]
    kinds = [one for one in kinds if one.textual and one.share >= _TIMED and one.time is None]
    counts = [
        one
        for one in seen.values()
        if one.numbers is not None
        and {"count", "antal", "number", "available"} & set(one.leaf)
        and one.says("id") <= ("number" in one.leaf)
    ]
    if len(kinds) != 1 or len(counts) != 1 or any(one.time is not None for one in seen.values()):
        return []
    when = _outward(counts[0], outer, country)
    measure = measured(words_of(nested.keys)[0], ())
    name = measure.name if measure else camel((nested.keys[-1],))
    sensor = f"{{{kinds[0].path}|slug}}"
    return [Told(count=Count(name=name, value=counts[0], sensor=sensor), when=when)]


def _counts(keys: Sequence[str], concept: str) -> bool:
    """Return whether the last of the names says that something is counted or free."""
    words = split(keys[-1])
    return concept in words if concept in {"count", "available"} else means(words, concept)


def _outward(value: Seen, outer: dict[str, Seen], country: str) -> When:
    """Return the record's time, as an item of a list in it says it."""
    every: list[Json] = [1 for _ in next(iter(outer.values())).values] if outer else []
    whole = replace(value, values=every) if every else value
    when = when_of(whole, outer, {}, country)
    if when.at == RECEIVED:
        return when
    at = when.at
    path = under(when.path, _OUTER)
    moved: str | dict[str, Json] = path if isinstance(at, str) else {**at, "path": path}
    return When(at=moved, path=path, notes=when.notes)
