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
from byalag.mapping._number import compile_number
from byalag.mapping._path import compile_path
from byalag.mapping._position import compile_shape
from byalag.mapping._quality import QualitySpec, rule_of_spec, told_of
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
from byalag.mapping._stated_unit import stated_unit
from byalag.mapping._template import slug
from byalag.mapping._time import compile_time
from byalag.mapping._unit import check_unit, conversion, rec20_codes, unit_of
from byalag.mapping._value import MISSING, Missing, Unfit, is_list, is_object

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
    "QualitySpec",
    "Records",
    "SeriesSpec",
    "Skipped",
    "Template",
    "ThingSpec",
    "TimeSpec",
    "Unfit",
    "check_unit",
    "compile_mapping",
    "compile_number",
    "compile_path",
    "compile_shape",
    "compile_time",
    "conversion",
    "is_list",
    "is_object",
    "no_past",
    "rec20_codes",
    "rule_of_spec",
    "slug",
    "stated_unit",
    "told_of",
    "unit_of",
]
