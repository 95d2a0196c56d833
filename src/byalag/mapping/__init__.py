"""Saying one vocabulary in another: records to facts, units, coordinates, times, code lists. Pure.

A mapping is compiled once to plain functions and never interpreted record by record.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct, field

from byalag.mapping._spec import (
    Field,
    Join,
    MappingSpec,
    PointSpec,
    SeriesSpec,
    ThingSpec,
    TimeSpec,
)
from byalag.model import Delivery, Fact, Json, Micros, MunicipalityCode, Rejected


class Skipped(Struct, frozen=True):
    """Records that were understood and are not ours: another municipality's, or filtered out."""

    count: int
    why: str


class Context(Struct, frozen=True, kw_only=True):
    """What a translation may know beside the records themselves. Handed in, never fetched.

    `received` is when the delivery came. `known` tells whether a series has ever had a value (for
    fields that are left out when zero). `others` holds the newest delivery of each other part of
    the same source, for joins.
    """

    source: str
    municipality: MunicipalityCode
    dataset: str
    received: Micros
    zone: str = "Europe/Stockholm"
    known: Container[str] = frozenset()
    others: Mapping[str, Delivery] = field(default_factory=dict)


Heard: TypeAlias = Fact | Rejected | Skipped
Records: TypeAlias = Iterable[tuple[str, Json]]  # where the record is ("lots[3]", "row 7"), and it
Mapper: TypeAlias = Callable[[Records, Context], Iterator[Heard]]

__all__ = [
    "Context",
    "Field",
    "Heard",
    "Join",
    "Mapper",
    "MappingSpec",
    "PointSpec",
    "Records",
    "SeriesSpec",
    "Skipped",
    "ThingSpec",
    "TimeSpec",
]
