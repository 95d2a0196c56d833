"""How one commit's changes in one dataset are kept in the outbox: MessagePack, in columns.

MessagePack and not JSON, because JSON cannot say NaN and the numbers must come out as they went in.
"""

import msgspec
from msgspec import Struct

from byalag.model import Fact
from byalag.store._columns import Columns, Packed, pack
from byalag.store._file import FileVersion
from byalag.store._session import Session, Telling, Told

_RANGES_AN_ENTRY = 8


class Entry(Struct, frozen=True, array_like=True, kw_only=True):
    """One row of the outbox. `ranges` name what is read when it is asked for: series, [start, end).

    Whole chunks are told as ranges: the outbox need not hold a second copy of them.
    """

    facts: tuple[Fact, ...] = ()
    observations: dict[str, list[Told]] = {}
    ranges: list[tuple[str, int, int]] = []
    withdrawn: list[str] = []
    closed: bool = False
    columns: list[Packed] = []
    undescribed: list[str] = []
    files: list[FileVersion] = []
    forgotten: list[tuple[str, int]] = []
    dropped: list[tuple[str, int]] = []


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
            undescribed=told.undescribed,
            files=told.files,
            forgotten=told.forgotten,
            dropped=told.dropped,
        )
    )


def encode_entry(entry: Entry) -> bytes:
    """Return an entry, as it is kept."""
    return _ENCODER.encode(entry)


def encode_columns(told: Packed) -> bytes:
    """Return many observations, as they are kept."""
    return _ENCODER.encode(Entry(columns=[told]))


def tell_so_far(session: Session, dataset: str) -> None:
    """Put out what is to be told of a dataset so far; what is told later comes after it.

    Facts come first, then ranges, a few to an entry: each becomes a block when it is read.
    """
    told = session.telling.pop(dataset, None)
    if told is None:
        return
    ranges, told.ranges = told.ranges, []
    if told != Telling():
        session.outgoing.append((dataset, encode(told)))
    for first in range(0, len(ranges), _RANGES_AN_ENTRY):
        some = Telling(ranges=ranges[first : first + _RANGES_AN_ENTRY])
        session.outgoing.append((dataset, encode(some)))


def tell_columns(session: Session, dataset: str, said: Columns) -> None:
    """Put out many observations, in an entry of their own after what has been told so far."""
    tell_so_far(session, dataset)
    session.outgoing.append((dataset, encode_columns(pack(said))))


def decode(body: bytes) -> Entry:
    """Return what was told."""
    return _DECODER.decode(body)
