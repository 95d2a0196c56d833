"""Digg's REST API profile 2.0.0, which all of Byalag's own APIs follow.

An API is declared once. Its behaviour, its errors and its OpenAPI description follow from the
same declaration.
"""

from byalag.standards import Reply
from byalag.standards.profile._answer import Asked, Begun, answer, begin
from byalag.standards.profile._declare import Api, ApiInfo, Body, Operation, info
from byalag.standards.profile._negotiate import choose
from byalag.standards.profile._openapi import describe, lived
from byalag.standards.profile._problem import (
    PROBLEM_JSON,
    TROUBLES,
    NotAnswered,
    Problem,
    refuse,
)
from byalag.standards.profile._spreadsheet import (
    EXACT,
    SPREADSHEET,
    Cell,
    exact_csv,
    harmless,
    spreadsheet_csv,
    spreadsheet_name,
    write_exact,
    write_spreadsheet,
)

__all__ = [
    "EXACT",
    "PROBLEM_JSON",
    "SPREADSHEET",
    "TROUBLES",
    "Api",
    "ApiInfo",
    "Asked",
    "Begun",
    "Body",
    "Cell",
    "NotAnswered",
    "Operation",
    "Problem",
    "Reply",
    "answer",
    "begin",
    "choose",
    "describe",
    "exact_csv",
    "harmless",
    "info",
    "lived",
    "refuse",
    "spreadsheet_csv",
    "spreadsheet_name",
    "write_exact",
    "write_spreadsheet",
]
