"""The NATS protocol on the wire: what a server sends, read as it comes. Pure.

From the client protocol at docs.nats.io ("NATS protocol").
"""

import json
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from byalag import ByalagError
from byalag.model import Json

_LONGEST_LINE: Final = 1024 * 1024  # an INFO of a large cluster is long
_OPENING: Final = "NATS/1.0"


class Malformed(ByalagError):
    """What came is not of the NATS protocol. The connection is made anew."""


class Came(Struct, frozen=True, gc=False):
    """A message as the server sends it. `status` is of a message that holds nothing else.

    `size` is the length of its payload in bytes; `body` is only its beginning where it was too
    long.
    """

    subject: str
    reply: bytes
    body: bytes
    size: int
    status: int = 0
    why: str = ""


class Told(Struct, frozen=True):
    """Anything else that a server says: INFO, PING, PONG, +OK or -ERR, and what follows it."""

    what: Literal["INFO", "PING", "PONG", "+OK", "-ERR"]
    text: str = ""


Line: TypeAlias = Came | Told
_WORDS: Final[dict[bytes, Literal["INFO", "PING", "PONG", "+OK", "-ERR"]]] = {
    b"INFO": "INFO",
    b"PING": "PING",
    b"PONG": "PONG",
    b"+OK": "+OK",
    b"-ERR": "-ERR",
}


class _Begun(Struct, frozen=True):
    """A message whose payload is still coming: `head` bytes of headers, `total` with them."""

    subject: str
    reply: bytes
    head: int
    total: int


class Lines:
    """Reads lines and messages out of bytes as they come. Never holds more than one too long.

    A message longer than `max_bytes` is passed over as it comes, and told by its beginning.
    """

    def __init__(self, *, max_bytes: int) -> None:
        """Begin with nothing read."""
        self._max_bytes = max_bytes
        self._buffer = b""
        self._parts: list[bytes] = []  # of a message that is coming, after what the buffer holds
        self._lacks = 0  # bytes without which that message is not complete
        self._over: _Begun | None = None
        self._left = 0  # bytes that are still to come of a message too long
        self._room = 0  # and bytes of it that are still to be kept

    def feed(self, data: bytes) -> list[Line]:
        """Return what is complete with these bytes.

        Raises:
            Malformed: If it is not the NATS protocol.

        """
        found: list[Line] = []
        if self._over is not None:
            data = self._pass_over(self._over, data, found)
            if self._left:
                return found
        self._parts.append(data)
        self._lacks -= len(data)
        if self._lacks > 0:
            return found
        buffer = b"".join((self._buffer, *self._parts))
        self._parts.clear()
        at = 0
        while (end := buffer.find(b"\r\n", at)) >= 0:
            start, words = end + 2, buffer[at:end].split(None, 1)
            word = words[0].upper() if words else b""
            if word not in {b"MSG", b"HMSG"}:
                found.append(_told(word, words))
                at = start
                continue
            begun = _begun(word, words[1] if len(words) > 1 else b"")
            if start + begun.total + 2 > len(buffer):
                if begun.total > self._max_bytes + begun.head:
                    self._over, at = begun, start
                    self._left = begun.total + 2 - (len(buffer) - start)
                    self._room = begun.head + self._max_bytes - (len(buffer) - start)
                else:
                    self._lacks = start + begun.total + 2 - len(buffer)
                break
            found.append(self._came(begun, buffer[start : start + begun.total]))
            at = start + begun.total + 2
        self._buffer = buffer[at:]
        if self._over is None and len(self._buffer) > _LONGEST_LINE and b"\r\n" not in self._buffer:
            reason = "the server sent a line without an end; is it a NATS server?"
            raise Malformed(reason)
        return found

    def _pass_over(self, begun: _Begun, data: bytes, found: list[Line]) -> bytes:
        """Pass over what is left of a message too long; return what comes after it."""
        taken = data[: self._left]
        self._left -= len(taken)
        if self._room > 0:
            self._parts.append(taken[: self._room])
            self._room -= len(taken)
        if not self._left:
            found.append(self._came(begun, b"".join((self._buffer, *self._parts))))
            self._parts.clear()
            self._over, self._buffer = None, b""
        return data[len(taken) :]

    def _came(self, begun: _Begun, payload: bytes) -> Came:
        size = begun.total - begun.head
        body = payload[begun.head : begun.head + self._max_bytes]
        if not begun.head:
            return Came(begun.subject, begun.reply, body, size)
        status, why = _status(payload[: begun.head])
        return Came(begun.subject, begun.reply, body, size, status, why)


def server_info(text: str) -> Json:
    """Read what a server says of itself, or what its API answers.

    Raises:
        Malformed: If it is not JSON.

    """
    try:
        return json.loads(text)
    except ValueError as error:
        reason = "the server's answer cannot be read; is it a NATS server?"
        raise Malformed(reason) from error


def _told(word: bytes, words: list[bytes]) -> Told:
    known = _WORDS.get(word)
    if known is None:
        reason = f"the server said {word[:20]!r}, which NATS does not have; is it a NATS server?"
        raise Malformed(reason)
    text = words[1].decode("utf-8", "replace").strip() if len(words) > 1 else ""
    return Told(known, text.strip("'"))


def _begun(word: bytes, rest: bytes) -> _Begun:
    """Read `MSG subject sid [reply] total` or `HMSG subject sid [reply] head total`."""
    parts = rest.split()
    numbers = 1 if word == b"MSG" else 2
    texts, counted = parts[:-numbers], parts[-numbers:]
    if len(texts) not in {2, 3} or not all(number.isdigit() for number in counted):
        reason = "the server sent the head of a message that cannot be read"
        raise Malformed(reason)
    reply = texts[2] if len(texts) > 2 else b""  # noqa: PLR2004 -- it is the third, where there is one
    head = int(counted[0]) if numbers > 1 else 0
    if head > int(counted[-1]):
        reason = "the server sent a message with more headers than it has bytes"
        raise Malformed(reason)
    return _Begun(texts[0].decode("utf-8", "replace"), reply, head, int(counted[-1]))


def _status(head: bytes) -> tuple[int, str]:
    """Read the first line of headers: `NATS/1.0`, and a status and words where it says more."""
    first = head.partition(b"\r\n")[0].decode("utf-8", "replace").removeprefix(_OPENING).strip()
    number, _, why = first.partition(" ")
    return (int(number), why) if number.isdigit() else (0, "")
