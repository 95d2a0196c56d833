"""How one commit's changes in one dataset are kept in the outbox: MessagePack, in columns.

MessagePack and not JSON, because JSON cannot say NaN and the numbers must come out as they went in.
"""

import msgspec
from msgspec import Struct

from byalag.model import Fact
from byalag.store._session import Telling, Told


class Entry(Struct, frozen=True, array_like=True, kw_only=True):
    """One row of the outbox. `ranges` name what is read when it is asked for: series, [start, end).

    Whole chunks are told as ranges: the outbox need not hold a second copy of them.
    """

    facts: tuple[Fact, ...] = ()
    observations: dict[str, list[Told]] = {}
    ranges: list[tuple[str, int, int]] = []
    withdrawn: list[str] = []
    closed: bool = False


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Entry)


def encode(told: Telling) -> bytes:
    """Return what is told, as it is kept."""
    return _ENCODER.encode(
        Entry(
            facts=tuple(told.facts),
            observations=told.observations,
            ranges=told.ranges,
            withdrawn=told.withdrawn,
            closed=told.closed,
        )
    )


def decode(body: bytes) -> Entry:
    """Return what was told."""
    return _DECODER.decode(body)
