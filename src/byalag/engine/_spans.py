"""Spans: what the hub did and how long it took, in OpenTelemetry's words, when somebody listens.

Nobody does unless the hub is told where to send them; then nothing is made here at all. What a span
says of itself is names that the hub folder gives and numbers: never a query, a path or a person.
"""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Final

from opentelemetry.trace import (
    Span,
    SpanKind,
    Status,
    StatusCode,
    Tracer,
    TracerProvider,
    get_current_span,
    set_span_in_context,
    use_span,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_W3C: Final = TraceContextTextMapPropagator()


class _Listening:
    """Who makes spans; None as long as nobody listens."""

    tracer: Tracer | None = None


def trace_to(provider: TracerProvider | None) -> None:
    """Make spans with a provider from now on; with None, make none."""
    _Listening.tracer = None if provider is None else provider.get_tracer("byalag")


def traced() -> bool:
    """Say whether anybody listens."""
    return _Listening.tracer is not None


@contextmanager
def span(name: str, /, **said: str | int) -> Generator[None]:
    """Tell of what is done in the block, as part of what it is done within."""
    tracer = _Listening.tracer
    if tracer is None:
        yield
        return
    with tracer.start_as_current_span(
        name,
        attributes={f"byalag.{key}": value for key, value in said.items()},
        record_exception=False,  # its words may hold what was read
        set_status_on_exception=False,
    ) as begun:
        try:
            yield
        except Exception as error:
            begun.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise


@contextmanager
def served(headers: Mapping[str, str]) -> Generator[Span | None]:
    """Tell of a request that is answered in the block, as part of the trace it says it is in."""
    tracer = _Listening.tracer
    if tracer is None:
        yield None
        return
    begun = tracer.start_span("request", context=_W3C.extract(headers), kind=SpanKind.SERVER)
    with use_span(begun, end_on_exit=True, record_exception=False, set_status_on_exception=False):
        yield begun


def onwards() -> dict[str, str]:
    """Return the headers that tell a server elsewhere which trace a question is part of."""
    if _Listening.tracer is None:
        return {}
    headers: dict[str, str] = {}
    _W3C.inject(headers, set_span_in_context(get_current_span()))
    return headers
