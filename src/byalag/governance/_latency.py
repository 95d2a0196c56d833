"""How long answers take, counted in steps that grow: four for each doubling.

A count is all that is kept of an answer. A quantile read from the counts is within an eighth of
the true one, and counts of several processes, hours or operations are simply added.
"""

from collections.abc import Iterable, Mapping
from math import ceil

LAST = 127  # the step of whatever takes longer than an hour


def step(micros: int) -> int:
    """Return the step in which a time is counted, microseconds."""
    if micros < 8:  # noqa: PLR2004 -- below 8 each microsecond is a step of its own
        return max(micros, 0)
    doublings = micros.bit_length()
    return min(LAST, (doublings - 2) * 4 + ((micros >> (doublings - 3)) & 3))


def bounds(number: int) -> tuple[int, int]:
    """Return the least time of a step, and the least of the next one, microseconds."""
    if number < 8:  # noqa: PLR2004 -- as above
        return number, number + 1
    doublings, quarter = number // 4 + 2, number % 4
    width = 1 << (doublings - 3)
    return (4 + quarter) * width, (5 + quarter) * width


def added(counts: Iterable[Mapping[int, int]]) -> dict[int, int]:
    """Return the counts of several as one."""
    total: dict[int, int] = {}
    for one in counts:
        for number, count in one.items():
            total[number] = total.get(number, 0) + count
    return total


def quantile(counts: Mapping[int, int], share: float) -> float | None:
    """Return the time that a share (0 to 1) of the answers do not exceed, milliseconds.

    It is the middle of the step in which that answer lies. None when nothing was counted.
    """
    wanted = max(1, ceil(share * sum(counts.values())))
    seen = 0
    for number in sorted(counts):
        seen += counts[number]
        if seen >= wanted:
            least, next_ = bounds(number)
            return (least + next_ - 1) / 2000
    return None
