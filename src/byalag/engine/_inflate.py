"""Unpacks what a server has compressed, and stops a bomb while it is still small."""

import zlib
from typing import Protocol

from byalag.engine._face import Unreachable

MOST_RATIO = 200  # what real JSON and XML never reach; a bomb of zeroes has 1,000
_FREE = 1 << 20  # below this much output the ratio says nothing, bytes
_STEP = 1 << 16
CODINGS = ("gzip", "deflate")


class TooMuch(Unreachable):
    """The body is larger than it may be, or would be."""


class _Unpacker(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    @property
    def unconsumed_tail(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class Inflate:
    """Unpacks one body piece by piece, never holding more than `most` bytes of output."""

    def __init__(self, coding: str, most: int, *, what: str = "the answer") -> None:
        """Begin a body with a Content-Encoding. `what` it is, for whoever reads a reason.

        Raises:
            Unreachable: If the coding is not one that was asked for.

        """
        self._coding = coding.strip().lower()
        self._most = most
        self._what = what
        self._read = self._wrote = 0
        self._unpack = None if self._coding in {"", "identity"} else _unpacker(self._coding)

    def feed(self, piece: bytes) -> bytes:
        """Return what a piece of the body becomes.

        Raises:
            Unreachable: If the body is too large, a bomb, or not compressed as it says.

        """
        self._read += len(piece)
        if self._unpack is None:
            self._count(len(piece))
            return piece
        try:
            return self._unpacked(piece)
        except zlib.error as error:
            reason = f"{self._what} says that it is {self._coding}, but it is not ({error})"
            raise Unreachable(reason) from error

    def finish(self) -> None:
        """Make sure that the body was whole.

        Raises:
            Unreachable: If it was cut off.

        """
        if self._unpack is not None and self._read and not self._unpack.eof:
            reason = f"{self._what} was cut off in the middle of its {self._coding} body"
            raise Unreachable(reason)

    def _unpacked(self, piece: bytes) -> bytes:
        assert self._unpack is not None  # noqa: S101 -- tells the type checker what feed() knows
        if self._coding == "deflate" and self._read == len(piece) and not _has_zlib_head(piece):
            self._unpack = zlib.decompressobj(-zlib.MAX_WBITS)
        parts: list[bytes] = []
        rest, more = piece, False
        while more or rest.strip(b"\0"):  # some servers pad what they have compressed with zeroes
            if self._unpack.eof:  # RFC 1952 section 2.2: gzip may consist of several members
                self._unpack = _unpacker(self._coding)
            part = self._unpack.decompress(rest, _STEP)
            self._count(len(part))
            parts.append(part)
            rest = self._unpack.unconsumed_tail or self._unpack.unused_data
            more = len(part) == _STEP and not self._unpack.eof
        return b"".join(parts)

    def _count(self, size: int) -> None:
        self._wrote += size
        if max(self._wrote, self._read) > self._most:
            reason = (
                f"{self._what} is larger than {self._most:,} bytes; raise max_bytes if it must be"
            )
            raise TooMuch(reason)
        if self._wrote > _FREE and self._wrote > self._read * MOST_RATIO:
            reason = f"{self._what} unpacks to more than {MOST_RATIO} times its size; it is a bomb"
            raise TooMuch(reason)


def _unpacker(coding: str) -> _Unpacker:
    if coding in {"gzip", "x-gzip"}:
        return zlib.decompressobj(zlib.MAX_WBITS | 16)
    if coding == "deflate":
        return zlib.decompressobj()
    reason = f"the answer is compressed as {coding}; only {' and '.join(CODINGS)} were asked for"
    raise Unreachable(reason)


def _has_zlib_head(piece: bytes) -> bool:
    """Tell zlib's own wrapping (RFC 1950 section 2.2) from bare deflate, which some send."""
    return len(piece) > 1 and piece[0] & 15 == 8 and (piece[0] << 8 | piece[1]) % 31 == 0  # noqa: PLR2004 -- numbers of RFC 1950
