"""Joins a date and a time of day that stand apart, in two columns, to one column of times."""

import re
from typing import Final

from byalag.draft._flat import Column
from byalag.draft._seen import Seen, look

_OF_DAY = re.compile(
    r"(?:[01]?\d|2[0-3])[:.][0-5]\d(?:[:.][0-5]\d)?(?:\s*[AaPp][Mm])?|24:00(?::00)?"
)
_MIDNIGHT = re.compile(r"\d{4}-\d\d-\d\d[T ]00:00(?::00(?:\.0+)?)?")
_WORDS: Final = frozenset({"kl", "klocka", "klockan", "clock"})
_UNFIT: Final = frozenset("{}|\"'")


def joined(seen: dict[str, Seen]) -> dict[str, Seen]:
    """Return the columns, a date and a time of day beside it as one under a template of both."""
    places = {path: number for number, path in enumerate(seen)}
    found = dict(seen)
    for clock in [one for one in seen.values() if _is_of_day(one)]:
        dates = [
            one for one in found.values() if _is_date(one) and one.keys[:-1] == clock.keys[:-1]
        ]
        if not dates:
            continue
        date = max(dates, key=lambda one: (_shared(one, clock), -_apart(places, one, clock)))
        both = _together(date, clock)
        if both.time is not None and both.time.clock:
            del found[date.path], found[clock.path]
            found[both.path] = both
    return found


def under(path: str, before: str) -> str:
    """Return a path, or a template, with something put before its paths."""
    return path.replace("{", f"{{{before}") if "{" in path else f"{before}{path}"


def _is_of_day(column: Seen) -> bool:
    named = column.says("time") or _WORDS & set(column.leaf)
    if not named or column.says("static_time") or column.time is not None:
        return False
    texts = [value for value in column.given if isinstance(value, str)]
    whole = bool(texts) and len(texts) == len(column.given)
    return whole and _fits(column) and all(_OF_DAY.fullmatch(text.strip()) for text in texts)


def _is_date(column: Seen) -> bool:
    if column.time is None or column.says("static_time") or not _fits(column):
        return False
    texts = all(isinstance(value, str) for value in column.given)
    return texts and (not column.time.clock or _is_midnight(column))


def _is_midnight(column: Seen) -> bool:
    """Return whether each date has a time of day that is always midnight, as Excel exports it."""
    return all(_MIDNIGHT.fullmatch(str(value)) for value in column.given)


def _fits(column: Seen) -> bool:
    """Return whether the column's name can stand in a template."""
    return not _UNFIT & set(column.keys[-1])


def _shared(date: Seen, clock: Seen) -> int:
    return len({word for word in date.leaf if len(word) > 3} & set(clock.leaf))  # noqa: PLR2004 -- shorter words are in everything


def _apart(places: dict[str, int], one: Seen, other: Seen) -> int:
    return abs(places.get(one.path, 0) - places[other.path])


def _together(date: Seen, clock: Seen) -> Seen:
    cut = "[:10]" if _is_midnight(date) else ""
    values = [
        None if day is None or hour is None else f"{str(day)[:10] if cut else day} {hour}"
        for day, hour in zip(date.values, clock.values, strict=True)
    ]
    keys = (*date.keys[:-1], f"{date.keys[-1]} {clock.keys[-1]}")
    return look(Column(f"{{{date.path}{cut}}} {{{clock.path}}}", keys, values))
