"""The ASGI application: every question an address, every address an access decision."""

from collections.abc import Callable, Iterator, Sequence
from http import HTTPStatus
from typing import cast
from urllib.parse import quote

import msgspec
from msgspec import structs
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.types import Receive, Scope, Send

from byalag.app import (
    _about,
    _catalogue,
    _deliveries,
    _deliveries_api,
    _files,
    _files_api,
    _push,
    _questions,
)
from byalag.app._access import (
    DESCRIPTION,
    HEALTH,
    METRICS,
    OPEN,
    OPERATE,
    OVERSEE,
    PUSH,
    Gate,
    gated,
)
from byalag.app._answering import Address, Answering, Endpoint, response
from byalag.app._beside import Beside
from byalag.app._face import Face, Limits
from byalag.app._life_cycle import extension, named, status
from byalag.app._living import living
from byalag.app._metered_face import metered
from byalag.app._mounted import Mounted
from byalag.app._nearby import Nearby
from byalag.app._services import declared
from byalag.app._standards import mount
from byalag.app._watched import Watched
from byalag.governance import life_of
from byalag.standards.profile import (
    Api,
    Asked,
    NotAnswered,
    Operation,
    Reply,
    begin,
    choose,
    describe,
    info,
    refuse,
)

_HTTP = {403: "not-allowed", 404: "not-found", 405: "method-not-allowed", 400: "malformed-question"}
_ACTS = {"enter": DESCRIPTION, "see": OVERSEE, "do": OPERATE}
_ABOUT = frozenset({"problems", "terms", "conditions", "datasets"})
_NOTHING: list[tuple[str, str]] = []


class Application:
    """The web application of a hub. `routes` are all its addresses, each behind its gate.

    `catalogues` are what it tells of what is open, if it does.

    Those among them that are `apart` are of operators' pages and of parts: what they show may rest
    on what the main process alone remembers.
    """

    def __init__(self, face: Face) -> None:
        """Gather the addresses, and put a gate before each."""
        services = declared(face.services, face.municipalities)
        apis = [_lived(_questions.api(service, face), face) for service in services]
        push = _lived(_push.api(face), face)
        others = [_lived(_deliveries_api.api(face), face)] if face.doors else []
        others += [_lived(_files_api.api(face, face.files), face)] if face.files else []
        addresses = list(_addresses(face, apis, [push, *others]))
        machine = [(address.route(), address.access) for address in addresses]
        pages = [(page, OPEN) for page in face.pages]
        pages += [(served.route, _ACTS[served.act]) for served in face.operations]
        pages += [each for part in face.parts for each in part.routes]
        self.catalogues = face.catalogues
        self.apart = [*(one.route for one in face.operations), *_of_parts(face)]
        rules = face.rules()
        mounted = mount(face, face.windows, rules) if face.windows else []
        files = list(_files.routes(face, face.files)) if face.files else []
        machines = {name for part in face.parts for name in (*part.machines, *part.shared)}
        asked = [each for each in pages if _segment(each[0]) in machines]
        shown = [each for each in pages if _segment(each[0]) not in machines]
        self.routes: list[BaseRoute] = [
            *gated([*machine, *files, *asked], rules),
            *gated(shown, face.rules(people=True)),
        ]
        self.routes += [Mount(one.root, app=one.gate) for one in mounted]
        shared = {api.name for api in apis} | {
            "problems",
            "terms",
            "conditions",
            "datasets",
            _files.NAME,
        }
        shared |= {one.root[1:].partition("/")[0] for one in mounted}
        shared |= {name for part in face.parts for name in part.shared}
        machines = shared | {name for part in face.parts for name in part.machines}
        machines |= {push.name, _deliveries.NAME, "health", "metrics"}
        errors = _Errors(face, machines, mounted)
        answering = Answering(
            addresses,
            [cast("Gate", route.app) for route, _ in machine],
            self.routes,
            mounted,
            limits=_limits(face),
            not_answered=errors.not_answered,
        )
        roots = [api.root for api in [*apis, push, *others]] + [one.root for one in mounted]
        app = Watched(
            living(face, roots, metered(face, answering, errors.not_answered), errors.not_answered),
            registry=face.registry,
            used=_counting(face, machines),
            shared=shared,
            crashed=errors.crashed,
            secure=face.base_url.startswith("https:"),
            quiet={
                *(one.root for one in mounted),
                push.root + _push.PATH,
                _deliveries.ROOT + _deliveries.AT,
                "/health/live",
                "/health/ready",
                "/metrics",
            },
        )

        self._app = app if face.windows is None or face.windows.near is None else Nearby(app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        scope["application"] = self  # for a page that tries a call
        await self._app(scope, receive, send)


def _segment(route: BaseRoute) -> str:
    """Return the first segment of an address."""
    return str(getattr(route, "path", ""))[1:].partition("/")[0]


def _counting(face: Face, machines: set[str]) -> Callable[[Scope, int, float], None] | None:
    """Return what counts the answers of APIs, if anything does."""
    if face.counting is None:
        return None
    face.counting.begin(machines - _ABOUT - {"health", "metrics"} | {"datasets"})
    return face.counting.note


def _of_parts(face: Face) -> list[BaseRoute]:
    return [route for part in face.parts for route, _ in part.routes]


def _lived(api: Api, face: Face) -> Api:
    """Return an API that says where in its life it is, when a product has it."""
    life = life_of(face.products.values(), *named(api.root))
    return structs.replace(api, status=status(life), life=extension(life))


def application(face: Face) -> Application:
    """Build the web application of a hub."""
    return Application(face)


def _limits(face: Face) -> Callable[[Scope], Limits]:
    """Return what says how much may be sent with a request, by how its address begins."""
    own = {_files.NAME: _files.bounds(face.limits)}
    if face.doors is not None:
        own[_deliveries.NAME] = _deliveries.bounds(face.limits, face.doors)

    def limits(scope: Scope) -> Limits:
        bound = own.get(scope["path"][1:].partition("/")[0])
        return bound(scope) if bound else face.limits

    return limits


def _addresses(face: Face, apis: list[Api], taking: list[Api]) -> Iterator[Address]:
    """Yield every address that is not a page, and who may do what there."""
    yield Address(taking[0].root + _push.PATH, _push.push(face), PUSH, method="POST")
    beside = face.beside
    for api in [*apis, *taking]:
        yield Address(f"{api.root}/api-info", _fixed(info(api)), DESCRIPTION)
        yield Address(f"{api.root}/openapi.json", _fixed(describe(api)), DESCRIPTION)
        for operation in api.operations:
            if operation.answer is not None:
                yield Address(api.root + operation.path, _ask(face, api, operation, beside), OPEN)
    if face.doors is not None:
        yield from _deliveries.addresses(face, face.doors)
    yield Address("/problems/{name}", _about.problem_type, DESCRIPTION)
    yield Address("/conditions", _about.conditions(face), DESCRIPTION)
    if face.catalogues is not None:
        yield from _catalogue.addresses(face.catalogues)
    yield Address("/health/live", _about.live, HEALTH)
    yield Address("/health/ready", _about.ready(face), HEALTH)
    yield Address("/metrics", _about.metrics(face), METRICS)


def _ask(face: Face, api: Api, operation: Operation, beside: Beside) -> Endpoint:
    """Return what answers a question; a short answer takes less time than reaching a thread."""

    async def ask(request: Request) -> Reply:
        scope = request.scope
        said = scope["said"]
        asked = Asked(
            query=request.query_params.multi_items() if scope["query_string"] else _NOTHING,
            params=scope["path_params"],
            accept=said.get(b"accept", b"").decode("latin-1"),
            if_none_match=said.get(b"if-none-match", b"").decode("latin-1"),
        )
        begun = begin(api, operation, asked, state=_state(face))
        if begun.reply is not None:
            return begun.reply
        return begun.finish() if begun.short else await beside.run(begun.finish)

    return ask


def _state(face: Face) -> str:
    """Return what answers depend on: what can be read, and the minute, for what grows old."""
    return f"{face.reader.changed()}.{face.now() // 60_000_000}"


def _fixed(told: object) -> Endpoint:
    body = msgspec.json.encode(told)
    headers = {"Cache-Control": "public, max-age=300"}

    async def show(request: Request) -> Reply:
        accept = request.scope["said"].get(b"accept", b"")
        choose(accept.decode("latin-1"), ["application/json"])
        if request.query_params:
            msg = "There are no parameters here."
            raise NotAnswered(msg, trouble="unknown-parameter")
        return Reply(body=body, headers=headers)

    return show


class _Errors:
    """What is said when there is no answer: a page to people, a problem to machines."""

    def __init__(self, face: Face, machines: set[str], mounted: Sequence[Mounted]) -> None:
        self._face, self._machines, self._mounted = face, machines, mounted

    def not_answered(self, request: Request, error: Exception) -> Response:
        """Say why there is no answer."""
        if isinstance(error, HTTPException):
            trouble = _HTTP.get(error.status_code, "refused")
            error = NotAnswered(_plain(error, request), trouble=trouble, headers=error.headers)
        problem = cast("NotAnswered", error)
        reply = refuse(self._face.base_url, problem, _instance(request.scope))
        page = self._page(request, reply.status, str(problem))
        if page is not None and "Retry-After" in problem.headers:
            page.headers["Retry-After"] = problem.headers["Retry-After"]
        return page or response(reply)

    def crashed(self, scope: Scope) -> Response:
        """Say that it was our fault, and by which name the fault can be found in the log."""
        said = "Something went wrong on our side. State the instance if you contact us."
        for one in self._mounted:
            if one.holds(scope["path"]):
                return response(one.crashed(scope, said))
        reply = refuse(self._face.base_url, NotAnswered(said, trouble="fault"), _instance(scope))
        return self._page(Request(scope), reply.status, scope["trace"]) or response(reply)

    def _page(self, request: Request, status: int, said: str) -> Response | None:
        """Return an error as a page, when people ask for one where there are pages."""
        show, accept = self._face.error_page, request.scope["said"].get(b"accept", b"")
        first = request.scope["path"][1:].partition("/")[0]
        if show is None or first in self._machines or b"text/html" not in accept:
            return None
        return show(request, status, said)


def _plain(error: HTTPException, request: Request) -> str:
    if error.status_code == HTTPStatus.NOT_FOUND:
        return f"There is nothing at {request.url.path[:200]}."
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = (error.headers or {}).get("Allow", "GET")
        return f"{request.method} cannot be used here; use {allowed}."
    return str(error.detail)


def _instance(scope: Scope) -> str:
    """Return what names this very request: its path, and the trace to search the log for."""
    return f"{quote(scope['path'], safe='/:')}#{scope['trace']}"
