"""Where traces are sent: nowhere, unless the environment says where and what sends them is there.

The variables are OpenTelemetry's own (OTEL_EXPORTER_OTLP_ENDPOINT and those that go with it).
"""

import os
from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import version
from typing import Any, Final

import structlog

from byalag.app._log import MAIN
from byalag.engine import trace_to

ENDPOINT: Final = "OTEL_EXPORTER_OTLP_ENDPOINT"
_EXPORTER: Final = "opentelemetry.exporter.otlp.proto.http.trace_exporter"
_SDK: Final = "opentelemetry.sdk"

_log = structlog.get_logger("byalag.traces")


@contextmanager
def sending_traces(worker: str = MAIN) -> Generator[None]:
    """Send traces to OTEL_EXPORTER_OTLP_ENDPOINT within the block, if there is one.

    It needs the extra `byalag[otlp]`. Without it the hub runs as without an endpoint, and says so.
    """
    provider = _provider(worker) if os.environ.get(ENDPOINT) else None
    if provider is None:
        yield
        return
    trace_to(provider)
    try:
        yield
    finally:
        trace_to(None)
        provider.shutdown()


def _provider(worker: str) -> Any:  # noqa: ANN401 -- the package of its type is optional
    try:
        exporter = import_module(_EXPORTER).OTLPSpanExporter()
        export = import_module(f"{_SDK}.trace.export")
        resources = import_module(f"{_SDK}.resources")
        sdk = import_module(f"{_SDK}.trace")
    except ImportError:
        _log.warning("traces_not_sent", why=f"{ENDPOINT} is set; install byalag[otlp]")
        return None
    named = {
        "service.name": "byalag",
        "service.version": version("byalag"),
        "service.instance.id": worker,
    }
    provider = sdk.TracerProvider(resource=resources.Resource.create(named))
    provider.add_span_processor(export.BatchSpanProcessor(exporter))
    return provider
