"""The history of one property of one place, bounded: long periods are told by the hour or the day."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from byalag.model import SeriesId, ThingId

Resolution: TypeAlias = Literal["raw", "hour", "day"]
PropertyName: TypeAlias = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9]*$", max_length=100)]


class HistoryOf(Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """How has one property changed over time?

    Without `start` the answer is the last seven days before `end`; without `end`, up to now.
    `series` chooses one series when the property has several (the answer lists them).
    """

    id: ThingId
    property: PropertyName | None = None
    series: SeriesId | None = None
    start: datetime | None = None
    end: datetime | None = None


class Value(Struct, frozen=True, rename="camel", omit_defaults=True):
    """One value in a history. By the hour or the day it is a mean, and `count` says of how many.

    `value` is null where nothing was heard or the value failed its quality test; `flag` says which.
    """

    time: datetime
    value: float | None
    flag: str
    minimum: float | None = None
    maximum: float | None = None
    count: int | None = None


class Period(Struct, frozen=True, rename="camel"):
    """A half-open period: from and including `start`, up to but not including `end`."""

    start: datetime
    end: datetime


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
