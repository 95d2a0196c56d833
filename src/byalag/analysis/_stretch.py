"""Some minutes of one home, as arrays: what all that is told of silence is worked out from."""

from typing import Final, TypeAlias

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

SLOTS: Final = 48  # local half hours of a day
NOTHING: Final = -1  # no event in a minute

Marks: TypeAlias = NDArray[np.int8]
Bools: TypeAlias = NDArray[np.bool_]


class Stretch(Struct, frozen=True, kw_only=True, eq=False):
    """Minutes [begins, begins + n) of one channel of one home; every array has the shape (n,).

    `begins` counts whole minutes since 1970 in UTC. `marks` holds, for each minute, the row of the
    last event in it, or NOTHING. `observed` says in which minutes an event would have been seen:
    what feeds the channel is known to be alive, and the home is watched. `slots` is the local half
    hour of each minute, 0 to 47. `rows` is the presence before each minute where a channel has rows
    of presence; None where a row is that of the last event.

    `old_slots` is, on a day when the clock is changed, the half hour of each minute by the clock as
    it was when the day began, and NOTHING in an hour that the clock shows for the second time. None
    on any other day.
    """

    begins: int
    marks: Marks
    observed: Bools
    slots: Marks
    rows: Marks | None = None
    old_slots: Marks | None = None

    def __len__(self) -> int:
        """Return how many minutes there are."""
        return len(self.marks)


def growing(observed: Bools, old_slots: Marks | None) -> Bools:
    """Return in which minutes (n,) a silence would grow longer; arguments as in a `Stretch`.

    An hour that the clock shows twice counts once: whoever gets up by the clock on the wall has
    slept no longer than usual by it.
    """
    return observed if old_slots is None else observed & (old_slots != NOTHING)
