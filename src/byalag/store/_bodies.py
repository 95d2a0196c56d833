"""The bytes of a delivery, packed when it pays. Pure."""

import zlib
from hashlib import sha256

_SMALL = 200
_WORTH = 0.9
_AS_IT_CAME, _ZLIB = 0, 1
SEALED = 2  # a body that is packed so or higher is sealed; below it is how it was packed before

Packed = tuple[int, bytes]


def pack(body: bytes) -> Packed:
    """Return how a body is kept, and its bytes."""
    if len(body) >= _SMALL:
        smaller = zlib.compress(body, 1)
        if len(smaller) < len(body) * _WORTH:
            return _ZLIB, smaller
    return _AS_IT_CAME, body


def unpack(packed: int, content: bytes) -> bytes:
    """Return a body as it arrived."""
    return zlib.decompress(content) if packed == _ZLIB else content


def packed_as_sealed(packed: int) -> int:
    """Return how a body is kept that has been sealed after it was packed."""
    return packed + SEALED


def sealed_as_packed(packed: int) -> int:
    """Return how a body was packed before it was sealed."""
    return packed - SEALED


def digest(bodies: tuple[bytes, ...]) -> bytes:
    """Return the SHA-256 of the bodies, each preceded by its length so that pages stay apart."""
    summed = sha256()
    for body in bodies:
        summed.update(len(body).to_bytes(8, "big"))
        summed.update(body)
    return summed.digest()
