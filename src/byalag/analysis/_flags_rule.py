"""The five tests that a series is put to, and the name of the rule that they make together."""

from hashlib import sha256
from typing import Final

import msgspec
from msgspec import Struct

_RULE: Final = 1  # counts up when the same settings would give other flags
_SHOWN: Final = 12


class QualityRule(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is expected of the values of one series. A test without a limit is not made.

    Of a pair of limits, what passes the first is suspect and what passes the second fails. `range`
    and `suspect` are [lowest, highest], inclusive: outside `range` fails, outside `suspect` is
    suspect. `spike` is how far a value may lie from the middle of its neighbours, in the unit of
    the series, and `rate` how fast it may change, units a second. `flat` is how long it may stand
    still, seconds: to vary by less than `tolerance`; without a tolerance, to be exactly the same.
    `gap` is the longest time between two values, microseconds.
    """

    range: tuple[float, float] | None = None
    suspect: tuple[float, float] | None = None
    spike: tuple[float | None, float | None] = (None, None)
    rate: tuple[float | None, float | None] = (None, None)
    flat: tuple[float | None, float | None] = (None, None)
    tolerance: float = 5e-324  # the least number above 0: nothing but the same value is within it
    gap: int | None = None

    @property
    def version(self) -> str:
        """The name of the rule: two rules that may give other flags have two names."""
        told = msgspec.json.encode((_RULE, self))
        return f"{_RULE}-{sha256(told).hexdigest()[:_SHOWN]}"

    @property
    def some(self) -> bool:
        """Whether there is any test to make."""
        return self != QualityRule(tolerance=self.tolerance)

    @property
    def lookback(self) -> float:
        """How far back a value is judged by those before it, seconds; 0: by the one before."""
        return max((limit for limit in self.flat if limit is not None), default=0.0)
