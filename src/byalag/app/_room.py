"""Room in memory for bodies on their way in: many large ones at once are asked to come back."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from starlette.requests import ClientDisconnect
from starlette.types import Receive

from byalag.standards.profile import NotAnswered

MOST = 128 * 1024 * 1024  # bytes, of all bodies together
_AGAIN = "5"  # seconds


class Room:
    """Counts the bytes of all bodies that are held at the same time."""

    def __init__(self, most: int = MOST) -> None:
        """Begin with an empty room."""
        self._most = most
        self._held = 0

    @asynccontextmanager
    async def body(self, receive: Receive) -> AsyncGenerator[bytes]:
        """Give a whole body, which has its room for as long as the block lasts.

        One body alone is let in, however large: it has limits of its own.

        Raises:
            NotAnswered: There is no room just now.
            ClientDisconnect: Whoever sent it has gone.
        """
        parts: list[bytes] = []
        held, more = 0, True
        try:
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientDisconnect
                part: bytes = message.get("body", b"")
                parts.append(part)
                held += len(part)
                self._held += len(part)
                if self._held > max(self._most, held):
                    raise _no_room()
                more = message.get("more_body", False)
            yield parts[0] if len(parts) == 1 else b"".join(parts)
        finally:
            self._held -= held


def _no_room() -> NotAnswered:
    return NotAnswered(
        "Too much is being sent here at the same time; nothing was kept. Send it again soon.",
        trouble="unavailable",
        headers={"Retry-After": _AGAIN, "Connection": "close"},
    )
