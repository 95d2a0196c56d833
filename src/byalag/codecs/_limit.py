"""How much a codec may use before it is stopped."""

from typing import Final

from msgspec import Struct


class Limits(Struct, frozen=True, kw_only=True):
    """What one codec may use.

    `seconds` is processor time for one message; `more` is added for each message of a batch.
    `hang` is how long, by the wall, a codec may be inside the engine's own C code, which cannot be
    stopped from within: less than the ten seconds that a hub may take to stop.
    """

    seconds: float = 0.25
    more: float = 0.002
    hang: float = 8.0
    memory: int = 32 * 1024 * 1024  # bytes
    stack: int = 256 * 1024  # bytes
    batch: int = 250  # messages in one call


LIMITS: Final = Limits()
