"""What a local day of a home came to, in a few numbers."""

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from byalag.analysis._silence_bins import HALF_HOUR
from byalag.analysis._stretch import NOTHING, Stretch

NIGHT: Final = 10  # the half hour that the night has ended with: 05:00
WAKING: Final = 8  # the half hour from which somebody may have got up: 04:00
EVENING: Final = 36  # the half hour from which somebody may go to bed: 18:00
NOON: Final = 24  # the half hour until which the longest quiet is the night's: 12:00
DAY: Final = 1_440  # minutes
ASLEEP: Final = 120  # minutes without a sign of somebody up that may be a night's sleep
MOST: Final = 0.9  # of a day must have been observed


class Places(Struct, frozen=True, kw_only=True):
    """Which rows are which rooms, as in `services.care.ROOMS`."""

    bedroom: int = 0
    bathroom: int = 1
    kitchen: int = 3
    outside: int = 6


class Yesterday(Struct, frozen=True, kw_only=True):
    """How the day before ended: in which row, and what its evening was until then.

    `up` is the minute of the day of the last sign of somebody who is up, `row_up` its row, and
    `quiet` the minutes since then. `longest` is the longest such quiet of the evening so far and
    `bed` when it began; None where nothing is known of the evening.
    """

    row: int = NOTHING
    up: float | None = None
    row_up: int = NOTHING
    quiet: int = 0
    longest: int = 0
    bed: float | None = None


def numbers(
    day: Stretch, places: Places, yesterday: Yesterday
) -> tuple[NDArray[np.float32], Yesterday]:
    """Return what a day came to, in the order of MATTERS, and how it ended.

    Signs, minute of the day of getting up, of going to bed (not known before the next day), visits
    to the bathroom at night, minutes out, signs in the kitchen. A day that was hardly observed has
    none of them.
    """
    events = (day.marks != NOTHING) & day.observed
    upto = np.maximum.accumulate(np.where(day.marks != NOTHING, np.arange(len(day)), -1))
    rows = np.where(upto < 0, yesterday.row, day.marks[upto])
    up = _is_up(day, places) & (day.marks != places.outside)
    wake = np.flatnonzero(up & (day.slots >= WAKING))
    share = float(np.count_nonzero(day.observed)) / len(day)
    bathroom = events & (day.marks == places.bathroom) & (day.slots < NIGHT)
    told = np.array(
        [
            np.count_nonzero(events) / max(share, MOST),
            _clock(day, int(wake[0])) if len(wake) else np.nan,
            np.nan,
            np.count_nonzero(bathroom),
            np.count_nonzero((rows == places.outside) & day.observed) / max(share, MOST),
            np.count_nonzero(events & (day.marks == places.kitchen)) / max(share, MOST),
        ],
        np.float32,
    )
    if share < MOST:
        told[:] = np.nan
        return told, Yesterday(row=int(rows[-1]))
    return told, _evening(day, places, int(rows[-1]))


def bedtime(yesterday: Yesterday, day: Stretch, places: Places) -> float:
    """Return the minute of yesterday in which somebody went to bed, past 1,440 if after midnight.

    That is the last sign of somebody up before the longest quiet between 18 and 12 the next day:
    not when the date changes. Whoever was last seen leaving sleeps elsewhere, or is not known to.
    """
    morning = int(np.count_nonzero(day.slots < NOON))
    if yesterday.up is None or np.count_nonzero(day.observed[:morning]) < MOST * morning:
        return float("nan")
    found = yesterday.longest, yesterday.bed
    begun, passed, row = yesterday.up, yesterday.quiet, yesterday.row_up
    signs = np.flatnonzero(_is_up(day, places)[:morning])
    last = 0
    for minute in (*signs.tolist(), morning):
        if passed + minute - last > found[0]:
            found = passed + minute - last, None if row == places.outside else begun
        begun, passed, row = DAY + _clock(day, minute), 0, int(day.marks[minute])
        last = minute
    longest, bed = found
    return float("nan") if bed is None or longest < ASLEEP else bed


def _evening(day: Stretch, places: Places, row: int) -> Yesterday:
    """Return what is known of an evening as its day ends."""
    signs = np.flatnonzero(_is_up(day, places) & (day.slots >= EVENING))
    if not len(signs):
        return Yesterday(row=row)
    gaps = np.diff(signs)
    widest = int(np.argmax(gaps)) if len(gaps) else 0
    at, last = int(signs[widest]), int(signs[-1])
    left = day.marks[at] == places.outside
    return Yesterday(
        row=row,
        up=_clock(day, last),
        row_up=int(day.marks[last]),
        quiet=len(day) - last,
        longest=int(gaps[widest]) if len(gaps) else 0,
        bed=None if left else _clock(day, at),
    )


def _is_up(day: Stretch, places: Places) -> NDArray[np.bool_]:
    """Return which minutes have a sign of somebody who is up."""
    abed = (day.marks == places.bedroom) | (day.marks == places.bathroom)
    found: NDArray[np.bool_] = (day.marks != NOTHING) & day.observed & ~abed
    return found


def _clock(day: Stretch, minute: int) -> float:
    return float(day.slots[minute]) * HALF_HOUR + (day.begins + minute) % HALF_HOUR
