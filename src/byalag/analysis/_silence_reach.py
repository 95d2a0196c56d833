"""At which length a silence is as unusual as what: a false alarm spent where it saves most time.

Not every silence is worth the same patience. To wait a little longer costs minutes by day and hours
by night. So the lengths to tell at are chosen together, for all places and hours at once: for a
given number of false alarms a week, those with the shortest mean delay if somebody falls silent for
good at any minute with equal chance.

Of a silence that begins in one place at one hour, S(a) is the chance that it is longer than a, and
A(a) the minutes lost by waiting until a, summed over every minute before at which it may have
become one for good: A(a) = sum over u < a of (sum over v < u of S(v)). Where a false alarm weighs
as much as C minutes lost, the best length is argmin A(a) + C S(a): a Lagrangian, whose answers for
all C are the lower convex hull of (A, S). What C gives is the sum of S there over all silences of
a week; so each C has its rate of false alarms, and the score is ln(silences a week / that rate).
"""

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from byalag.analysis._silence_bins import BIN, HALF_HOUR, LONGEST
from byalag.analysis._stretch import SLOTS

GRID: Final = np.array(
    [0, 1, 2, 3, 5, 8, 13, 20, 30, 45, *range(60, 1440, 30), *range(1440, 2881, 120)]
)
PRICES: Final = np.exp(np.arange(6.0, 22.0)).astype(np.float32)  # C, in minutes squared
LEVELS: Final = len(PRICES)
LEAST: Final = 1e-12  # of a share: what a score can be told from in single precision
EXACT: Final = 65_536.0  # scores are whole parts of this, so that their sums are exact

_MIDDLE = (GRID[:-1] + GRID[1:]) // 2 + 1
_WIDTH = np.diff(GRID).astype(np.float32)
_BINS = BIN[np.minimum(_MIDDLE, LONGEST)].astype(np.intp)
_AT = ((np.arange(SLOTS)[:, None] * HALF_HOUR + HALF_HOUR // 2 + _MIDDLE) // HALF_HOUR) % SLOTS
_ALONG = _BINS[:, None] * SLOTS + _AT.T  # (lengths, half hours): where the steps of a row are
_LENGTHS = GRID.astype(np.uint16)

Singles = NDArray[np.float32]
Ints = NDArray[np.int64]


class Reach(Struct, frozen=True, kw_only=True, eq=False):
    """The lengths at which silences reach scores.

    `minutes` (rows, slots, levels) is the length at which a silence that begins in a row in a half
    hour reaches a level; `scores` (levels,) is the score there. Both rise with the level.
    """

    minutes: NDArray[np.uint16]
    scores: Singles


def reach(steps: Singles, begun: Singles, worth: Singles) -> Reach:
    """Return the lengths at which silences reach scores.

    `steps` (rows, bins, slots) is what a silent minute adds to -ln S, `begun` (rows, slots) how
    many silences begin where and when, in any unit, and `worth` (rows,) how likely it is, beside
    the other rows, that somebody falls silent for good there.
    """
    along = np.take(steps.reshape(len(steps), -1), _ALONG, axis=1)
    along *= -_WIDTH[:, None]
    chance = np.ones((len(steps), len(GRID), SLOTS), np.float32)
    np.exp(np.cumsum(along, axis=1, out=along), out=chance[:, 1:])
    minutes = _sums(_sums(chance)) * worth[:, None, None]
    longer, lost = (np.ascontiguousarray(each.transpose(0, 2, 1)) for each in (chance, minutes))
    at = np.empty((*longer.shape[:2], LEVELS), np.intp)
    cost = np.empty_like(longer)
    for level, price in enumerate(PRICES):
        np.multiply(longer, price, out=cost)
        cost += lost
        at[..., level] = np.argmin(cost, axis=2)
    exceeded = np.take_along_axis(longer, at, axis=2)
    alarms = np.einsum("rs,rsl->l", begun, exceeded, dtype=np.float64)
    total = float(begun.sum())
    share = np.maximum(alarms / total, LEAST) if total else np.ones(LEVELS)
    scores = np.maximum.accumulate(-np.log(share)).astype(np.float32)
    return Reach(minutes=np.maximum.accumulate(_LENGTHS[at], axis=2), scores=scores)


def score_at(minutes: NDArray[np.uint16], scores: Singles, length: Ints) -> NDArray[np.float64]:
    """Return the scores (n,) of silences as long as `length` (n,): straight lines between levels.

    `minutes` (n, levels) and `scores`, (levels,) or (n, levels), are as in a `Reach`. A silence of
    no length has no score.
    """
    n, levels = minutes.shape
    over = np.count_nonzero(minutes <= length[:, None], axis=1)
    low, high = np.maximum(over - 1, 0), np.minimum(over, levels - 1)
    each = np.arange(n, dtype=np.int64)
    told = np.broadcast_to(scores, (n, levels))
    below = np.where(over > 0, told[each, low].astype(np.float64), 0.0)
    above = np.where(over < levels, told[each, high].astype(np.float64), below)
    begin = np.where(over > 0, minutes[each, low].astype(np.int64), 0)
    width = np.where(over < levels, minutes[each, high].astype(np.int64) - begin, 1)
    score = below + (above - below) * ((length - begin) / width)
    return np.where(length > 0, np.round(score * EXACT) / EXACT, 0.0)


def begun_in(slots: Ints, minutes: Ints, elapsed: Ints) -> Ints:
    """Return the half hours (n,) in which silences began that have come to these minutes.

    `elapsed` is how long they were before the minute. Where it was not observed for a while, that
    is as if the silence had begun later: what is not known is left out of the time of day as well.
    """
    return (slots * HALF_HOUR + minutes % HALF_HOUR - elapsed - 1) // HALF_HOUR % SLOTS


def _sums(cells: Singles) -> Singles:
    """Return the integral of cells (rows, lengths, slots) up to each length, by trapezoids."""
    sums = np.zeros_like(cells)
    between = np.add(cells[:, 1:], cells[:, :-1])
    between *= (_WIDTH / 2)[:, None]
    np.cumsum(between, axis=1, out=sums[:, 1:])
    return sums
