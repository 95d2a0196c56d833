"""Puts the decisions about one reading together: what the source's file will say, and why."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct, field

from byalag.draft._apart import joined
from byalag.draft._flat import Flat, flatten
from byalag.draft._grid import country_of
from byalag.draft._identity import Identity, identity_of, name_of, named_by
from byalag.draft._listed import Lists, lists_of
from byalag.draft._long import Rows, rows_of, told_of
from byalag.draft._measure import Count, Spaces, gone, series_of, spaces_of
from byalag.draft._occupancy import occupancy_of
from byalag.draft._place import Place, place_of
from byalag.draft._reading import Reading
from byalag.draft._seen import Seen, look
from byalag.draft._sort import Sorted, as_parking, sort_of, split_all
from byalag.draft._tell import Said, is_personal, left_out, number, status_of, told
from byalag.draft._texts import Note, note
from byalag.draft._told import Told
from byalag.draft._when import when_of
from byalag.model import Json

SAMPLE: Final = 1200  # records that are looked at
_LISTED: Final = 9.0  # what speaks for one record that holds a list of timed values


class Asked(Struct, frozen=True, kw_only=True):
    """What is known beside the answer: its address, and what a person said."""

    url: str = ""
    type: str = ""
    country: str = ""


class Plan(Struct, kw_only=True):
    """All that a draft says of one reading, before it is written."""

    reading: Reading
    sorted: Sorted
    identity: Identity
    name: str | None
    place: Place | None
    properties: list[Said]
    series: list[Told]
    left: list[tuple[Seen, bool]]
    seen: dict[str, Seen]
    where: dict[str, Json] = field(default_factory=dict[str, Json])
    notes: list[Note] = field(default_factory=list[Note])
    worth: float = 0


def plan_of(reading: Reading, asked: Asked) -> Plan:
    """Decide everything about one reading."""
    records = reading.records[:: max(1, len(reading.records) // SAMPLE)][: SAMPLE + 1]
    flat = flatten(records)
    seen = joined({path: look(column) for path, column in flat.columns.items()})
    place = place_of(flat, seen, reading.crs, asked.country)
    country = (country_of(place.spots) if place else "") or asked.country
    used = list(place.uses) if place else []
    used += [path for path, one in seen.items() if one.says("lat") or one.says("lon")]
    rows = rows_of(seen, flat.count)
    used += [one.path for one in (rows.quantity, rows.unit) if one] if rows else []
    name, sure = name_of(seen, used)
    identity = identity_of(seen, used, name, flat.count, apart=rows.quantity if rows else None)
    name = name or named_by(identity, seen)
    used += [*identity.uses, *([name] if name else [])]
    lists = lists_of(flat, seen, _words(reading, seen), country)
    inside = " ".join(key for one in lists.told for key in (one.each, one.count.name))
    kind = sort_of(seen, f"{reading.about} {inside}", asked.url, asked.type)
    plan = Plan(
        reading=reading, sorted=kind, identity=identity, name=name, place=place, properties=[],
        series=[], left=[], seen=seen, worth=sure / 2,
    )  # fmt: skip
    used += [path for path in seen if any(path.startswith(f"{one}.") for one in lists.uses)]
    _say_all(plan, used, country, rows, lists)
    if lists.told and "records" not in reading.settings:
        plan.worth += _LISTED
    if flat.pairs:
        values, times = next(iter(flat.pairs.items()))
        plan.notes.append(note("lists_apart", values=values, times=times))
    _drop_repeated(plan)
    if not plan.identity.template and place is not None:
        plan.identity = _from_place(place)
    if not plan.identity.template:
        one = [note("one_thing")]
        plan.identity = Identity(template="1", rows=True, worth=0, notes=one)
    if _is_live(plan) and plan.series:
        plan.notes.append(note("only_live"))
    plan.worth += _appeal(plan, flat)
    return plan


def _drop_repeated(plan: Plan) -> None:
    """Leave out series that would be said twice."""
    known: set[str] = set()
    for one in list(plan.series):
        mark = f"{one.count.name} {one.count.sensor} {one.each} {one.count.when}"
        if mark in known:
            plan.series.remove(one)
        known.add(mark)


def _words(reading: Reading, seen: dict[str, Seen]) -> list[str]:
    """Return the words that tell what the records are of: those about them, and of their times."""
    times = [word for one in seen.values() if one.time is not None for word in one.leaf]
    return [*split_all(reading.about), *times]


def _say_all(plan: Plan, used: list[str], country: str, rows: Rows | None, lists: Lists) -> None:
    """Decide on the series and the properties."""
    seen, reading, parking = plan.seen, plan.reading, plan.sorted.sort.parking
    spaces = spaces_of(seen, used)
    taken = occupancy_of(seen, used) if spaces.free is spaces.occupied is None else None
    used += [taken.value.path] if taken else []
    status = status_of(seen, used)
    used += status[0].uses if status else ()
    if _is_parking(spaces, plan.sorted) or (taken is not None and not plan.sorted.sure):
        plan.sorted = as_parking(plan.sorted)
        parking = True
    if parking:
        counts = list(_parking(spaces, status[1] if status else {}))
        plan.properties += _total(spaces, "totalSpotNumber")
        used += [
            one.path for one in (spaces.free, spaces.occupied, spaces.total) if one is not None
        ]
        counts += [taken] if taken else []
    else:
        counts = []
    alone = plan.identity.rows or not plan.identity.template
    if rows is not None:
        plan.series += told_of(rows, when_of(rows.value, seen, reading.document, country))
        used += [rows.value.path, *(one.when.path for one in plan.series)]
    every = alone and _timed(seen) and rows is None and not lists.told
    every = every or _is_live(plan)
    counts += series_of(seen, used, all_numbers=every, title=plan.sorted.sort.type)
    for count in counts:
        when = when_of(count.value, seen, reading.document, country)
        plan.series.append(Told(count=count, when=when, opens=bool(count.when)))
        used += [count.value.path, when.path]
    plan.series += lists.told
    if not parking:
        capacity = spaces.total
        if capacity is not None and capacity.path not in used and capacity.says("total"):
            plan.properties += _total(Spaces(total=capacity), "capacity")
            used.append(capacity.path)
    plan.properties += [status[0]] if status else []
    plan.properties += told(seen, used, parking=parking)
    used += [path for one in plan.properties for path in one.uses]
    plan.left = left_out(seen, used)


def _is_parking(spaces: Spaces, found: Sorted) -> bool:
    """Return whether what is counted are parking spaces, whatever the words around them tell."""
    if spaces.free is None or not (spaces.total or spaces.occupied):
        return False
    return not found.sure or not found.sort.words & set(spaces.free.words)


def _is_live(plan: Plan) -> bool:
    """Return whether the records hold nothing but ids and what changes."""
    known = plan.identity.template and not plan.identity.rows
    counted = {one.keys[:-1] for one in plan.seen.values() if one.numbers and not one.says("id")}
    changing = any(
        (one.time is not None and one.keys[:-1] in counted)
        or any(one.says(word) for word in ("free", "occupied", "value"))
        for one in plan.seen.values()
    )
    return bool(known) and changing and plan.name is None and plan.place is None


def _from_place(place: Place) -> Identity:
    """Tell things apart by where they are, where nothing else does."""
    point = place.point
    if "geometry" in point:
        paths = [f"{point['geometry']}.coordinates.{n}" for n in (0, 1)] if not place.shape else []
    else:
        paths = [
            str(point[name]) for name in ("wkt", "pair", "lat", "lon", "y", "x") if name in point
        ]
    if not paths or len(set(place.spots)) < 2:  # noqa: PLR2004 -- one place tells nothing apart
        return Identity(template="")
    template = "-".join(f"{{{path}|slug}}" for path in paths)
    return Identity(template=template, uses=tuple(paths), notes=[note("id_from_place")])


def _timed(seen: dict[str, Seen]) -> bool:
    return any(one.time is not None and one.distinct > 1 for one in seen.values())


def _parking(spaces: Spaces, when: dict[str, Json]) -> Iterator[Count]:
    free, occupied, total = spaces.free, spaces.occupied, spaces.total
    if free is not None:
        notes = [] if free.given else [note("never_a_value", path=free.path)]
        yield _counted("availableSpotNumber", free, when, notes)
    elif occupied is not None and total is not None:
        count = _counted(
            "availableSpotNumber",
            total,
            when,
            [note("free_from_occupied", total=total.path, occupied=occupied.path)],
        )
        count.minus = occupied
        yield count
    if occupied is not None:
        yield _counted("occupiedSpotNumber", occupied, {}, [])


def _counted(name: str, column: Seen, when: dict[str, Json], notes: list[Note]) -> Count:
    negative = any(number is not None and number < 0 for number in column.numbers or ())
    missing = gone(column, counted=True)
    ranged = (0.0, 100_000.0) if negative else None
    return Count(
        name=name, value=column, missing=missing, when=dict(when), range=ranged, notes=notes
    )


def _total(spaces: Spaces, name: str) -> list[Said]:
    total = spaces.total
    if total is None:
        return []
    value = number(total)
    zeros = sum(one == 0 for one in total.numbers or ())
    notes = [note("zero_total", path=total.path)] if zeros else []
    return [Said(name=name, value=value, uses=(total.path,), notes=notes)]


def _appeal(plan: Plan, flat: Flat) -> float:
    """Return how much speaks for the reading before it is tried."""
    kept = [one for one in plan.seen.values() if one.given and not is_personal(one)]
    placed = plan.place is not None
    worth = plan.identity.worth / 2 + (5 if placed else 0) + min(len(plan.series), 3) * 1.5
    worth += min(flat.count, 64).bit_length() + plan.reading.sure + min(len(kept), 12) * 0.15
    return worth
