"""Where in its life each API is: said in headers, in its description, and by what is not there.

A draft answers only whoever works with it, as if it were not there to anybody else. A deprecated
one says so on every answer (RFC 9745, RFC 8594). A retired one is gone, and names what took its
place; it still says of itself at `/api-info` that it is.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import Final

from msgspec import Struct
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from byalag.governance import Actor, Life, Product, Resource, decide, life_of
from byalag.model import Json, Micros, MunicipalityCode
from byalag.standards.profile import NotAnswered

SEEN: Final = "draft_seen"  # set in the scope by a page whose reader may see drafts
_INFO: Final = "/api-info"
_STATUS: Final[Mapping[str, str]] = {"deprecated": "deprecated", "retired": "retired"}


class Stage(Struct, frozen=True, kw_only=True):
    """One version of an API as its product offers it, unless that is simply published.

    `home` is whose product it is; nobody's in particular when empty. `gone` is what took its place,
    as an address, where that is known.
    """

    life: Life
    home: MunicipalityCode | str = ""
    gone: str = ""
    headers: tuple[tuple[bytes, bytes], ...] = ()


class Gone(Struct, frozen=True, omit_defaults=True):
    """What the problem about a retired API holds beside the usual members."""

    successor: str = ""
    sunset: str = ""


class LifeCycle:
    """Stands before every address of the APIs that are not simply published."""

    def __init__(
        self,
        app: ASGIApp,
        stages: Mapping[str, Stage],
        *,
        who: Callable[[Scope], Actor],
        now: Callable[[], Micros],
        not_answered: Callable[[Request, Exception], Response],
    ) -> None:
        """Take what is behind, and where each API that is not published is, by its root."""
        self._app, self._stages = app, stages
        self._who, self._now, self._not_answered = who, now, not_answered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as far as there is anything to answer."""
        found = self._find(scope["path"]) if scope["type"] == "http" else None
        if found is None:
            await self._app(scope, receive, send)
            return
        root, stage = found
        send = _with(send, stage.headers) if stage.headers else send
        refusal = self._refusal(scope, root, stage)
        if refusal is None:
            await self._app(scope, receive, send)
        else:
            scope["template"] = root
            await self._not_answered(Request(scope), refusal)(scope, receive, send)

    def _find(self, path: str) -> tuple[str, Stage] | None:
        """Return the root that a path is at or below, and the stage of its API."""
        second = path.find("/", path.find("/", 1) + 1)
        root = path if second < 0 else path[:second]
        stage = self._stages.get(root)
        return None if stage is None else (root, stage)

    def _refusal(self, scope: Scope, root: str, stage: Stage) -> Exception | None:
        if stage.life.state == "draft" and not scope.get(SEEN):
            about = Resource(matter="stewardship", municipality=stage.home or None)
            if not decide(self._who(scope), "read", about, self._now()).allowed:
                return HTTPException(HTTPStatus.NOT_FOUND)
        if stage.life.state == "retired" and scope["path"] != root + _INFO:
            instead = f" Use {stage.gone} instead." if stage.gone else ""
            sunset = stage.life.sunset.isoformat() if stage.life.sunset else ""
            return NotAnswered(
                f"The API at {root} has been retired.{instead}",
                trouble="retired",
                members=Gone(stage.gone, sunset),
            )
        return None


def stages(
    products: Iterable[Product],
    roots: Iterable[str],
    *,
    hub: str,
    guide: Callable[[str, str], str],
) -> dict[str, Stage]:
    """Return where each API is, by its root; those that are simply published are left out.

    `guide` gives the path of the page about a product or an API: its kind, and its name.
    """
    known = list(products)
    every = list(roots)
    found: dict[str, Stage] = {}
    for root in every:
        api, version = named(root)
        life = life_of(known, api, version)
        if life is None or life.state == "published":
            continue
        gone = _successor(life.successor, every, hub, guide)
        homes = {one.municipality for one in known if one.has(api, version)}
        found[root] = Stage(
            life=life,
            home=homes.pop() if len(homes) == 1 else "",
            gone=gone,
            headers=tuple(_headers(life, gone, _page(hub, guide("api", api)))),
        )
    return found


def named(root: str) -> tuple[str, str]:
    """Return the name and the version of an API, as its root says them."""
    _, api, version = root.split("/")
    return api, version


def status(life: Life | None) -> str:
    """Return an API's status in the words of Digg's profile (VER.06)."""
    return _STATUS.get(life.state if life else "", "active")


def extension(life: Life | None) -> dict[str, Json]:
    """Return what an OpenAPI document says of an API's life, as `x-lifecycle`; empty for none."""
    if life is None:
        return {}
    days = {"deprecated": life.deprecated, "sunset": life.sunset}
    said: dict[str, Json] = {"state": life.state}
    said |= {name: day.isoformat() for name, day in days.items() if day is not None}
    return said | ({"successor": life.successor} if life.successor else {})


def _successor(given: str, roots: Iterable[str], hub: str, guide: Callable[[str, str], str]) -> str:
    """Return the address of what took the place: an API's root, or the page of a product."""
    if not given:
        return ""
    for root in roots:
        if given in {root[1:], named(root)[0]}:
            return hub + root
    return _page(hub, guide("product", given))


def _page(hub: str, path: str) -> str:
    return hub + path if path else ""


def _headers(life: Life, gone: str, page: str) -> Iterator[tuple[bytes, bytes]]:
    """Yield the headers of every answer: since when, until when, what instead, and why."""
    if life.state not in _STATUS:
        return
    if life.deprecated is not None:
        yield b"deprecation", b"@%d" % _midnight(life.deprecated).timestamp()
    if life.sunset is not None:
        yield b"sunset", format_datetime(_midnight(life.sunset), usegmt=True).encode()
    links = {"successor-version": gone, "deprecation": page}
    told = [f'<{address}>; rel="{rel}"' for rel, address in links.items() if address]
    if told:
        yield b"link", ", ".join(told).encode()


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _with(send: Send, more: tuple[tuple[bytes, bytes], ...]) -> Send:
    """Return a `send` that adds headers to what is answered."""

    async def added(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *more]
        await send(message)

    return added
