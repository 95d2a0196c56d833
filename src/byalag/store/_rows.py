"""Rows as the model's own words. Pure."""

import math

import msgspec

from byalag.model import Micros, Observation


def as_observation(
    series: str, at: Micros, value: float | None, flag: int, extra: str | None
) -> Observation:
    """Return a row as an observation; NULL is NaN, a missing value."""
    return Observation(
        series=series,
        at=at,
        value=math.nan if value is None else value,
        flag=flag,
        extra=None if extra is None else msgspec.json.decode(extra),
    )
