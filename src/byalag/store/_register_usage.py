"""What has been used of the hub's APIs, and by which plan each application uses them.

Each process adds what it has counted; the sums are the hub's. Nothing here is of a person or an
address: whoever shows no key of an application is one among all.
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from typing import Literal, NamedTuple, TypeAlias

import msgspec
from msgspec import Struct, field

from byalag.governance import added
from byalag.model import Micros
from byalag.store._register import Register
from byalag.store._session import Session

HOUR = 3_600_000_000  # microseconds
DAY = 24 * HOUR
KEPT_HOURS, KEPT_DAYS = 40 * DAY, 731 * DAY
Length: TypeAlias = Literal["hour", "day"]
_LENGTHS: tuple[tuple[Length, int], ...] = (("hour", HOUR), ("day", DAY))
_DECODER = msgspec.msgpack.Decoder(dict[int, int])


class Operated(NamedTuple):
    """What was asked, and by which application; "" is whoever shows no key of any."""

    api: str
    version: str
    operation: str
    application: str


class Counted(Struct, kw_only=True):
    """Answers: good ones (2xx), moved (3xx), refused (4xx), failed (5xx), and their latency."""

    good: int = 0
    moved: int = 0
    refused: int = 0
    failed: int = 0
    latency: dict[int, int] = field(default_factory=dict[int, int])

    @property
    def answers(self) -> int:
        """How many answers there were."""
        return self.good + self.moved + self.refused + self.failed


class Period(Struct, frozen=True):
    """What was used of one operation by one application in an hour or a day from `at`."""

    at: Micros
    what: Operated
    counted: Counted


class Usage:
    """What the register knows of what has been used. Hours and days are those of UTC."""

    def __init__(self, register: Register) -> None:
        """Read and write in this register."""
        self._register = register
        self.version = register.version

    def between(
        self,
        since: Micros,
        until: Micros,
        *,
        application: str | None = None,
        api: str | None = None,
        length: Length = "hour",
    ) -> Sequence[Period]:
        """Return what was used in a time, in hours (kept 40 days) or days (kept two years).

        The hour or day that `since` is in is told as a whole.
        """
        begins = since - since % dict(_LENGTHS)[length]
        rows = self._register.ask("usage_between", (length, begins, until, application, api))
        return [
            Period(
                at=row[0],
                what=Operated(*row[1:5]),
                counted=Counted(
                    good=row[5],
                    moved=row[6],
                    refused=row[7],
                    failed=row[8],
                    latency=_DECODER.decode(row[9]),
                ),
            )
            for row in rows
        ]

    def add(self, counts: Mapping[tuple[Micros, Operated], Counted]) -> Future[None]:
        """Add what one process has counted, by the time it was counted at."""

        def work(session: Session) -> None:
            for (at, what), counted in counts.items():
                for length, micros in _LENGTHS:
                    _add(session, length, at - at % micros, what, counted)

        return self._register.change(work)

    def drop_old(self, now: Micros, month: str) -> Future[None]:
        """Drop what has been kept for long enough, and the quotas of months before `month`."""

        def work(session: Session) -> None:
            session.write("drop_old_usage", (now - KEPT_HOURS, now - KEPT_DAYS))
            session.write("drop_old_quotas", (month,))

        return self._register.change(work)

    def quota(self, application: str, product: str, month: str) -> int:
        """Return how many requests an application had made in a month when it was last kept."""
        found = self._register.ask("quota_used", (application, product, month))
        return int(found[0][0]) if found else 0

    def quotas(self, application: str, month: str) -> Mapping[str, int]:
        """Return how many requests an application has made in a month, by product."""
        return dict(self._register.ask("quotas_used", (application, month)))

    def keep_quotas(self, counts: Iterable[tuple[str, str, str, int]]) -> Future[None]:
        """Keep counts by application, product and month; the larger of two is the newer."""
        told = list(counts)

        def work(session: Session) -> None:
            for each in told:
                session.write("keep_quota", each)

        return self._register.change(work)

    def subscriptions(self) -> Mapping[str, Mapping[str, str]]:
        """Return by which plan each application may use which product."""
        found: dict[str, dict[str, str]] = {}
        for application, product, plan in self._register.ask("let_in"):
            found.setdefault(application, {})[product] = plan
        return found


def together(periods: Iterable[Period]) -> Counted:
    """Return what was used in several periods as one."""
    every = [period.counted for period in periods]
    return Counted(
        good=sum(one.good for one in every),
        moved=sum(one.moved for one in every),
        refused=sum(one.refused for one in every),
        failed=sum(one.failed for one in every),
        latency=added(one.latency for one in every),
    )


def _add(session: Session, length: Length, at: Micros, what: Operated, new: Counted) -> None:
    name = (length, at, *what)
    found = session.run("usage_latency", name)
    latency = new.latency if not found else added((new.latency, _DECODER.decode(found[0][0])))
    told = (new.good, new.moved, new.refused, new.failed, msgspec.msgpack.encode(latency))
    session.write("add_usage", (*name, *told))
