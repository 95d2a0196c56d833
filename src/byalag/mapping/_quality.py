"""What the settings expect of the values of a series, made into the tests that they are put to."""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Final, TypeAlias

import msgspec
from msgspec import Meta, Struct

from byalag import Misconfigured
from byalag.analysis import TOLD, QualityRule
from byalag.model import Duration, Json, span

Above: TypeAlias = Annotated[float, Meta(gt=0)]
Rate: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"^\d{1,9}(\.\d{1,9})?/(s|m|h|d)$",
        description='So much in so long: "2/h", "0.5/m".',
    ),
]
_TWO: Final = Meta(min_length=2, max_length=2)
Span: TypeAlias = tuple[float, float]
_MICROSECOND: Final = timedelta(microseconds=1)


class QualitySpec(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`quality` of a series: the QARTOD tests that its values are put to.

    A value outside `range` fails and one outside `suspect` is suspect; a series' own `range` holds
    where this has none. Of the others, one limit is for what is suspect, and the second of two for
    what fails: `spike` is how far a value may lie from the middle of its neighbours, `rate` how
    fast it may change, `flat` how long it may stand still, which is to vary by less than
    `tolerance`. `gap` is how many times its cadence may pass between two values.
    """

    range: Span | None = None
    suspect: Span | None = None
    spike: Above | Annotated[tuple[Above, ...], _TWO] | None = None
    rate: Rate | Annotated[tuple[Rate, ...], _TWO] | None = None
    flat: Duration | Annotated[tuple[Duration, ...], _TWO] | None = None
    tolerance: Above | None = None
    gap: Annotated[float, Meta(ge=1)] | None = None


def rule_of_spec(
    spec: QualitySpec, where: str, *, cadence: Duration | None = None, within: Span | None = None
) -> QualityRule:
    """Return the tests that the settings ask for; `within` is the series' own range.

    Raises:
        Misconfigured: If they contradict each other, or ask for nothing.

    """
    usual = QualityRule()
    rule = QualityRule(
        range=_span(spec.range or within, f"{where}.range"),
        suspect=_span(spec.suspect, f"{where}.suspect"),
        spike=_pair(spec.spike, f"{where}.spike"),
        rate=_pair(_each(spec.rate, _a_second), f"{where}.rate"),
        flat=_pair(_each(spec.flat, _seconds), f"{where}.flat"),
        tolerance=usual.tolerance if spec.tolerance is None else spec.tolerance,
        gap=None if spec.gap is None else _gap(spec.gap, cadence, f"{where}.gap"),
    )
    if rule.suspect and rule.range and not _lies_in(rule.suspect, rule.range):
        reason = f"{where}.suspect: lies outside the range; it must lie within it"
        raise Misconfigured(reason)
    if spec.tolerance is not None and spec.flat is None:
        reason = f"{where}.tolerance: belongs to `flat`; say how long a value may stand still"
        raise Misconfigured(reason)
    if not rule.some:
        reason = f"{where}: holds no test; write range, suspect, spike, rate, flat or gap"
        raise Misconfigured(reason)
    return rule


def told_of(rule: QualityRule) -> dict[str, Json]:
    """Return the tests as they are told of a series, among its details."""
    return {TOLD: msgspec.json.decode(msgspec.json.encode(rule))}


def _span(given: Span | None, where: str) -> Span | None:
    if given is not None and not given[0] <= given[1]:
        reason = f"{where}: write [lowest, highest]"
        raise Misconfigured(reason)
    return given


def _lies_in(inner: Span, outer: Span) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _pair(given: float | tuple[float, ...] | None, where: str) -> tuple[float | None, float | None]:
    if not isinstance(given, tuple):
        return given, None
    if not given[0] <= given[1]:
        reason = f"{where}: write [suspect, fail], the lesser first"
        raise Misconfigured(reason)
    return given[0], given[1]


def _each(
    given: str | tuple[str, ...] | None, read: Callable[[str], float]
) -> float | tuple[float, ...] | None:
    if given is None:
        return None
    return read(given) if isinstance(given, str) else (read(given[0]), read(given[1]))


def _seconds(given: Duration) -> float:
    return span(given).total_seconds()


def _a_second(given: str) -> float:
    much, _, unit = given.partition("/")
    return float(much) / span(f"1{unit}").total_seconds()


def _gap(times: float, cadence: Duration | None, where: str) -> int:
    if cadence is None:
        reason = f"{where}: is so many times the cadence; write `cadence` of the series, too"
        raise Misconfigured(reason)
    return round(times * (span(cadence) / _MICROSECOND))
