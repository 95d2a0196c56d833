"""What goes into a translation and what comes out of it."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from typing import TypeAlias

import numpy as np
from msgspec import Struct, field

from byalag import ByalagError
from byalag.model import (
    Delivery,
    Fact,
    History,
    Json,
    Micros,
    MunicipalityCode,
    Rejected,
    SeriesId,
)

Past: TypeAlias = Callable[[SeriesId, Micros, Micros], History]

_NOTHING = History(np.empty(0, np.int64), np.empty(0, np.float64), np.empty(0, np.uint8))


def no_past(_series: SeriesId, _start: Micros, _end: Micros) -> History:
    """Know nothing of what was observed before."""
    return _NOTHING


class FeedChanged(ByalagError):
    """Every record lacks a field that some have reported before.

    A left-out field would mean zero everywhere, so the delivery is set aside whole. Look at what
    the operator sends now, and mend the source's file.
    """


class Skipped(Struct, frozen=True):
    """Records that were understood and are not ours: another municipality's, or filtered out."""

    count: int
    why: str


class Context(Struct, frozen=True, kw_only=True):
    """What a translation may know beside the records themselves. Handed in, never fetched.

    `received` is when the delivery came. `known` tells whether a series has ever had a value (for
    fields that are left out when zero). `others` holds the newest delivery of each other part of
    the same source, for joins. `past` gives what a series held in [start, end), for telling a
    message that was heard twice.
    """

    source: str
    municipality: MunicipalityCode
    dataset: str
    received: Micros
    zone: str = "Europe/Stockholm"
    known: Container[str] = frozenset[str]()
    others: Mapping[str, Delivery] = field(default_factory=dict[str, Delivery])
    past: Past = no_past


Heard: TypeAlias = Fact | Rejected | Skipped
Records: TypeAlias = Iterable[tuple[str, Json]]  # where the record is ("lots[3]", "row 7"), and it
Mapper: TypeAlias = Callable[[Records, Context], Iterator[Heard]]
