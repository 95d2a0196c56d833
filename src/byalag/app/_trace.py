"""W3C Trace Context: the trace that a request belongs to, taken over or begun."""

import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from random import Random

from opentelemetry.trace import Span, Status, StatusCode
from starlette.types import Scope

from byalag.engine import served

_SHOWN = re.compile(rb"^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$")
_KNOWN = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SPOKEN = (b"traceparent", b"tracestate")
_FAULT = 500
_bits = Random().getrandbits  # noqa: S311 -- a trace's name is no secret, and begins every request


def follow(traceparent: bytes | None) -> tuple[str, str]:
    """Return the trace's id, and the `traceparent` of our part in it."""
    shown = _SHOWN.match(traceparent) if traceparent else None
    if shown is None or not int(shown[1], 16) or not int(shown[2], 16):
        trace, flags = f"{_bits(128):032x}", "00"
    else:
        trace, flags = shown[1].decode(), shown[3].decode()
    return trace, f"00-{trace}-{_bits(64):016x}-{flags}"


@contextmanager
def told(scope: Scope) -> Generator[tuple[str, Span]]:
    """Tell of a request in a span of its own; give the `traceparent` of it."""
    said: Mapping[bytes, bytes] = scope["said"]
    headers = {name.decode(): said[name].decode("latin-1") for name in _SPOKEN if name in said}
    with served(headers) as span:
        if span is None:
            message = "nobody listens to traces; ask `traced` first"
            raise RuntimeError(message)
        context = span.get_span_context()
        scope["trace"] = f"{context.trace_id:032x}"
        yield f"00-{scope['trace']}-{context.span_id:016x}-{int(context.trace_flags):02x}", span


def finish(span: Span, scope: Scope, status: int) -> None:
    """Say what a request was about, by its kind of address and never by the address itself."""
    route = scope.get("template", "(none)")
    method = scope["method"] if scope["method"] in _KNOWN else "_OTHER"
    span.update_name(f"{method} {route}")
    span.set_attribute("http.request.method", method)
    span.set_attribute("http.route", route)
    span.set_attribute("http.response.status_code", status)
    if status >= _FAULT or not status:
        span.set_status(Status(StatusCode.ERROR))
