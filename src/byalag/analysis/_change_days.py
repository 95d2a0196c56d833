"""What a local day of a home came to, in a few numbers."""

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from byalag.analysis._silence_bins import HALF_HOUR
from byalag.analysis._stretch import NOTHING, Stretch

NIGHT: Final = 10  # the half hour that the night has ended with: 05:00
WAKING: Final = 8  # the half hour from which somebody may have got up: 04:00
EVENING: Final = 34  # the half hour from which somebody may go to bed: 17:00
DAY: Final = 1_440  # minutes
STILL_UP: Final = 90  # minutes without a sign before midnight is no longer the same evening
MOST: Final = 0.9  # of a day must have been observed


class Places(Struct, frozen=True, kw_only=True):
    """Which rows are which rooms, as in `services.care.ROOMS`."""

    bedroom: int = 0
    bathroom: int = 1
    kitchen: int = 3
    outside: int = 6


class Yesterday(Struct, frozen=True, kw_only=True):
    """How the day before ended: in which row, and when the evening did, if that is known."""

    row: int = NOTHING
    bed: float | None = None


def numbers(
    day: Stretch, places: Places, yesterday: Yesterday
) -> tuple[NDArray[np.float32], Yesterday]:
    """Return what a day came to, in the order of MATTERS, and how it ended.

    Signs, minutes of the day of getting up and going to bed, visits to the bathroom at night,
    minutes out, signs in the kitchen. A day that was hardly observed has none of them.
    """
    events = (day.marks != NOTHING) & day.observed
    upto = np.maximum.accumulate(np.where(day.marks != NOTHING, np.arange(len(day)), -1))
    rows = np.where(upto < 0, yesterday.row, day.marks[upto])
    up = events & ~np.isin(day.marks, _in_bed(places))
    wake = np.flatnonzero(up & (day.slots >= WAKING))
    evening = np.flatnonzero(events & (day.marks != places.outside) & (day.slots >= EVENING))
    bed = _clock(day, int(evening[-1])) if len(evening) else np.nan
    share = float(np.count_nonzero(day.observed)) / len(day)
    bathroom = events & (day.marks == places.bathroom) & (day.slots < NIGHT)
    told = np.array(
        [
            np.count_nonzero(events) / max(share, MOST),
            _clock(day, int(wake[0])) if len(wake) else np.nan,
            bed,
            np.count_nonzero(bathroom),
            np.count_nonzero((rows == places.outside) & day.observed) / max(share, MOST),
            np.count_nonzero(events & (day.marks == places.kitchen)) / max(share, MOST),
        ],
        np.float32,
    )
    if share < MOST:
        told[:] = np.nan
    ended = Yesterday(row=int(rows[-1]), bed=None if np.isnan(told[2]) else float(told[2]))
    return told, ended


def until_bed(yesterday: Yesterday, day: Stretch, places: Places) -> float:
    """Return the minute of yesterday in which the evening ended, past 1,440 if after midnight."""
    if yesterday.bed is None:
        return float("nan")
    last = yesterday.bed
    seen = (day.marks != NOTHING) & ~np.isin(day.marks, _in_bed(places)) & day.observed
    for minute in np.flatnonzero(seen & (day.slots < WAKING)).tolist():
        at = DAY + _clock(day, minute)
        if at - last > STILL_UP:
            break
        last = max(last, at)
    return last


def _in_bed(places: Places) -> tuple[int, int, int]:
    """Return the rows whose signs do not show that somebody is up for the day."""
    return places.bedroom, places.bathroom, places.outside


def _clock(day: Stretch, minute: int) -> float:
    return float(day.slots[minute]) * HALF_HOUR + (day.begins + minute) % HALF_HOUR
