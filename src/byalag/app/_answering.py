"""From a request to its address: a short way to what machines ask, a router for all the rest.

Most of what is asked of a hub has a fixed address, or one with a single name in it. Those are found
in a dictionary and answered in two messages. Everything unusual (HEAD, a method that cannot be
used, a slash too many) and every page goes the router's way, to the same gates and endpoints.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from msgspec import Struct
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, Router
from starlette.types import Receive, Scope, Send

from byalag.app._access import Access, Gate
from byalag.app._bounded import BODY, Bounded
from byalag.app._face import Limits
from byalag.app._mounted import Mounted
from byalag.standards.profile import NotAnswered, Reply

Endpoint: TypeAlias = Callable[[Request], Awaitable[Reply]]
_NAMED = "{id}"
_BODILESS = frozenset({204, 304})


class Address(Struct, frozen=True):
    """An address for machines: its path, in which there may be one `{id}`, and who answers."""

    path: str
    endpoint: Endpoint
    access: Access
    method: str = "GET"

    def route(self) -> Route:
        """Return the same for a router."""

        async def reply(request: Request) -> Response:
            return response(await self.endpoint(request))

        return Route(self.path, reply, methods=[self.method])


class Answering:
    """Answers a request at its address, or says why there is no answer."""

    def __init__(  # noqa: PLR0913 -- these are the ways in, and what bounds them
        self,
        addresses: Sequence[Address],
        gates: Sequence[Gate],
        routes: Sequence[BaseRoute],
        mounted: Sequence[Mounted] = (),
        *,
        limits: Callable[[Scope], Limits],
        not_answered: Callable[[Request, Exception], Response],
    ) -> None:
        """Take the addresses for machines with their gates, everything as routes, and standards.

        `limits` says how much may be sent with a request.
        """
        self._short = _Short(addresses, gates)
        self._mounted = {one.root[1:].partition("/")[0]: one for one in mounted}
        self._router = Router(routes)
        self._limits, self._not_answered = limits, not_answered
        self._compressing = GZipMiddleware(self._answer, minimum_size=1024, compresslevel=5)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request: compressed to those who can read it; pushes pass by untouched."""
        if scope["type"] != "http":
            await self._router(scope, receive, send)
        elif (one := self._mounted.get(_first(scope))) and one.holds(scope["path"]):
            await one(scope, receive, send)
        elif _is_compressible(scope) and b"gzip" in scope["said"].get(b"accept-encoding", b""):
            await self._compressing(scope, receive, send)
        else:
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            if scope["method"] in BODY:
                receive = Bounded(scope, receive, self._limits(scope))
            found = self._short.find(scope)
            if found is not None:
                gate, endpoint = found
                gate.admit(scope)
                await _say(await endpoint(Request(scope, receive)), send)
                return
            scope["app"] = self  # the router then raises what it cannot find
            await self._router(scope, receive, send)
        except (NotAnswered, HTTPException) as error:
            await self._not_answered(Request(scope), error)(scope, receive, send)


def _first(scope: Scope) -> str:
    """Return the first part of a path."""
    first: str = scope["path"][1:].partition("/")[0]
    return first


def _is_compressible(scope: Scope) -> bool:
    """Tell whether an answer may be compressed: not a file, parts of which can be asked for."""
    return scope["method"] == "GET" and not scope["path"].startswith("/files/")


class _Short:
    """Finds addresses by what is asked, without a pattern being tried."""

    def __init__(self, addresses: Sequence[Address], gates: Sequence[Gate]) -> None:
        self._exact: dict[tuple[str, str], tuple[Gate, Endpoint]] = {}
        self._named: dict[tuple[str, str, str], tuple[Gate, Endpoint]] = {}
        for address, gate in zip(addresses, gates, strict=True):
            before, named, after = address.path.partition(_NAMED)
            if named and (not after or after.count("/") == 1):
                self._named[address.method, before, after] = gate, address.endpoint
            elif "{" not in address.path:
                self._exact[address.method, address.path] = gate, address.endpoint

    def find(self, scope: Scope) -> tuple[Gate, Endpoint] | None:
        """Return who answers, and note the name in the path."""
        method, path = scope["method"], scope["path"]
        found = self._exact.get((method, path))
        if found is not None:
            scope["path_params"] = {}
            return found
        before, slash, name = path.rpartition("/")
        found, after = self._named.get((method, before + slash, "")), "/" + name
        if found is None:
            before, slash, name = before.rpartition("/")
            found = self._named.get((method, before + slash, after))
        if found is not None and name:
            scope["path_params"] = {"id": name}
            return found
        return None


def response(reply: Reply) -> Response:
    """Return a reply as the router sends it."""
    told = Response(reply.body, reply.status, headers=dict(reply.headers))
    if reply.body:
        told.headers["content-type"] = reply.media_type
    return told


async def _say(reply: Reply, send: Send) -> None:
    headers = [(name.lower().encode(), text.encode()) for name, text in reply.headers.items()]
    if reply.body:
        headers.append((b"content-type", reply.media_type.encode()))
    if reply.status not in _BODILESS:
        headers.append((b"content-length", b"%d" % len(reply.body)))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})
