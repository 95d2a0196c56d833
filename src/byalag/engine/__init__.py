"""Runs it all: asks, keeps, translates, sets aside, commits, tells. Owns the clock.

One place owns time-outs, retries, limits, address checks and orderly stop, so that sources and
services need none of it.
"""

from byalag.engine._clock import Clock, SystemClock
from byalag.engine._describe import describe
from byalag.engine._engine import Engine
from byalag.engine._face import (
    Connected,
    Delivered,
    Loaded,
    NoSuchDoor,
    NotAdmitted,
    Receipt,
    Refusal,
    SourceStatus,
    State,
    Tried,
    Unreachable,
)
from byalag.engine._load import load
from byalag.engine._try import try_source

__all__ = [
    "Clock",
    "Connected",
    "Delivered",
    "Engine",
    "Loaded",
    "NoSuchDoor",
    "NotAdmitted",
    "Receipt",
    "Refusal",
    "SourceStatus",
    "State",
    "SystemClock",
    "Tried",
    "Unreachable",
    "describe",
    "load",
    "try_source",
]
