"""A rule for the values of a series, as a form in the address: what if the limits were others?

The form speaks of an hour and of minutes where the rule speaks of seconds and microseconds. What
cannot be read as a number is told, and the limit is then as it was.
"""

import math
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from byalag.analysis import QualityRule

_HOUR: Final = 3600.0
_MINUTE: Final = 60.0
_MICRO: Final = 60_000_000
LONGEST: Final = 20  # characters of a number


class Limit(Struct, frozen=True):
    """One field of the form: what is written in it, and whether it is a number."""

    name: str
    text: str
    sound: bool = True


def limits_of(rule: QualityRule) -> dict[str, float | None]:
    """Return the limits of a rule by the name of their field, in the units of the form."""
    least, most = rule.range or (None, None)
    low, high = rule.suspect or (None, None)
    return {
        "least": least,
        "most": most,
        "low": low,
        "high": high,
        "spike": rule.spike[0],
        "spike_fail": rule.spike[1],
        "rate": _times(rule.rate[0], _HOUR),
        "rate_fail": _times(rule.rate[1], _HOUR),
        "flat": _times(rule.flat[0], 1 / _MINUTE),
        "flat_fail": _times(rule.flat[1], 1 / _MINUTE),
        "tolerance": None if rule.tolerance == QualityRule().tolerance else rule.tolerance,
        "gap": _times(rule.gap, 1 / _MICRO),
    }


def asked(query: Mapping[str, str], rule: QualityRule) -> tuple[QualityRule, list[Limit]]:
    """Return the rule that is asked for, and the fields; without a question, the rule as it is."""
    told = limits_of(rule)
    as_it_is = [Limit(name, _text(value)) for name, value in told.items()]
    if all(query.get(one.name, one.text).strip() == one.text for one in as_it_is):
        return rule, as_it_is
    fields = [_limit(one.name, query.get(one.name, one.text)) for one in as_it_is]
    read = {one.name: (_number(one.text) if one.sound else told[one.name]) for one in fields}
    return _rule(read), fields


def _limit(name: str, text: str) -> Limit:
    text = text.strip()[:LONGEST]
    number = _number(text)
    signed = name in {"least", "most", "low", "high"}
    sound = not text or (number is not None and (signed or number > 0))
    return Limit(name, text, sound)


def _rule(read: Mapping[str, float | None]) -> QualityRule:
    tolerance, gap = read["tolerance"], read["gap"]
    return QualityRule(
        range=_span(read["least"], read["most"]),
        suspect=_span(read["low"], read["high"]),
        spike=(read["spike"], read["spike_fail"]),
        rate=(_times(read["rate"], 1 / _HOUR), _times(read["rate_fail"], 1 / _HOUR)),
        flat=(_times(read["flat"], _MINUTE), _times(read["flat_fail"], _MINUTE)),
        tolerance=QualityRule().tolerance if tolerance is None else tolerance,
        gap=None if gap is None else min(round(gap * _MICRO), 2**62),
    )


def _span(low: float | None, high: float | None) -> tuple[float, float] | None:
    if low is None and high is None:
        return None
    pair = (-math.inf if low is None else low, math.inf if high is None else high)
    return min(pair), max(pair)


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def _number(text: str) -> float | None:
    try:
        found = float(text.replace(",", ".").replace("\N{MINUS SIGN}", "-"))
    except ValueError:
        return None
    return found if math.isfinite(found) and abs(found) <= 1e12 else None  # noqa: PLR2004 -- no limit of a sensor is larger


def _text(value: float | None) -> str:
    return "" if value is None or math.isinf(value) else f"{value:.10g}"
