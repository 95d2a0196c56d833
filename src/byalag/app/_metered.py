"""How much each may ask of the hub's products: rates, bursts and monthly quotas.

Whoever shows the key of an application is metered by the plan that it uses the product by, whoever
shows none by the plan `anybody`, where a product has one, and by network. Keys of no application
are the municipalities' own and are not metered. Several processes decide as one (`Slots`).

When it cannot be known whether somebody may, reading the commons is let through and all else is
refused: open data is open, and what is given to some only is not given away by a fault.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from time import monotonic
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from byalag.app._metered_slots import APPLICATIONS, NETWORKS, Slots
from byalag.governance import ANYBODY, Limit, Plan, Product, Taken, Used, limit
from byalag.model import Micros
from byalag.store import Usage

HERE: Final = ZoneInfo("Europe/Stockholm")  # whose calendar months quotas are of
_SECOND: Final = 1_000_000_000  # nanoseconds
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_GLANCE: Final = 0.5  # seconds between looks at who subscribes to what
_SWEEP: Final = 60.0  # seconds between looks for networks to forget
_HELD: Final = 10_000  # applications whose slots are remembered
_FREE: Final = Taken(Used())


class Metric(Struct, frozen=True, kw_only=True):
    """A plan of a product as it is metered: its limit, and the policy that answers carry."""

    product: str
    plan: str
    limit: Limit
    policy: bytes
    closed: bool  # whether it gives more than what is open

    @property
    def means(self) -> str:
        """What the plan lets through, in words."""
        parts: list[str] = []
        if self.limit.every:
            rate = _SECOND / self.limit.every
            parts.append(f"{rate:g} a second, {self.limit.burst:,} at once")
        if self.limit.quota:
            parts.append(f"{self.limit.quota:,} a month")
        return " and ".join(parts)


class Verdict(Struct, frozen=True, kw_only=True):
    """What came of a request: by which plan, and what is left; None where it is not known.

    `reset` is the nanoseconds until the month is over.
    """

    metric: Metric
    taken: Taken | None
    reset: int = 0

    @property
    def rate(self) -> bytes:
        """What is left, as a RateLimit field (draft-ietf-httpapi-ratelimit-headers-10, 4)."""
        taken, bound = self.taken, self.metric.limit
        if taken is None:
            return b""
        parts: list[str] = []
        if bound.every:
            parts.append(f'"rate";r={taken.left};t={seconds(taken.again)}')
        if bound.quota:
            left = max(0, bound.quota - taken.used.count)
            parts.append(f'"month";r={left};t={seconds(self.reset)}')
        return ", ".join(parts).encode()

    @property
    def wait(self) -> int:
        """Nanoseconds until a request may pass."""
        if self.taken is None:
            return _SECOND
        return self.reset if self.taken.spent else self.taken.wait


class Month(Struct, frozen=True):
    """A calendar month: its name ("2026-11"), its number, and from when to when, microseconds."""

    name: str
    number: int
    begins: Micros
    ends: Micros


class Meter:
    """Meters requests. It is used from one thread at a time."""

    def __init__(
        self,
        products: Mapping[str, Product],
        usage: Usage,
        slots: Slots,
        now: Callable[[], Micros],
        *,
        steady: Callable[[], float] = monotonic,
    ) -> None:
        """Take the products with their plans, and where what is used is kept."""
        self._usage, self._slots, self._now, self._steady = usage, slots, now, steady
        self._products = sorted(
            (one for one in products.values() if one.state != "retired"), key=lambda one: one.id
        )
        self._plans = {
            (one.id, name): _metric(one, name, plan)
            for one in self._products
            for name, plan in one.plans.items()
        }
        self._of: dict[tuple[str, str], list[Product]] = {}
        self._apis = frozenset(
            name.partition("/")[0] for one in self._products for name in one.apis if one.plans
        )
        self._month = Month("", 0, 0, 0)
        self._subscribed: Mapping[str, Mapping[str, str]] = {}
        self._version, self._looked, self._swept = -1, -_GLANCE, steady()
        self._known: dict[tuple[str, str], bytes] = {}
        self._touched: set[tuple[str, str]] = set()

    def meters(self, api: str) -> bool:
        """Tell whether anything about an API is metered, by the first segment of its address."""
        return api in self._apis

    def of_application(self, application: str, api: str, version: str) -> Verdict | None:
        """Meter a request of an application; None if no plan of its own is for the API."""
        plans = self._subscriptions().get(application, {})
        for product in self._having(api, version):
            metric = self._plans.get((product.id, plans.get(product.id, "")))
            if metric is not None:
                return self._by_plan(application, metric)
        return None

    def of_anybody(self, network: str, api: str, version: str) -> Verdict | None:
        """Meter a request from a network without a key; None if no plan is for everybody."""
        for product in self._having(api, version):
            metric = self._plans.get((product.id, ANYBODY))
            if metric is None:
                continue
            if not metric.policy:
                return Verdict(metric=metric, taken=_FREE)
            whose, now = self._slots.network(network, product.id), self._now()
            month = self._month_of(now)
            taken = self._slots.take(
                NETWORKS, whose, metric.limit, now=now * 1000, month=month.number
            )
            return Verdict(metric=metric, taken=taken, reset=(month.ends - now) * 1000)
        return None

    def flush(self) -> None:
        """Keep the month's counts in the register, and forget networks that need not wait."""
        month = self._month_of(self._now())
        touched, self._touched = self._touched, set()
        kept = [
            (application, product, month.name, count)
            for application, product in touched
            if (count := self._slots.count(self._whose(application, product), month.number))
        ]
        if kept:
            self._usage.keep_quotas(kept)
        if self._steady() - self._swept >= _SWEEP:
            self._swept = self._steady()
            self._slots.forget_networks(self._now() * 1000, month.number)

    def close(self) -> None:
        """Keep the last counts, and let go of the file."""
        self.flush()
        self._slots.close()

    def _by_plan(self, application: str, metric: Metric) -> Verdict:
        if not metric.policy:
            return Verdict(metric=metric, taken=_FREE)
        now = self._now()
        month = self._month_of(now)
        taken = self._slots.take(
            APPLICATIONS,
            self._whose(application, metric.product),
            metric.limit,
            now=now * 1000,
            month=month.number,
            begun=lambda: self._usage.quota(application, metric.product, month.name),
        )
        if metric.limit.quota:
            self._touched.add((application, metric.product))
        return Verdict(metric=metric, taken=taken, reset=(month.ends - now) * 1000)

    def _whose(self, application: str, product: str) -> bytes:
        found = self._known.get((application, product))
        if found is None:
            if len(self._known) >= _HELD:
                self._known = {}
            found = blake2b(f"{application}\0{product}".encode(), digest_size=16).digest()
            self._known[application, product] = found
        return found

    def _having(self, api: str, version: str) -> list[Product]:
        """Return the products with plans that an API is in."""
        found = self._of.get((api, version))
        if found is None:
            found = [one for one in self._products if one.plans and one.has(api, version)]
            if len(self._of) < _HELD:
                self._of[api, version] = found
        return found

    def _subscriptions(self) -> Mapping[str, Mapping[str, str]]:
        steady = self._steady()
        if steady - self._looked >= _GLANCE:
            self._looked, version = steady, self._usage.version()
            if version != self._version:
                self._subscribed, self._version = self._usage.subscriptions(), version
        return self._subscribed

    def _month_of(self, now: Micros) -> Month:
        if not self._month.begins <= now < self._month.ends:
            self._month = month_of(now)
        return self._month


def month_of(now: Micros) -> Month:
    """Return the calendar month of an instant, as it is here."""
    at = (_EPOCH + timedelta(microseconds=now)).astimezone(HERE)
    first = at.replace(day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)
    after = (first + timedelta(days=32)).replace(day=1)
    begins, ends = ((one - _EPOCH) // timedelta(microseconds=1) for one in (first, after))
    return Month(f"{first:%Y-%m}", first.year * 12 + first.month, begins, ends)


def seconds(nanos: int) -> int:
    """Return whole seconds, rounded up."""
    return -(-nanos // _SECOND)


def _metric(product: Product, name: str, plan: Plan) -> Metric:
    bound = limit(plan)
    parts: list[str] = []
    if bound.every:
        parts.append(f'"rate";q={bound.burst};w={bound.window}')
    if bound.quota:
        parts.append(f'"month";q={bound.quota}')
    return Metric(
        product=product.id,
        plan=name,
        limit=bound,
        policy=", ".join(parts).encode(),
        closed=bool(product.municipality),
    )
