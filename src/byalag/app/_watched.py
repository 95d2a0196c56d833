"""What surrounds every request: its trace, its log line, its safe headers, its measures."""

import re
from collections.abc import Callable, Collection, Iterable
from http import HTTPStatus
from logging import DEBUG, INFO
from time import perf_counter
from urllib.parse import quote

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from byalag.app._trace import finish, follow, told
from byalag.engine import traced
from byalag.governance import ANYONE

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; worker-src 'self' blob:; font-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
NO_CSP = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_SAFE = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"geolocation=(self), camera=(), microphone=(), payment=(), usb=()"),
    (b"server", b"byalag"),  # without it, the server names itself
)
_SECURE = (b"strict-transport-security", b"max-age=31536000")
_CSP = b"content-security-policy"
_PAGE, _NO_PAGE = (_CSP, CSP.encode()), (_CSP, NO_CSP.encode())
_PAGES = b"text/html"
_RUNS = (_PAGES, b"text/javascript", b"application/javascript")  # scripts: those of workers
_KEPT = b"cache-control"
_PRIVATE = (_KEPT, b"private, no-store")
_EXPOSED = b"Deprecation, ETag, Link, RateLimit, RateLimit-Policy, Retry-After, Sunset, traceparent"
_SHARED = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", _EXPOSED),
)
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Accept-Language, If-None-Match, traceparent",
    "Access-Control-Max-Age": "86400",
}
_LINK = re.compile(r"^((?:/[a-z]{2,3})?/l/)[^/]+")  # an address that holds a secret
_KNOWN = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Watched:
    """Follows each request: trace, headers, log line, measures; isolates a crash.

    `shared` are the first segments of addresses whose answers any web page may read. Answers at
    `quiet` addresses that went well are counted, and logged only for whoever looks for faults.
    What is sent in a query is never logged. What is inside finds the headers, one value a name,
    as `scope["said"]`.
    """

    def __init__(  # noqa: PLR0913 -- what surrounds every request is told here
        self,
        app: ASGIApp,
        *,
        registry: CollectorRegistry,
        shared: Collection[str],
        crashed: Callable[[Scope], Response],
        quiet: Collection[str] = (),
        used: Callable[[Scope, int, float], None] | None = None,
        secure: bool = False,
    ) -> None:
        """Register the measures and take what is inside; `secure`: people come by https."""
        self._app, self._shared, self._crashed = app, frozenset(shared), crashed
        self._quiet = frozenset(quiet)
        every = (*_SAFE, _SECURE) if secure else _SAFE
        self._headers = {True: (*every, *_SHARED), False: every}
        self._log = structlog.get_logger("byalag.http").bind()
        self._measures = _Measures(registry)
        self._used = used

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        said = scope["said"] = _said(scope)
        if not traced():
            scope["trace"], traceparent = follow(said.get(b"traceparent"))
            await self._answer(scope, receive, send, traceparent)
            return
        with told(scope) as (traceparent, span):
            finish(span, scope, await self._answer(scope, receive, send, traceparent))

    async def _answer(self, scope: Scope, receive: Receive, send: Send, traceparent: str) -> int:
        """Answer one request that is in a trace; return the status, 0 if there was no answer."""
        started, answered, said = perf_counter(), _Answered(), scope["said"]
        shared = scope["path"][1:].partition("/")[0] in self._shared
        every = (*self._headers[shared], (b"traceparent", traceparent.encode()))
        dressed = _dressed(scope, send, answered, every)
        try:
            if shared and scope["method"] == "OPTIONS" and b"origin" in said:
                await Response(status_code=204, headers=_PREFLIGHT)(scope, receive, dressed)
            else:
                await self._app(scope, receive, dressed)
        except Exception as error:  # noqa: BLE001 -- one request's crash must not be the server's
            self._log.exception("crashed", path=_path(scope), trace=scope["trace"], exc_info=error)
            if answered.status == 0:
                await self._crashed(scope)(scope, receive, dressed)
        finally:
            self._note(scope, answered.status, perf_counter() - started)
        return answered.status

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = scope.get("template", "(none)")
        method = scope["method"] if scope["method"] in _KNOWN else "(other)"
        self._measures.note(method, route, status, seconds)
        if self._used is not None:
            self._used(scope, status, seconds)
        level = DEBUG if route in self._quiet and status < HTTPStatus.BAD_REQUEST else INFO
        if not self._log.is_enabled_for(level):
            return
        self._log.log(
            level,
            "answered",
            method=scope["method"],
            path=_path(scope),
            status=status,
            milliseconds=round(seconds * 1000, 1),
            trace=scope["trace"],
            actor=scope["actor"].name if "actor" in scope else "anyone",
        )


class _Measures:
    """How many answers, and how long they took; each kind's counter is looked up once."""

    def __init__(self, registry: CollectorRegistry) -> None:
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
        self._found: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        kind = method, route, status
        found = self._found.get(kind)
        if found is None:
            counter = self._count.labels(method, route, status)
            found = self._found[kind] = counter, self._seconds.labels(route)
        found[0].inc()
        found[1].observe(seconds)


def _said(scope: Scope) -> dict[bytes, bytes]:
    """Return the headers, one value a name: repeated ones are joined, as RFC 9110 has it."""
    said: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        said[name] = said[name] + b", " + value if name in said else value
    return said


def _path(scope: Scope) -> str:
    """Return the path as it may be written in a log: nothing in it can begin a line.

    What a link holds opens a home for whoever has it, so it is in no log.
    """
    return quote(_LINK.sub(r"\1-", scope["path"]), safe="/:")


class _Answered:
    """Remembers the status that was sent; 0 before any was."""

    __slots__ = ("status",)

    def __init__(self) -> None:
        self.status = 0


def _dressed(
    scope: Scope, send: Send, answered: _Answered, every: tuple[tuple[bytes, bytes], ...]
) -> Send:
    """Return a `send` that adds what every answer carries."""

    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            answered.status = message["status"]
            given = message.get("headers", ())
            if scope.get("actor", ANYONE) is not ANYONE:
                given = _for_one(given)
            message["headers"] = [*given, *every, *_policy(given)]
        await send(message)

    return dressed


def _for_one(given: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return the headers of an answer that was not for anyone: nobody between may keep it.

    A page is not kept by the browser either, where whoever comes next could go back to it.
    """
    given = list(given)
    page = any(name == b"content-type" and value.startswith(_PAGES) for name, value in given)
    fit = b"no-store" if page else b"private"
    own = [pair for pair in given if pair[0] != _KEPT or fit in pair[1] or b"no-store" in pair[1]]
    return own if any(name == _KEPT for name, _ in own) else [*own, _PRIVATE]


def _policy(given: Iterable[tuple[bytes, bytes]]) -> tuple[tuple[bytes, bytes], ...]:
    """Return what an answer may do in a browser, besides what it says itself."""
    own = False
    for name, value in given:
        if name == b"content-type" and value.startswith(_RUNS):
            return (_PAGE,)
        own = own or name == _CSP
    return () if own else (_NO_PAGE,)
