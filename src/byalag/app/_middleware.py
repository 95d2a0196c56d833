"""What surrounds every request: its trace, its log line, its safety, its measure, its bounds."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from http import HTTPStatus
from time import perf_counter
from urllib.parse import quote

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from byalag.app._face import Limits
from byalag.app._trace import follow
from byalag.standards.profile import NotAnswered

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; worker-src 'self' blob:; font-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_SAFE = [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer")]
_HTML = [(b"content-security-policy", CSP.encode())]
_SHARED = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Link, traceparent"),
]
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Accept-Language, If-None-Match, traceparent",
    "Access-Control-Max-Age": "86400",
}
_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_KNOWN = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_log = structlog.get_logger("byalag.http")


class Watched:
    """Follows each request: trace, headers, log line, measures; isolates a crash.

    `shared` are the first segments of addresses whose answers any web page may read. What is sent
    in a query is never logged.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        registry: CollectorRegistry,
        shared: Collection[str],
        crashed: Callable[[Scope], Response],
        quiet: Collection[str] = (),
    ) -> None:
        """Register the measures and take what is inside."""
        self._app, self._shared, self._crashed = app, frozenset(shared), crashed
        self._quiet = frozenset(quiet)
        self._count = Counter(
            "byalag_http_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=registry,
        )
        self._seconds = Histogram(
            "byalag_http_seconds",
            "How long answers took.",
            ("route",),
            buckets=(0.001, 0.005, 0.02, 0.1, 0.5, 2, 10),
            registry=registry,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, answered = perf_counter(), _Answered()
        headers = dict(scope["headers"])
        scope["trace"], traceparent = follow(headers.get(b"traceparent"))
        shared = scope["path"].split("/", 2)[1] in self._shared
        dressed = _dressed(send, answered, traceparent.encode(), shared=shared)
        try:
            if shared and scope["method"] == "OPTIONS" and b"origin" in headers:
                await Response(status_code=204, headers=_PREFLIGHT)(scope, receive, dressed)
            else:
                await self._app(scope, receive, dressed)
        except Exception as error:  # noqa: BLE001 -- one request's crash must not be the server's
            _log.exception("crashed", path=_path(scope), trace=scope["trace"], exc_info=error)
            if answered.status == 0:
                await self._crashed(scope)(scope, receive, dressed)
        finally:
            self._note(scope, answered.status, perf_counter() - started)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = scope.get("template", "(none)")
        method = scope["method"] if scope["method"] in _KNOWN else "(other)"
        self._count.labels(method, route, status).inc()
        self._seconds.labels(route).observe(seconds)
        say = _log.debug if route in self._quiet and status < HTTPStatus.BAD_REQUEST else _log.info
        say(
            "answered",
            method=scope["method"],
            path=_path(scope),
            status=status,
            milliseconds=round(seconds * 1000, 1),
            trace=scope["trace"],
            actor=scope["actor"].name if "actor" in scope else "anyone",
        )


def _path(scope: Scope) -> str:
    """Return the path as it may be written in a log: nothing in it can begin a line."""
    return quote(scope["path"], safe="/:")


class _Answered:
    """Remembers the status that was sent; 0 before any was."""

    __slots__ = ("status",)

    def __init__(self) -> None:
        self.status = 0


def _dressed(send: Send, answered: _Answered, traceparent: bytes, *, shared: bool) -> Send:
    """Return a `send` that adds what every answer carries."""

    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            answered.status = message["status"]
            headers = message["headers"] = [*message.get("headers", ()), *_SAFE]
            headers.append((b"traceparent", traceparent))
            if shared:
                headers += _SHARED
            if any(name == b"content-type" and b"text/html" in value for name, value in headers):
                headers += _HTML
        await send(message)

    return dressed


class Compressed:
    """Compresses answers to questions, for those who can read it; pushes pass by untouched."""

    def __init__(self, app: ASGIApp) -> None:
        """Take what is inside."""
        self._app = app
        self._compressing = GZipMiddleware(app, minimum_size=1024, compresslevel=5)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        asked = scope["type"] == "http" and scope["method"] == "GET"
        able = asked and any(
            name == b"accept-encoding" and b"gzip" in value for name, value in scope["headers"]
        )
        await (self._compressing if able else self._app)(scope, receive, send)


class Bounded:
    """Bounds what is sent to us: an absolute deadline, a size, and a least rate for each body.

    A server that handles events would otherwise keep a body that drips open for ever.
    """

    def __init__(self, app: ASGIApp, *, limits: Limits) -> None:
        """Take the bounds and what is inside."""
        self._app, self._limits = app, limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whose body is within bounds.

        Raises:
            NotAnswered: the body says that it is too large.
        """
        if scope["type"] != "http" or scope["method"] not in _BODY:
            await self._app(scope, receive, send)
            return
        await self._app(scope, _bounded(receive, self._limits, _declared(scope)), send)


def _declared(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


def _bounded(receive: Receive, limits: Limits, declared: int) -> Callable[[], Awaitable[Message]]:
    """Return a `receive` that keeps to the limits.

    It raises `NotAnswered` when the body is too large or too slow.
    """
    loop = asyncio.get_running_loop()
    started, received = loop.time(), 0

    async def bounded() -> Message:
        nonlocal received
        if max(declared, received) > limits.body:
            raise _too_large(limits)
        allowed = min(limits.deadline, limits.grace + received / limits.rate)
        try:
            async with asyncio.timeout_at(started + allowed):
                message = await receive()
        except TimeoutError:
            said = (
                f"After {allowed:.0f} seconds {received:,} bytes had come; a whole body must come "
                f"within {limits.deadline:.0f} seconds and at {limits.rate:,} bytes a second."
            )
            raise _cut(said, trouble="too-slow") from None
        received += len(message.get("body", b""))
        if received > limits.body:
            raise _too_large(limits)
        return message

    return bounded


def _too_large(limits: Limits) -> NotAnswered:
    return _cut(f"The body is larger than {limits.body:,} bytes; divide it.", trouble="too-large")


def _cut(said: str, *, trouble: str) -> NotAnswered:
    return NotAnswered(said, trouble=trouble, headers={"Connection": "close"})
