"""How often a series should have a value: its own cadence, or its dataset's frequency. Pure.

The codes are those of the EU's list of frequencies (publications.europa.eu, authority table
"frequency"). One that is continuous, irregular or unknown promises nothing.
"""

from collections.abc import Mapping
from typing import Final

from byalag.store._periods import DAY

_MINUTE: Final = 60_000_000
_HOUR: Final = 60 * _MINUTE
_EVERY: Final[Mapping[str, int]] = {
    "1MIN": _MINUTE,
    "5MIN": 5 * _MINUTE,
    "10MIN": 10 * _MINUTE,
    "15MIN": 15 * _MINUTE,
    "30MIN": 30 * _MINUTE,
    "HOURLY": _HOUR,
    "BIHOURLY": 2 * _HOUR,
    "TRIHOURLY": 3 * _HOUR,
    "12HRS": 12 * _HOUR,
    "DAILY_2": 12 * _HOUR,
    "DAILY": DAY,
    "WEEKLY_5": 3 * DAY,
    "WEEKLY_3": 3 * DAY,
    "WEEKLY_2": 4 * DAY,
    "WEEKLY": 7 * DAY,
    "MONTHLY_3": 11 * DAY,
    "MONTHLY_2": 16 * DAY,
    "BIWEEKLY": 14 * DAY,
    "MONTHLY": 31 * DAY,
    "BIMONTHLY": 62 * DAY,
    "QUARTERLY": 92 * DAY,
    "ANNUAL_3": 122 * DAY,
    "ANNUAL_2": 184 * DAY,
    "ANNUAL": 366 * DAY,
    "BIENNIAL": 731 * DAY,
    "TRIENNIAL": 1096 * DAY,
}
_OWN_PACE: Final = frozenset({"sample", "forecast"})


def usual(frequency: str | None) -> int | None:
    """Return how long is usual between two changes of a dataset, microseconds; None: not told."""
    return _EVERY.get(frequency or "")


def rhythm(kind: str, cadence: int | None, every: int | None) -> int | None:
    """Return how often a series should have a value; None where that cannot be judged.

    A sample is taken when somebody takes it and a forecast made when somebody makes it: the rhythm
    of the sensors in the same dataset says nothing of them.
    """
    if cadence:
        return cadence
    return None if kind in _OWN_PACE else every
