"""How much may be asked, and what is left: the algebra of rate, burst and quota.

The rate is kept by the generic cell rate algorithm (ITU-T I.371, annex A): all that is remembered
of a sender is one moment, the theoretical arrival time of the next request. `burst` requests may
come at once, and one more for every `1 / rate` seconds that pass. No clock, no memory: both are
handed in, so that any number of processes that share them decide alike.
"""

from math import ceil

from msgspec import Struct

from byalag.governance._product import Plan

NANOS = 1_000_000_000


class Limit(Struct, frozen=True, kw_only=True):
    """A plan as it is reckoned with: whole nanoseconds and counts. 0 is without limit."""

    every: int = 0  # nanoseconds between requests in the long run
    burst: int = 0  # requests that may come at once
    quota: int = 0  # requests in a calendar month

    @property
    def window(self) -> int:
        """Seconds after which a whole burst may come again."""
        return max(1, -(-self.burst * self.every // NANOS))


class Used(Struct, frozen=True):
    """What is remembered: when the next request would be due, nanoseconds, and the count."""

    due: int = 0
    count: int = 0


class Taken(Struct, frozen=True):
    """What came of a request: how it leaves what is remembered, and what is left.

    `wait` is 0 when it may pass, else the nanoseconds until one may. `spent` says that the quota
    of the month is used up; no wait but for the next month helps. `left` counts requests that
    may come at once now, and `again` is nanoseconds until all of them may.
    """

    used: Used
    wait: int = 0
    spent: bool = False
    left: int = 0
    again: int = 0

    @property
    def passes(self) -> bool:
        """Whether the request may pass."""
        return not self.spent and self.wait == 0


def limit(plan: Plan) -> Limit:
    """Return a plan as it is reckoned with. A burst without a rate limits nothing."""
    if plan.rate is None:
        return Limit(quota=plan.quota or 0)
    burst = plan.burst or max(1, ceil(plan.rate))
    return Limit(every=max(1, round(NANOS / plan.rate)), burst=burst, quota=plan.quota or 0)


def take(used: Used, limit: Limit, now: int) -> Taken:
    """Let one request pass, or say when one may. `now` is in nanoseconds.

    What is refused is not counted. A clock that has been set back makes nobody wait longer than
    for a whole burst.
    """
    if limit.quota and used.count >= limit.quota:
        left, again = _left(used.due, limit, now)
        return Taken(used, spent=True, left=left, again=again)
    if not limit.every:
        return Taken(Used(used.due, used.count + 1))
    due = min(max(used.due, now), now + limit.burst * limit.every)
    wait = due + limit.every - (now + limit.burst * limit.every)
    if wait > 0:
        return Taken(used, wait=wait, again=due - now)
    left, again = _left(due + limit.every, limit, now)
    return Taken(Used(due + limit.every, used.count + 1), left=left, again=again)


def _left(due: int, limit: Limit, now: int) -> tuple[int, int]:
    """Return how many may come at once, and when a whole burst may."""
    if not limit.every:
        return 0, 0
    again = min(max(due - now, 0), limit.burst * limit.every)
    return (limit.burst * limit.every - again) // limit.every, again
