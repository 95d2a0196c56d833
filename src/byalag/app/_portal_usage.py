"""What an application has used, as its owner sees it: thirty days, this month's APIs, the rest."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from byalag.governance import Product, quantile
from byalag.model import Micros
from byalag.pages.developer import Left, Usage, UsedApi, UsedDay
from byalag.store import Period, Register, Wish, together
from byalag.store import Usage as Kept

DAYS = 30
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def used(  # noqa: PLR0913, PLR0917 -- what it is reckoned from
    register: Register,
    products: Mapping[str, Product],
    zone: str,
    now: Callable[[], Micros],
    application: str,
    wishes: Sequence[Wish],
) -> Usage:
    """Return what an application has asked lately. Days are those of the hub's time zone."""
    kept, at = Kept(register), ZoneInfo(zone)
    today = _local(now(), at)
    first = today - timedelta(days=DAYS - 1)
    periods = kept.between(_micros(first, at), now() + 1, application=application)
    by_day: dict[date, list[Period]] = defaultdict(list)
    by_api: dict[str, list[Period]] = defaultdict(list)
    for one in periods:
        day = _local(one.at, at)
        by_day[day].append(one)
        if day.replace(day=1) == today.replace(day=1):
            by_api[f"{one.what.api}/{one.what.version}"].append(one)
    days = [first + timedelta(days=number) for number in range(DAYS)]
    month = f"{today:%Y-%m}"
    return Usage(
        days=[_day(day, by_day.get(day, [])) for day in days],
        apis=[_api(name, found) for name, found in sorted(by_api.items())],
        left=[left for wish in wishes if (left := _left(kept, products, wish, month)) is not None],
    )


def _day(day: date, periods: Sequence[Period]) -> UsedDay:
    sum_ = together(periods)
    return UsedDay(
        day=day,
        asked=sum_.answers,
        refused=sum_.refused,
        failed=sum_.failed,
        p50=quantile(sum_.latency, 0.5),
        p95=quantile(sum_.latency, 0.95),
    )


def _api(name: str, periods: Sequence[Period]) -> UsedApi:
    sum_ = together(periods)
    return UsedApi(
        api=name,
        asked=sum_.answers,
        refused=sum_.refused,
        failed=sum_.failed,
        p50=quantile(sum_.latency, 0.5),
        p95=quantile(sum_.latency, 0.95),
    )


def _left(kept: Kept, products: Mapping[str, Product], wish: Wish, month: str) -> Left | None:
    product = products.get(wish.product)
    plan = product.plans.get(wish.plan) if product else None
    if plan is None or plan.quota is None or wish.state != "let-in":
        return None
    spent = kept.quota(wish.application, wish.product, month)
    return Left(product=wish.product, left=max(0, plan.quota - spent), quota=plan.quota)


def _local(at: Micros, zone: ZoneInfo) -> date:
    return (_EPOCH + timedelta(microseconds=at)).astimezone(zone).date()


def _micros(day: date, zone: ZoneInfo) -> Micros:
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    return (midnight - _EPOCH) // timedelta(microseconds=1)
