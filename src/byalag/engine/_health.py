"""How a source is doing, judged from what it usually does. Pure: it is told the time."""

from datetime import timedelta
from statistics import median

import msgspec
from msgspec import Struct, field

from byalag.engine._face import State
from byalag.engine._translation import Translation
from byalag.model import Json, Micros, span
from byalag.sources import Expect

DOOR = "door"  # what fails when nobody could prove who they were

_USUAL = 20  # deliveries that "usual" is the median of
_ENOUGH = 3  # with fewer than this, nothing is usual yet
_PATIENCE = 3  # times `every`
_MICRO = timedelta(microseconds=1)
_RISE = 2.0  # more than this many times the usual share is a rise
_WEEK = 7 * 24 * 3600 * 1_000_000  # microseconds
_SLACK = 0.05  # but at least this share of the records


class Counted(Struct, frozen=True, array_like=True):
    """How many of a delivery's records were about us, and how many of them were set aside."""

    records: int
    set_aside: int


class Health(Struct, kw_only=True, omit_defaults=True):
    """What is remembered of a source over restarts.

    `errors` is by what failed: a part that could not be read, or a question without an answer.
    `recent` is by part, newest last.
    """

    state: State = "waiting"
    since: Micros = 0
    begun: Micros = 0
    heard: Micros | None = None
    delivered: Micros | None = None
    errors: dict[str, str] = field(default_factory=dict[str, str])
    gap: str = ""
    gap_at: Micros = 0
    recent: dict[str, list[Counted]] = field(default_factory=dict[str, list[Counted]])

    @property
    def error(self) -> str:
        """Return what is wrong now, or nothing."""
        return "; ".join(self.errors.values())

    def hear(self, now: Micros) -> None:
        """Note that the source answered, new or not."""
        self.heard = now

    def take(self, part: str, said: Translation, now: Micros) -> None:
        """Note what a delivery held."""
        self.delivered = now
        if said.garbled:
            self.fail(part, said.garbled)
            return
        self.recover(part)
        counts = self.recent.setdefault(part, [])
        counts.append(Counted(said.ours, len(said.set_aside)))
        del counts[: -_USUAL - 1]

    def fail(self, what: str, error: str) -> None:
        """Note that something of the source fails."""
        self.errors[what] = error

    def miss(self, gap: str, now: Micros) -> None:
        """Note that something may have been missed."""
        self.gap, self.gap_at = gap, now

    def gap_now(self, now: Micros) -> str:
        """Return what may have been missed in the last week, or nothing."""
        return self.gap if now - self.gap_at < _WEEK else ""

    def recover(self, what: str) -> bool:
        """Note that something works; return whether it failed before."""
        return self.errors.pop(what, None) is not None


class Standing(Struct, frozen=True, kw_only=True):
    """What a source's deliveries usually hold and what the last one held: of its worst part."""

    usual: float | None = None
    last: int | None = None
    set_aside: int = 0
    low: bool = False
    rising: bool = False


def recalled(value: Json) -> Health:
    """Read what was remembered; what another version wrote otherwise counts as nothing."""
    try:
        return msgspec.convert(value, Health)
    except msgspec.ValidationError:
        return Health()


def patience(expect: Expect, every: timedelta | None) -> Micros | None:
    """Return how long nothing may be heard, three times `every`; None where nothing is expected."""
    if every is not None:
        return every * _PATIENCE // _MICRO
    return span(expect.fresh) // _MICRO if expect.fresh else None


def standing(health: Health, expect: Expect) -> Standing:
    """Compare the last delivery of each part with those before it."""
    found = [_compared(counts, expect) for counts in health.recent.values() if counts]
    if not found:
        return Standing()
    return next((one for one in found if one.low or one.rising), found[0])


def _compared(counts: list[Counted], expect: Expect) -> Standing:
    *earlier, last = counts
    if len(earlier) < _ENOUGH:
        return Standing(last=last.records, set_aside=last.set_aside)
    usual = median(count.records for count in earlier)
    share = median(count.set_aside / max(count.records, 1) for count in earlier)
    now = last.set_aside / max(last.records, 1)
    return Standing(
        usual=usual,
        last=last.records,
        set_aside=last.set_aside,
        low=last.records - last.set_aside < usual * (1 - share) * expect.volume,
        rising=now > max(share * _RISE, share + _SLACK),
    )


def judge(
    health: Health,
    expect: Expect,
    *,
    every: timedelta | None,
    left_alone: bool,
    now: Micros,
) -> State:
    """Return the state of a source now: the first of these that holds."""
    quiet = patience(expect, every)
    compared = standing(health, expect)
    last = max(health.begun, health.heard or 0)
    signs: tuple[tuple[bool, State], ...] = (
        (left_alone, "open"),
        (bool(health.errors), "failing"),
        (quiet is not None and now - last > quiet, "silent"),
        (health.heard is None, "waiting"),
        (compared.rising, "set-aside-rising"),
        (compared.low, "low"),
        (_stale(health, expect, now), "late"),
        (True, "ok"),
    )
    return next(state for holds, state in signs if holds)


def _stale(health: Health, expect: Expect, now: Micros) -> bool:
    newest = health.begun if health.delivered is None else health.delivered
    return expect.fresh is not None and now - newest > span(expect.fresh) // _MICRO
