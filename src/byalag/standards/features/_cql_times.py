"""Times in a filter: instants, periods, and how they stand to one another (OGC 21-065r2, 7.9)."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

from msgspec import Struct

from byalag.asking import Call, Expression, Moment, Value
from byalag.model import Micros
from byalag.standards.features._problem import NotAnswered, shown

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
DAY: Final = 86_400_000_000
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_MICROSECOND: Final = timedelta(microseconds=1)


class Period(Struct, frozen=True):
    """From one time to another, both in it; None where it has no end."""

    start: Expression | None
    end: Expression | None


def instant(text: str, where: str) -> Micros:
    """Return a time in RFC 3339 with its time zone.

    Raises:
        NotAnswered: It is not one.
    """
    if _INSTANT.fullmatch(text):
        try:
            found = datetime.fromisoformat(_six(text.upper().replace(" ", "T")))
            return (found - EPOCH) // _MICROSECOND
        except (ValueError, OverflowError):
            pass
    message = f"{where}: {shown(text)!r} is not a time with its zone, as 2026-07-01T12:00:00Z"
    raise NotAnswered(message)


def day(text: str, where: str) -> Micros:
    """Return when a day begins in UTC.

    Raises:
        NotAnswered: It is not a day.
    """
    if not _DATE.fullmatch(text):
        message = f"{where}: {shown(text)!r} is not a day, as 2026-07-01"
        raise NotAnswered(message)
    return instant(f"{text}T00:00:00Z", where)


def first(text: str, where: str) -> Micros:
    """Return when an instant or a day begins."""
    return day(text, where) if _DATE.fullmatch(text) else instant(text, where)


def last(text: str, where: str) -> Micros:
    """Return when an instant or a day ends."""
    return day(text, where) + DAY - 1 if _DATE.fullmatch(text) else instant(text, where)


def related(name: str, one: Period, other: Period) -> Expression:
    """Return how one period stands to another, by the standard's name of it."""
    return RELATIONS[name](one, other)


def within(time: Expression, start: Micros | None, end: Micros | None) -> Expression:
    """Return whether a time is in a period, both ends in it, as one condition."""
    if start is not None and end is not None:
        return Call("between", (time, Moment(start), Moment(end)))
    if start is not None:
        return Call("ge", (time, Moment(start)))
    if end is not None:
        return Call("le", (time, Moment(end)))
    return Call("not", (Call("is_null", (time,)),))


def _six(text: str) -> str:
    """Return a time with at most six decimals, which is what we count in."""
    return re.sub(r"(\.\d{6})\d+", r"\1", text)


_Compare: TypeAlias = Callable[[Expression | None, Expression | None], Expression]


def _compare(name: str, *, first_open: bool, second_open: bool, both: bool) -> _Compare:
    """Return a comparison of two ends, of which either may be open."""

    def compare(one: Expression | None, other: Expression | None) -> Expression:
        if one is None and other is None:
            return Value(value=both)
        if one is None or other is None:
            return Value(value=first_open if one is None else second_open)
        return Call(name, (one, other))

    return compare


# An open start is before everything, an open end after everything.
_BEFORE_END: Final = _compare("lt", first_open=False, second_open=True, both=False)
_START_SAME: Final = _compare("eq", first_open=False, second_open=False, both=True)


def _starts_before(one: Period, other: Period) -> Expression:
    return _compare("lt", first_open=True, second_open=False, both=False)(one.start, other.start)


def _starts_after(one: Period, other: Period) -> Expression:
    return _starts_before(other, one)


def _ends_before(one: Period, other: Period) -> Expression:
    return _BEFORE_END(one.end, other.end)


def _ends_after(one: Period, other: Period) -> Expression:
    return _ends_before(other, one)


def _starts_alike(one: Period, other: Period) -> Expression:
    return _START_SAME(one.start, other.start)


def _ends_alike(one: Period, other: Period) -> Expression:
    return _START_SAME(one.end, other.end)


def _over_before(one: Period, other: Period) -> Expression:
    """Return whether one is over before the other begins."""
    return _compare("lt", first_open=False, second_open=False, both=False)(one.end, other.start)


def _reaches(one: Period, other: Period) -> Expression:
    """Return whether one is not over when the other begins."""
    return _compare("ge", first_open=True, second_open=True, both=True)(one.end, other.start)


def _runs_into(one: Period, other: Period) -> Expression:
    return _compare("gt", first_open=True, second_open=True, both=True)(one.end, other.start)


def _meets(one: Period, other: Period) -> Expression:
    return _compare("eq", first_open=False, second_open=False, both=False)(one.end, other.start)


def _all(*relations: Callable[[Period, Period], Expression]) -> "_Relation":
    return lambda one, other: Call("and", tuple(relation(one, other) for relation in relations))


def _turned(relation: Callable[[Period, Period], Expression]) -> "_Relation":
    return lambda one, other: relation(other, one)


_Relation: TypeAlias = Callable[[Period, Period], Expression]
_overlaps = _all(_starts_before, _runs_into, _ends_before)
RELATIONS: Final[Mapping[str, _Relation]] = {
    "t_after": _turned(_over_before),
    "t_before": _over_before,
    "t_contains": _all(_starts_before, _ends_after),
    "t_disjoint": lambda one, other: Call(
        "or", (_over_before(one, other), _over_before(other, one))
    ),
    "t_during": _all(_starts_after, _ends_before),
    "t_equals": _all(_starts_alike, _ends_alike),
    "t_finishedby": _all(_starts_before, _ends_alike),
    "t_finishes": _all(_starts_after, _ends_alike),
    "t_intersects": _all(_reaches, _turned(_reaches)),
    "t_meets": _meets,
    "t_metby": _turned(_meets),
    "t_overlappedby": _turned(_overlaps),
    "t_overlaps": _overlaps,
    "t_startedby": _all(_starts_alike, _ends_after),
    "t_starts": _all(_starts_alike, _ends_before),
}
