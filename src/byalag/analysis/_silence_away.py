"""Who has left by the front door, told by nothing indoors afterwards."""

from typing import Final

import numpy as np

from byalag.analysis._stretch import NOTHING, Bools, Marks

UNTIL_AWAY: Final = 10  # minutes without any indoor event after the door


def left_by_door(marks: Marks, door: int, *, before: int | None = None) -> Bools:
    """Return in which minutes (n,) nobody is taken to be at home.

    Whoever opens the front door (row `door`) and is not seen indoors for ten minutes has left,
    until the next event of any kind. It is said from the tenth minute on, not in hindsight.
    `before` is how many minutes before the first one the door was the last event, if it was.
    """
    n = len(marks)
    index = np.arange(n)
    events = marks != NOTHING
    last = np.maximum.accumulate(np.where(events, index, -1))
    since = np.where(last < 0, index + (before or 0), index - last)
    by_door = np.where(last < 0, before is not None, marks[last] == door)
    return by_door & (since >= UNTIL_AWAY)
