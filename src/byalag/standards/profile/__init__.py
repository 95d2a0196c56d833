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

__all__ = [
    "PROBLEM_JSON",
    "TROUBLES",
    "Api",
    "ApiInfo",
    "Asked",
    "Begun",
    "Body",
    "NotAnswered",
    "Operation",
    "Problem",
    "Reply",
    "answer",
    "begin",
    "choose",
    "describe",
    "info",
    "lived",
    "refuse",
]
