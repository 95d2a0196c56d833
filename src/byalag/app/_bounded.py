"""How much, how long and how slowly somebody may send."""

import asyncio
from http import HTTPMethod

from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope

from byalag.app._face import Limits
from byalag.standards.profile import NotAnswered

BODY = frozenset({HTTPMethod.POST, HTTPMethod.PUT, HTTPMethod.PATCH, HTTPMethod.DELETE})


class Bounded:
    """A `receive` with bounds: an absolute deadline, a size, and a least rate for each body.

    A server that handles events would otherwise keep a body that drips open for ever. There is one
    timer a message, and nothing else: this stands before every push.
    """

    __slots__ = ("_late", "_limits", "_loop", "_most", "_receive", "_received", "_started", "_task")

    def __init__(self, scope: Scope, receive: Receive, limits: Limits) -> None:
        """Take the bounds and what is received from.

        Raises:
            NotAnswered: the body says that it is too large.
        """
        declared = scope["said"].get(b"content-length", b"")
        if declared.isdigit() and int(declared) > limits.body:
            raise _too_large(limits.body)
        told = declared.isdigit()
        self._most = limits.body if told else min(limits.body, limits.untold)
        self._receive, self._limits = receive, limits
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        self._started, self._received, self._late = self._loop.time(), 0, False

    async def __call__(self) -> Message:
        """Return the next message of a body that keeps to the limits.

        Raises:
            NotAnswered: the body is too large or too slow.
        """
        limits = self._limits
        allowed = min(limits.deadline, limits.grace + self._received / limits.rate)
        timer = self._loop.call_at(self._started + allowed, self._cut)
        try:
            message = await self._receive()
        except asyncio.CancelledError:
            if not self._late or self._task is None or self._task.uncancel() > 0:
                raise
            raise self._too_slow(allowed) from None
        finally:
            timer.cancel()
        self._received += len(message.get("body", b""))
        if self._received > self._most:
            raise _too_large(self._most)
        return message

    def _cut(self) -> None:
        self._late = True
        if self._task is not None:
            self._task.cancel()

    def _too_slow(self, allowed: float) -> NotAnswered:
        said = (
            f"After {allowed:.0f} seconds {self._received:,} bytes had come; a whole body must "
            f"come within {self._limits.deadline:.0f} seconds and at {self._limits.rate:,} bytes "
            "a second."
        )
        return _close(said, trouble="too-slow")


def _too_large(most: int) -> NotAnswered:
    return _close(f"The body is larger than {most:,} bytes; divide it.", trouble="too-large")


def _close(said: str, *, trouble: str) -> NotAnswered:
    return NotAnswered(said, trouble=trouble, headers={"Connection": "close"})


async def whole(receive: Receive) -> bytes:
    """Return a whole body.

    Raises:
        ClientDisconnect: whoever sent it has gone.
    """
    message = await receive()
    parts = [_part(message)]
    while message.get("more_body", False):
        message = await receive()
        parts.append(_part(message))
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _part(message: Message) -> bytes:
    if message["type"] == "http.disconnect":
        raise ClientDisconnect
    part: bytes = message.get("body", b"")
    return part
