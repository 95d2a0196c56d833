"""Decides when a value was true: its own time, the record's, the answer's, or when it came."""

from msgspec import Struct, field

from byalag.draft._flat import Column, flatten
from byalag.draft._grid import ZONES
from byalag.draft._moment import Form
from byalag.draft._seen import Seen, look
from byalag.draft._texts import Note, note
from byalag.draft._value import is_object
from byalag.model import Json

RECEIVED = "$received"
_SMALL = 60  # values beside the records; more is another list
_ENOUGH = 0.9  # of the records with a value that must have the time


class When(Struct, kw_only=True):
    """A time as the mapping says it."""

    at: str | dict[str, Json]
    path: str = ""
    notes: list[Note] = field(default_factory=list[Note])


def when_of(value: Seen, seen: dict[str, Seen], document: dict[str, Json], country: str) -> When:
    """Return the time of a column's values."""
    times = [one for one in seen.values() if one.time is not None and _covers(one, value)]
    ranked = sorted(
        times, key=lambda one: (_worth(one, value), one.time.latest if one.time else "")
    )
    if ranked and _worth(ranked[-1], value) > 0:
        return said(ranked[-1], country)
    beside = _beside(document)
    best = max(beside, key=lambda one: _worth(one, value), default=None)
    if best is not None and best.time is not None and _worth(best, value) > 0:
        found = said(best, country)
        path = f"$document.{best.path}"
        at = path if isinstance(found.at, str) else {**found.at, "path": path}
        return When(at=at, path=path, notes=[*found.notes, note("time_beside", path=path)])
    return When(at=RECEIVED, notes=[note("time_received")])


def said(column: Seen, country: str) -> When:
    """Return a column of times as the mapping says it."""
    form = column.time or Form()
    more: dict[str, Json] = {}
    notes: list[Note] = []
    if form.format != "iso":
        more["format"] = form.format
    if form.pattern:
        more["pattern"] = form.pattern
    if form.utc or (not form.zoned and {"utc", "gmt"} & set(column.leaf)):
        more["zone"] = "UTC"
    elif not form.zoned:
        zone = ZONES.get(country, "Europe/Stockholm")
        more["zone"] = zone
        notes.append(note("zone", path=column.path, zone=zone))
    if form.unsure:
        notes.append(note("time_unsure", path=column.path, other=form.unsure))
    if column.missing:
        more["missing"] = list(column.missing)
    at = {"path": column.path, **more} if more else column.path
    return When(at=at, path=column.path, notes=notes)


def _covers(time: Seen, value: Seen) -> bool:
    """Return whether nearly every record with a value has the time too."""
    there = [a is not None for a in value.values]
    present = set(map(repr, time.given))
    both = sum(
        has and at is not None and repr(at) in present
        for has, at in zip(there, time.values, strict=True)
    )
    return both >= _ENOUGH * sum(there) if any(there) else bool(time.given)


def _worth(time: Seen, value: Seen) -> float:
    form = time.time or Form()
    worth = 3.0 if time.says("time") else 0.5
    worth -= 4 if time.says("static_time") and not _live(time) else 0
    worth += 0.5 if form.clock else -1
    shared = {word for word in set(time.words) & set(value.words) if len(word) > 3}  # noqa: PLR2004 -- shorter words are in everything
    worth += min(len(shared), 3) * 0.7
    worth += 1 if time.keys[:-1] == value.keys[:-1] else 0
    nested = (
        time.keys[: len(value.keys)] == value.keys
        or time.keys[: len(value.keys) - 1] == value.keys[:-1]
    )
    worth += 0.5 if nested else 0
    worth += 0.3 if time.distinct > 1 else 0
    measured = {
        "observation",
        "observed",
        "measured",
        "updated",
        "timestamp",
        "stand",
        "uppdaterad",
    }
    return worth + (0.5 if measured & set(time.leaf) else 0) - 0.1 * time.depth


def _live(time: Seen) -> bool:
    return bool({"updated", "update", "observed", "measured", "lastupdated"} & set(time.leaf))


def _size(value: Json) -> int:
    """Return how many values there are in what stands beside the records, roughly."""
    if is_object(value):
        return sum(_size(inner) for inner in value.values())
    return 100 if isinstance(value, list) else 1


def _beside(document: dict[str, Json]) -> list[Seen]:
    small = {key: value for key, value in document.items() if not isinstance(value, list)}
    small = {key: value for key, value in small.items() if _size(value) <= _SMALL}
    columns: dict[str, Column] = flatten([small]).columns if small else {}
    return [
        one
        for column in columns.values()
        if (one := look(column)).time is not None and one.says("time")
    ]
