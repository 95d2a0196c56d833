"""Runs it all: asks, keeps, translates, sets aside, commits, tells. Owns the clock.

One place owns time-outs, retries, limits, address checks and orderly stop, so that sources and
services need none of it.
"""

from byalag.engine._broker import Broker
from byalag.engine._clock import Clock, SystemClock
from byalag.engine._describe import describe
from byalag.engine._durable import durable
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
from byalag.engine._look import Looked, look_at
from byalag.engine._masks import mask_event
from byalag.engine._masks import masked as masked_in_log
from byalag.engine._masks import remember as hide_from_log
from byalag.engine._masks import spellings as spellings_of_secret
from byalag.engine._mend import Aside, Mending, Replay, Shown, by_municipality
from byalag.engine._notices import Notified
from byalag.engine._oidc import IdentityProvider, Offered, Registered, Tokens
from byalag.engine._once import fetch_once, only_loopback
from byalag.engine._outlet_face import (
    Addressed,
    ConnectedOutlet,
    Directory,
    NotTaken,
    OutletState,
    OutletStatus,
    TriedOutlet,
    Withdrawn,
)
from byalag.engine._outlets import try_outlet
from byalag.engine._pausing import Paused
from byalag.engine._retention import Kept, Retention, expiries, finish
from byalag.engine._retranslate import Retranslation
from byalag.engine._spans import served, span, trace_to, traced
from byalag.engine._sta_mqtt import Line
from byalag.engine._status import last_state
from byalag.engine._try import try_source
from byalag.engine._unsay import without
from byalag.engine._web_push import application_key

__all__ = [
    "Addressed",
    "Aside",
    "AsideRecord",
    "Became",
    "Broker",
    "Clock",
    "Connected",
    "ConnectedOutlet",
    "Delivered",
    "Directory",
    "Engine",
    "IdentityProvider",
    "Kept",
    "Line",
    "Loaded",
    "Looked",
    "Mending",
    "NoSuchDoor",
    "NotAdmitted",
    "NotTaken",
    "Notified",
    "Offered",
    "OutletState",
    "OutletStatus",
    "Paused",
    "Receipt",
    "Refusal",
    "Registered",
    "Replay",
    "Retention",
    "Retranslation",
    "Shown",
    "SourceStatus",
    "State",
    "SystemClock",
    "Tokens",
    "Tried",
    "TriedOutlet",
    "Unreachable",
    "Withdrawn",
    "application_key",
    "by_municipality",
    "describe",
    "durable",
    "expiries",
    "fetch_once",
    "finish",
    "hide_from_log",
    "last_state",
    "load",
    "look_at",
    "mask_event",
    "masked_in_log",
    "only_loopback",
    "served",
    "span",
    "spellings_of_secret",
    "trace_to",
    "traced",
    "try_outlet",
    "try_source",
    "without",
]
