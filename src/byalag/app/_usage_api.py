"""What an application has used, told to whoever holds one of its keys."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct, structs
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from byalag.app._access import DESCRIPTION, OWN_USAGE
from byalag.app._face import Part
from byalag.app._metered import month_of
from byalag.app._questions import SLA
from byalag.governance import Actor, quantile
from byalag.model import Micros
from byalag.pages import View
from byalag.standards.profile import Api, NotAnswered, Operation, describe, info
from byalag.store import Counted, Period, Register, Usage, together

ROOT: Final = "/usage/v1"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MOST: Final = 31  # days that are told at most at a time
_MICRO: Final = 1_000_000


class AskUsage(Struct, frozen=True, forbid_unknown_fields=True):
    """Of which time; the last day, where nothing is said."""

    since: Annotated[datetime, Meta(tz=True)] | None = None
    until: Annotated[datetime, Meta(tz=True)] | None = None


class Used(Struct, frozen=True, kw_only=True, rename="camel"):
    """What was used of one operation, and how long answers took, milliseconds."""

    api: str
    version: str
    operation: str
    application: str
    answers: int
    good: int
    moved: int
    refused: int
    failed: int
    p50: float | None
    p95: float | None
    p99: float | None


class UsedNow(Struct, frozen=True, kw_only=True, rename="camel"):
    """What an application has used in a time, and of its quotas this month, by product."""

    since: datetime
    until: datetime
    used: list[Used]
    month: str
    quotas: dict[str, int]


def own_usage(register: Register, view: View) -> Part:
    """Return the address at which an application reads what it has used, and its description."""
    usage, now = Usage(register), view.now

    def show(request: Request) -> Response:
        actor: Actor = request.scope["actor"]
        application = actor.key.application if actor.key else ""
        if not application:
            msg = "The key is of no application; only what applications use is counted apart."
            raise NotAnswered(msg, trouble="not-allowed")
        since, until = _asked(request.query_params, now())
        month = month_of(now()).name
        told = UsedNow(
            since=_moment(since),
            until=_moment(until),
            used=summed(usage.between(since, until, application=application)),
            month=month,
            quotas=dict(usage.quotas(application, month)),
        )
        headers = {"Cache-Control": "private, no-store"}
        return Response(msgspec.json.encode(told), 200, headers, "application/json")

    route = Route(f"{ROOT}/usage", show, methods=["GET"])
    api = _api(view)
    described = {"api-info": info(api), "openapi.json": describe(api)}
    told = [_fixed(f"{ROOT}/{name}", msgspec.json.encode(body)) for name, body in described.items()]
    return Part(
        routes=[(route, OWN_USAGE), *((one, DESCRIPTION) for one in told)],
        machines=frozenset({"usage"}),
    )


def summed(periods: Sequence[Period]) -> list[Used]:
    """Return what was used in all periods together, the most used first."""
    apart: dict[tuple[str, ...], list[Period]] = {}
    for one in periods:
        apart.setdefault(one.what, []).append(one)
    found = [_used(some[0], together(some)) for some in apart.values()]
    return sorted(found, key=lambda one: (-one.answers, one.api, one.operation, one.application))


def _used(one: Period, counted: Counted) -> Used:
    p50, p95, p99 = (quantile(counted.latency, share) for share in (0.5, 0.95, 0.99))
    return Used(
        api=one.what.api,
        version=one.what.version,
        operation=one.what.operation,
        application=one.what.application,
        answers=counted.answers,
        good=counted.good,
        moved=counted.moved,
        refused=counted.refused,
        failed=counted.failed,
        p50=p50,
        p95=p95,
        p99=p99,
    )


def _asked(given: Mapping[str, str], now: Micros) -> tuple[Micros, Micros]:
    """Return the time that is asked for: the last day, where nothing is said.

    Raises:
        NotAnswered: it cannot be read, or is too long.
    """
    unknown = sorted(given.keys() - {"since", "until"})
    if unknown:
        msg = f"There is no parameter {unknown[0][:50]}; there is since and until."
        raise NotAnswered(msg, trouble="unknown-parameter")
    until = _read(given, "until", now + 1)  # what has begun by now is told, too
    since = _read(given, "since", until - 86_400 * _MICRO)
    if not 0 < until - since <= _MOST * 86_400 * _MICRO:
        msg = f"Ask for a time of {_MOST} days at most, with since before until."
        raise NotAnswered(msg, trouble="malformed-question")
    return since, until


def _read(given: Mapping[str, str], name: str, otherwise: Micros) -> Micros:
    if name not in given:
        return otherwise
    try:
        at = datetime.fromisoformat(given[name])
    except ValueError:
        at = datetime.min  # noqa: DTZ901 -- without a time zone, and so refused below
    if at.tzinfo is None:
        msg = f"{name}: write a time with its time zone, as 2026-07-01T12:00:00+02:00."
        raise NotAnswered(msg, trouble="malformed-question")
    return (at - _EPOCH) // timedelta(microseconds=1)


def _moment(at: Micros) -> datetime:
    return _EPOCH + timedelta(microseconds=at)


def _fixed(path: str, body: bytes) -> Route:
    async def show(_request: Request) -> Response:
        return Response(body, media_type="application/json")

    return Route(path, show)


_EXAMPLE: Final = UsedNow(
    since=datetime(2026, 11, 21, 12, tzinfo=UTC),
    until=datetime(2026, 11, 22, 12, tzinfo=UTC),
    used=[
        Used(
            api="baths",
            version="v1",
            operation="GET /bathing-places",
            application="badappen",
            answers=240,
            good=238,
            moved=0,
            refused=2,
            failed=0,
            p50=1.4,
            p95=3.8,
            p99=9.1,
        )
    ],
    month="2026-11",
    quotas={"answers": 5210},
)


def _api(view: View) -> Api:
    return Api(
        name="usage",
        version="1.0.0",
        released="2026-11-23",
        title={"sv": "Användning", "en": "Usage"},
        description={
            "sv": "Hur mycket en applikation har frågat, med vilka svar och hur snabbt, och vad "
            "den har använt av månadens kvoter.",
            "en": "How much an application has asked, with which answers and how fast, and what "
            "it has used of the month's quotas.",
        },
        limitations={
            "sv": f"Kända begränsningar: högst {_MOST} dygn åt gången, och bara det som "
            "applikationen själv har frågat. Svarstider är beräknade ur intervall.",
            "en": f"Known limitations: {_MOST} days at a time at most, and only what the "
            "application itself has asked. Times of answers are estimated from intervals.",
        },
        operations=(_operation(),),
        base_url=view.base_url,
        contact=structs.replace(view.contact, name=view.contact.name or view.name),
        sla=SLA,
    )


def _operation() -> Operation:
    return Operation(
        name="getUsage",
        path="/usage",
        keyed=True,
        ask=AskUsage,
        answers=UsedNow,
        summary={"sv": "Läs vad du har använt", "en": "Read what you have used"},
        description={
            "sv": "Det som applikationen har använt från `since` till `until`; det senaste dygnet "
            "om inget sägs.",
            "en": "What the application has used from `since` until `until`; of the last day if "
            "nothing is said.",
        },
        example={"since": "2026-11-21T12:00:00Z", "until": "2026-11-22T12:00:00Z"},
        example_answer=_EXAMPLE,
        successes={"200": {"sv": "Det som har använts.", "en": "What has been used."}},
    )
