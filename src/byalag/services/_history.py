"""The history of one property of a place, bounded: long periods are told by the hour or day."""

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from math import isnan
from typing import Annotated, ClassVar, Literal, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
from msgspec import Meta, Struct
from numpy.typing import NDArray

from byalag.model import Flag, History, Micros, Series, SeriesId, Thing, ThingId
from byalag.services import Reader, Refused
from byalag.services._places import Instant, instant, micros, quality
from byalag.services._readings import series_at

MINUTE: Micros = 60_000_000
HOUR: Micros = 60 * MINUTE
DAY: Micros = 24 * HOUR
AT_MOST = 3000  # values in one answer
USUAL: Micros = 7 * DAY
KINDS = ("measured", "derived", "sample", "forecast")  # which series is meant when none is named

Resolution: TypeAlias = Literal["raw", "hour", "day"]
PropertyName: TypeAlias = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9]*$", max_length=100)]


class HistoryOf(Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """How has one property changed over time?

    Without `start` the answer is the last seven days before `end`; without `end`, up to now.
    `series` chooses one series when the property has several (the answer lists them).
    """

    usual: ClassVar[str] = ""  # the property that is meant when none is named

    id: ThingId
    property: PropertyName | None = None
    series: SeriesId | None = None
    start: Instant | None = None
    end: Instant | None = None


class Value(Struct, frozen=True, rename="camel", omit_defaults=True):
    """One value in a history. By the hour or the day it is a mean, and `count` says of how many.

    `value` is null where nothing was heard or the value failed its quality test; `flag` says which.
    """

    time: Instant
    value: float | None
    flag: str
    minimum: float | None = None
    maximum: float | None = None
    count: int | None = None


class Period(Struct, frozen=True, rename="camel"):
    """A half-open period: from and including `start`, up to but not including `end`."""

    start: Instant
    end: Instant


class Summary(Struct, frozen=True, rename="camel"):
    """The smallest, largest and mean of the values that could be used."""

    count: int
    minimum: float | None
    maximum: float | None
    mean: float | None


class PropertyHistory(Struct, frozen=True, kw_only=True, rename="camel"):
    """The history of one property, oldest first.

    `resolution` is "raw" for every value as it came, "hour" or "day" for means (days are the
    municipality's own, in `timeZone`). `alternatives` are the other series of the same property.
    """

    thing: ThingId
    name: str | None
    property: str
    series: SeriesId | None
    unit: str | None
    kind: str | None
    period: Period
    resolution: Resolution
    time_zone: str
    values: list[Value]
    summary: Summary
    alternatives: list[SeriesId]


def tell_history(
    ask: HistoryOf, thing: Thing, reader: Reader, now: Micros, zone: ZoneInfo
) -> PropertyHistory:
    """Return the history of one property of a thing; days begin when they do in the zone.

    Raises:
        Refused: no such property or series here, or a period that cannot be answered.
    """
    name = ask.property or ask.usual
    start, end = _period(ask, now)
    measuring = series_at(reader, [thing.id]).get(thing.id, [])
    series, others = _choose(ask, name, measuring, reader)
    if series is None:
        heard = History(np.empty(0, "i8"), np.empty(0, "f8"), np.empty(0, "u1"))
    else:
        heard = reader.history(series.id, start=start, end=end)
    resolution = _resolution(len(heard.times), end - start)
    return PropertyHistory(
        thing=thing.id,
        name=thing.name,
        property=name,
        series=series.id if series else None,
        unit=series.unit if series else None,
        kind=series.kind if series else None,
        period=Period(instant(start), instant(end)),
        resolution=resolution,
        time_zone=zone.key,
        values=list(
            _raw(heard)
            if resolution == "raw"
            else _means(heard, _edges(start, end, resolution, zone))
        ),
        summary=_summary(heard.values[_good(heard)]),
        alternatives=others,
    )


def _period(ask: HistoryOf, now: Micros) -> tuple[Micros, Micros]:
    end = now - now % MINUTE + MINUTE if ask.end is None else micros(ask.end)
    start = end - USUAL if ask.start is None else micros(ask.start)
    if start >= end:
        msg = "start must be before end."
        raise Refused(msg)
    if end - start > AT_MOST * DAY:
        msg = f"The period is too long: ask for at most {AT_MOST} days at a time."
        raise Refused(msg)
    return start, end


def _choose(
    ask: HistoryOf, name: str, measuring: list[tuple[str, Series]], reader: Reader
) -> tuple[Series | None, list[str]]:
    """Return the series that is meant and the others of the same property."""
    candidates = [series for said, series in measuring if said == name and series.kind in KINDS]
    if ask.property is not None and not candidates:
        known = ", ".join(sorted({said for said, _ in measuring})) or "none"
        msg = f"{ask.property} has no history here; this place has: {known}."
        raise Refused(msg)
    if ask.series is not None:
        candidates.sort(key=lambda series: series.id != ask.series)
        if not candidates or candidates[0].id != ask.series:
            known = ", ".join(sorted(series.id for series in candidates)) or "none"
            msg = f"{ask.series} does not measure {name} here; these do: {known}."
            raise Refused(msg)
    elif len(candidates) > 1:
        latest = reader.latest([series.id for series in candidates])
        candidates.sort(
            key=lambda series: (
                KINDS.index(series.kind),
                -latest[series.id].at if series.id in latest else 0,
            )
        )
    if not candidates:
        return None, []
    return candidates[0], [series.id for series in candidates[1:]]


def _resolution(values: int, length: Micros) -> Resolution:
    if values <= AT_MOST:
        return "raw"
    return "hour" if length <= AT_MOST * HOUR else "day"


def _good(heard: History) -> NDArray[np.bool_]:
    return ~np.isnan(heard.values) & (heard.flags < Flag.FAIL)


def _raw(heard: History) -> Iterator[Value]:
    for at, value, flag in zip(
        heard.times.tolist(), heard.values.tolist(), heard.flags.tolist(), strict=True
    ):
        shown = None if isnan(value) or flag >= Flag.FAIL else value
        yield Value(instant(at), shown, quality(flag))


def _edges(start: Micros, end: Micros, resolution: Resolution, zone: ZoneInfo) -> list[Micros]:
    """Return where each hour, or each day of the zone, begins; and where the last one ends."""
    if resolution == "hour":
        return list(range(start - start % HOUR, end + HOUR - 1, HOUR))
    day = instant(start).astimezone(zone).date()
    edges: list[Micros] = []
    while not edges or edges[-1] < end:
        edges.append(micros(datetime.combine(day, time(), zone)))
        day += timedelta(days=1)
    return edges


def _means(heard: History, edges: list[Micros]) -> Iterator[Value]:
    """Yield the mean of each stretch in which something was heard; failed values do not count."""
    good = _good(heard)
    where, starts, _ = _stretches(heard.times, edges)
    worst: dict[int, int] = dict(
        zip(where, np.maximum.reduceat(heard.flags, starts).tolist(), strict=True)
    )
    means: dict[int, Value] = {}
    if good.any():
        where, starts, counts = _stretches(heard.times[good], edges)
        sums = _sums(heard.values[good], heard.flags[good], starts, counts)
        for index, (mean, flag, least, most, count) in zip(where, sums, strict=True):
            means[index] = Value(instant(edges[index]), mean, quality(flag), least, most, count)
    for index, flag in worst.items():
        yield means.get(index) or Value(instant(edges[index]), None, quality(flag))


def _sums(
    values: NDArray[np.float64],
    flags: NDArray[np.uint8],
    starts: NDArray[np.intp],
    counts: NDArray[np.intp],
) -> Iterable[tuple[float, int, float, float, int]]:
    """Return mean, worst flag, smallest, largest and count of each stretch."""
    columns = (
        np.round(np.add.reduceat(values, starts) / counts, 6),
        np.maximum.reduceat(flags, starts),
        np.minimum.reduceat(values, starts),
        np.maximum.reduceat(values, starts),
        counts,
    )
    return zip(*(column.tolist() for column in columns), strict=True)


def _stretches(
    times: NDArray[np.int64], edges: list[Micros]
) -> tuple[list[int], NDArray[np.intp], NDArray[np.intp]]:
    """Return which stretches hold anything, where each begins in `times`, and how many it holds.

    All times lie between the first edge and the last, so one stretch ends where the next begins.
    """
    cuts = np.searchsorted(times, edges)
    counts = np.diff(cuts)
    held = np.flatnonzero(counts)
    return held.tolist(), cuts[:-1][held], counts[held]


def _summary(values: NDArray[np.float64]) -> Summary:
    if not len(values):
        return Summary(0, None, None, None)
    return Summary(
        len(values), float(values.min()), float(values.max()), round(float(values.mean()), 6)
    )
