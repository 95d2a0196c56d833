"""Saying one vocabulary in another: records to facts, units, coordinates, times, code lists. Pure.

A mapping is compiled once to plain functions and never interpreted record by record.
"""

from byalag.mapping._context import Context, FeedChanged, Heard, Mapper, Records, Skipped
from byalag.mapping._path import compile_path
from byalag.mapping._spec import (
    Field,
    Join,
    MappingSpec,
    Omitted,
    PointSpec,
    SeriesSpec,
    ThingSpec,
    TimeSpec,
)
from byalag.mapping._value import MISSING, Missing

__all__ = [
    "MISSING",
    "Context",
    "FeedChanged",
    "Field",
    "Heard",
    "Join",
    "Mapper",
    "MappingSpec",
    "Missing",
    "Omitted",
    "PointSpec",
    "Records",
    "SeriesSpec",
    "Skipped",
    "ThingSpec",
    "TimeSpec",
    "compile_path",
]
