"""W3C Trace Context: the trace that a request belongs to, taken over or begun."""

import re
from random import Random

_SHOWN = re.compile(rb"^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$")
_bits = Random().getrandbits  # noqa: S311 -- a trace's name is no secret, and begins every request


def follow(traceparent: bytes | None) -> tuple[str, str]:
    """Return the trace's id, and the `traceparent` of our part in it."""
    shown = _SHOWN.match(traceparent) if traceparent else None
    if shown is None or not int(shown[1], 16) or not int(shown[2], 16):
        trace, flags = f"{_bits(128):032x}", "00"
    else:
        trace, flags = shown[1].decode(), shown[3].decode()
    return trace, f"00-{trace}-{_bits(64):016x}-{flags}"
