"""Whether an observation is told: changes, limits with hysteresis, a shortest wait. Pure.

Only what is newer than the newest judged before can pass a limit, by its own time: late values
and repeats tell nothing, and in any order the same is remembered in the end.
"""

from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct

from byalag.model import Flag, Json, Micros, Observation, span
from byalag.outlets._settings import Threshold

Passed: TypeAlias = Literal["passed", "back"]

_MICROS = 1_000_000
_AHEAD = 10 * 60 * _MICROS  # a sensor whose clock is further ahead than this is not believed


class Seen(Struct, frozen=True, omit_defaults=True):
    """What is remembered of one series and one rule. `told` is when it was last told of."""

    at: Micros | None = None
    high: bool = False
    told: Micros | None = None


def recalled(value: Json) -> Seen:
    """Read what was remembered; what cannot be read counts as nothing."""
    try:
        return msgspec.convert(value, Seen)
    except msgspec.ValidationError:
        return Seen()


def is_changed(before: Json, seen: Observation) -> bool:
    """Tell whether a value differs from the one last told; `before` is [time, value]."""
    return before is None or (seen.at >= before[0] and written(seen.value) != before[1])


def written(value: float) -> float | None:
    """Return a value as JSON can hold it: a missing one is null."""
    return None if value != value else value  # noqa: PLR0124 -- only NaN differs from itself


def judge(
    rule: Threshold, before: Seen, seen: Observation, now: Micros
) -> tuple[Passed | None, Seen]:
    """Return what is to be told of an observation, and what is to be remembered.

    A value that is missing or failed its quality test is passed over.
    """
    missing = written(seen.value) is None or seen.flag in {Flag.FAIL, Flag.MISSING}
    if missing or seen.at > now + _AHEAD or (before.at is not None and seen.at <= before.at):
        return None, before
    if before.high:
        if _clear(rule, seen.value):
            return "back" if rule.back else None, Seen(seen.at, high=False, told=before.told)
        return None, Seen(seen.at, high=True, told=before.told)
    rested = before.told is None or seen.at - before.told >= int(_wait(rule))
    if _beyond(rule, seen.value) and rested:
        return "passed", Seen(seen.at, high=True, told=seen.at)
    return None, Seen(seen.at, high=False, told=before.told)


def limit_of(rule: Threshold) -> float:
    """Return the limit of a rule."""
    limit = rule.below if rule.above is None else rule.above
    return 0.0 if limit is None else limit


def _wait(rule: Threshold) -> float:
    return span(rule.wait).total_seconds() * _MICROS


def _beyond(rule: Threshold, value: float) -> bool:
    return value > limit_of(rule) if rule.above is not None else value < limit_of(rule)


def _clear(rule: Threshold, value: float) -> bool:
    edge = limit_of(rule) if rule.clear is None else rule.clear
    return value <= edge if rule.above is not None else value >= edge
