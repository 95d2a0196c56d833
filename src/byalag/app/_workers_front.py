"""Which requests a worker answers itself: those that anyone may put, and that change nothing.

All else is handed to the main process: what is written, what shows a key or a cookie, the
operator's pages, health, measures, and whatever is not known here. So rates, quotas and sessions
are counted in one place, and a key that is revoked there is revoked everywhere.
"""

from functools import lru_cache

from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from byalag.app._access import DESCRIPTION, OPEN, Gate
from byalag.app._http import Application

_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_SHOWS = frozenset({b"authorization", b"x-api-key", b"cookie"})
_PATHS = 4096  # paths whose whereabouts are remembered


class Front:
    """Stands before a worker's application."""

    def __init__(self, app: Application, over: ASGIApp) -> None:
        """Take the application, and what hands the rest over."""
        self._app, self._over = app, over
        apart = {id(route) for route in app.apart}
        self._routes = [one for one in app.routes if _is_open(one) and id(one) not in apart]
        self._roots = tuple(one.path for one in app.routes if isinstance(one, Mount))
        self._is_here = lru_cache(_PATHS)(self._find)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or have it answered."""
        here = scope["method"] in _READS and not any(name in _SHOWS for name, _ in scope["headers"])
        if here and self._is_here(scope["path"]):
            await self._app(scope, receive, send)
        else:
            await self._over(scope, receive, send)

    def _find(self, path: str) -> bool:
        """Say whether a path is one that is answered here."""
        if any(path == root or path.startswith(f"{root}/") for root in self._roots):
            return True
        asked: Scope = {"type": "http", "method": "GET", "path": path, "headers": []}
        return any(route.matches(asked)[0] is Match.FULL for route in self._routes)


def _is_open(route: BaseRoute) -> bool:
    """Say whether anyone may read at an address."""
    if not isinstance(route, Route | Mount) or not isinstance(route.app, Gate):
        return False
    return route.app.access in {OPEN, DESCRIPTION}
