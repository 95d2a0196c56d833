"""Keeps a hub that is open to its own machine from being reached through a web page.

A page that somebody on the machine visits can make their browser ask an address on loopback, by its
number or by a name that leads to it. The browser then says whose page it is (Origin), or by
which name it asks (Host).
"""

from http import HTTPStatus
from urllib.parse import quote

import msgspec
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from byalag.app._access import is_loopback, names_this_machine
from byalag.standards.profile import PROBLEM_JSON, Problem

_ELSEWHERE = {
    b"host": "The hub is asked by a name that is not this machine's own: ask 127.0.0.1.",
    b"origin": "The request comes from a web page of another site.",
}


class Nearby:
    """Lets in what is asked by this machine's own names, and not on behalf of a page elsewhere."""

    def __init__(self, app: ASGIApp) -> None:
        """Take what is inside."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request in, or refuse it."""
        why = _refused(scope) if scope["type"] == "http" else None
        if why is None:
            await self._app(scope, receive, send)
            return
        told = Problem(
            type="about:blank",
            title=HTTPStatus.FORBIDDEN.phrase,
            status=HTTPStatus.FORBIDDEN,
            detail=why,
            instance=quote(scope["path"], safe="/:"),
        )
        answer = Response(msgspec.json.encode(told), told.status, media_type=PROBLEM_JSON)
        await answer(scope, receive, send)


def _refused(scope: Scope) -> str | None:
    """Return why a request is refused; None when it is let in."""
    hosts = 0
    for name, value in scope["headers"]:
        if name == b"host":
            hosts += 1
            if not names_this_machine(value):
                return _ELSEWHERE[name]
        elif name == b"origin" and not is_loopback(value.decode("latin-1")):
            return _ELSEWHERE[name]
    return None if hosts == 1 else _ELSEWHERE[b"host"]
