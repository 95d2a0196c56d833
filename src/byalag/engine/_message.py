"""A message from a broker, and what every session with a broker can do."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct


class Message(Struct, frozen=True, gc=False):
    """A message. `body` is only its beginning where `size`, bytes, is more than is taken.

    `number` and `reply` are what it is acknowledged by; `place` is its place in a stream that
    counts its messages, else 0.
    """

    topic: str
    body: bytes
    size: int
    number: int = 0
    reply: bytes = b""
    place: int = 0


class Session(Protocol):
    """A connection to a broker that has let us in and sends us messages."""

    async def hear(self, wait: float) -> list[Message]:
        """Return the messages that have come; none if none come within so many seconds."""
        ...

    async def thank(self, messages: Sequence[Message]) -> None:
        """Acknowledge messages, in the order they came."""
        ...
