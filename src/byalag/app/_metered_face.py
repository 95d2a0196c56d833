"""The meter before the hub's APIs: who is asking, may they, and what every answer tells of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from byalag.app._access import Gate, Rules, shown_key
from byalag.app._client import network_of
from byalag.app._face import Face
from byalag.app._metered import HERE, Meter, Verdict, seconds
from byalag.model import Micros
from byalag.standards.profile import NotAnswered

_SHOWS: Final = frozenset({b"authorization", b"x-api-key"})
_READING: Final = frozenset({"GET", "HEAD"})
_FREE: Final = ("/openapi.json", "/api-info")  # what tells of an API is not metered


class Violated(Struct, frozen=True, rename={"violated_policies": "violated-policies"}):
    """What a refusal tells beside its words: which policies, and from when it may be asked again.

    The members are those of draft-ietf-httpapi-ratelimit-headers-10, section 6.1.
    """

    violated_policies: list[str]
    reset: datetime


class Metered:
    """Stands before the hub's APIs, where any product has plans."""

    def __init__(
        self,
        app: ASGIApp,
        meter: Meter,
        rules: Rules,
        not_answered: Callable[[Request, Exception], Response],
    ) -> None:
        """Take what is inside, what meters, and how keys are recognised."""
        self._app, self._meter, self._rules = app, meter, rules
        self._not_answered = not_answered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or say when to ask again."""
        try:
            verdict = self._judge(scope) if scope["type"] == "http" else None
        except NotAnswered as error:
            await self._not_answered(Request(scope), error)(scope, receive, send)
            return
        if verdict is None or not verdict.metric.policy:
            await self._app(scope, receive, send)
        elif verdict.taken is None:
            await self._unknown(verdict, scope, receive, send)
        elif verdict.taken.passes:
            await self._app(scope, receive, _telling(send, verdict))
        else:
            answer = self._not_answered(Request(scope), _refusal(verdict, self._rules.now()))
            await answer(scope, receive, _telling(send, verdict))

    def _judge(self, scope: Scope) -> Verdict | None:
        """Meter a request, and note which application it is of; None if it is not metered.

        Raises:
            NotAnswered: The key that is shown is not good.
        """
        path: str = scope["path"]
        api, _, rest = path[1:].partition("/")
        if not self._meter.meters(api) or scope["method"] == "OPTIONS" or path.endswith(_FREE):
            return None
        version = rest.partition("/")[0]
        if not _SHOWS.isdisjoint(scope["said"]):
            key = shown_key(scope, self._rules)
            spent = "The key that is shown is not known here." if key is None else None
            spent = key.why_not(self._rules.now()) if key is not None else spent
            if key is None or spent is not None:
                said = f"{spent or ''}".rstrip(".") + "."
                raise NotAnswered(
                    said[0].upper() + said[1:],
                    trouble="key-needed",
                    headers={"WWW-Authenticate": f'{Gate.realm}, error="invalid_token"'},
                )
            scope["consumer"] = key.application
            if not key.application:
                return None
            verdict = self._meter.of_application(key.application, api, version)
            if verdict is not None:
                return verdict
        return self._meter.of_anybody(network_of(self._rules.client(scope)), api, version)

    async def _unknown(self, verdict: Verdict, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what the meter knows nothing of: what is open, and nothing else."""
        if scope["method"] in _READING and not verdict.metric.closed:
            await self._app(scope, receive, send)
            return
        error = NotAnswered(
            "It cannot be told just now how much has been asked; try again in a second.",
            trouble="unavailable",
            headers={"Retry-After": "1"},
        )
        await self._not_answered(Request(scope), error)(scope, receive, send)


def metered(
    face: Face, app: ASGIApp, not_answered: Callable[[Request, Exception], Response]
) -> ASGIApp:
    """Return the application behind its meter, or as it is when nothing is metered."""
    if face.meter is None:
        return app
    return Metered(app, face.meter, face.rules(), not_answered)


def _telling(send: Send, verdict: Verdict) -> Send:
    """Return a `send` that tells what may be asked, and what is left."""
    pairs = [(b"ratelimit-policy", verdict.metric.policy), (b"ratelimit", verdict.rate)]

    async def telling(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *pairs]
        await send(message)

    return telling


def _refusal(verdict: Verdict, now: Micros) -> NotAnswered:
    """Return the refusal of a request that came too soon: by how much, and when to ask again."""
    metric, wait = verdict.metric, seconds(verdict.wait)
    spent = verdict.taken is not None and verdict.taken.spent
    reset = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=now, seconds=wait)
    when = f"{reset.astimezone(HERE):%Y-%m-%d %H:%M:%S}"
    said = (
        f"Requests by the plan {metric.plan} of the product {metric.product}: {metric.means}. "
        f"{'The quota of this month is used up' if spent else 'This was too soon'}: "
        f"ask again in {wait} second{'' if wait == 1 else 's'}, from {when} Swedish time."
    )
    return NotAnswered(
        said,
        trouble="too-many",
        headers={"Retry-After": str(wait)},
        members=Violated(["month" if spent else "rate"], reset.replace(microsecond=0)),
    )
