"""Runs it all: asks, keeps, translates, sets aside, commits, tells. Owns the clock.

One place owns time-outs, retries, limits, address checks and orderly stop, so that sources and
services need none of it.
"""

from byalag.engine._clock import Clock, SystemClock
from byalag.engine._face import (
    Connected,
    Loaded,
    Receipt,
    Refusal,
    SourceStatus,
    State,
    Tried,
    Unreachable,
)

__all__ = [
    "Clock",
    "Connected",
    "Loaded",
    "Receipt",
    "Refusal",
    "SourceStatus",
    "State",
    "SystemClock",
    "Tried",
    "Unreachable",
]
