"""Asking an API of the hub from one of its own pages: the same question, without the network.

The call goes through everything that a call from outside goes through, as somebody who shows
nothing: no cookie and no key of whoever looks at the page comes along.
"""

from contextlib import suppress
from time import perf_counter
from urllib.parse import unquote

import msgspec
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Scope

from byalag.app._life_cycle import SEEN
from byalag.pages.developer import SHOWN, Called

_ALONG = frozenset({b"host", b"x-forwarded-for", b"forwarded", b"x-real-ip", b"traceparent"})
_ACCEPT = (b"accept", b"application/json, application/geo+json;q=0.9, */*;q=0.5")
_MOST = 4 * 1024 * 1024  # bytes of an answer that are taken in


class Collected:
    """An answer as it comes."""

    def __init__(self) -> None:
        """Nothing has come yet."""
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = bytearray()
        self.size = 0

    async def send(self, message: Message) -> None:
        """Take a part of the answer."""
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message.get("headers", ()))
        elif message["type"] == "http.response.body":
            part: bytes = message.get("body", b"")
            self.size += len(part)
            if len(self.body) < _MOST:
                self.body += part


async def ask(request: Request, path: str, query: str, *, drafts: bool) -> Collected:
    """Ask the application that serves this very page; `drafts` lets it answer what is a draft."""
    said: list[tuple[bytes, bytes]] = request.scope["headers"]
    scope: Scope = {
        "type": "http",
        "asgi": request.scope.get("asgi", {"version": "3.0"}),
        "http_version": "1.1",
        "method": "GET",
        "scheme": request.scope.get("scheme", "http"),
        "path": unquote(path),
        "raw_path": path.encode("ascii"),
        "root_path": "",
        "query_string": query.encode("ascii"),
        "headers": [*(pair for pair in said if pair[0] in _ALONG), _ACCEPT],
        "client": request.scope.get("client"),
        "server": request.scope.get("server"),
        "state": {},
    }
    if drafts:
        scope[SEEN] = True
    answer = Collected()
    app: ASGIApp = request.scope["application"]
    await app(scope, _nothing, answer.send)
    return answer


async def call(request: Request, base_url: str, path: str, query: str, *, drafts: bool) -> Called:
    """Ask as a page shows it."""
    began = perf_counter()
    answer = await ask(request, path, query, drafts=drafts)
    took = (perf_counter() - began) * 1000
    return Called(
        address=f"{base_url}{path}{'?' if query else ''}{query}",
        status=answer.status,
        headers=tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in answer.headers),
        text=_readable(answer),
        size=answer.size,
        milliseconds=took,
    )


def _readable(answer: Collected) -> str:
    """Return an answer as people read it: JSON in lines, and no more than is shown."""
    body = bytes(answer.body)
    kind = dict(answer.headers).get(b"content-type", b"")
    if b"json" in kind and answer.size <= SHOWN:
        with suppress(msgspec.DecodeError):
            body = msgspec.json.format(body, indent=2)
    return body[:SHOWN].decode("utf-8", "replace")


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}
