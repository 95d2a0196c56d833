"""Reads times as sources write them, and says them as microseconds UTC.

A time without zone is local. In spring an hour does not exist, in autumn one occurs twice
(PEP 495: of the two readings, `fold=0` is the first).
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final, Literal
from zoneinfo import ZoneInfo, available_timezones

from byalag import Misconfigured
from byalag.mapping._context import Context
from byalag.mapping._number import compile_number
from byalag.mapping._pattern import compile_pattern
from byalag.mapping._spec import TimeSpec
from byalag.mapping._value import Unfit, shown
from byalag.model import Json, Micros, span

Twice = Literal["nearest", "first", "second"]
ReadTime = Callable[[Json, Context], Micros]
Moment = Callable[[Json], datetime]

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
LONGEST_TIME: Final = 64  # characters
_SECOND: Final = 1_000_000  # microseconds
_DAY: Final = 86_400  # seconds
_SAMPLE: Final = datetime(2026, 11, 22, 13, 45, 59, tzinfo=UTC)
_DASHED = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MIDNIGHT = re.compile(r"(?P<date>\d{4}-\d\d-\d\d)[T ]24:00(?::00(?:[.,]0+)?)?(?P<zone>.*)")
_NUMBER = compile_number()


@lru_cache(maxsize=128)
def zone_named(name: str, where: str) -> ZoneInfo:
    """Return a time zone by its IANA name.

    Raises:
        Misconfigured: If there is no such zone.

    """
    if name not in available_timezones():
        reason = f'{where}: the zone {name!r} is not known; write a name as "Europe/Stockholm"'
        raise Misconfigured(reason)
    return ZoneInfo(name)


def micros(moment: datetime) -> Micros:
    """Say a moment with zone as microseconds UTC."""
    since = moment - EPOCH
    return (since.days * _DAY + since.seconds) * _SECOND + since.microseconds


def moment(at: Micros) -> datetime:
    """Say microseconds as a moment in UTC."""
    return EPOCH + timedelta(microseconds=at)


def local(naive: datetime, zone: ZoneInfo, *, twice: Twice, near: Micros) -> Micros:
    """Say a local time without zone as microseconds UTC.

    Raises:
        Unfit: If clocks were put forward past it, so that it never was.

    """
    first, second = naive.replace(tzinfo=zone), naive.replace(tzinfo=zone, fold=1)
    before, after = first.utcoffset(), second.utcoffset()
    if before == after or before is None or after is None:
        return micros(first)
    if before < after:
        reason = f"{naive.isoformat(' ')} does not exist in {zone.key}: clocks were put forward"
        raise Unfit(reason)
    early, late = micros(first), micros(second)
    if twice == "nearest":
        return early if abs(near - early) <= abs(near - late) else late
    return early if twice == "first" else late


def compile_time(spec: TimeSpec, where: str) -> ReadTime:
    """Turn a way of writing times into a reader of them.

    Raises:
        Misconfigured: If the format, the zone or a limit cannot be understood.

    """
    zone = zone_named(spec.zone, f"{where}.zone") if spec.zone else None
    earliest, latest = limits(spec, where)
    ahead = latest if spec.not_after else None
    unit = {"epoch-s": _SECOND, "epoch-ms": 1000}.get(spec.format)
    instant = _epoch(unit) if unit else _moment(_form(spec.format, where), zone, spec.twice)
    taken = compile_pattern(spec.pattern, f"{where}.pattern") if spec.pattern else None

    def read(value: Json, context: Context) -> Micros:
        at = instant(value if taken is None else taken(value), context)
        if at < earliest:
            reason = f"{shown(value)} lies before {spec.not_before}"
            raise Unfit(reason)
        if ahead is not None and at - context.received > ahead:
            reason = f"{shown(value)} lies more than {spec.not_after} after the delivery came"
            raise Unfit(reason)
        return at

    return (
        _quick(read, spec, (earliest, latest)) if spec.format == "iso" and taken is None else read
    )


def _quick(careful: ReadTime, spec: TimeSpec, between: tuple[Micros, Micros]) -> ReadTime:
    """Read the usual form without detours, and leave all others to the careful reader."""
    zone, (earliest, latest) = spec.zone, between

    def read(value: Json, context: Context) -> Micros:
        if value.__class__ is str and len(value) <= LONGEST_TIME:
            at = instant(value, zone or context.zone)
            if at is not None and earliest <= at <= context.received + latest:
                return at
        return careful(value, context)

    return read


@lru_cache(maxsize=16_384)
def instant(text: str, zone: str) -> Micros | None:
    """Read a usual time in microseconds UTC, remembering it, as many records share theirs.

    None where a closer look is needed: another way of writing, or an hour when clocks were put
    back or forward.

    Raises:
        Misconfigured: If the text has no zone and the zone is not known.

    """
    if not text[4:5] == "-" == text[7:8]:
        return None
    try:
        stated = datetime.fromisoformat(text)
    except ValueError:
        return None
    if stated.tzinfo is None:
        stated = stated.replace(tzinfo=zone_named(zone, "the municipality's time_zone"))
        if stated.utcoffset() != stated.replace(fold=1).utcoffset():
            return None
    return micros(stated)


def limits(spec: TimeSpec, where: str) -> tuple[Micros, Micros]:
    """Return the earliest time, and how far ahead of the delivery a time may be taken as it is.

    Raises:
        Misconfigured: If a limit cannot be understood.

    """
    ahead = span(spec.not_after) // MICROSECOND if spec.not_after else 0
    return _earliest(spec.not_before, where), ahead


def _earliest(text: str, where: str) -> Micros:
    try:
        return micros(datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC))
    except ValueError as error:
        reason = f'{where}.not_before: {text!r} is not a date; write it as "1990-01-01"'
        raise Misconfigured(reason) from error


def _epoch(unit: int) -> ReadTime:
    def read(value: Json, _context: Context) -> Micros:
        if isinstance(value, int) and not isinstance(value, bool):
            return value * unit
        return round(_NUMBER(value) * unit)

    return read


def _moment(form: Moment, zone: ZoneInfo | None, twice: Twice) -> ReadTime:
    def read(value: Json, context: Context) -> Micros:
        stated = form(value) if value.__class__ is str else _dated(value)
        if stated.tzinfo is not None:
            return micros(stated)
        here = zone or zone_named(context.zone, "the municipality's time_zone")
        return local(stated, here, twice=twice, near=context.received)

    return read


def _dated(value: Json) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - local, resolved by the caller
    reason = f"{shown(value)} is not a time"
    raise Unfit(reason)


def _form(form: str, where: str) -> Moment:
    if form == "iso":
        return read_iso
    if "%" not in form:
        reason = f'{where}.format: {form!r} is not known; use "iso", "epoch-s", "epoch-ms" or a '
        raise Misconfigured(reason + 'strptime pattern as "%d.%m.%Y %H:%M"')
    try:
        again = datetime.strptime(_SAMPLE.strftime(form), form)  # noqa: DTZ007 - only its date is looked at
    except ValueError as error:
        reason = f"{where}.format: {form!r} is not a strptime pattern: {error}"
        raise Misconfigured(reason) from error
    if again.date() != _SAMPLE.date():
        reason = f"{where}.format: {form!r} does not say year, month and day"
        raise Misconfigured(reason)
    return _patterned(form)


def _patterned(form: str) -> Moment:
    def read(text: str) -> datetime:
        try:
            return datetime.strptime(text[:LONGEST_TIME].strip(), form)  # noqa: DTZ007 - the caller gives a naive time its zone
        except ValueError as error:
            reason = f"{shown(text)} is not a time written as {form!r}"
            raise Unfit(reason) from error

    return read


def read_iso(text: str) -> datetime:
    """Read a date, or a date and time, with or without zone, as ISO 8601 writes them with dashes.

    Raises:
        Unfit: If it is not written so.

    """
    try:
        if text[4:5] == "-" and text[7:8] == "-":
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    return _lenient(text)


def _lenient(text: str) -> datetime:
    """Read what `fromisoformat` does not: small letters, blanks, midnight as 24:00."""
    plain = text[:LONGEST_TIME].strip().upper().replace(" UTC", "Z").replace(" GMT", "Z")
    midnight = _MIDNIGHT.fullmatch(plain)
    if midnight is not None:
        plain = f"{midnight['date']}T00:00{midnight['zone']}"
    try:
        found = datetime.fromisoformat(plain if _DASHED.match(plain) else "")
        return found + timedelta(days=1) if midnight else found
    except (ValueError, OverflowError) as error:
        reason = f"{shown(text)} is not a time written as ISO 8601 (2026-11-22T13:45:00Z)"
        raise Unfit(reason) from error
