"""The ASGI application: every question an address, every address an access decision."""

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from http import HTTPStatus
from typing import TypeAlias, cast
from urllib.parse import quote

import anyio
import msgspec
from anyio import to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Scope

from byalag.app import _about, _push, _questions
from byalag.app._access import DESCRIPTION, HEALTH, METRICS, OPEN, PUSH, Access, gated
from byalag.app._face import Face
from byalag.app._middleware import Bounded, Compressed, Watched
from byalag.standards.profile import (
    Api,
    Asked,
    NotAnswered,
    Operation,
    Reply,
    answer,
    choose,
    describe,
    info,
    refuse,
)

Endpoint: TypeAlias = Callable[[Request], Awaitable[Reply]]
Addressed: TypeAlias = tuple[BaseRoute, Access]

READERS = 4  # threads that read for answers; more of them only wait for one another
_HTTP = {404: "not-found", 405: "method-not-allowed", 400: "malformed-question"}


def application(face: Face) -> Starlette:
    """Build the web application of a hub."""
    apis = [_questions.api(service, face) for service in _questions.services(face)]
    push = _push.api(face)
    addressed = [*_routes(face, apis, push), *((page, OPEN) for page in face.pages)]
    shared = {api.name for api in apis} | {"problems", "terms"}
    machines = shared | {push.name, "health", "metrics"}
    return Starlette(
        routes=gated(addressed, face.key, face.now),
        middleware=[
            Middleware(
                Watched,
                registry=face.registry,
                shared=shared,
                crashed=partial(_crashed, face),
                quiet={push.root + _push.PATH, "/health/live", "/health/ready", "/metrics"},
            ),
            Middleware(Compressed),
            Middleware(Bounded, limits=face.limits),
        ],
        exception_handlers={
            NotAnswered: partial(_not_answered, face, machines),
            HTTPException: partial(_not_answered, face, machines),
        },
    )


def _routes(face: Face, apis: list[Api], push: Api) -> Iterator[Addressed]:
    """Yield every address that is not a page, and who may do what there."""
    yield _route(push.root + _push.PATH, _push.push(face), PUSH, method="POST")
    readers = _Readers()
    for api in [*apis, push]:
        yield _route(f"{api.root}/api-info", _fixed(info(api)), DESCRIPTION)
        yield _route(f"{api.root}/openapi.json", _fixed(describe(api)), DESCRIPTION)
        for operation in api.operations:
            if operation.answer is not None:
                yield _route(api.root + operation.path, _ask(face, api, operation, readers), OPEN)
    yield _route("/problems/{name}", _about.problem_type, DESCRIPTION)
    yield _route("/terms", _about.terms(face), DESCRIPTION)
    yield _route("/health/live", _about.live, HEALTH)
    yield _route("/health/ready", _about.ready(face), HEALTH)
    yield _route("/metrics", _about.metrics(face), METRICS)


class _Readers:
    """The threads in which long answers are read, so that they never stop the others."""

    def __init__(self) -> None:
        self._limiter: anyio.CapacityLimiter | None = None

    async def run(self, work: Callable[[], Reply]) -> Reply:
        if self._limiter is None:  # made inside the event loop that it belongs to
            self._limiter = anyio.CapacityLimiter(READERS)
        return await to_thread.run_sync(work, limiter=self._limiter)


def _ask(face: Face, api: Api, operation: Operation, readers: _Readers) -> Endpoint:
    async def ask(request: Request) -> Reply:
        asked = Asked(
            query=request.query_params.multi_items(),
            params=request.path_params,
            accept=",".join(request.headers.getlist("accept")),
            if_none_match=request.headers.get("if-none-match", ""),
        )
        if not operation.rows:  # one thing is read in less time than a thread is reached
            return answer(api, operation, asked, state=_state(face))
        return await readers.run(lambda: answer(api, operation, asked, state=_state(face)))

    return ask


def _state(face: Face) -> str:
    """Return what answers depend on: what can be read, and the minute, for what grows old."""
    return f"{face.reader.changed()}.{face.now() // 60_000_000}"


def _fixed(said: object) -> Endpoint:
    body = msgspec.json.encode(said)
    headers = {"Cache-Control": "public, max-age=300"}

    async def show(request: Request) -> Reply:
        choose(",".join(request.headers.getlist("accept")), ["application/json"])
        if request.query_params:
            msg = "There are no parameters here."
            raise NotAnswered(msg, trouble="unknown-parameter")
        return Reply(body=body, headers=headers)

    return show


def _route(path: str, endpoint: Endpoint, access: Access, *, method: str = "GET") -> Addressed:
    async def reply(request: Request) -> Response:
        return _response(await endpoint(request))

    return Route(path, reply, methods=[method]), access


def _response(reply: Reply) -> Response:
    response = Response(reply.body, reply.status, headers=dict(reply.headers))
    if reply.body:
        response.headers["content-type"] = reply.media_type
    return response


def _not_answered(face: Face, machines: set[str], request: Request, error: Exception) -> Response:
    """Say why there is no answer: a page for people, a problem for machines."""
    if isinstance(error, HTTPException):
        trouble = _HTTP.get(error.status_code, "refused")
        said = _plain(error, request)
        error = NotAnswered(said, trouble=trouble, headers=error.headers)
    problem = cast("NotAnswered", error)
    reply = refuse(face.base_url, problem, _instance(request.scope))
    for_people = request.url.path.split("/", 2)[1] not in machines
    if face.error_page and for_people and "text/html" in request.headers.get("accept", ""):
        return face.error_page(request, reply.status, str(problem))
    return _response(reply)


def _plain(error: HTTPException, request: Request) -> str:
    if error.status_code == HTTPStatus.NOT_FOUND:
        return f"There is nothing at {request.url.path[:200]}."
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = (error.headers or {}).get("Allow", "GET")
        return f"{request.method} cannot be used here; use {allowed}."
    return str(error.detail)


def _crashed(face: Face, scope: Scope) -> Response:
    said = "Something went wrong on our side. State the instance if you contact us."
    error = NotAnswered(said, trouble="fault")
    return _response(refuse(face.base_url, error, _instance(scope)))


def _instance(scope: Scope) -> str:
    """Return what names this very request: its path, and the trace to search the log for."""
    return f"{quote(scope['path'], safe='/:')}#{scope['trace']}"
