"""Saying one vocabulary in another: records to facts, units, coordinates, times, code lists. Pure.

A mapping is compiled once to plain functions and never interpreted record by record.
"""

from byalag.mapping._context import (
    Context,
    FeedChanged,
    Heard,
    Mapper,
    Past,
    Records,
    Skipped,
    no_past,
)
from byalag.mapping._mapper import compile_mapping
from byalag.mapping._path import compile_path
from byalag.mapping._spec import (
    Crs,
    Field,
    Join,
    MappingSpec,
    Omitted,
    Path,
    PointSpec,
    SeriesSpec,
    Template,
    ThingSpec,
    TimeSpec,
)
from byalag.mapping._unit import check_unit
from byalag.mapping._value import MISSING, Missing

__all__ = [
    "MISSING",
    "Context",
    "Crs",
    "FeedChanged",
    "Field",
    "Heard",
    "Join",
    "Mapper",
    "MappingSpec",
    "Missing",
    "Omitted",
    "Past",
    "Path",
    "PointSpec",
    "Records",
    "SeriesSpec",
    "Skipped",
    "Template",
    "ThingSpec",
    "TimeSpec",
    "check_unit",
    "compile_mapping",
    "compile_path",
    "no_past",
]
