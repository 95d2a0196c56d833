"""What is asked of a history: which instances, and told how (GS CIM 009, 4.11, 4.5.19, 6.18)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from byalag.model import Micros
from byalag.standards.ngsi_ld._aggregate import METHODS
from byalag.standards.ngsi_ld._refuse import refuse_data, refuse_request
from byalag.standards.ngsi_ld._temporal_period import Period, read_period
from byalag.standards.ngsi_ld._temporal_track import Axis

Telling: TypeAlias = Literal["normalized", "concise", "temporalValues", "aggregatedValues"]

FORMATS: Final[Mapping[str, Telling]] = {
    "normalized": "normalized",
    "concise": "concise",
    "simplified": "temporalValues",
    "temporalValues": "temporalValues",
    "aggregatedValues": "aggregatedValues",
}
OPTIONS: Final = {*FORMATS, "sysAttrs"}
MEMBERS: Final = frozenset({
    "timerel", "timeAt", "endTimeAt", "timeproperty", "lastN", "options", "format", "aggrMethods",
    "aggrPeriodDuration",
})  # fmt: skip
_AXES: Final[Mapping[str, Axis]] = {
    "observedAt": "observedAt",
    "createdAt": "createdAt",
    "modifiedAt": "modifiedAt",
    "deletedAt": "deletedAt",
}
_RELATIONS: Final = ("before", "after", "between")
_MOST: Final = 1_000_000  # instances that lastN can ask for
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO: Final = timedelta(microseconds=1)


class TemporalAsk(Struct, frozen=True, kw_only=True):
    """Which instances are asked for: in [start, end) by `axis`, of those the `last`.

    `axis` is None where no time was asked for at all: then everything is told.
    """

    axis: Axis | None = None
    start: Micros | None = None
    end: Micros | None = None
    is_after: bool = False  # `start` itself is not asked for
    last: int | None = None
    telling: Telling = "normalized"
    system: bool = False
    methods: tuple[str, ...] = ()
    period: Period = Period()

    @property
    def since(self) -> Micros | None:
        """Return the first time that is asked for."""
        return None if self.start is None else self.start + self.is_after


def read_ask(said: Mapping[str, str], *, timed: bool = False) -> TemporalAsk:
    """Read what is asked from its members. `timed`: a time relation must be among them.

    Raises:
        Refused: A member cannot be, or one that another needs is not there.
    """
    options = _listed(said.get("options", ""))
    for option in options:
        if option not in OPTIONS:
            detail = f"options {option!r} is not known; use {', '.join(sorted(OPTIONS))}"
            refuse_request(detail)
    if said.get("format", "normalized") not in FORMATS:
        detail = f"format {said['format']!r} is not known; use {', '.join(FORMATS)}"
        refuse_request(detail)
    telling = _telling(said.get("format"), options)
    start, end, is_after = _times(said, timed=timed)
    axis = _axis(said, timed=start is not None or end is not None)
    methods, period = _aggregation(said) if telling == "aggregatedValues" else ((), Period())
    return TemporalAsk(
        axis=axis,
        start=start,
        end=end,
        is_after=is_after,
        last=_last(said.get("lastN")),
        telling=telling,
        system="sysAttrs" in options,
        methods=methods,
        period=period,
    )


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _telling(format_: str | None, options: list[str]) -> Telling:
    """Return how it is told; `format` goes before `options`."""
    named = format_ or next((one for one in options if one in FORMATS), "normalized")
    return FORMATS[named]


def _times(said: Mapping[str, str], *, timed: bool) -> tuple[Micros | None, Micros | None, bool]:
    relation = said.get("timerel")
    if relation is None:
        if timed or "timeAt" in said or "endTimeAt" in said:
            refuse_data("timerel is not there; use before, after or between")
        return None, None, False
    if relation not in _RELATIONS:
        refuse_data(f"timerel {relation!r} is not known; use before, after or between")
    if "timeAt" not in said:
        refuse_data(f"timeAt is not there, and timerel {relation!r} needs it")
    at = read_time(said["timeAt"], "timeAt")
    if relation == "between":
        if "endTimeAt" not in said:
            refuse_data("endTimeAt is not there, and timerel 'between' needs it")
        return at, read_time(said["endTimeAt"], "endTimeAt"), False
    return (None, at, False) if relation == "before" else (at, None, True)


def read_time(text: str, member: str) -> Micros:
    """Read a time with its offset, or "Z".

    Raises:
        Refused: It is not one.
    """
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is not None and "T" in text:
            return (at - _EPOCH) // _MICRO
    except (ValueError, OverflowError):
        pass
    return refuse_data(f"{member} {text[:60]!r} is not a time; write it as 2026-11-22T20:00:00Z")


def _axis(said: Mapping[str, str], *, timed: bool) -> Axis | None:
    named = said.get("timeproperty")
    if named is None:
        return "observedAt" if timed or said.get("lastN") else None
    if named not in _AXES:
        refuse_data(f"timeproperty {named!r} is not known; use {', '.join(_AXES)}")
    return _AXES[named]


def _last(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()) or not 0 < int(text[:12]) <= _MOST:
        refuse_data(f"lastN {text[:60]!r} is not a number from 1 to {_MOST}")
    return int(text)


def _aggregation(said: Mapping[str, str]) -> tuple[tuple[str, ...], Period]:
    methods = _listed(said.get("aggrMethods", ""))
    if not methods:
        refuse_data(f"aggrMethods is not there; name some of {', '.join(METHODS)}")
    for method in methods:
        if method not in METHODS:
            refuse_data(f"aggrMethods {method!r} is not known; use {', '.join(METHODS)}")
    text = said.get("aggrPeriodDuration", "PT0S")
    period = read_period(text)
    if period is None:
        refuse_data(
            f"aggrPeriodDuration {text[:60]!r} is no duration; write it as PT1H, P1D or P1M"
        )
    return tuple(dict.fromkeys(methods)), period
