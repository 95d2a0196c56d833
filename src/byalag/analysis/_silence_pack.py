"""A habit as bytes: counts in whole parts; most are none, and most others small."""

from typing import Any, Final, TypeAlias

import numpy as np
from msgspec import msgpack
from numpy.typing import NDArray

from byalag.analysis._silence_table import Pace

VERSION: Final = 2
LARGE: Final = 255  # in the byte of a count that is as large or larger, and stands apart
SHORT: Final = 65_535  # what two bytes hold

Singles: TypeAlias = NDArray[np.float32]
Rest: TypeAlias = tuple[bytes, int, bytes, Pace, bool | int, bool]


def packed(counts: tuple[Singles, Singles], rest: Rest) -> bytes:
    """Return two arrays (rows, ...) of whole numbers and the rest as bytes.

    A bit for each count says whether there is any; a byte for each of those how many, and where
    that is not enough a longer number. It is quick: a town has tens of thousands to keep a night.
    """
    flat = np.concatenate([one.ravel() for one in counts])
    some = flat != 0
    found = flat[some].astype(np.uint32)
    large = found[found >= LARGE]
    size = 2 if large.max(initial=0) <= SHORT else 4
    held = (
        np.packbits(some).tobytes(),
        np.minimum(found, LARGE).astype(np.uint8).tobytes(),
        large.astype(f"<u{size}").tobytes(),
    )
    return msgpack.encode((VERSION, len(counts[0]), size, held, rest))


def unpacked(given: bytes, shape: tuple[int, int]) -> tuple[tuple[Singles, Singles], Rest]:
    """Return what was packed; `shape` is that of one row.

    Raises:
        ValueError: it was packed by rules that are not known here.
    """
    version, *said = msgpack.decode(given, type=list[Any])
    if version != VERSION:
        message = f"a habit of version {version} is not known; learn it anew"
        raise ValueError(message)
    rows, size, (some, small, large), rest = said
    whole = (2, rows, *shape)
    found = np.frombuffer(small, np.uint8).astype(np.float32)
    found[found == LARGE] = np.frombuffer(large, f"<u{size}")
    both = np.zeros(whole, np.float32)
    bits = np.unpackbits(np.frombuffer(some, np.uint8), count=both.size)
    both.reshape(-1)[bits.view(np.bool_)] = found
    recent, count, largest, pace, days, whole_home = rest
    return (both[0], both[1]), (recent, count, largest, Pace(**pace), days, whole_home)
