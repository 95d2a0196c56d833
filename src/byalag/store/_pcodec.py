"""The pcodec compressor, with the types that it does not ship."""

from importlib import import_module
from typing import Any, Final, Protocol, cast

import numpy as np
from numpy.typing import NDArray


class _Standalone(Protocol):
    def simple_compress(self, src: NDArray[Any], config: object, /) -> bytes: ...

    def simple_decompress(self, src: bytes, /) -> NDArray[Any]: ...

    def simple_decompress_into(self, src: bytes, dst: NDArray[Any], /) -> object: ...


class _Pcodec(Protocol):
    standalone: _Standalone

    def ChunkConfig(self, *, compression_level: int, enable_8_bit: bool) -> object: ...  # noqa: N802 - its name


_pcodec = cast("_Pcodec", import_module("pcodec"))
_standalone: Final = _pcodec.standalone
_CONFIG: Final = _pcodec.ChunkConfig(compression_level=6, enable_8_bit=True)


def pack(array: NDArray[Any]) -> bytes:
    """Return an array as one block. Lossless, to the bit."""
    return _standalone.simple_compress(np.ascontiguousarray(array), _CONFIG)


def unpack(block: bytes) -> NDArray[Any]:
    """Return the array in a block.

    Raises:
        RuntimeError: The block is damaged.
    """
    return _standalone.simple_decompress(block)


def unpack_into(block: bytes, place: NDArray[Any]) -> None:
    """Write the array in a block where there is room for exactly so much.

    Raises:
        RuntimeError: The block is damaged.
    """
    _standalone.simple_decompress_into(block, place)
