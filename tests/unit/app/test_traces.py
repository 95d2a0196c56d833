"""Traces: in and out by W3C's headers, told by kinds and numbers; none when nobody listens."""

from collections.abc import Callable, Iterator

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.testclient import TestClient
from structlog.testing import CapturingLogger

from byalag.app import _traces
from byalag.app._face import Face
from byalag.app._http import application
from byalag.app._traces import sending_traces
from byalag.engine import fetch_once, span, trace_to, traced
from byalag.testkit import Answer, Faulty

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = "b7ad6b7169203331"
CANARY = "canary-4711"


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    trace_to(provider)
    yield kept
    trace_to(None)
    provider.shutdown()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def client(face: Callable[..., Face]) -> TestClient:
    return TestClient(application(face()), raise_server_exceptions=False)


def test_a_request_goes_on_in_the_trace_that_it_says_it_is_in(
    spans: InMemorySpanExporter, client: TestClient
) -> None:
    page = client.get("/health/live", headers={"traceparent": f"00-{TRACE}-{PARENT}-01"})
    (one,) = spans.get_finished_spans()
    assert one.context is not None
    assert one.parent is not None
    assert f"{one.context.trace_id:032x}" == TRACE
    assert f"{one.parent.span_id:016x}" == PARENT
    assert page.headers["traceparent"] == f"00-{TRACE}-{one.context.span_id:016x}-01"
    assert one.name == "GET /health/live"


def test_a_span_tells_the_kind_of_address_and_never_what_was_asked(
    spans: InMemorySpanExporter, client: TestClient
) -> None:
    client.get(f"/problems/{CANARY}?q={CANARY}", headers={"X-Api-Key": CANARY})
    client.get(f"/nowhere/{CANARY}")
    client.request(f"ODD{CANARY}".upper(), "/health/live")
    told = spans.get_finished_spans()
    assert [one.name for one in told] == ["GET /problems/{name}", "GET (none)", "_OTHER (none)"]
    text = "".join(one.to_json() for one in told).lower()
    assert CANARY not in text


@pytest.mark.anyio
async def test_what_is_asked_elsewhere_is_told_which_trace_it_is_part_of(
    spans: InMemorySpanExporter,
) -> None:
    with Faulty(here=Answer(body=b"{}")) as server, span("ask", source="givare"):
        await fetch_once(server.url("/here"), {}, near=True)
    (one,) = spans.get_finished_spans()
    assert one.context is not None
    shown = server.asked[0].headers["traceparent"]
    assert shown.rpartition("-")[0] == (
        f"00-{one.context.trace_id:032x}-{one.context.span_id:016x}"
    )
    assert dict(one.attributes or {}) == {"byalag.source": "givare"}


def test_an_error_is_told_by_its_kind_and_not_by_its_words(spans: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match=CANARY), span("commit"):
        raise ValueError(CANARY)
    (one,) = spans.get_finished_spans()
    assert one.status.description == "ValueError"
    assert CANARY not in one.to_json()


@pytest.mark.anyio
async def test_nothing_is_made_or_sent_when_nobody_listens(client: TestClient) -> None:
    assert not traced()
    page = client.get("/health/live", headers={"traceparent": f"00-{TRACE}-{PARENT}-01"})
    assert page.headers["traceparent"].startswith(f"00-{TRACE}-")
    with Faulty(here=Answer(body=b"{}")) as server, span("ask"):
        await fetch_once(server.url("/here"), {}, near=True)
    assert "traceparent" not in server.asked[0].headers


def test_an_endpoint_without_what_sends_to_it_is_no_reason_not_to_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    log = CapturingLogger()
    monkeypatch.setattr(_traces, "_log", log)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setitem(__import__("sys").modules, "opentelemetry.exporter", None)
    with sending_traces():
        assert not traced()
    assert "install byalag[otlp]" in log.calls[0].kwargs["why"]
