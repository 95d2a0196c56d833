"""From a worker to the main process: a request as it came, and from whom.

The main process takes these on a Unix socket in a folder that only its own user may enter, and only
with the secret that it has given its workers. Nothing that comes by the hub's own port is believed
about whom it comes from.
"""

from collections.abc import AsyncIterator, Iterable
from hmac import compare_digest
from pathlib import Path
from typing import Final

import anyio
import httpcore2
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FROM: Final = b"x-byalag-from"
_ONE_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"upgrade",
        FROM,
    }
)
_MOST = 1000  # requests under way from one worker; streams of events are among them
_STOPPED: Message = {
    "type": "http.response.start",
    "status": 503,
    "headers": [(b"content-type", b"text/plain; charset=utf-8"), (b"retry-after", b"1")],
}

_SAID = b"The hub is starting or stopping."


class Gone(Exception):
    """Whoever asked has left."""


class HandOver:
    """Hands requests to the main process, and its answers back as they come."""

    def __init__(self, socket: Path, secret: str) -> None:
        """Open connections when they are needed, and keep some."""
        self._secret = secret.encode()
        self._pool = httpcore2.AsyncConnectionPool(
            uds=str(socket), max_connections=_MOST, max_keepalive_connections=32
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._pool.aclose()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Have one request answered by the main process."""
        sent, body = _Sent(send), _Body(receive, has=_has_body(scope))
        async with anyio.create_task_group() as work:

            async def answer() -> None:
                try:
                    await self._answer(scope, body, sent)
                except Gone:
                    return
                except (httpcore2.NetworkError, httpcore2.ProtocolError):
                    if sent.began:
                        raise
                    await send(_STOPPED)
                    await send({"type": "http.response.body", "body": _SAID})
                finally:
                    work.cancel_scope.cancel()

            work.start_soon(answer)
            await body.left()
            work.cancel_scope.cancel()

    async def _answer(self, scope: Scope, body: "_Body", send: "_Sent") -> None:
        path = scope.get("raw_path") or scope["path"].encode()
        query = scope["query_string"]
        request = httpcore2.Request(
            scope["method"].encode(),
            httpcore2.URL(
                scheme=b"http", host=b"hub", port=None, target=path + b"?" * bool(query) + query
            ),
            headers=[*_onwards(scope["headers"]), (FROM, self._said(scope))],
            content=body.parts() if body.has else None,
        )
        answer = await self._pool.handle_async_request(request)
        try:
            await send(
                {
                    "type": "http.response.start",
                    "status": answer.status,
                    "headers": [(name.lower(), text) for name, text in _onwards(answer.headers)],
                }
            )
            async for part in answer.aiter_stream():
                await send({"type": "http.response.body", "body": part, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            with anyio.CancelScope(shield=True):
                await answer.aclose()

    def _said(self, scope: Scope) -> bytes:
        host, port = scope.get("client") or ("", 0)
        return b"%s %s %d" % (self._secret, host.encode("latin-1"), int(port))


class FromWorkers:
    """Takes what workers hand over, and believes them about whom it comes from."""

    def __init__(self, app: ASGIApp, secret: str) -> None:
        """Stand before the hub's application, on the socket that workers know."""
        self._app, self._secret = app, secret.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request in as if it had come straight here."""
        told = next((text for name, text in scope["headers"] if name == FROM), b"")
        secret, _, who = told.partition(b" ")
        if not compare_digest(secret, self._secret):
            await PlainTextResponse("This way in is for the hub's workers.", 403)(
                scope, receive, send
            )
            return
        host, _, port = who.decode("latin-1").rpartition(" ")
        scope["client"] = (host, int(port))
        scope["headers"] = [pair for pair in scope["headers"] if pair[0] != FROM]
        await self._app(scope, receive, send)


class _Sent:
    """Passes messages on, and remembers whether an answer has begun."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.began = False

    async def __call__(self, message: Message) -> None:
        self.began = True
        await self._send(message)


class _Body:
    """The body of a request as it comes, and whether whoever sends it is still there."""

    def __init__(self, receive: Receive, *, has: bool) -> None:
        self._receive, self.has = receive, has
        self._over = anyio.Event()
        if not has:
            self._over.set()

    async def parts(self) -> AsyncIterator[bytes]:
        """Yield the body as it comes."""
        more = True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise Gone
            if message.get("body"):
                yield message["body"]
            more = message.get("more_body", False)
        self._over.set()

    async def left(self) -> None:
        """Wait until whoever asked has left; while the body comes, that is noticed there."""
        await self._over.wait()
        while (await self._receive())["type"] != "http.disconnect":
            pass


def _has_body(scope: Scope) -> bool:
    names = {name for name, _ in scope["headers"]}
    return b"content-length" in names or b"transfer-encoding" in names


def _onwards(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return the headers that are said from end to end (RFC 9110, section 7.6.1)."""
    return [pair for pair in headers if pair[0].lower() not in _ONE_HOP]
