"""A message from a broker, and what every session with a broker can do."""

import time
from collections.abc import Sequence
from typing import Final, Protocol

from msgspec import Struct

from byalag.model import Micros
from byalag.sources import Listen

_TURN: Final = 1.0  # how long we listen before we look at anything else, seconds
_QUIET: Final = 0.2  # share of `gather` after which a pause ends a delivery
_MOST: Final = 16 * 1024 * 1024  # bytes of a delivery


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


class Bookmark(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is remembered of a session over restarts: whose it was, and how far we had come.

    `until` is when we last heard the broker. `made` is when a stream was made, which tells it
    from a later one with its name; `place` is the last message of it that was kept.
    """

    url: str
    client: str
    topics: tuple[str, ...] = ()
    until: Micros = 0
    made: str = ""
    place: int = 0


class Session(Protocol):
    """A connection to a broker that has let us in and sends us messages.

    `missed` holds what was not to be had any more, each as a sentence; whoever reports it empties
    it. `bookmark` is what to remember.
    """

    missed: list[str]
    bookmark: Bookmark

    async def hear(self, wait: float) -> list[Message]:
        """Return the messages that have come; none if none come within so many seconds."""
        ...

    async def thank(self, messages: Sequence[Message]) -> None:
        """Acknowledge messages, in the order they came."""
        ...

    def key(self, messages: Sequence[Message]) -> str | None:
        """Return what tells these messages from all others, if the broker counts its messages."""
        ...


async def gathered(session: Session, reach: Listen) -> list[Message]:
    """Return the messages that come within `gather` of the first, or until there is a pause.

    None if none come for a while.
    """
    messages = await session.hear(_TURN)
    end = time.monotonic() + reach.gather.total_seconds()
    quiet = reach.gather.total_seconds() * _QUIET
    size = sum(len(message.body) for message in messages)
    while messages and len(messages) < reach.at_most and size < _MOST:
        left = min(end - time.monotonic(), quiet)
        more = await session.hear(left) if left > 0 else []
        if not more:
            break
        messages += more
        size += sum(len(message.body) for message in more)
    return messages
