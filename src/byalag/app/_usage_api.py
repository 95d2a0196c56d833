"""What an application has used, told to whoever holds one of its keys."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from byalag.app._access import OWN_USAGE
from byalag.app._face import Part
from byalag.app._metered import month_of
from byalag.governance import Actor, quantile
from byalag.model import Micros
from byalag.standards.profile import NotAnswered
from byalag.store import Counted, Period, Register, Usage, together

ROOT: Final = "/usage/v1"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MOST: Final = 31  # days that are told at most at a time
_MICRO: Final = 1_000_000


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


def own_usage(register: Register, now: Callable[[], Micros]) -> Part:
    """Return the address at which an application reads what it has used."""
    usage = Usage(register)

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
    return Part(routes=[(route, OWN_USAGE)], machines=frozenset({"usage"}))


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
