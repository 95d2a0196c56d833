"""MQTT on the wire, 3.1.1 and 5: what we send, and what a broker sends us. Pure.

From the OASIS standards "MQTT Version 3.1.1" and "MQTT Version 5.0". Only what a client needs
that subscribes and publishes at QoS 0 and 1.
"""

from collections.abc import Iterator, Sequence
from struct import error as StructError  # noqa: N812 -- its own name says too little
from struct import pack, unpack_from
from typing import Final, TypeAlias

from msgspec import Struct, field

from byalag import ByalagError

_CONNACK, _PUBLISH, _PUBACK, _SUBACK, _UNSUBACK, _PINGRESP, _DISCONNECT = 2, 3, 4, 9, 11, 13, 14
_LONGEST_TOPIC: Final = 65_535
_LONGEST_LENGTH: Final = 4  # bytes
_SESSION_EXPIRY, _RECEIVE_MAXIMUM, KEEP_ALIVE, MAXIMUM_QOS = 0x11, 0x21, 0x13, 0x24
_ONE: Final = frozenset({0x01, 0x17, 0x19, MAXIMUM_QOS, 0x25, 0x28, 0x29, 0x2A})  # section 2.2.2.2
_TWO: Final = frozenset({KEEP_ALIVE, _RECEIVE_MAXIMUM, 0x22, 0x23})
_FOUR: Final = frozenset({0x02, _SESSION_EXPIRY, 0x18, 0x27})
_PAIR: Final = 0x26
_VARIABLE: Final = 0x0B
FAILURE: Final = 0x80  # this and higher: the broker refuses


class Malformed(ByalagError):
    """What came is not MQTT. The connection is made anew."""


class Published(Struct, frozen=True, gc=False):
    """A message. `number` is 0 where no acknowledgement is wanted.

    `size` is the length of the message in bytes; `body` is only its beginning where it was too
    long.
    """

    topic: str
    body: bytes
    number: int
    size: int
    again: bool


class Answered(Struct, frozen=True):
    """What a broker answers. `codes` are reasons: one, or one a topic. `flags` are of a CONNACK."""

    kind: int
    number: int = 0
    codes: tuple[int, ...] = ()
    flags: int = 0
    properties: dict[int, int | str] = field(default_factory=dict[int, int | str])


Packet: TypeAlias = Published | Answered


def is_connack(packet: Packet) -> bool:
    """Tell whether a packet answers CONNECT."""
    return isinstance(packet, Answered) and packet.kind == _CONNACK


def is_puback(packet: Packet, number: int) -> bool:
    """Tell whether a packet answers the PUBLISH of this number."""
    return isinstance(packet, Answered) and (packet.kind, packet.number) == (_PUBACK, number)


def is_suback(packet: Packet, number: int) -> bool:
    """Tell whether a packet answers the SUBSCRIBE of this number."""
    return isinstance(packet, Answered) and (packet.kind, packet.number) == (_SUBACK, number)


def is_disconnect(packet: Packet) -> bool:
    """Tell whether a packet is the broker's good-bye."""
    return isinstance(packet, Answered) and packet.kind == _DISCONNECT


class Hello(Struct, frozen=True, kw_only=True):
    """How we introduce ourselves. `keep` is how long the session is kept, seconds; 0: not at all.

    `at_once` is how many messages may be unacknowledged.
    """

    client: str
    five: bool
    user: str = ""
    password: str = ""
    keep: int = 0
    keep_alive: int = 60
    at_once: int = 1000


def connect(hello: Hello) -> bytes:
    """Return the packet that introduces us."""
    flags = (not hello.keep) << 1 | bool(hello.user) << 7 | bool(hello.password) << 6
    level = 5 if hello.five else 4
    head = _text("MQTT") + pack("!BBH", level, flags, hello.keep_alive)
    if hello.five:
        told = pack("!BI", _SESSION_EXPIRY, hello.keep) if hello.keep else b""
        told += pack("!BH", _RECEIVE_MAXIMUM, min(hello.at_once, 65_535))
        head += _length(len(told)) + told
    texts = [hello.client, *(text for text in (hello.user, hello.password) if text)]
    return _packet(0x10, head + b"".join(map(_text, texts)))


def subscribe(number: int, topics: Sequence[str], *, five: bool) -> bytes:
    """Return the packet that subscribes at QoS 1.

    In version 5, kept (retained) messages are asked for only where the subscription is new.
    """
    options = b"\x11" if five else b"\x01"
    head = pack("!H", number) + (b"\0" if five else b"")
    return _packet(0x82, head + b"".join(_text(topic) + options for topic in topics))


def unsubscribe(number: int, topics: Sequence[str], *, five: bool) -> bytes:
    """Return the packet that ends subscriptions."""
    head = pack("!H", number) + (b"\0" if five else b"")
    return _packet(0xA2, head + b"".join(map(_text, topics)))


def publish(number: int, topic: str, body: bytes, *, retain: bool, five: bool) -> bytes:
    """Return the packet that sends a message at QoS 1."""
    head = _text(topic) + pack("!H", number) + (b"\0" if five else b"")
    return _packet(0x32 | retain, head + body)


def pubacks(numbers: Sequence[int]) -> bytes:
    """Return the packets that acknowledge messages, in their order."""
    return b"".join([b"\x40\x02" + number.to_bytes(2, "big") for number in numbers])


PING: Final = b"\xc0\0"
GOOD_BYE: Final = b"\xe0\0"


class Packets:
    """Reads packets out of bytes as they come. Never holds more than one message too long.

    A message longer than `max_bytes` is passed over as it comes, and told by its beginning.
    """

    def __init__(self, *, five: bool, max_bytes: int) -> None:
        """Begin with nothing read."""
        self._five = five
        self._max_bytes = max_bytes
        self._held = max_bytes + _LONGEST_TOPIC + 16  # the most that is kept of a packet
        self._buffer = b""
        self._parts: list[bytes] = []  # of a packet that is coming, after what the buffer holds
        self._lacks = 0  # bytes without which that packet is not complete
        self._over: tuple[int, int] | None = None  # first byte and length of one too long
        self._left = 0  # bytes of it that are still to come
        self._room = 0  # and bytes of it that are still to be kept

    def feed(self, data: bytes) -> list[Packet]:
        """Return the packets that are complete with these bytes.

        Raises:
            Malformed: If it is not MQTT.

        """
        found: list[Packet] = []
        if self._over is not None:
            data = self._pass_over(data, found)
            if self._left:
                return found
        self._parts.append(data)
        self._lacks -= len(data)
        if self._lacks > 0:
            return found
        buffer = b"".join((self._buffer, *self._parts))
        self._parts.clear()
        at, end = 0, len(buffer)
        while end - at > 1:
            length, start = _measure(buffer, at, end)
            if length < 0:
                break
            if start + length > end:
                if length > self._held:
                    self._over, self._left = (buffer[at], length), length - (end - start)
                    self._room = self._held - (end - start)
                    at = start
                else:
                    self._lacks = start + length - end
                break
            packet = self._decode(buffer[at], buffer, start, start + length, length)
            if packet is not None:
                found.append(packet)
            at = start + length
        self._buffer = buffer[at:]
        return found

    def _pass_over(self, data: bytes, found: list[Packet]) -> bytes:
        """Pass over what is left of a message too long; return what comes after it."""
        assert self._over is not None  # noqa: S101 -- asked only when there is one
        taken = data[: self._left]
        self._left -= len(taken)
        if self._room > 0:
            self._parts.append(taken[: self._room])
            self._room -= len(taken)
        if not self._left:
            first, length = self._over
            begun = b"".join((self._buffer, *self._parts))
            self._parts.clear()
            packet = self._decode(first, begun, 0, len(begun), length)
            if packet is not None:
                found.append(packet)
            self._over, self._buffer = None, b""
        return data[len(taken) :]

    def _decode(
        self, first: int, buffer: bytes, start: int, end: int, length: int
    ) -> Packet | None:
        kind = first >> 4
        try:
            if kind == _PUBLISH:
                return self._published(first, buffer, start, end, length)
            return self._answered(kind, buffer[start:end])
        except (IndexError, ValueError, StructError) as error:
            reason = f"the broker sent a packet of type {kind} that cannot be read"
            raise Malformed(reason) from error

    def _published(self, first: int, buffer: bytes, start: int, end: int, length: int) -> Published:
        at = start + 2 + (buffer[start] << 8 | buffer[start + 1])
        topic = buffer[start + 2 : at].decode("utf-8", "replace")
        number = 0
        if first & 0b110:
            number = buffer[at] << 8 | buffer[at + 1]
            at += 2
        if self._five:
            told, at = _number(buffer, at - 1, end)
            at += told
        size = length - (at - start)
        if size < 0:
            message = "it is shorter than it says"
            raise ValueError(message)
        body = buffer[at : min(end, at + self._max_bytes)]
        return Published(topic, body, number, size, bool(first & 8))

    def _answered(self, kind: int, body: bytes) -> Answered | None:
        match kind:
            case 2:
                told = _properties(body, 2) if self._five else {}
                return Answered(kind, codes=(body[1],), flags=body[0], properties=told)
            case 4:
                code = body[2] if len(body) > 2 else 0  # noqa: PLR2004 -- a number is two bytes
                return Answered(kind, unpack_from("!H", body)[0], (code,))
            case 9 | 11:
                number, at = unpack_from("!H", body)[0], 2
                if self._five:
                    length, at = _number(body, 1, len(body))
                    at += length
                return Answered(kind, number, tuple(body[at:]))
            case 13:
                return Answered(kind)
            case 14:
                return Answered(kind, codes=(body[0] if body else 0,))
            case _:
                return None


def _packet(first: int, body: bytes) -> bytes:
    return bytes((first,)) + _length(len(body)) + body


def _text(text: str) -> bytes:
    data = text.encode()
    return pack("!H", len(data)) + data


def _length(number: int) -> bytes:
    """Write a variable byte integer (section 2.2.3 of 3.1.1, 1.5.5 of 5)."""
    out = bytearray()
    while True:
        number, low = divmod(number, 128)
        out.append(low | (0x80 if number else 0))
        if not number:
            return bytes(out)


def _measure(buffer: bytes, at: int, end: int) -> tuple[int, int]:
    """Read the variable byte integer after `at`; return it and where it ends. -1: not all here."""
    number, shift = 0, 0
    for place in range(at + 1, min(at + 5, end)):
        byte = buffer[place]
        number |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004 -- the highest bit says that more follows
            return number, place + 1
        shift += 7
    if end - at > _LONGEST_LENGTH:
        reason = "the broker sent a length that MQTT does not have; is it an MQTT broker?"
        raise Malformed(reason)
    return -1, at


def _number(buffer: bytes, at: int, end: int) -> tuple[int, int]:
    """Read the variable byte integer after `at`, which must be all here; return where it ends."""
    number, at = _measure(buffer, at, end)
    if number < 0:
        message = "it ends in the middle of a number"
        raise ValueError(message)
    return number, at


def _properties(body: bytes, at: int) -> dict[int, int | str]:
    """Read the properties of an answer that are numbers or texts."""
    length, at = _number(body, at - 1, len(body))
    return dict(_each(body[at : at + length]))


def _each(body: bytes) -> Iterator[tuple[int, int | str]]:
    at = 0
    while at < len(body):
        name, at = body[at], at + 1
        if name in _ONE:
            value, at = body[at], at + 1
            yield name, value
        elif name in _TWO or name in _FOUR:
            wide = 2 if name in _TWO else 4
            yield name, int.from_bytes(body[at : at + wide], "big")
            at += wide
        elif name == _VARIABLE:
            number, at = _number(body, at - 1, len(body))
            yield name, number
        else:
            for _ in range(2 if name == _PAIR else 1):
                long = unpack_from("!H", body, at)[0]
                yield name, body[at + 2 : at + 2 + long].decode("utf-8", "replace")
                at += 2 + long
