"""Answers that were recorded in files: plain, packed, or with their HTTP head."""

from pathlib import Path

from byalag.engine._face import Unreachable
from byalag.engine._inflate import Inflate

_MOST = 1 << 30  # bytes of one unpacked file
_PIECE = 1 << 20
_GZIP = b"\x1f\x8b"
_HEADS = (b"HTTP/1.0 ", b"HTTP/1.1 ", b"HTTP/2 ", b"HTTP/3 ")


def read_recording(path: Path) -> tuple[bytes, str]:
    """Return a recorded answer's body and its media type ("" if it is not known).

    A file that begins with a status line is a raw HTTP answer: its head is left out, and with it
    any cookie. The body is used as it stands, even if the head says that it was sent in chunks.

    Raises:
        Unreachable: If the file is packed and cannot be unpacked, or becomes too large.

    """
    raw = path.read_bytes()
    if raw.startswith(_GZIP):
        raw = _unpacked(path, raw)
    return _without_head(raw) if raw.startswith(_HEADS) else (raw, "")


def _unpacked(path: Path, raw: bytes) -> bytes:
    inflate = Inflate("gzip", _MOST)
    try:
        pieces = [inflate.feed(raw[at : at + _PIECE]) for at in range(0, len(raw), _PIECE)]
        inflate.finish()
    except Unreachable as error:
        reason = f"{path}: {str(error).replace('the answer', 'the file')}"
        raise Unreachable(reason) from error
    return b"".join(pieces)


def _without_head(raw: bytes) -> tuple[bytes, str]:
    head, _, body = min(
        (raw.partition(b"\r\n\r\n"), raw.partition(b"\n\n")), key=lambda parts: len(parts[0])
    )
    for line in head.splitlines():
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-type":
            return body, value.strip().decode("latin-1")
    return body, ""
