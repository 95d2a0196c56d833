"""A habit as bytes: counts in whole parts, byte by byte of the same weight, squeezed."""

import zlib
from typing import Any, Final, TypeAlias

import numpy as np
from msgspec import msgpack
from numpy.typing import NDArray

from byalag.analysis._silence_table import Pace

VERSION: Final = 1
SQUEEZE: Final = 1

Singles: TypeAlias = NDArray[np.float32]
Rest: TypeAlias = tuple[bytes, int, bytes, Pace, bool | int, bool]


def packed(counts: tuple[Singles, Singles], rest: Rest) -> bytes:
    """Return two arrays (rows, ...) of whole numbers and the rest as bytes."""
    both = np.stack(counts).astype("<u4")
    planes = both.reshape(-1, 1).view(np.uint8).T
    squeezed = zlib.compress(planes.tobytes(), SQUEEZE)
    return msgpack.encode((VERSION, both.shape[1], squeezed, rest))


def unpacked(given: bytes, shape: tuple[int, int]) -> tuple[tuple[Singles, Singles], Rest]:
    """Return what was packed; `shape` is that of one row.

    Raises:
        ValueError: it was packed by rules that are not known here.
    """
    version, rows, squeezed, rest = msgpack.decode(given, type=tuple[int, int, bytes, Any])
    if version != VERSION:
        message = f"a habit of version {version} is not known; learn it anew"
        raise ValueError(message)
    told = np.frombuffer(zlib.decompress(squeezed), np.uint8).reshape(4, -1)
    both = np.ascontiguousarray(told.T).view("<u4").reshape(2, rows, *shape).astype(np.float32)
    recent, count, largest, pace, days, whole = rest
    return (both[0], both[1]), (recent, count, largest, Pace(**pace), days, whole)
