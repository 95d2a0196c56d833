"""Runs it all: asks, keeps, translates, sets aside, commits, tells. Owns the clock.

One place owns time-outs, retries, limits, address checks and orderly stop, so that sources and
services need none of it.
"""

from byalag.engine._clock import Clock, SystemClock
from byalag.engine._describe import describe
from byalag.engine._engine import Engine
from byalag.engine._face import (
    AsideRecord,
    Became,
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
from byalag.engine._mend import Aside, Mending, Replay, Shown, by_municipality
from byalag.engine._try import try_source

__all__ = [
    "Aside",
    "AsideRecord",
    "Became",
    "Clock",
    "Connected",
    "Delivered",
    "Engine",
    "Loaded",
    "Mending",
    "NoSuchDoor",
    "NotAdmitted",
    "Receipt",
    "Refusal",
    "Replay",
    "Shown",
    "SourceStatus",
    "State",
    "SystemClock",
    "Tried",
    "Unreachable",
    "by_municipality",
    "describe",
    "load",
    "try_source",
]
