"""What few counts can and cannot say: exact bounds, from the sums themselves.

Poisson: Garwood 1936. Binomial: Clopper and Pearson 1934. Both are found by halving, as the sums
fall steadily with the rate.
"""

import math
from collections.abc import Callable
from typing import Final

HALVINGS: Final = 100


def at_most(count: int, mean: float) -> float:
    """Return how likely a Poisson count of this mean is `count` or less."""
    if mean <= 0:
        return 1.0
    log = math.log(mean)
    terms = (k * log - mean - math.lgamma(k + 1) for k in range(count + 1))
    return min(1.0, math.fsum(math.exp(term) for term in terms))


def at_most_of(count: int, tries: int, share: float) -> float:
    """Return how likely `count` or fewer of `tries` come true, when each does with `share`."""
    if share <= 0 or count >= tries:
        return 1.0
    if share >= 1:
        return 0.0
    yes, no = math.log(share), math.log1p(-share)
    full = math.lgamma(tries + 1)
    terms = (
        full - math.lgamma(k + 1) - math.lgamma(tries - k + 1) + k * yes + (tries - k) * no
        for k in range(count + 1)
    )
    return min(1.0, math.fsum(math.exp(term) for term in terms))


def poisson_upper(count: int, sure: float = 0.95) -> float:
    """Return the mean below which the truth is, as surely as `sure`, when `count` were seen."""
    most = count + 10 * math.sqrt(count + 1) + 20
    return _falls_to(lambda mean: at_most(count, mean), 1 - sure, most)


def poisson_lower(count: int, sure: float = 0.95) -> float:
    """Return the mean above which the truth is, as surely as `sure`, when `count` were seen."""
    if count == 0:
        return 0.0
    return _falls_to(lambda mean: at_most(count - 1, mean), sure, count + 1.0)


def poisson_interval(count: int, sure: float = 0.95) -> tuple[float, float]:
    """Return the interval that holds the truth as surely as `sure`, equal risk on both sides."""
    each = 1 - (1 - sure) / 2
    return poisson_lower(count, each), poisson_upper(count, each)


def share_interval(count: int, tries: int, sure: float = 0.95) -> tuple[float, float]:
    """Return the interval of a share when `count` of `tries` came true."""
    risk = (1 - sure) / 2
    low = (
        _falls_to(lambda share: at_most_of(count - 1, tries, share), 1 - risk, 1.0)
        if count
        else 0.0
    )
    high = (
        _falls_to(lambda share: at_most_of(count, tries, share), risk, 1.0)
        if count < tries
        else 1.0
    )
    return low, high


def weeks_needed(count: int, rate: float, sure: float = 0.95) -> float:
    """Return how many client-weeks with `count` false alarms show a rate of `rate` or less."""
    return poisson_upper(count, sure) / rate


def _falls_to(sum_of: Callable[[float], float], level: float, most: float) -> float:
    low, high = 0.0, most
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if sum_of(middle) > level:
            low = middle
        else:
            high = middle
    return (low + high) / 2
